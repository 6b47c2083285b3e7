"""The list of lost calls."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from crm.lost_calls import store
from crm.lost_calls.lost_call import LostFilter, LostQuestion, LostState
from crm.people.rights import Right
from crm.sql.page import Page
from web.calls.words import RESULTS
from web.kit.i18n import N_, Reader, duration
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
from web.kit.listing.table import Action, Cell, Option
from web.kit.listing.usual import text_column, time_column
from web.kit.settings_cache import vocabulary
from web.lost_calls.shapes import LostCallShape
from web.lost_calls.views import owners, question, show_lost
from web.lost_calls.words import FILTERED, STATES, TODO, TONES

STILL_TO_DO = frozenset({LostState.OPEN, LostState.WORK})


def _filter(query: ListQuery) -> LostFilter:
    state = query.text("state")
    chosen = frozenset({LostState(state)}) if state in set(LostState) else frozenset()
    return LostFilter(
        states=STILL_TO_DO if state == TODO else chosen,
        queue=query.text("queue"),
        owner=query.id("owner"),
        number=query.text("number"),
        since=query.time("from"),
        until=query.time("to"),
    )


def _fetch(session: Session, query: ListQuery) -> Page[LostCallShape]:
    page = store.lost_calls(
        session,
        _question(session, query),
        newest_first=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_lost(session, query.reader, page.items)), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return store.count_lost(session, _question(session, query))


def _sums(session: Session, query: ListQuery) -> list[Sum]:
    found, reader = store.sum_lost(session, _question(session, query)), query.reader
    if not found.count:
        return []
    waited = round(found.waited_mean, 1)
    return [
        Sum(N_("Lost calls"), reader.number(found.count), found.count),
        Sum(N_("Tries"), reader.number(found.tries), found.tries),
        Sum(N_("Average longest wait"), duration(waited), waited, reader.gettext(N_("seconds"))),
        Sum(N_("Our calls since"), reader.number(found.called_back), found.called_back),
        Sum(N_("Reached"), reader.number(found.reached), found.reached),
    ]


def _question(session: Session, query: ListQuery) -> LostQuestion:
    """Ask for what the permission reaches: that of the page, or that of the exported file."""
    right = query.right or Right.CALLS_SEE
    return question(session, query.reader, query.who, _filter(query), right)


def _queues(session: Session, query: ListQuery) -> list[Option]:
    names = vocabulary(session).queue_names(query.reader.language)
    return [Option(key, name) for key, name in names.items()]


def _owners(session: Session, _query: ListQuery) -> list[Option]:
    return [Option(str(one.id), one.name) for one in owners(session)]


def _caller(one: LostCallShape, reader: Reader) -> Cell:
    name = one.customer.name if one.customer else ""
    return Cell(reader.phone(one.number), note=name, one_line=True)


def _state(one: LostCallShape, reader: Reader) -> Cell:
    by = one.reached_by.name if one.state is LostState.REACHED and one.reached_by else ""
    return Cell(reader.gettext(STATES[one.state]), badge=TONES[one.state], note=by)


def _reason(one: LostCallShape, reader: Reader) -> str:
    return reader.gettext(RESULTS[one.reason])


def _call_back(one: LostCallShape, reader: Reader) -> Cell:
    """Draw the button that dials the number and makes the reader the owner."""
    return Cell(html=call_back(one, reader))


def call_back(one: LostCallShape, reader: Reader) -> Markup:
    """Make the button, which only an agent with a connected phone sees."""
    if one.state not in STILL_TO_DO or not one.number.lstrip("+").isdecimal():
        return Markup("")
    label = escaped(reader.gettext(N_("Call back")))
    customer = f' data-customer="{one.customer.id}"' if one.customer else ""
    button = (
        f'<button type="button" class="btn btn-sm needs-phone" data-dial="{escaped(one.number)}"'
        f' data-shown="{escaped(reader.phone(one.number))}" data-lost="{escaped(one.id)}"{customer}'
        f' data-testid="call-back">{label}</button>'
    )
    return Markup(button)  # noqa: S704 - every part is escaped


def _owner(one: LostCallShape) -> str:
    return one.owner.name if one.owner else ""


FILE: tuple[FileColumn[LostCallShape], ...] = (
    FileColumn(N_("Last try"), lambda one, _: one.last_at),
    FileColumn(N_("First try"), lambda one, _: one.first_at),
    FileColumn(N_("Caller"), lambda one, _: one.number),
    FileColumn(N_("Customer"), lambda one, _: one.customer.name if one.customer else ""),
    FileColumn(N_("Queue"), lambda one, _: one.queue_name),
    FileColumn(N_("Reason"), _reason),
    FileColumn(N_("Longest wait (seconds)"), lambda one, _: round(one.waited_seconds, 1)),
    FileColumn(N_("Tries"), lambda one, _: one.tries),
    FileColumn(N_("Our calls since"), lambda one, _: one.called_back),
    FileColumn(N_("State"), lambda one, reader: reader.gettext(STATES[one.state])),
    FileColumn(N_("Owner"), lambda one, _: _owner(one)),
    FileColumn(N_("Reached at"), lambda one, _: one.reached_at),
    FileColumn(N_("Reached by"), lambda one, _: one.reached_by.name if one.reached_by else ""),
    FileColumn(N_("Note"), lambda one, _: one.note),
)
LOST_CALLS: Listing[LostCallShape] = Listing(
    name="lost_calls",
    url="/lost-calls",
    title=N_("Lost calls"),
    note=N_("Callers of the last 30 days who reached no agent, one row for a number and a day."),
    right=Right.CALLS_SEE,
    fetch=_fetch,
    count=_count,
    sums=_sums,
    counted_most=store.COUNTED,
    sort="-last",
    columns=(
        time_column("last", N_("Last try"), lambda one: one.last_at, "last", required=True),
        Column("caller", N_("Caller"), _caller),
        Column("state", N_("State"), _state),
        text_column("queue", N_("Queue"), lambda one: one.queue_name),
        Column("reason", N_("Reason"), _reason),
        Column(
            "waited",
            N_("Longest wait"),
            lambda one, _: duration(one.waited_seconds) if one.queue else "",
            align="end",
        ),
        Column("tries", N_("Tries"), lambda one, reader: reader.number(one.tries), align="end"),
        Column(
            "back",
            N_("Our calls since"),
            lambda one, reader: reader.number(one.called_back),
            align="end",
        ),
        text_column("owner", N_("Owner"), _owner),
        Column("do", N_("Call back"), _call_back, in_file=False),
        text_column("note", N_("Note"), lambda one: one.note),
        time_column("first", N_("First try"), lambda one: one.first_at, shown=False),
        time_column("reached", N_("Reached at"), lambda one: one.reached_at, shown=False),
    ),
    filters=(
        Filter("state", N_("State"), FilterKind.CHOICE, FILTERED),
        Filter("queue", N_("Queue"), FilterKind.CHOICE, _queues),
        Filter("owner", N_("Owner"), FilterKind.ID, _owners),
        Filter("number", N_("Caller"), placeholder=N_("Contains digits"), longest=64),
        Filter("from", N_("From"), FilterKind.SINCE, longest=40),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/lost-calls/{one.id}",
    actions=(Action("done", N_("Mark as done"), "/lost-calls/done", icon="check"),),
    export=Export(FILE, action="lost_calls.exported", thing="lost_calls", right=Right.CALLS_EXPORT),
    empty=N_("There are no lost calls."),
    empty_icon="phone-incoming",
)
