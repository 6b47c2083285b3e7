"""Security headers, request ids and the limit on bodies, for every request."""

import re
import secrets

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.kit.body_limits import bound_of

# Pages load nothing from other sites and run no inline scripts.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")


class TooLargeError(Exception):
    """The body exceeded the limit while it was read."""


class SecurityHeaders:
    """Security headers, a request id in the answer and the log, and a limit for bodies."""

    def __init__(self, app: ASGIApp, build: str) -> None:
        """Wrap an application."""
        self._app = app
        self._build = build

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = dict(scope["headers"])
        given = sent.get(b"x-request-id", b"").decode("latin-1")
        id_ = given if _REQUEST_ID.match(given) else secrets.token_hex(8)
        began = False

        async def send_with_manners(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                self._add_headers(MutableHeaders(scope=message), scope["path"], id_)
            await send(message)

        with structlog.contextvars.bound_contextvars(request=id_):
            most = bound_of(scope["path"])
            if _announces_too_much(sent.get(b"content-length", b""), most):
                await _refuse(send_with_manners)
                return
            try:
                await self._app(scope, _bounded(receive, most), send_with_manners)
            except TooLargeError:
                if not began:
                    await _refuse(send_with_manners)

    def _add_headers(self, headers: MutableHeaders, path: str, id_: str) -> None:
        for name, value in SECURITY_HEADERS.items():
            headers[name] = value
        headers["X-Request-Id"] = id_
        headers["X-Hotline-Build"] = self._build
        if not path.startswith("/static/"):
            # A fragment and its whole page have one address; neither may be cached.
            headers.setdefault("Cache-Control", "no-store")
            headers.add_vary_header("HX-Request")
        elif path.startswith("/static/dist/assets/"):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            headers.setdefault("Cache-Control", "no-cache")


def _announces_too_much(length: bytes, most: int) -> bool:
    return length.isdigit() and int(length[:20]) > most


def _bounded(receive: Receive, most: int) -> Receive:
    size = 0

    async def receive_bounded() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > most:
                raise TooLargeError
        return message

    return receive_bounded


async def _refuse(send: Send) -> None:
    body = b'{"type": "urn:hotline:problem:http-413", "title": "Too large", "status": 413}'
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
