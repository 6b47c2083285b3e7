"""Pages for signing in and out, and for choosing a language."""

from contextlib import suppress
from typing import Annotated

from anyio.from_thread import run_sync
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import HotlineError, MissingError
from crm.people.first_administrator.store import has_administrator
from crm.people.person import Language, SessionKind, SignedIn, User
from crm.people.store import set_language, user_by_id
from web.kit import auth, second_factor
from web.kit.clock import now
from web.kit.context import AppContext
from web.kit.errors import (
    EngineAwayError,
    NotSignedInError,
    SecondFactorDueError,
    SecondFactorError,
    TooManyError,
    WrongPasswordError,
)
from web.kit.i18n import COOKIE as LANGUAGE_COOKIE
from web.kit.problems import wants_document
from web.kit.request import context_of, is_secure, reader_of, safe_next
from web.live.context import live_of
from web.live.schema import ItemKind
from web.sign_in import actions as way_in
from web.sign_in import devices, oidc_sign_in
from web.sign_in.actions import home_of
from web.sign_in.context import sign_in_of
from web.sign_in.oidc import IdentityProvider, ProviderAwayError, ProviderRefusedError
from web.sign_in.password_links import is_offered
from web.sign_in.visitor import OurVisitor, Visitor

router = APIRouter()
LANGUAGE_SECONDS = 365 * 24 * 3600
LONGEST_PLACE = 500  # characters; it travels in cookies


class SignInForm(BaseModel):
    """The form of the sign-in page; every field may be missing."""

    login: str = ""
    password: str = ""
    code: str = ""
    next: str = "/"


@router.get("/")
def home(request: Request, who: Visitor) -> Response:
    """Redirect to the user's home."""
    if who is None:
        return RedirectResponse("/sign-in", 303)
    return RedirectResponse(home_of(request, who.user), 303)


@router.get("/sign-in")
def sign_in_page(request: Request, who: Visitor, next: str = "/") -> Response:  # noqa: A002
    """Show the sign-in page; a signed-in user goes on. A script gets the CSRF token."""
    if wants_document(request):
        return _word(request)
    if who is not None:
        return RedirectResponse(_wanted(next), 303)
    return _sign_in_page(request, "", _wanted(next))


@router.post("/sign-in")
def sign_in(request: Request, who: OurVisitor, typed: Annotated[SignInForm, Form()]) -> Response:
    """Sign in: a new session replaces the browser's old one."""
    wanted = _wanted(typed.next)
    try:
        user = way_in.sign_in(request, typed.login, typed.password, typed.code)
    except HotlineError as error:
        if wants_document(request):
            raise
        if isinstance(error, (SecondFactorError, SecondFactorDueError)):
            return _half_in(request, error, wanted)
        if isinstance(error, (WrongPasswordError, TooManyError)):
            return _sign_in_page(request, typed.login, wanted, error)
        raise
    if wants_document(request):
        return _let_in(request, who, user, JSONResponse({}))
    return _let_in(request, who, user, RedirectResponse(_place(request, wanted, user), 303))


@router.get("/sign-in/second-factor")
def second_factor_page(request: Request, _who: Visitor) -> Response:
    """Ask for the code, or show how to set up a required second factor."""
    try:
        return _second_factor_page(request, way_in.pending_of(request))
    except NotSignedInError:
        return RedirectResponse("/sign-in", 303)


@router.post("/sign-in/second-factor")
def enter_code(request: Request, who: OurVisitor, code: Annotated[str, Form()] = "") -> Response:
    """Check the code, and sign in."""
    pending = way_in.pending_of(request)
    place = _place(request, pending.wanted, pending.user)
    try:
        if not pending.secret:
            user = way_in.sign_in_with_code(request, pending, code)
            answer: Response = RedirectResponse(place, 303)
        else:
            codes = way_in.sign_in_with_new_factor(request, pending, code)
            with context_of(request).database.begin() as session:
                user = user_by_id(session, pending.user.id)
            shown = {"codes": codes, "place": place}
            answer = context_of(request).pages.page(request, "recovery-codes.html", shown)
    except (SecondFactorError, TooManyError) as error:
        return _second_factor_page(request, pending, error)
    way_in.forget_pending(answer)
    return _let_in(request, who, user, answer)


@router.get("/sign-in/oidc")
def go_to_provider(request: Request, _who: Visitor, next: str = "/") -> Response:  # noqa: A002
    """Redirect a browser to the identity provider, with a cookie that must come back."""
    provider = _provider(request)
    try:
        address, authorization = provider.begin(oidc_sign_in.way_back(request), _wanted(next))
    except ProviderAwayError as error:
        return _sign_in_page(request, "", _wanted(next), error)
    answer = RedirectResponse(address, 303)
    oidc_sign_in.set_authorization_request(request, answer, authorization)
    return answer


@router.get("/sign-in/oidc/back")
def come_from_provider(
    request: Request, who: Visitor, state: str = "", code: str = "", iss: str = ""
) -> Response:
    """Sign in the user that the provider names, if this browser was redirected there."""
    provider = _provider(request)
    try:
        authorization = oidc_sign_in.authorization_request_of(request, state, iss)
        identity = provider.finish(
            oidc_sign_in.way_back(request), authorization, code[:4000], now()
        )
        if authorization.bind:
            oidc_sign_in.finish_binding(request, who, authorization, identity)
            return _without_request(RedirectResponse("/account/security?done=identity", 303))
        user = oidc_sign_in.user_of_identity(request, identity)
    except (ProviderAwayError, ProviderRefusedError) as error:
        answer = _sign_in_page(request, "", "/", error)
    except (SecondFactorError, SecondFactorDueError) as error:
        answer = _half_in(request, error, _wanted(authorization.wanted))
    else:
        place = _place(request, _wanted(authorization.wanted), user)
        answer = _let_in(request, who, user, RedirectResponse(place, 303))
    return _without_request(answer)


@router.post("/sign-out")
async def sign_out(request: Request, who: Visitor) -> Response:
    """End the session; one that has expired needs no CSRF check."""
    if who is not None:
        await auth.check_csrf(request)
        await _leave_phone(request, who)
        await run_in_threadpool(way_in.close_session, request, who)
        live_of(request).sockets.end(who.id)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(auth.COOKIE)
    return answer


async def _leave_phone(request: Request, who: SignedIn) -> None:
    """Sign the agent out of the phone with the last browser; ConflictError in a call."""
    live = live_of(request)
    agent = live.mirror.value(ItemKind.AGENT, who.user.id)
    if agent is None or agent["state"] == "signed out":
        return
    if await run_in_threadpool(way_in.has_other_browser, request, who):
        return
    with suppress(EngineAwayError):
        await live.link.ask("signout", agent=who.user.id)


@router.post("/language")
def choose_language(
    request: Request,
    who: OurVisitor,
    language: Annotated[Language, Form()],
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Choose a language, for this browser and for the signed-in user."""
    answer = RedirectResponse(safe_next(next), 303)
    if who is not None:
        with context_of(request).database.begin() as session:
            set_language(session, who.user.id, language)
        return answer
    answer.set_cookie(
        LANGUAGE_COOKIE,
        str(language),
        max_age=LANGUAGE_SECONDS,
        samesite="lax",
        httponly=True,
        secure=is_secure(request),
    )
    return answer


def _provider(request: Request) -> IdentityProvider:
    provider = sign_in_of(request).provider
    if provider is None:
        raise MissingError("No identity provider configured.")
    return provider


def _without_request(answer: Response) -> Response:
    """Whatever the result, the cookie of the redirect is valid for one return."""
    oidc_sign_in.forget_authorization_request(answer)
    return answer


def _wanted(place: str) -> str:
    """Give the page to go on to: one of ours, and never the sign-in page itself."""
    wanted = safe_next(place)
    return "/" if wanted.startswith("/sign-") or len(wanted) > LONGEST_PLACE else wanted


def _place(request: Request, wanted: str, user: User) -> str:
    return wanted if wanted != "/" else home_of(request, user)


def _let_in(request: Request, who: SignedIn | None, user: User, answer: Response) -> Response:
    """Open a new session in place of the old one, against session fixation."""
    if who is not None:
        way_in.close_session(request, who)
        run_sync(live_of(request).sockets.end, who.id)
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in {str(language) for language in Language}:
        # A language chosen at sign-in becomes the user's own.
        with context_of(request).database.begin() as session:
            user = set_language(session, user.id, Language(chosen))
    opened = way_in.open_session(request, user, SessionKind.BROWSER)
    if isinstance(answer, JSONResponse):
        answer = JSONResponse({"csrf": opened.csrf, "user": user.id})
    way_in.set_session_cookie(request, answer, opened.token)
    devices.remember(request, answer, user.login)
    answer.delete_cookie(LANGUAGE_COOKIE)
    return answer


def _half_in(
    request: Request, error: SecondFactorError | SecondFactorDueError, wanted: str
) -> Response:
    due = isinstance(error, SecondFactorDueError)
    answer = RedirectResponse("/sign-in/second-factor", 303)
    secret = second_factor.new_secret() if due else ""
    way_in.set_pending(request, answer, error.user, wanted, secret)
    return answer


def _second_factor_page(
    request: Request, pending: way_in.PendingSignIn, error: HotlineError | None = None
) -> Response:
    secret = pending.secret
    shown = {
        "error": reader_of(request).error(error) if error else "",
        "secret": second_factor.grouped(secret) if secret else "",
        "picture": second_factor.picture(secret, pending.user.login) if secret else "",
        "name": pending.user.name,
    }
    status, headers = _status_of(error)
    pages = context_of(request).pages
    return pages.page(request, "second-factor.html", shown, status=status, headers=headers)


def _status_of(error: HotlineError | None) -> tuple[int, dict[str, str]]:
    if isinstance(error, TooManyError):
        return 429, {"Retry-After": str(error.retry_seconds)}
    if isinstance(error, ProviderAwayError):
        return 503, {}
    if isinstance(error, ProviderRefusedError):
        return 403, {}
    return (401 if error else 200), {}


def _word(request: Request) -> Response:
    """Give our script the CSRF token that its form must send."""
    before = auth.name_visitor(request)
    answer = JSONResponse({"csrf": auth.csrf_of(request)})
    if before:
        auth.set_name(request, answer, before)
    return answer


def _lacks_administrator(context: AppContext) -> bool:
    with context.database.begin() as session:
        return not has_administrator(session)


def _sign_in_page(
    request: Request, login: str, wanted: str, error: HotlineError | None = None
) -> Response:
    context = context_of(request)
    status, headers = _status_of(error)
    form = {
        "login": login[:200],
        "next": wanted,
        "error": reader_of(request).error(error) if error else "",
        "retry_seconds": error.retry_seconds if isinstance(error, TooManyError) else None,
        "done": request.query_params.get("done") == "password",
        "forgot": is_offered(context),
    }
    provider = context.settings.provider
    shown = {
        "form": form,
        "demo_accounts": context.settings.demo,
        "no_administrator": _lacks_administrator(context),
        "provider": provider.name if provider else "",
    }
    return context.pages.page(request, "sign-in.html", shown, status=status, headers=headers)
