"""The login log, and who is signed in now."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.errors import InvalidError, MissingError
from crm.people.person import LoginResult, SignedIn
from crm.people.presence.store import LoginFilter, logins
from crm.people.rights import Right
from web import staff
from web.api.logins import (
    LoginReader,
    PeopleKeeper,
    end_one,
    login_filter,
    show_logins,
    show_present,
)
from web.api.people_shapes import LoginQuery, LoginShape, PresentShape
from web.audit import note
from web.export import export
from web.i18n import N_, Reader
from web.pages.posted import read_posted
from web.people_names import LOGIN_RESULTS, SESSION_KINDS
from web.request import house_of, reader_of
from web.table import Action, Cell, Column, Filter, Option, Row, Table, read_list

router = APIRouter(prefix="/logins")
TONES = {LoginResult.SIGNED_IN: "ready", LoginResult.SIGNED_OUT: "out"}
FIELDS = ("q", "user", "address", "result", "from", "to")


@router.get("")
def logins_page(request: Request, who: LoginReader) -> Response:
    """Show who came and who tried to, newest first."""
    house, reader = house_of(request), reader_of(request)
    columns = _columns(reader)
    state = read_list(request, who, "logins", columns)
    wanted, error = _wanted(request, reader)
    with house.database.begin() as session:
        page = logins(session, wanted, limit=state.limit, cursor=state.cursor or None)
        lines = show_logins(session, reader, page.items)
    table = Table(
        name="logins",
        url="/logins",
        title=reader.gettext(N_("Login log")),
        columns=columns,
        rows=[_row(reader, place, one) for place, one in enumerate(lines)],
        filters=_filters(request, reader, error),
        next=page.next,
        export_url="/logins/export",
        empty_icon="login",
    ).as_asked(state)
    shown = {"table": table, "tabs": _tabs(reader, who, "/logins")}
    status = 422 if error else 200
    return house.pages.page(request, "logins.html", _begin(request) | shown, status=status)


@router.get("/export")
def export_logins(
    request: Request,
    who: LoginReader,
    form: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "csv",
) -> Response:
    """Give the log as a file; that it was taken is noted."""
    house, reader = house_of(request), reader_of(request)
    wanted, error = _wanted(request, reader)
    if error:
        raise error
    with house.database.begin() as session:
        title = reader.gettext(N_("Login log"))
        lines = _lines(session, reader, wanted)
        answer = export(request, "logins", title, _columns(reader), lines, form)
        note(session, request, who, "logins.exported", "login_log", 0, {}, {"format": form})
    return answer


@router.get("/now")
def present_page(request: Request, who: PeopleKeeper) -> Response:
    """Show who is signed in now."""
    house, reader = house_of(request), reader_of(request)
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
    with house.database.begin() as session:
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
    return house.pages.page(request, "logins.html", _begin(request) | shown)


@router.post("/now/end")
async def end_sessions(request: Request, who: PeopleKeeper) -> Response:
    """End the sessions that were chosen, all or none; their live pages close at once."""
    ids = (await read_posted(request)).ids("ids")
    return await run_in_threadpool(_end, request, who, ids)


def _end(request: Request, who: SignedIn, ids: Sequence[int]) -> Response:
    with house_of(request).database.begin() as session:
        for opened in sorted(set(ids)):
            # One that ended by itself since the list was read is no reason to keep the others.
            with suppress(MissingError):
                end_one(session, request, who, opened)
    staff.shut(request, ids)
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


def _columns(reader: Reader) -> list[Column]:
    say = reader.gettext
    return [
        Column("at", say(N_("When")), required=True),
        Column("login", say(N_("Login as typed"))),
        Column("user", say(N_("User"))),
        Column("result", say(N_("Result"))),
        Column("address", say(N_("Address"))),
    ]


def _filters(request: Request, reader: Reader, error: InvalidError | None) -> list[Filter]:
    say, asked = reader.gettext, request.query_params
    wrong = {error.field: reader.error(error)} if error else {}
    results = [Option(key, say(name)) for key, name in LOGIN_RESULTS.items()]

    def one(name: str, label: str, kind: str = "search", options: Sequence[Option] = ()) -> Filter:
        typed = asked.get(name, "")
        return Filter(name, say(label), kind, options, typed, error=wrong.get(name, ""))

    return [
        one("q", N_("Login")),
        one("result", N_("Result"), "select", results),
        one("address", N_("Address")),
        one("from", N_("From"), "date"),
        one("to", N_("To"), "date"),
    ]


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
    cursor: str | None = None
    while True:
        page = logins(session, wanted, limit=500, cursor=cursor)
        for one in show_logins(session, reader, page.items):
            person = one.user.name if one.user else ""
            yield [one.at, one.login, person, one.result_name, one.address]
        if not (cursor := page.next):
            return


def _tabs(reader: Reader, who: SignedIn, here: str) -> list[dict[str, Any]]:
    tabs = [("/logins", N_("Login log"), Right.LOGINS_SEE)]
    tabs += [("/logins/now", N_("Signed in now"), Right.PEOPLE_MANAGE)]
    return [
        {"url": url, "label": reader.gettext(label), "current": url == here}
        for url, label, right in tabs
        if who.may(right)
    ]


def _begin(request: Request) -> dict[str, Any]:
    return {"boot": house_of(request).pages.boot(request)}
