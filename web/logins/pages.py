"""The login log, and who is signed in now."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import InvalidError, MissingError
from crm.people.person import LoginResult, SignedIn
from crm.people.presence.store import LoginFilter, logins
from crm.people.rights import Right
from web.kit.audit import note
from web.kit.export import AskedForm, export
from web.kit.i18n import N_, Reader
from web.kit.log_table import PIECE, Log, Narrowing, every, show
from web.kit.posted import read_posted
from web.kit.request import context_of, reader_of
from web.kit.table import Action, Cell, Column, Option, Row, Table, read_list
from web.logins.api import (
    LoginReader,
    PeopleKeeper,
    end_one,
    login_filter,
    show_logins,
    show_present,
)
from web.logins.shapes import LoginQuery, LoginShape, PresentShape
from web.logins.words import LOGIN_RESULTS, SESSION_KINDS
from web.people import actions

router = APIRouter(prefix="/logins")
TONES = {
    LoginResult.SIGNED_IN: "ready",
    LoginResult.SIGNED_OUT: "out",
    LoginResult.LINK_ASKED: "out",
    LoginResult.LINK_USED: "ready",
}
FIELDS = ("q", "user", "address", "result", "from", "to")
LOG = Log(
    name="logins",
    title=N_("Login log"),
    icon="login",
    columns=(
        Column("at", N_("When"), required=True),
        Column("login", N_("Login as typed")),
        Column("user", N_("User")),
        Column("result", N_("Result")),
        Column("address", N_("Address")),
    ),
    narrowed_by=(
        Narrowing("q", N_("Login")),
        Narrowing("result", N_("Result"), "select"),
        Narrowing("address", N_("Address")),
        Narrowing("from", N_("From"), "date"),
        Narrowing("to", N_("To"), "date"),
    ),
)


@router.get("")
def logins_page(request: Request, who: LoginReader) -> Response:
    """Show who came and who tried to, newest first."""
    context, reader = context_of(request), reader_of(request)
    state = read_list(request, who, LOG.name, LOG.heads(reader))
    wanted, error = _wanted(request, reader)
    with context.database.begin() as session:
        page = logins(session, wanted, limit=state.limit, cursor=state.cursor or None)
        lines = show_logins(session, reader, page.items)
    rows = [_row(reader, place, one) for place, one in enumerate(lines)]
    options = {"result": [Option(key, reader.gettext(name)) for key, name in LOGIN_RESULTS.items()]}
    table = LOG.table(request, state, rows, page.next, error=error, options=options)
    return show(request, "logins.html", table, error, tabs=_tabs(reader, who, "/logins"))


@router.get("/export")
def export_logins(request: Request, who: LoginReader, form: AskedForm = "csv") -> Response:
    """Give the log as a file; that it was taken is noted."""
    context, reader = context_of(request), reader_of(request)
    wanted, error = _wanted(request, reader)
    if error:
        raise error
    with context.database.begin() as session:
        title = reader.gettext(LOG.title)
        lines = _lines(session, reader, wanted)
        answer = export(request, LOG.name, title, LOG.heads(reader), lines, form)
        note(session, request, who, "logins.exported", "login_log", 0, {}, {"format": form})
    return answer


@router.get("/now")
def present_page(request: Request, who: PeopleKeeper) -> Response:
    """Show who is signed in now."""
    context, reader = context_of(request), reader_of(request)
    say = reader.gettext
    columns = [
        Column("name", say(N_("Name")), required=True),
        Column("login", say(N_("Login"))),
        Column("kind", say(N_("By"))),
        Column("address", say(N_("Address"))),
        Column("agent", say(N_("Browser")), shown=False),
        Column("since", say(N_("Since"))),
        Column("seen", say(N_("Last seen"))),
    ]
    sentence = say(N_("End the chosen sessions? A call that goes on is not cut."))
    state = read_list(request, who, "present", columns)
    with context.database.begin() as session:
        found = show_present(session)
    table = Table(
        name="present",
        url="/logins/now",
        title=say(N_("Signed in now")),
        columns=columns,
        rows=[_present_row(reader, one) for one in found],
        total=len(found),
        actions=[Action("end", say(N_("End session")), "/logins/now/end", "logout", sentence)],
    ).as_asked(state)
    shown = {"table": table, "tabs": _tabs(reader, who, "/logins/now")}
    return context.pages.page(request, "logins.html", shown)


@router.post("/now/end")
async def end_sessions(request: Request, who: PeopleKeeper) -> Response:
    """End the sessions that were chosen, all or none; their live pages close at once."""
    ids = (await read_posted(request)).ids("ids")
    return await run_in_threadpool(_end, request, who, ids)


def _end(request: Request, who: SignedIn, ids: Sequence[int]) -> Response:
    with context_of(request).database.begin() as session:
        for opened in sorted(set(ids)):
            # One that ended by itself since the list was read is no reason to keep the others.
            with suppress(MissingError):
                end_one(session, request, who, opened)
    actions.shut(request, ids)
    return RedirectResponse("/logins/now", 303)


def _wanted(request: Request, reader: Reader) -> tuple[LoginFilter, InvalidError | None]:
    asked = {name: request.query_params.get(name, "") for name in FIELDS}
    good = asked["user"].isdecimal() and len(asked["user"]) < 19  # noqa: PLR2004 - fits a bigint
    asked["user"] = asked["user"] if good else "0"
    cut = {name: value[:40] for name, value in asked.items()}
    try:
        return login_filter(LoginQuery.model_validate(cut), reader), None
    except InvalidError as error:
        return LoginFilter(), error


def _row(reader: Reader, place: int, line: LoginShape) -> Row:
    person = line.user
    cells = {
        "at": Cell(reader.moment(line.at)),
        "login": Cell(line.login),
        "user": Cell(person.name, f"/logins?user={person.id}") if person else Cell(),
        "result": Cell(line.result_name, badge=TONES.get(LoginResult(line.result), "danger")),
        "address": Cell(line.address),
    }
    return Row(place, cells)


def _present_row(reader: Reader, one: PresentShape) -> Row:
    cells = {
        "name": Cell(one.user.name, f"/users/{one.user.id}"),
        "login": Cell(one.login),
        "kind": Cell(reader.gettext(SESSION_KINDS[one.kind])),
        "address": Cell(one.address),
        "agent": Cell(one.user_agent),
        "since": Cell(reader.moment(one.created_at)),
        "seen": Cell(reader.moment(one.seen_at)),
    }
    return Row(one.id, cells)


def _lines(session: Session, reader: Reader, wanted: LoginFilter) -> Iterator[list[object]]:
    for one in every(
        lambda cursor: logins(session, wanted, limit=PIECE, cursor=cursor),
        lambda found: show_logins(session, reader, found),
    ):
        person = one.user.name if one.user else ""
        yield [one.at, one.login, person, one.result_name, one.address]


def _tabs(reader: Reader, who: SignedIn, here: str) -> list[dict[str, Any]]:
    tabs = [("/logins", N_("Login log"), Right.LOGINS_SEE)]
    tabs += [("/logins/now", N_("Signed in now"), Right.PEOPLE_MANAGE)]
    return [
        {"url": url, "label": reader.gettext(label), "current": url == here}
        for url, label, right in tabs
        if who.may(right)
    ]
