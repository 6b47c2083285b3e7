"""Answers to failed requests: a problem document (RFC 9457) for programs, a page for people."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic_core import ErrorDetails
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from crm.kernel.errors import (
    ConflictError,
    HotlineError,
    InvalidError,
    MissingError,
    RefusedError,
)
from web.kit.auth import find_session
from web.kit.errors import (
    EngineAwayError,
    NotSignedInError,
    PasswordDueError,
    SecondFactorDueError,
    SecondFactorError,
    TooManyError,
)
from web.kit.etag import ChangedError, NotModifiedError
from web.kit.forms import bounds_of, sentence_of
from web.kit.i18n import N_, Reader
from web.kit.problem import Problem
from web.kit.request import context_of, reader_of, session_of, sign_in_address

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
DATABASE_RETRY_SECONDS = 5
ENGINE_RETRY_SECONDS = 2


TITLES: Mapping[int, str] = {
    400: N_("Bad request"),
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Not supported here"),
    409: N_("Not possible now"),
    412: N_("Changed in the meantime"),
    413: N_("Too large"),
    416: N_("No such part"),
    422: N_("Please check your entries"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong"),
    503: N_("Not available at the moment"),
}
SENTENCES: Mapping[int, str] = {
    400: N_("The request could not be read."),
    401: N_("Please sign in."),
    403: N_("You don't have permission to view this page."),
    404: N_("This page does not exist."),
    405: N_("This is not supported here."),
    409: N_("Someone else just changed this. Try again."),
    412: N_("Someone else changed this. Reload and try again."),
    413: N_("The request is too large."),
    416: N_("The recording has no such part."),
    422: N_("Please check what you entered."),
    500: N_("Something went wrong on our side. It has been logged."),
    503: N_("This is not available at the moment. Please try again."),
}
_KINDS: tuple[tuple[type[HotlineError], int, str], ...] = (
    (SecondFactorError, 401, "second-factor"),
    (SecondFactorDueError, 401, "second-factor-due"),
    (NotSignedInError, 401, "not-signed-in"),
    (TooManyError, 429, "too-many"),
    (ChangedError, 412, "changed"),
    (EngineAwayError, 503, "engine-away"),
    (MissingError, 404, "missing"),
    (ConflictError, 409, "conflict"),
    (PasswordDueError, 403, "password-due"),
    (RefusedError, 403, "refused"),
    (InvalidError, 422, "invalid"),
)
_DATABASE: tuple[tuple[type[Exception], int], ...] = (
    (DataError, 422),  # a value that a column cannot hold, such as 10**30
    (IntegrityError, 409),  # another request was faster
    (OperationalError, 503),
    (InterfaceError, 503),
    (PoolTimeoutError, 503),
)


def problem_of(request: Request, error: Exception) -> Problem:
    """Translate an exception into a problem in the reader's language."""
    if isinstance(error, HotlineError):
        return _problem_of_error(request, error)
    if isinstance(error, RequestValidationError):
        return _plain(request, 422, _field_errors(request, error))
    if isinstance(error, HTTPException):
        return replace(_plain(request, error.status_code), more=dict(error.headers or {}))
    status = next((status for kind, status in _DATABASE if isinstance(error, kind)), 500)
    return _plain(request, status)


def answer_problem(request: Request, error: Exception) -> Response:
    """Answer with a problem document, an error page, or a redirect to the sign-in page."""
    if not wants_document(request):
        _know_reader(request, error)
    problem = problem_of(request, error)
    if problem.status >= 500 and not isinstance(error, EngineAwayError):  # noqa: PLR2004
        log.error("a request failed", path=request.url.path, exc_info=error)
    if wants_document(request):
        return problem_answer(request, problem)
    if isinstance(error, NotSignedInError) and not asks_for_part(request):
        return RedirectResponse(sign_in_address(request), 303)
    if isinstance(error, PasswordDueError):
        return _lead_to(request, "/account/password")
    return context_of(request).pages.error(request, problem)


def _know_reader(request: Request, error: Exception) -> None:
    """Find the session of a request that no endpoint took, such as one to an unknown address.

    The error page then has the user's own menu and language. While the database is not responding
    it is shown without them.
    """
    if session_of(request) is None and not isinstance(error, SQLAlchemyError | NotSignedInError):
        with suppress(SQLAlchemyError):
            find_session(request)


def _lead_to(request: Request, place: str) -> Response:
    """Redirect to another page, also a request for a part of one."""
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": place})
    return RedirectResponse(place, 303)


def problem_answer(request: Request, problem: Problem) -> JSONResponse:
    """Answer with a problem document."""
    return JSONResponse(
        problem.document(request.url.path),
        problem.status,
        headers=problem.headers,
        media_type=MEDIA_TYPE,
    )


def wants_document(request: Request) -> bool:
    """Whether the client wants JSON, as scripts, fetch() and monitors do, and not a page."""
    path = request.url.path
    if path.startswith("/api/") or path in {"/healthz", "/readyz", "/try-it/credentials"}:
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def asks_for_part(request: Request) -> bool:
    """Whether htmx or fetch() requests a part of a page, and not a whole page."""
    if request.headers.get("hx-request"):
        return True
    return request.headers.get("sec-fetch-mode", "navigate") != "navigate"


def install_problems(app: FastAPI) -> None:
    """Handle every error of an application here."""
    app.add_exception_handler(NotModifiedError, _answer_not_modified)
    for kind in (HotlineError, RequestValidationError, HTTPException, SQLAlchemyError, Exception):
        app.add_exception_handler(kind, answer_problem)


def _answer_not_modified(_request: Request, error: Exception) -> Response:
    etag = error.etag if isinstance(error, NotModifiedError) else ""
    return Response(status_code=304, headers={"ETag": etag})


def _problem_of_error(request: Request, error: HotlineError) -> Problem:
    say = reader_of(request)
    for cls, status, kind in _KINDS:
        if isinstance(error, cls):
            detail = say.error(error)
            retry = getattr(error, "retry_seconds", ENGINE_RETRY_SECONDS if status == 503 else None)  # noqa: PLR2004
            blamed = error.field if isinstance(error, InvalidError) else ""
            errors = [{"field": blamed, "detail": detail}] if blamed else []
            return Problem(status, kind, say.gettext(TITLES[status]), detail, retry, errors)
    return _plain(request, 500)


def _field_error(say: Reader, found: ErrorDetails) -> str:
    names = [part for part in found["loc"][1:] if isinstance(part, str)]
    if not names:
        return say.gettext(SENTENCES[400])
    return say.say(sentence_of(found), what=names[-1], **bounds_of(found))


def _plain(request: Request, status: int, errors: list[dict[str, str]] | None = None) -> Problem:
    say = reader_of(request)
    title = say.gettext(TITLES.get(status, TITLES[400 if status < 500 else 500]))  # noqa: PLR2004
    detail = say.gettext(SENTENCES.get(status, title))
    retry = DATABASE_RETRY_SECONDS if status == 503 else None  # noqa: PLR2004
    return Problem(status, f"http-{status}", title, detail, retry, errors or [])


def _field_errors(request: Request, error: RequestValidationError) -> list[dict[str, str]]:
    """Name each wrong field; the sent value is never repeated, because it may be a secret."""
    say = reader_of(request)
    return [
        {
            "field": ".".join(str(part) for part in found["loc"][1:]),
            "detail": _field_error(say, found),
        }
        for found in error.errors()
    ]
