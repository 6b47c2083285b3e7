"""The tester of routes: a question, its answer, and the saved cases."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, InvalidError
from crm.people.person import SignedIn
from web.kit.bodies import IdPath
from web.kit.date_input import when
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import read_table
from web.kit.posted import SentForm, blame
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.routes import case_actions
from web.routes.api import RouteManager
from web.routes.case_shapes import CaseBody, RouteTestBody, RouteTestShape
from web.routes.forms import test_form
from web.routes.listing import ROUTE_CASES
from web.routes.words import BY, CAUSES, MESSAGE

router = APIRouter(prefix="/routes")
ASKED = ("called", "caller", "at")
PAGE = "/routes/test"

add_export(router, ROUTE_CASES, "/cases/export")


@router.get("/test")
def tester_page(request: Request, who: RouteManager) -> Response:
    """Show the tester; with a called number in the address also its answer."""
    asked = {name: request.query_params.get(name, "")[:40] for name in ASKED}
    with context_of(request).database.begin() as session:
        return _page(session, request, who, asked)


@router.post("/cases")
def add_case(request: Request, who: RouteManager, sent: SentForm) -> Response:
    """Save the question that was asked as a test case, with its answer as the expected one."""
    asked = {name: sent.one(name)[:40] for name in ASKED}
    with context_of(request).database.begin() as session:
        try:
            with session.begin_nested():
                body = CaseBody(
                    called=asked["called"],
                    caller=asked["caller"],
                    at=_time(asked["at"], reader_of(request)),
                    destination=sent.one("destination"),
                )
                case_actions.make_case(session, request, who, body)
        except (HotlineError, ValidationError) as error:
            return _page(session, request, who, asked, error)
    return done(PAGE, N_("Test case saved."))


@router.post("/cases/{case}")
def change_case(request: Request, case: IdPath, who: RouteManager, sent: SentForm) -> Response:
    """Expect the present result of a case from now on, or delete the case."""
    with context_of(request).database.begin() as session:
        if sent.one("do") == "accept":
            case_actions.accept_case(session, request, who, case)
            return done(PAGE, N_("Saved."))
        case_actions.remove_case(session, request, who, case)
    return done(PAGE, N_("Test case deleted."))


def _time(text: str, reader: Reader) -> datetime:
    return case_actions.moment(when(text, reader, "at"), reader)


def _page(
    session: Session,
    request: Request,
    who: SignedIn,
    asked: Mapping[str, str],
    error: Exception | None = None,
) -> Response:
    reader = reader_of(request)
    form, status, answer = test_form(session, reader, asked), 200, None
    if error is not None:
        status = blame(form, reader, error)
    elif asked["called"].strip():
        try:
            answer = _answer(session, request, asked)
        except InvalidError as wrong:
            status = blame(form, reader, wrong)
    table = read_table(session, request, who, ROUTE_CASES)
    shown = {
        "form": form,
        "answer": answer,
        "asked": asked,
        "hints": _hints(answer, reader) if answer else (),
        "kinds": {key: reader.gettext(word) for key, word in BY.items()},
        "table": table,
    }
    status = max(status, table.status)
    return context_of(request).pages.page(request, "route-test.html", shown, status=status)


def _answer(session: Session, request: Request, asked: Mapping[str, str]) -> RouteTestShape:
    at = _time(asked["at"], reader_of(request))
    body = RouteTestBody(called=asked["called"], caller=asked["caller"], at=at)
    answer = case_actions.test(session, request, body)
    if answer.decision is None:
        raise InvalidError(N_("Enter the called number."), "called")
    return answer


def _hints(answer: RouteTestShape, reader: Reader) -> list[str]:
    """Say what the destination alone does not."""
    found = answer.decision
    if found is None:
        return []
    said = [CAUSES.get(found.cause, "")] if found.cause else []
    said += [MESSAGE] if found.message else []
    return [reader.gettext(one) for one in said if one]
