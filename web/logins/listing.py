"""The lists of the login log and of the open sessions."""

from sqlalchemy.orm import Session

from crm.kernel.names import sort_key
from crm.people.presence.store import LoginFilter, logins, present
from crm.people.rights import Right
from crm.sql.page import Page
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import (
    Column,
    Export,
    Filter,
    FilterKind,
    Listing,
    ListQuery,
)
from web.kit.listing.table import Action, Cell
from web.kit.listing.usual import name_column, search, text_column, time_column
from web.logins.shapes import LoginShape, PresentShape
from web.logins.views import result_cell, show_logins, show_present
from web.logins.words import LOGIN_RESULTS, SESSION_KINDS
from web.people.directory import user_option


def _logins(session: Session, query: ListQuery) -> Page[LoginShape]:
    wanted = LoginFilter(
        text=query.text("q"),
        user=query.id("user"),
        address=query.text("address"),
        result=query.text("result"),
        since=query.time("from"),
        until=query.time("to"),
    )
    page = logins(
        session, wanted, newest_first=query.descending, limit=query.limit, cursor=query.cursor
    )
    return Page(tuple(show_logins(session, query.reader, page.items)), page.next)


def _user(one: LoginShape, _reader: Reader) -> Cell:
    person = one.user
    return Cell(person.name, f"/logins?user={person.id}") if person else Cell()


LOGINS: Listing[LoginShape] = Listing(
    name="logins",
    url="/logins",
    title=N_("Sign-in log"),
    note=N_("Sign-in attempts"),
    right=Right.LOGINS_SEE,
    fetch=_logins,
    sort="-at",
    columns=(
        time_column("at", N_("When"), lambda one: one.at, "at", required=True),
        text_column("login", N_("Username entered"), lambda one: one.login),
        Column("user", N_("User"), _user),
        Column("result", N_("Result"), result_cell),
        text_column("address", N_("IP address"), lambda one: one.address),
    ),
    filters=(
        Filter("q", N_("Username"), longest=64),
        Filter("user", N_("User"), FilterKind.ID, user_option, only_used=True),
        Filter("result", N_("Result"), FilterKind.CHOICE, LOGIN_RESULTS),
        Filter("address", N_("IP address"), longest=200),
        Filter("from", N_("From"), FilterKind.SINCE, longest=40),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
    ),
    export=Export(action="logins.exported", thing="login_log"),
    empty_icon="login",
)


def _present(session: Session, _query: ListQuery) -> list[PresentShape]:
    return [show_present(one) for one in present(session, now())]


PRESENT: Listing[PresentShape] = Listing(
    name="present",
    url="/logins/now",
    title=N_("Active sessions"),
    note=N_("Sign-in attempts"),
    right=Right.PEOPLE_MANAGE,
    rows=_present,
    columns=(
        Column(
            "name",
            N_("Full name"),
            lambda one, _: Cell(one.user.name, f"/users/{one.user.id}"),
            order=lambda one: sort_key(one.user.name),
            required=True,
        ),
        text_column("login", N_("Username"), lambda one: one.login),
        name_column("kind", N_("Type"), lambda one: one.kind, SESSION_KINDS),
        text_column("address", N_("IP address"), lambda one: one.address),
        text_column("agent", N_("Browser"), lambda one: one.user_agent, shown=False),
        time_column("since", N_("Since"), lambda one: one.created_at),
        time_column("seen", N_("Last seen"), lambda one: one.seen_at),
    ),
    filters=(
        search(),
        Filter("kind", N_("Type"), FilterKind.CHOICE, SESSION_KINDS, of=lambda one: one.kind.value),
    ),
    row_id=lambda one: one.id,
    actions=(
        Action(
            "end",
            N_("Sign out"),
            "/logins/now/end",
            "logout",
            N_("Sign out the selected sessions? Calls in progress are not cut off."),
        ),
    ),
)
