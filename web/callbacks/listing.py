"""The list of callbacks."""

from urllib.parse import quote

from markupsafe import Markup
from sqlalchemy.orm import Session

from acd.callback import CallbackState
from acd.callbacks import store
from acd.callbacks.question import CallbackFilter, CallbackQuestion
from crm.people.rights import Right
from crm.sql.page import Page
from web.callbacks.shapes import CallbackShape
from web.callbacks.views import callback_reach, is_later, show_callbacks
from web.callbacks.words import FILTERED, TONES, WANTED
from web.calls.views import address_of_call
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import (
    Column,
    Export,
    FileColumn,
    Filter,
    FilterKind,
    Listing,
    ListQuery,
    Sum,
)
from web.kit.listing.rows import escaped
from web.kit.listing.table import Button, Cell, Option
from web.kit.listing.usual import text_column, time_column
from web.kit.settings_cache import vocabulary

BY_STATE = "state"
"""The order in which those that are not over come first."""

CANCEL_QUESTION = N_("Cancel this callback? The customer will not be called.")


def _question(session: Session, query: ListQuery) -> CallbackQuestion:
    """Ask for what the permission reaches: that of the page, or that of the exported file."""
    wanted = CallbackFilter(
        states=WANTED.get(query.text("state"), frozenset()),
        queue=query.text("queue"),
        number=query.text("number"),
        customer=query.text("customer"),
        since=query.time("from"),
        until=query.time("to"),
    )
    reach = callback_reach(session, query.who, query.right or Right.CALLS_SEE)
    return CallbackQuestion(wanted, reach, open_first=query.sort == BY_STATE)


def _fetch(session: Session, query: ListQuery) -> Page[CallbackShape]:
    page = store.callbacks(
        session,
        _question(session, query),
        newest_first=query.descending is not (query.sort == BY_STATE),
        limit=query.limit,
        cursor=query.cursor,
    )
    shown = show_callbacks(session, query.reader, query.who, page.items)
    return Page(tuple(shown), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return store.count_callbacks(session, _question(session, query))


def _sums(session: Session, query: ListQuery) -> list[Sum]:
    found = store.sum_callbacks(session, _question(session, query))
    if not found.count:
        return []
    sums = (
        (N_("Callbacks"), found.count),
        (N_("Not over"), found.open),
        (N_("Customer reached"), found.done),
        (N_("Not reached"), found.failed),
        (N_("Tries"), found.calls),
    )
    return [Sum(label, query.reader.number(value), value) for label, value in sums]


def _queues(session: Session, query: ListQuery) -> list[Option]:
    names = vocabulary(session).queue_names(query.reader.language)
    return [Option(key, name) for key, name in names.items()]


def _number(one: CallbackShape, reader: Reader) -> Cell:
    customer = one.customer.id if one.customer else None
    name = one.customer.name if one.customer else ""
    return Cell(reader.phone(one.number), note=name, phone=one.number, customer=customer)


def _state(one: CallbackShape, reader: Reader) -> Cell:
    since = reader.say(N_("since {time}"), time=reader.time(one.waiting_since))
    if one.due_at is not None and is_later(one):
        since = reader.say(N_("not before {time}"), time=reader.moment(one.due_at))
    notes = (since if _waits(one) else "", one.reason_name)
    note = " · ".join(filter(None, notes))
    return Cell(one.state_name, badge=TONES[one.state], note=note)


def tries_text(one: CallbackShape, reader: Reader) -> str:
    """Say how often the customer was called, of how many times at most."""
    return reader.say(
        N_("{done} of {most}"), done=reader.number(one.tries), most=reader.number(one.tries_most)
    )


def _calls(one: CallbackShape, reader: Reader) -> Cell:
    """Link to the calls that the reader may see: the one that asked, and the last one made."""
    named = ((one.asking_call, N_("Request")), (one.made_call, N_("Callback")))
    links = [
        f'<a href="{escaped(address_of_call(id_))}">{escaped(reader.gettext(name))}</a>'
        for id_, name in named
        if id_ is not None
    ]
    return Cell(html=Markup(" · ".join(links)))  # noqa: S704 - every part is escaped


def _cancel(one: CallbackShape, reader: Reader) -> Cell:
    if not one.cancelable:
        return Cell()
    button = Button(
        reader.gettext(N_("Do not call back")),
        f"/callbacks/{quote(one.id, safe='')}/cancel",
        confirm=reader.gettext(CANCEL_QUESTION),
        danger=True,
        name="cancel-callback",
    )
    return Cell(button=button)


def _agent(one: CallbackShape) -> str:
    return one.agent.name if one.agent else ""


def _waits(one: CallbackShape) -> bool:
    return one.state in {CallbackState.WAITING, CallbackState.CALLING}


FILE: tuple[FileColumn[CallbackShape], ...] = (
    FileColumn(N_("Requested at"), lambda one, _: one.asked_at),
    FileColumn(N_("Phone number"), lambda one, _: one.number),
    FileColumn(N_("Customer"), lambda one, _: one.customer.name if one.customer else ""),
    FileColumn(N_("Queue"), lambda one, _: one.queue_name),
    FileColumn(N_("Waiting since"), lambda one, _: one.waiting_since),
    FileColumn(N_("Not before"), lambda one, _: one.due_at),
    FileColumn(N_("State"), lambda one, _: one.state_name),
    FileColumn(N_("Reason"), lambda one, _: one.reason_name),
    FileColumn(N_("Tries"), lambda one, _: one.tries),
    FileColumn(N_("Agent"), lambda one, _: _agent(one)),
    FileColumn(N_("Note"), lambda one, _: one.note),
    FileColumn(N_("Over at"), lambda one, _: one.over_at),
    FileColumn(N_("Call that asked"), lambda one, _: one.id),
    FileColumn(N_("Call to the customer"), lambda one, _: one.made_call or ""),
)
CALLBACKS: Listing[CallbackShape] = Listing(
    name="callbacks",
    url="/callbacks",
    title=N_("Callbacks"),
    note=N_("Customers who hung up, keep their place in the queue, and are called at their turn."),
    right=Right.CALLS_SEE,
    fetch=_fetch,
    count=_count,
    sums=_sums,
    counted_most=store.COUNTED,
    sort=BY_STATE,
    columns=(
        time_column("asked", N_("Requested at"), lambda one: one.asked_at, "asked", required=True),
        Column("number", N_("Customer"), _number),
        Column("state", N_("State"), _state, BY_STATE),
        text_column("queue", N_("Queue"), lambda one: one.queue_name),
        time_column(
            "since",
            N_("Waiting since"),
            lambda one: one.waiting_since if _waits(one) and not is_later(one) else None,
            shown=False,
        ),
        time_column("due", N_("Not before"), lambda one: one.due_at, shown=False),
        Column("tries", N_("Tries"), tries_text, align="end"),
        text_column("agent", N_("Agent"), _agent),
        Column("calls", N_("Calls"), _calls, in_file=False),
        Column("do", N_("Cancel"), _cancel, in_file=False),
        text_column("note", N_("Note"), lambda one: one.note, shown=False),
        time_column("over", N_("Over at"), lambda one: one.over_at, shown=False),
    ),
    filters=(
        Filter("state", N_("State"), FilterKind.CHOICE, FILTERED),
        Filter("queue", N_("Queue"), FilterKind.CHOICE, _queues),
        Filter("number", N_("Phone number"), placeholder=N_("Contains digits"), longest=64),
        Filter("customer", N_("Customer")),
        Filter("from", N_("From"), FilterKind.SINCE, longest=40),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/callbacks/{quote(one.id, safe='')}",
    export=Export(FILE, action="callbacks.exported", thing="callbacks", right=Right.CALLS_EXPORT),
    add_url="/callbacks/new",
    add_label=N_("Add callback"),
    add_right=Right.MONITOR_CONTROL,
    empty=N_("There are no callbacks."),
    empty_icon="phone-calling",
)
