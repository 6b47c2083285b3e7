"""Properties of a request's sender: address, scheme, language, session."""

from urllib.parse import urlencode

from starlette.requests import HTTPConnection

from crm.people.person import Language, SignedIn
from web.kit.context import AppContext
from web.kit.i18n import COOKIE, Reader, choose_language, reader


def context_of(request: HTTPConnection) -> AppContext:
    """Give the context of the application that received this request."""
    found: AppContext = request.app.state.context
    return found


def session_of(request: HTTPConnection) -> SignedIn | None:
    """Give the session that `find_session` found for this request, if any."""
    found: SignedIn | None = getattr(request.state, "signed_in", None)
    return found


def reader_of(request: HTTPConnection) -> Reader:
    """Give the reader of the answer."""
    kept: Reader | None = getattr(request.state, "reader", None)
    if kept is not None:
        return kept
    context, who = context_of(request), session_of(request)
    language = choose_language(
        who.user.language if who else None,
        request.cookies.get(COOKIE),
        request.headers.get("accept-language", ""),
        Language(context.settings_cache.known().text("language")),
    )
    return reader(language, who.user.timezone if who else "", context.zone, context.settings.region)


def address_of(request: HTTPConnection) -> str:
    """Give the sender's address, for limits and logs.

    Behind the front door (our nginx) the web listens on a Unix socket that only the front door can
    reach: only then is its `X-Forwarded-For` trusted. Over TCP the peer's own address counts.
    """
    if request.client is not None and request.client.host:
        return request.client.host
    return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()[:64] or "unknown"


def is_secure(request: HTTPConnection) -> bool:
    """Whether the browser used TLS, as the front door reports."""
    if request.client is None or not request.client.host:
        return request.headers.get("x-forwarded-proto", "") == "https"
    return request.url.scheme in {"https", "wss"}


def same_origin(request: HTTPConnection) -> bool:
    """Whether the request came from a page of ours; scripts send no Origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return True
    return origin.partition("://")[2].lower() == request.headers.get("host", "").lower()


def safe_next(wanted: str) -> str:
    """Give the page to go on to; never another site's."""
    outside = not wanted.startswith("/") or wanted.startswith(("//", "/\\"))
    return "/" if outside or not wanted.isprintable() or "\\" in wanted else wanted


def path_of(request: HTTPConnection) -> str:
    """Give the path of a request with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def sign_in_address(request: HTTPConnection) -> str:
    """Give the address of the sign-in page, which comes back here."""
    wanted = path_of(request)
    if request.scope.get("method") != "GET" or wanted == "/":
        return "/sign-in"
    return "/sign-in?" + urlencode({"next": wanted})
