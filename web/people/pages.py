"""Users: the list, the form, and what an administrator may do for or against somebody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import HotlineError
from crm.mail import store as outbox
from crm.people.directory.store import Order, UserFilter, count, find
from crm.people.groups.group import in_tree
from crm.people.groups.store import groups
from crm.people.person import SignedIn
from crm.people.presence.store import present
from crm.people.roles.store import roles
from web.kit.audit import note
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.editing import NotSaved, save, saved, state_cell, was_saved
from web.kit.export import AskedForm, export
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.log_table import PIECE, every
from web.kit.posted import Posted, read_posted
from web.kit.request import context_of, reader_of
from web.kit.table import Action, Cell, Column, Filter, ListState, Option, Row, Table, read_list
from web.people import actions
from web.people.api import PeopleKeeper
from web.people.forms import INDENT, entered_user, user_form
from web.people.shapes import UserChange, UserFile
from web.people.words import OUTBOUND

router = APIRouter(prefix="/users")
COLUMNS = (
    Column("name", N_("Name"), "name", required=True),
    Column("login", N_("Login"), "login"),
    Column("role", N_("Role"), "role"),
    Column("groups", N_("Groups")),
    Column("extension", N_("Extension")),
    Column("queues", N_("Queues"), shown=False),
    Column("outbound", N_("Calls out"), shown=False),
    Column("caller_number", N_("Default caller number"), shown=False),
    Column("email", N_("E-mail"), shown=False),
    Column("seen", N_("Last seen"), "seen"),
    Column("state", N_("State")),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A secret that is shown this once."""

    password: str = ""
    sip_user: str = ""
    sip_secret: str | None = None


@router.get("")
def users_page(request: Request, who: PeopleKeeper) -> Response:
    """List people, as the filter in the address says."""
    context, reader = context_of(request), reader_of(request)
    columns = _columns(reader)
    state = read_list(request, who, "users", columns, "name")
    wanted = _wanted(request, state)
    with context.database.begin() as session:
        page = find(session, wanted, limit=state.limit, cursor=state.cursor or None)
        files = actions.show_files(session, reader, page.items)
        table = Table(
            name="users",
            url="/users",
            title=reader.gettext(N_("Users")),
            columns=columns,
            rows=[_row(reader, one) for one in files],
            filters=_filters(session, request, reader),
            next=page.next,
            total=count(session, wanted),
            actions=_actions(reader),
            export_url="/users/export",
            empty=reader.gettext(N_("Nobody is here yet.")),
            empty_icon="users",
            add_url="/users/new",
            add_label=reader.gettext(N_("Add user")),
        ).as_asked(state)
    return context.pages.page(request, "users.html", {"table": table})


@router.get("/export")
def export_users(request: Request, who: PeopleKeeper, form: AskedForm = "csv") -> Response:
    """Give the list as a file; that it was taken is noted."""
    context, reader = context_of(request), reader_of(request)
    columns = _columns(reader)
    wanted = _wanted(request, read_list(request, who, "users", columns, "name"))
    with context.database.begin() as session:
        rows = _lines(session, reader, wanted)
        answer = export(request, "users", reader.gettext(N_("Users")), columns, rows, form)
        note(session, request, who, "users.exported", "users", 0, {}, {"format": form})
    return answer


@router.get("/new")
def new_user(request: Request, who: PeopleKeeper) -> Response:
    """Show the form for somebody new."""
    with context_of(request).database.begin() as session:
        form = user_form(session, reader_of(request), who, None, "")
    return _new_page(request, form, 200)


@router.post("/disable")
async def disable_chosen(request: Request, who: PeopleKeeper) -> Response:
    """Switch off all that were chosen in the list, or none of them."""
    ids = (await read_posted(request)).ids("ids")
    return await run_in_threadpool(_switch, request, who, ids, on=False)


@router.post("/enable")
async def enable_chosen(request: Request, who: PeopleKeeper) -> Response:
    """Switch on all that were chosen in the list, or none of them."""
    ids = (await read_posted(request)).ids("ids")
    return await run_in_threadpool(_switch, request, who, ids, on=True)


@router.post("")
async def add_user(request: Request, who: PeopleKeeper) -> Response:
    """Add somebody and show his first password, this once."""
    return await run_in_threadpool(_add, request, who, await read_posted(request))


@router.get("/{user}")
def user_page(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Show somebody's file as a form, and what can be done for him."""
    return _page(request, who, user)


@router.post("/{user}")
async def change_user(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Change somebody, unless another administrator was quicker."""
    return await run_in_threadpool(_change, request, who, user, await read_posted(request))


@router.post("/{user}/disable")
def disable_user(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Shut somebody out at once."""
    return _do(request, who, user, actions.disable, leaves=True)


@router.post("/{user}/enable")
def enable_user(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Let somebody in again."""
    return _do(request, who, user, actions.enable)


@router.post("/{user}/sessions-end")
def end_sessions(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """End all sessions of somebody."""
    return _do(request, who, user, actions.end_all)


@router.post("/{user}/second-factor-reset")
def reset_second_factor(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Let somebody in without his second factor."""
    return _do(request, who, user, actions.reset_second_factor)


@router.post("/{user}/password-link")
def send_link(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Mail somebody a link by which he sets his password."""
    return _do(request, who, user, actions.send_link)


@router.post("/{user}/password-reset")
def reset_password(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Make a new password for somebody and show it, this once."""
    try:
        with context_of(request).database.begin() as session:
            password, ended = actions.reset_password(session, request, who, user)
    except HotlineError as error:
        return _page(request, who, user, error=error)
    actions.shut(request, ended)
    return _page(request, who, user, told=Told(password))


def _add(request: Request, who: SignedIn, posted: Posted) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = user_form(session, reader, who, None, "")

        def write() -> actions.Hired:
            return actions.hire(session, request, who, entered_user(posted))

        hired = save(session, reader, form, posted, write)
        if isinstance(hired, NotSaved):
            return _new_page(request, form, hired.status)
        file = actions.show_file(session, reader, hired.user)
    extension = file.agent.extension if file.agent else ""
    told = Told(hired.password, extension, hired.sip_secret)
    return _page(request, who, hired.user, told=told)


def _change(request: Request, who: SignedIn, user: int, posted: Posted) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        file = actions.file_to_change(session, reader, user)
        form = user_form(session, reader, who, file, actions.version_of(file))

        def write() -> str | None:
            body = UserChange(**entered_user(posted).model_dump(exclude={"mail_link"}))
            return actions.change(session, request, who, user, body)

        secret = save(session, reader, form, posted, write)
        if isinstance(secret, NotSaved):
            return _show(session, request, who, file, form, status=secret.status)
        changed = actions.show_file(session, reader, user)
    gone = file.agent is not None and changed.agent is None
    actions.shut(request, (), [user] if gone else ())
    if secret and changed.agent:
        return _page(request, who, user, told=Told("", changed.agent.extension, secret))
    return saved(f"/users/{user}")


def _switch(request: Request, who: SignedIn, ids: list[int], *, on: bool) -> Response:
    ended: list[int] = []
    with context_of(request).database.begin() as session:
        for user in sorted(set(ids)):
            if on:
                actions.enable(session, request, who, user)
            else:
                ended += actions.disable(session, request, who, user)
    actions.shut(request, ended, () if on else ids)
    return RedirectResponse("/users", 303)


def _do(
    request: Request,
    who: SignedIn,
    user: int,
    what: Callable[[Session, Request, SignedIn, int], list[int] | None],
    *,
    leaves: bool = False,
) -> Response:
    try:
        with context_of(request).database.begin() as session:
            ended = what(session, request, who, user)
    except HotlineError as error:
        return _page(request, who, user, error=error)
    actions.shut(request, ended or (), [user] if leaves else ())
    return saved(f"/users/{user}")


def _page(
    request: Request,
    who: SignedIn,
    user: int,
    *,
    told: Told | None = None,
    error: HotlineError | None = None,
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        file = actions.show_file(session, reader, user)
        form = user_form(session, reader, who, file, actions.version_of(file))
        form.saved = was_saved(request)
        form.error = reader.error(error) if error else ""
        status = 200 if error is None else 409
        return _show(session, request, who, file, form, told=told, status=status)


def _show(  # noqa: PLR0913 - a page has these parts
    session: Session,
    request: Request,
    who: SignedIn,
    file: UserFile,
    form: Form,
    *,
    told: Told | None = None,
    status: int = 200,
) -> Response:
    context = context_of(request)
    shown = {
        "file": file,
        "form": form,
        "told": told,
        "own": file.id == who.user.id,
        "sessions": present(session, now(), user=file.id),
        "mailable": bool(file.email) and outbox.is_on(session),
    }
    return context.pages.page(request, "user.html", shown, status=status)


def _new_page(request: Request, form: Form, status: int) -> Response:
    shown: dict[str, Any] = {"file": None, "form": form, "told": None, "own": False, "sessions": []}
    return context_of(request).pages.page(request, "user.html", shown, status=status)


def _columns(reader: Reader) -> list[Column]:
    return [
        Column(one.key, reader.gettext(one.label), one.sort, one.align, one.shown, one.required)
        for one in COLUMNS
    ]


def _wanted(request: Request, state: ListState) -> UserFilter:
    asked = request.query_params
    return UserFilter(
        text=asked.get("q", "")[:100],
        role=_id(asked.get("role", "")),
        group=_id(asked.get("group", "")),
        enabled={"on": True, "off": False}.get(asked.get("state", "")),
        order=Order(state.sort or "name"),
        descending=state.descending,
    )


def _id(text: str) -> int | None:
    good = text.isascii() and text.isdecimal() and len(text) < 19  # noqa: PLR2004 - fits a bigint
    return int(text) if good else None


def _filters(session: Session, request: Request, reader: Reader) -> list[Filter]:
    say, asked = reader.gettext, request.query_params
    rolls = [Option(str(one.id), one.name(reader.language)) for one in roles(session)]
    tree = [
        Option(str(one.id), INDENT * depth + one.name) for depth, one in in_tree(groups(session))
    ]
    states = [Option("on", say(N_("Switched on"))), Option("off", say(N_("Switched off")))]
    return [
        Filter(
            "q",
            say(N_("Search")),
            value=asked.get("q", ""),
            placeholder=say(N_("Name, login, e-mail")),
        ),
        Filter("role", say(N_("Role")), "select", rolls, asked.get("role", "")),
        Filter("group", say(N_("Group")), "select", tree, asked.get("group", "")),
        Filter("state", say(N_("State")), "select", states, asked.get("state", "")),
    ]


def _actions(reader: Reader) -> list[Action]:
    say = reader.gettext
    sentence = say(N_("Switch off everybody you chose? Their sessions end at once."))
    return [
        Action("enable", say(N_("Switch on")), "/users/enable", "check"),
        Action("disable", say(N_("Switch off")), "/users/disable", "x", sentence, danger=True),
    ]


def _row(reader: Reader, file: UserFile) -> Row:
    cells = {
        "name": Cell(file.name),
        "login": Cell(file.login),
        "role": Cell(file.role.name),
        "groups": Cell(reader.joined(one.name for one in file.groups)),
        "email": Cell(file.email),
        "seen": Cell(reader.moment(file.seen_at)),
        "state": state_cell(reader, on=file.enabled),
    }
    if file.agent:
        cells |= {
            "extension": Cell(file.agent.extension),
            "queues": Cell(reader.joined(file.agent.queues)),
            "outbound": Cell(reader.gettext(OUTBOUND[file.agent.outbound])),
            "caller_number": Cell(
                reader.phone(file.agent.caller_number) if file.agent.caller_number else ""
            ),
        }
    return Row(file.id, cells, f"/users/{file.id}", disabled=not file.enabled)


def _lines(session: Session, reader: Reader, wanted: UserFilter) -> Iterator[list[object]]:
    for file in every(
        lambda cursor: find(session, wanted, limit=PIECE, cursor=cursor),
        lambda found: actions.show_files(session, reader, found),
    ):
        cells = _row(reader, file).cells
        text: dict[str, object] = {key: cell.text for key, cell in cells.items()}
        text["seen"] = file.seen_at
        yield [text.get(column.key, "") for column in COLUMNS]
