"""The list of users, and the list of one user's open sessions."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from crm.people.directory.store import UserFilter, UserOrder, count, find
from crm.people.groups.group import in_tree
from crm.people.groups.store import groups
from crm.people.presence.store import present
from crm.people.rights import Right
from crm.people.roles.store import roles
from crm.people.store import user_by_id
from crm.sql.page import Page
from web.groups.actions import INDENT
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Export, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Action, Cell, Option
from web.kit.listing.usual import (
    STATES,
    name_column,
    search,
    state_column,
    text_column,
    time_column,
)
from web.logins.shapes import PresentShape
from web.logins.views import show_present
from web.logins.words import SESSION_KINDS
from web.people.actions import show_files
from web.people.shapes import AgentShape, UserFile
from web.people.words import OUTBOUND


def _filter(query: ListQuery) -> UserFilter:
    enabled = {"on": True, "off": False, "true": True, "false": False}
    return UserFilter(
        text=query.text("q"),
        role=query.id("role"),
        group=query.id("group"),
        enabled=enabled.get(query.text("state") or query.text("enabled")),
        order=UserOrder(query.sort),
        descending=query.descending,
    )


def _fetch(session: Session, query: ListQuery) -> Page[UserFile]:
    page = find(session, _filter(query), limit=query.limit, cursor=query.cursor)
    return Page(tuple(show_files(session, query.reader, page.items)), page.next)


def _roles(session: Session, query: ListQuery) -> list[Option]:
    return [Option(str(one.id), one.name(query.reader.language)) for one in roles(session)]


def _groups(session: Session, _query: ListQuery) -> list[Option]:
    return [
        Option(str(one.id), INDENT * depth + one.name) for depth, one in in_tree(groups(session))
    ]


def _of_agent(
    show: Callable[[AgentShape, Reader], str],
) -> Callable[[UserFile, Reader], str]:
    """Make a cell that is empty for users who take no calls."""
    return lambda one, reader: show(one.agent, reader) if one.agent else ""


def _extension(one: UserFile, _reader: Reader) -> Cell:
    extension = one.agent.extension if one.agent else ""
    return Cell(extension, phone=extension)


def _outbound(one: AgentShape, reader: Reader) -> str:
    limit = reader.gettext(OUTBOUND[one.outbound])
    if one.outbound_until is None:
        return limit
    until = reader.moment(one.outbound_until)
    return reader.say(N_("{limit}, until {until}"), limit=limit, until=until)


def _caller_number(one: AgentShape, reader: Reader) -> str:
    return reader.phone(one.caller_number) if one.caller_number else ""


USERS: Listing[UserFile] = Listing(
    name="users",
    url="/users",
    title=N_("Users"),
    note=N_("Manage accounts. Users can be deactivated, not deleted."),
    right=Right.PEOPLE_MANAGE,
    fetch=_fetch,
    count=lambda session, query: count(session, _filter(query)),
    sort="name",
    columns=(
        text_column("name", N_("Full name"), lambda one: one.name, "name", required=True),
        text_column("login", N_("Username"), lambda one: one.login, "login"),
        text_column("role", N_("Role"), lambda one: one.role.name, "role"),
        Column(
            "groups",
            N_("Groups"),
            lambda one, reader: reader.joined(group.name for group in one.groups),
        ),
        Column("extension", N_("Extension"), _extension),
        Column(
            "queues",
            N_("Queues"),
            _of_agent(lambda one, reader: reader.joined(one.queues)),
            shown=False,
        ),
        Column(
            "outbound",
            N_("Outbound permission"),
            _of_agent(_outbound),
            shown=False,
        ),
        Column("caller_number", N_("Caller ID"), _of_agent(_caller_number), shown=False),
        text_column("email", N_("Email"), lambda one: one.email, shown=False),
        time_column("seen", N_("Last seen"), lambda one: one.seen_at, "seen"),
        state_column(lambda one: one.enabled),
    ),
    filters=(
        Filter("q", N_("Search"), placeholder=N_("Name, username, email")),
        Filter("role", N_("Role"), FilterKind.ID, _roles),
        Filter("group", N_("Group"), FilterKind.ID, _groups),
        Filter("state", N_("State"), FilterKind.CHOICE, STATES),
        Filter(
            "enabled",
            N_("Active"),
            FilterKind.CHOICE,
            {"true": N_("Yes"), "false": N_("No")},
            only_used=True,
        ),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/users/{one.id}",
    row_off=lambda one: not one.enabled,
    actions=(
        Action("enable", N_("Activate"), "/users/enable", "check"),
        Action(
            "disable",
            N_("Deactivate"),
            "/users/disable",
            "x",
            N_("Deactivate the selected users? They are signed out at once."),
            danger=True,
        ),
    ),
    export=Export(action="users.exported", thing="users"),
    empty=N_("There are no users yet."),
    empty_icon="users",
    add_url="/users/new",
    add_label=N_("Add user"),
)


def _sessions(session: Session, query: ListQuery) -> list[PresentShape]:
    user = user_by_id(session, query.place_id("user"))
    return [show_present(one) for one in present(session, now(), user=user.id)]


SESSIONS: Listing[PresentShape] = Listing(
    name="user-sessions",
    url="/users/{user}",
    title=N_("Active sessions"),
    right=Right.PEOPLE_MANAGE,
    export_url="/users/{user}/sessions/export",
    rows=_sessions,
    columns=(
        time_column("seen", N_("Last seen"), lambda one: one.seen_at, required=True),
        name_column("kind", N_("Type"), lambda one: one.kind, SESSION_KINDS),
        text_column("address", N_("IP address"), lambda one: one.address),
        text_column("agent", N_("Browser"), lambda one: one.user_agent),
        time_column("since", N_("Since"), lambda one: one.created_at),
    ),
    filters=(
        search(),
        Filter("kind", N_("Type"), FilterKind.CHOICE, SESSION_KINDS, of=lambda one: one.kind.value),
    ),
    row_id=lambda one: one.id,
    empty_icon="login",
)
