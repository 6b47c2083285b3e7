"""One guarded POST to an address that an administrator typed, on a connection of its own.

A reused connection could have a certificate that was checked for another name: we connect to an
address, which two names may share.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from crm.kernel.errors import InvalidError
from crm.kernel.text import one_line
from crm.outgoing.answer import Failure, OutgoingAnswer
from crm.outgoing.signing import Seal, UnreadableSecretError, signed_headers
from crm.outgoing.target import Target, UnreachableError, read_target, resolve

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 10.0
BODY_SECONDS = 2.0
MOST_READ = 2048  # bytes of an answer that only its status decides; the rest is not waited for
LONGEST_RETRY_AFTER = 24 * 3600
USER_AGENT = "Hotline/1"


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A signed JSON message to another system.

    With `needs_body` the whole answer must arrive in time and have at most `most_bytes`; without it
    the status alone decides.
    """

    id: str  # the header webhook-id
    url: str
    inside: bool  # it may go into our own network
    body: str
    secrets: tuple[str, ...]  # sealed; each adds a signature
    seconds: float = WHOLE_SECONDS
    needs_body: bool = False
    most_bytes: int = MOST_READ
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])  # besides our own
    accept: str = "application/json"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The result of a request, without its duration."""

    status: int | None = None
    failure: Failure | None = None
    text: str = ""
    wait_seconds: float = 0.0
    body: bytes = b""


class Sender:
    """Sends requests, each on a connection of its own; a redirect is never followed."""

    def __init__(self, seal: Seal, clock: Callable[[], datetime]) -> None:
        """Trust the machine's certificate authorities, and those of certifi."""
        self._seal = seal
        self._clock = clock
        self._trust = httpx.create_ssl_context(trust_env=False)
        self._trust.load_default_certs()

    async def send(self, request: OutgoingRequest) -> OutgoingAnswer:
        """Try once; every failure is in the result."""
        at, began = self._clock(), time.monotonic()
        try:
            async with asyncio.timeout(request.seconds) as limit:
                outcome = await self._try(request, limit)
        except TimeoutError:
            outcome = _Outcome(failure=Failure.TIMEOUT)
        except Exception as error:  # noqa: BLE001 - a request must never stop the ones behind it
            outcome = _Outcome(failure=Failure.CLOSED, text=f"{type(error).__name__}: {error}")
        took = round((time.monotonic() - began) * 1000)
        return OutgoingAnswer(
            at,
            took,
            outcome.status,
            outcome.failure,
            outcome.text,
            outcome.wait_seconds,
            outcome.body,
        )

    async def _try(self, request: OutgoingRequest, limit: asyncio.Timeout) -> _Outcome:
        try:
            target = read_target(request.url, inside=request.inside)
            addresses = await resolve(target, inside=request.inside)
            keys = [self._seal.open(sealed) for sealed in request.secrets]
        except InvalidError:
            return _Outcome(failure=Failure.ADDRESS)
        except UnreachableError as error:
            return _Outcome(failure=error.failure, text=str(error))
        except UnreadableSecretError:
            return _Outcome(failure=Failure.SECRET)
        headers = {
            **{name.lower(): one_line(value) for name, value in request.headers.items()},
            **signed_headers(request.id, request.body, self._clock(), keys),
            "content-type": "application/json",
            "accept": request.accept,
            "user-agent": USER_AGENT,
            "accept-encoding": "identity",  # no decompression bombs
            "connection": "close",
            "host": target.authority,
        }
        outcome = _Outcome(failure=Failure.NAME)
        for address in addresses:
            post = _post_to(target, address, headers, request)
            outcome = await self._post(post, request, limit)
            if outcome.failure is not Failure.CONNECT:
                break
        return outcome

    async def _post(
        self, post: httpx.Request, request: OutgoingRequest, limit: asyncio.Timeout
    ) -> _Outcome:
        try:
            async with httpx.AsyncClient(verify=self._trust, trust_env=False) as client:
                answer = await client.send(post, stream=True, follow_redirects=False)
                try:
                    if request.needs_body and answer.is_success:
                        return await _whole(answer, request.most_bytes)
                    limit.reschedule(None)
                    return _judged(answer, await _beginning(answer, request.most_bytes))
                finally:
                    await answer.aclose()
        except httpx.HTTPError as error:
            return _Outcome(failure=_failure(error), text=str(error))


def _post_to(
    target: Target, address: str, headers: Mapping[str, str], request: OutgoingRequest
) -> httpx.Request:
    """Connect to the address, but in the name of the host: its certificate must be for that."""
    host = f"[{address}]" if ":" in address else address
    return httpx.Request(
        request.method,
        f"{target.scheme}://{host}:{target.port}{target.path}",
        content=request.body.encode("utf-8", "replace") or None,
        headers=dict(headers),
        extensions={
            "sni_hostname": target.host,
            "timeout": httpx.Timeout(request.seconds, connect=CONNECT_SECONDS).as_dict(),
        },
    )


async def _whole(answer: httpx.Response, most_bytes: int) -> _Outcome:
    """Read all of an answer; one that is too long is not read to its end."""
    read = b""
    async for piece in answer.aiter_raw():
        read += piece
        if len(read) > most_bytes:
            text = read[:most_bytes].decode("utf-8", "replace")
            return _Outcome(answer.status_code, Failure.TOO_LONG, text)
    text = read.decode("utf-8", "replace")
    return _Outcome(answer.status_code, text=text, body=read)


async def _beginning(answer: httpx.Response, most_bytes: int) -> str:
    """Read the beginning of an answer's body.

    The status alone decides: whatever happens to the body, this does not wait longer.
    """
    read = b""
    with contextlib.suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in answer.aiter_raw():
                read += piece
                if len(read) >= most_bytes:
                    break
    return read[:most_bytes].decode("utf-8", "replace")


def _judged(answer: httpx.Response, text: str) -> _Outcome:
    if answer.is_success:
        return _Outcome(answer.status_code, text=text)
    failure = Failure.REDIRECT if answer.is_redirect else Failure.STATUS
    asked = answer.headers.get("retry-after", "")[:6]
    wait = min(int(asked), LONGEST_RETRY_AFTER) if asked.isascii() and asked.isdecimal() else 0
    return _Outcome(answer.status_code, failure, text, float(wait))


def _failure(error: httpx.HTTPError) -> Failure:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Failure.TLS
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return Failure.TIMEOUT
    return Failure.CONNECT if isinstance(error, httpx.ConnectError) else Failure.CLOSED
