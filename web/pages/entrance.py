"""The way in and out, and the choice of language."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from crm.errors import HotlineError, RefusedError
from crm.people.person import Language, Role, SessionKind, SignedIn, User
from crm.people.store import set_language
from web import auth
from web.i18n import COOKIE as LANGUAGE_COOKIE
from web.problems import TooManyError
from web.request import (
    house_of,
    is_secure,
    reader_of,
    safe_next,
    same_origin,
)

router = APIRouter()
LANGUAGE_SECONDS = 365 * 24 * 3600


def visitor(request: Request) -> SignedIn | None:
    """Somebody who may be signed in, or not."""
    return auth.find_session(request)


async def not_forged(
    request: Request, who: Annotated[SignedIn | None, Depends(visitor)]
) -> SignedIn | None:
    """Refuse a form that did not come from a page of ours."""
    if not same_origin(request):
        raise RefusedError("This page is too old. Load it again and repeat what you did.")
    await auth.check_csrf(request)
    return who


Visitor = Annotated[SignedIn | None, Depends(visitor)]
OurVisitor = Annotated[SignedIn | None, Depends(not_forged)]


@router.get("/")
def home(who: Visitor) -> Response:
    """Lead everybody to where his work is."""
    if who is None:
        return RedirectResponse("/sign-in", 303)
    return RedirectResponse(_first_page(who.user), 303)


@router.get("/sign-in")
def sign_in_page(request: Request, who: Visitor, next: str = "/") -> Response:  # noqa: A002
    """Show the way in; who is in already goes on."""
    if who is not None:
        return RedirectResponse(safe_next(next), 303)
    return _sign_in_page(request, "", safe_next(next))


@router.post("/sign-in")
def sign_in(
    request: Request,
    who: OurVisitor,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Let somebody in: a new session in place of one that this browser had."""
    wanted = safe_next(next)
    try:
        user = auth.sign_in(request, login, password)
    except (auth.WrongPasswordError, TooManyError) as error:
        return _sign_in_page(request, login, wanted, error)
    if who is not None:
        auth.close_session(request, who)
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in {str(language) for language in Language}:
        # Chosen on the way in, so it is his own choice from now on.
        with house_of(request).database.begin() as session:
            user = set_language(session, user.id, Language(chosen))
    token, _ = auth.open_session(request, user, SessionKind.BROWSER)
    answer = RedirectResponse(wanted if wanted != "/" else _first_page(user), 303)
    auth.set_session_cookie(request, answer, token)
    answer.delete_cookie(LANGUAGE_COOKIE)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, who: Visitor) -> Response:
    """End the session; if it has ended by itself there is nothing left to guard."""
    if who is not None:
        await auth.check_csrf(request)
        await run_in_threadpool(auth.close_session, request, who)
        house_of(request).sockets.end(who.id)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(auth.COOKIE)
    return answer


@router.post("/language")
def choose_language(
    request: Request,
    who: OurVisitor,
    language: Annotated[Language, Form()],
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Show everything in another language, here and wherever this user signs in."""
    answer = RedirectResponse(safe_next(next), 303)
    if who is not None:
        with house_of(request).database.begin() as session:
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


def _first_page(user: User) -> str:
    return "/desk" if user.role is Role.AGENT else "/floor"


def _sign_in_page(
    request: Request, login: str, wanted: str, error: HotlineError | None = None
) -> Response:
    house = house_of(request)
    retry = error.retry_seconds if isinstance(error, TooManyError) else None
    status = 200 if error is None else (429 if retry else 401)
    headers = {"Retry-After": str(retry)} if retry else {}
    sentence = reader_of(request).error(error) if error else ""
    form = {"login": login, "next": wanted, "error": sentence, "retry_seconds": retry}
    shown = {"form": form, "demo_accounts": house.settings.demo}
    return house.pages.page(request, "sign-in.html", shown, status=status, headers=headers)
