"""The toast: a short message that the next page shows, such as “Saved.”."""

from urllib.parse import quote, unquote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from crm.people.person import Language
from web.kit.i18n import catalogue
from web.kit.request import reader_of

COOKIE = "hotline_toast"
GOOD_FOR_SECONDS = 30
MAIN = "main"  # the id of the part of the page that a link or a form replaces


def done(url: str, toast: str) -> Response:
    """Redirect after a success; the page at `url` shows the toast.

    The toast is a sentence of the catalogue, marked with `N_()`.
    """
    return with_toast(RedirectResponse(url, 303), toast)


def with_toast(answer: Response, toast: str) -> Response:
    """Let the next page show the toast."""
    answer.set_cookie(COOKIE, quote(toast), GOOD_FOR_SECONDS, httponly=True, samesite="lax")
    return answer


def toast_of(request: Request) -> str:
    """Give the toast in the reader's language; "" if there is none.

    A cookie can be planted, so only sentences of the catalogue count. Lists and menus that reload
    themselves leave the toast to the page.
    """
    sentence = unquote(request.cookies.get(COOKIE, ""))
    if not sentence or not _is_page(request):
        return ""
    known = catalogue(Language.CHINESE).gettext(sentence) != sentence
    return reader_of(request).gettext(sentence) if known else ""


def forget_toast(request: Request, answer: Response) -> None:
    """Delete the cookie of a toast that this answer shows."""
    if COOKIE in request.cookies and _is_page(request):
        answer.delete_cookie(COOKIE)


def _is_page(request: Request) -> bool:
    asks_for_part = request.headers.get("hx-request") == "true"
    return not asks_for_part or request.headers.get("hx-target") == MAIN
