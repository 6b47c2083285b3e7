"""One attempt to deliver a message: on a new connection, in at most ten seconds."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from crm.kernel.errors import InvalidError
from crm.webhooks.webhook import Claim, DeliveryResult, Failure
from web.kit.clock import now
from web.webhooks.signing import Seal, UnreadableSecretError, signed_headers
from web.webhooks.target import Target, UnreachableError, read_target, resolve

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 10.0
BODY_SECONDS = 2.0
MOST_READ = 2048  # bytes of the answer; the rest is not even waited for
LONGEST_RETRY_AFTER = 24 * 3600
USER_AGENT = "Hotline-Webhooks/1"


@dataclass(frozen=True, slots=True)
class ReceiverAnswer:
    """The result of an attempt, without its duration."""

    status: int | None = None
    failure: Failure | None = None
    text: str = ""
    wait_seconds: float = 0.0


class Sender:
    """Sends messages, each on a connection of its own.

    A reused connection could have a certificate that was checked for another name: we connect to an
    address, which two names may share.
    """

    def __init__(self, seal: Seal, whole_seconds: float = WHOLE_SECONDS) -> None:
        """Trust the machine's certificate authorities, and those of certifi."""
        self._seal = seal
        self._whole_seconds = whole_seconds
        self._trust = httpx.create_ssl_context(trust_env=False)
        self._trust.load_default_certs()

    async def send(self, claim: Claim) -> DeliveryResult:
        """Try once to deliver; every failure is in the result."""
        at, began = now(), time.monotonic()
        try:
            async with asyncio.timeout(self._whole_seconds) as limit:
                outcome = await self._try(claim, limit)
        except TimeoutError:
            outcome = ReceiverAnswer(failure=Failure.TIMEOUT)
        except Exception as error:  # noqa: BLE001 - a message must never stop the ones behind it
            outcome = ReceiverAnswer(
                failure=Failure.CLOSED, text=f"{type(error).__name__}: {error}"
            )
        took = round((time.monotonic() - began) * 1000)
        return DeliveryResult(
            at, took, outcome.status, outcome.failure, outcome.text, outcome.wait_seconds
        )

    async def _try(self, claim: Claim, limit: asyncio.Timeout) -> ReceiverAnswer:
        try:
            target = read_target(claim.url, inside=claim.inside)
            addresses = await resolve(target, inside=claim.inside)
            keys = [self._seal.open(sealed) for sealed in claim.secrets]
        except InvalidError:
            return ReceiverAnswer(failure=Failure.ADDRESS)
        except UnreachableError as error:
            return ReceiverAnswer(failure=error.failure, text=str(error))
        except UnreadableSecretError:
            return ReceiverAnswer(failure=Failure.SECRET)
        headers = {
            **signed_headers(claim.event, claim.body, now(), keys),
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            "accept-encoding": "identity",  # no decompression bombs
            "connection": "close",
            "host": target.authority,
        }
        outcome = ReceiverAnswer(failure=Failure.NAME)
        for address in addresses:
            request = self._request(target, address, headers, claim.body)
            outcome = await self._post(request, limit)
            if outcome.failure is not Failure.CONNECT:
                break
        return outcome

    def _request(
        self, target: Target, address: str, headers: Mapping[str, str], body: str
    ) -> httpx.Request:
        """Connect to the address, but in the name of the host: its certificate must be for that."""
        host = f"[{address}]" if ":" in address else address
        return httpx.Request(
            "POST",
            f"{target.scheme}://{host}:{target.port}{target.path}",
            content=body.encode(),
            headers=dict(headers),
            extensions={
                "sni_hostname": target.host,
                "timeout": httpx.Timeout(self._whole_seconds, connect=CONNECT_SECONDS).as_dict(),
            },
        )

    async def _post(self, request: httpx.Request, limit: asyncio.Timeout) -> ReceiverAnswer:
        try:
            async with httpx.AsyncClient(verify=self._trust, trust_env=False) as client:
                answer = await client.send(request, stream=True, follow_redirects=False)
                limit.reschedule(None)
                try:
                    return _receiver_answer(answer, await _beginning(answer))
                finally:
                    await answer.aclose()
        except httpx.HTTPError as error:
            return ReceiverAnswer(failure=_failure(error), text=str(error))


async def _beginning(answer: httpx.Response) -> str:
    """Read the beginning of an answer's body.

    The status alone decides: whatever happens to the body, this does not wait longer.
    """
    read = b""
    with contextlib.suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in answer.aiter_raw():
                read += piece
                if len(read) >= MOST_READ:
                    break
    return read[:MOST_READ].decode("utf-8", "replace")


def _receiver_answer(answer: httpx.Response, text: str) -> ReceiverAnswer:
    if answer.is_success:
        return ReceiverAnswer(answer.status_code, text=text)
    failure = Failure.REDIRECT if answer.is_redirect else Failure.STATUS
    asked = answer.headers.get("retry-after", "")[:6]
    wait = min(int(asked), LONGEST_RETRY_AFTER) if asked.isascii() and asked.isdecimal() else 0
    return ReceiverAnswer(answer.status_code, failure, text, float(wait))


def _failure(error: httpx.HTTPError) -> Failure:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Failure.TLS
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return Failure.TIMEOUT
    return Failure.CONNECT if isinstance(error, httpx.ConnectError) else Failure.CLOSED
