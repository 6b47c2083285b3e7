"""`Idempotency-Key`: a POST that is sent twice with one key is carried out once, for a day.

The second request gets the first one's answer, if its sender may still make it. Passwords and
tokens are left out of it: they are shown once and never stored. A request that failed on our side,
or was refused for its sender or its time, is forgotten and may be tried again with the same key.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm.idempotency import store
from crm.idempotency.store import IdempotentRequest, StoredResponse
from crm.kernel.errors import ConflictError, HotlineError, InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import Requirement, check_required, find_session
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.problems import answer_problem
from web.kit.rate_limit import API
from web.kit.request import context_of, reader_of
from web.kit.shown_once import secret_members, without
from web.kit.spooled_body import SpooledBody

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
LONGEST_KEY = 200
LONGEST_ANSWER = 256 * 1024
WITHHELD = N_("A password, token or secret is shown only once and not stored. Create a new one.")
# A request refused for its sender or its time may succeed later, under the same key.
NOT_KEPT = frozenset({401, 403, 409, 412, 429})


@dataclass(slots=True)
class CapturedAnswer:
    """The application's answer, passed on and captured."""

    status: int = 500
    content_type: str = ""
    body: bytearray = field(default_factory=bytearray)
    whole: bool = False

    def note(self, message: MutableMapping[str, Any]) -> None:
        """Capture one message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.content_type = Headers(raw=message["headers"]).get("content-type", "")
        elif message["type"] == "http.response.body":
            if len(self.body) <= LONGEST_ANSWER:
                self.body += message.get("body", b"")
            self.whole = not message.get("more_body", False)

    @property
    def worth_keeping(self) -> bool:
        """Whether the same request should get the same answer."""
        good = self.status < 500 and self.status not in NOT_KEPT  # noqa: PLR2004
        return good and self.whole and len(self.body) <= LONGEST_ANSWER


class Idempotency:
    """Carries out a POST to the API once for each key."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        keyed = scope["type"] == "http" and scope["method"] == "POST"
        if not keyed or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        key = Headers(scope=scope).get(HEADER)
        if key is None:
            await self._app(scope, receive, send)
            return
        await self._serve(Request(scope, receive), key, send)

    async def _serve(self, request: Request, key: str, send: Send) -> None:
        body = SpooledBody(request, _address(request))
        try:
            await self._serve_body(request, key, await body.read(), body.receive, send)
        finally:
            body.close()

    async def _serve_body(
        self, request: Request, key: str, request_hash: str, again: Receive, send: Send
    ) -> None:
        scope = request.scope
        try:
            found = await run_in_threadpool(_read_request, request, key, request_hash)
            if found is None:  # no session: the application answers
                await self._app(scope, again, send)
                return
            keyed_request, who = found
            stored = await run_in_threadpool(_begin, request, keyed_request)
            if stored is not None:
                await _replay(request, who, keyed_request, stored, key)(scope, again, send)
                return
        except (HotlineError, SQLAlchemyError) as error:
            await answer_problem(request, error)(scope, again, send)
            return
        answer = CapturedAnswer()

        async def noting(message: Message) -> None:
            answer.note(message)
            await send(message)

        try:
            await self._app(scope, again, noting)
        finally:
            await run_in_threadpool(_end, request, keyed_request, answer, key)


def _read_request(
    request: Request, key: str, request_hash: str
) -> tuple[IdempotentRequest, SignedIn] | None:
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise InvalidError(
            "An Idempotency-Key has 1 to {most} characters.",
            field="Idempotency-Key",
            most=LONGEST_KEY,
        )
    who = find_session(request)
    if who is None:
        return None
    keyed_request = IdempotentRequest(
        user=who.user.id,
        key_hash=hashlib.sha256(key.encode("utf-8", "replace")).hexdigest(),
        request_hash=request_hash,
        at=now(),
    )
    return keyed_request, who


def _begin(request: Request, keyed_request: IdempotentRequest) -> StoredResponse | None:
    with context_of(request).database.begin() as session:
        return store.begin(session, keyed_request)


def _end(
    request: Request, keyed_request: IdempotentRequest, answer: CapturedAnswer, key: str
) -> None:
    try:
        with context_of(request).database.begin() as session:
            if answer.worth_keeping:
                sentence = reader_of(request).gettext(WITHHELD)
                stored = without(bytes(answer.body), secret_members(request.scope), sentence)
                body = _cipher(request, key).encrypt(_required(request) + stored)
                store.store_response(
                    session, keyed_request, answer.status, answer.content_type, body
                )
            else:
                store.forget_request(session, keyed_request)
    except SQLAlchemyError:
        # The answer is sent; a second request gets 409 at first, and is carried out in the end.
        return


def _replay(
    request: Request,
    who: SignedIn,
    keyed_request: IdempotentRequest,
    stored: StoredResponse,
    key: str,
) -> Response:
    if stored.request_hash != keyed_request.request_hash:
        raise InvalidError(
            N_("This Idempotency-Key was used for another request."), field="Idempotency-Key"
        )
    if stored.status is None:
        raise ConflictError(N_("The first request with this Idempotency-Key is still in progress."))
    try:
        body = _cipher(request, key).decrypt(stored.body)
    except InvalidToken:  # the session secret has changed since
        raise ConflictError(
            N_("The response for this Idempotency-Key can no longer be read.")
        ) from None
    first, _, body = body.partition(b"\n")
    for one in _read_required(first):
        check_required(request, who, one)
    headers = {REPLAYED: "true"}
    return Response(body, stored.status, headers, media_type=stored.content_type or None)


def _required(request: Request) -> bytes:
    """Give what the endpoint required, as the first line of a stored answer."""
    required: tuple[Requirement, ...] = getattr(request.state, "required", ())
    told = [
        {
            "rights": sorted(right.value for right in one.rights),
            "in_person": one.in_person,
            "password_due": one.password_due,
        }
        for one in required
    ]
    return json.dumps(told).encode() + b"\n"


def _read_required(line: bytes) -> list[Requirement]:
    try:
        return [
            Requirement(
                frozenset(Right(right) for right in one["rights"]),
                bool(one["in_person"]),
                bool(one["password_due"]),
            )
            for one in json.loads(line)
        ]
    except (KeyError, TypeError, ValueError):  # stored by another version
        raise ConflictError(
            N_("The answer to this Idempotency-Key can no longer be read.")
        ) from None


def _cipher(request: Request, key: str) -> Fernet:
    """Make the cipher of a stored answer, which may hold private data."""
    secret = context_of(request).settings.secrets.session_secret.encode()
    made = hmac.new(secret, b"repeat\0" + key.encode("utf-8", "replace"), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(made))


def _address(request: Request) -> bytes:
    address = f"{request.url.path}?{request.url.query}\n{request.headers.get('content-type')}\n"
    return address.encode("utf-8", "replace")
