"""The list of calls as a table and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup
from sqlalchemy.orm import Session

from acd.store import agents
from crm.calls.question import CallFilter, Order
from crm.calls.record import CallRecord
from crm.calls.search import store as search
from crm.customers.store import customer_names
from crm.errors import InvalidError
from crm.people.rights import Reach
from web.api.bodies import CallQuery
from web.api.shapes import CallShape
from web.desk import queue_names
from web.i18n import N_, Reader, duration, named
from web.names import DIRECTIONS, RESULTS
from web.table import Cell, Column, Filter, ListState, Option, Row
from web.views import Words, show_call, words

PIECE = 500  # calls that are read at once for a file
# The place of a line that scripts look for; the address in it is quoted by `show_call`.
_BEGAN = Markup(
    '<span data-testid="call-row" data-call="{id}">'
    '<a class="cell-link" href="{url}">{at}</a></span>'
)
_RESULT = Markup('<span class="badge result-badge" data-result="{result}">{name}</span>{outcome}')
_OUTCOME = Markup('<div class="cell-note text-secondary">{name}</div>')


def columns(reader: Reader) -> list[Column]:
    """Name the columns."""
    say = reader.gettext
    return [
        Column("began", say(N_("Began")), sort="began", required=True),
        Column("caller", say(N_("Caller"))),
        Column("called", say(N_("Called number")), shown=False),
        Column("direction", say(N_("Direction")), shown=False),
        Column("result", say(N_("Result"))),
        Column("queue", say(N_("Queue"))),
        Column("agent", say(N_("Agent"))),
        Column("waited", say(N_("Waited")), sort="waited", align="end"),
        Column("talked", say(N_("Talked")), sort="talked", align="end"),
        Column("held", say(N_("Time on hold")), align="end", shown=False),
        Column("recording", say(N_("Recording"))),
    ]


def filters(
    session: Session, reader: Reader, query: CallQuery, seen: Reach, error: InvalidError | None
) -> list[Filter]:
    """Make the filters with what was typed, and what is wrong about it."""
    say = reader.gettext
    part = say(N_("Part of a number"))
    found = [
        Filter("caller", say(N_("Caller")), value=query.caller, placeholder=part),
        Filter("called", say(N_("Called number")), value=query.called, placeholder=part),
        _choice("result", say(N_("Result")), RESULTS, reader, query.result),
        _choice("direction", say(N_("Direction")), DIRECTIONS, reader, query.direction),
        Filter(
            "queue",
            say(N_("Queue")),
            kind="select",
            options=[Option(key, name) for key, name in queue_names(session, reader).items()],
            value=query.queue,
        ),
        Filter("from", say(N_("From")), kind=_kind(query.since), value=query.since),
        Filter("to", say(N_("To")), kind=_kind(query.until), value=query.until),
    ]
    theirs = sorted((one.name, str(one.id)) for one in agents(session) if seen.holds(one.id))
    if len(theirs) > 1:
        options = [Option(id_, name) for name, id_ in theirs]
        label = say(N_("Agent"))
        found.insert(5, Filter("agent", label, "select", options, value=query.agent))
    if query.customer.isdecimal() and len(query.customer) < 19:  # noqa: PLR2004 - bigint
        # Nobody looks for a customer in a list of all; one gets here from his page.
        names = customer_names(session, [int(query.customer)])
        options = [Option(str(id_), name) for id_, name in names.items()]
        found.append(Filter("customer", say(N_("Customer")), "select", options, query.customer))
    if error is None:
        return found
    return [_blamed(one, reader, error) for one in found]


def row(call: CallRecord, known: Words) -> Row:
    """Show a call as a line."""
    shown, reader = show_call(call, known), known.reader
    outcome = _OUTCOME.format(name=shown.outcome_name) if shown.outcome_name else ""
    cells = {
        "began": Cell(
            html=_BEGAN.format(id=shown.id, url=shown.url, at=reader.moment(shown.started_at))
        ),
        "caller": Cell(
            reader.phone(shown.caller), note=shown.customer.name if shown.customer else ""
        ),
        "called": Cell(reader.phone(shown.called)),
        "direction": Cell(_direction(reader, shown)),
        "result": Cell(
            html=_RESULT.format(result=shown.result, name=shown.result_name, outcome=outcome)
        ),
        "queue": Cell(shown.queue_name),
        "agent": Cell(shown.agent.name if shown.agent else ""),
        "waited": Cell(duration(shown.wait_seconds)),
        "talked": Cell(duration(shown.talk_seconds)),
        "held": Cell(duration(shown.hold_seconds)),
        "recording": _sound(reader, shown),
    }
    return Row(shown.id, cells)


def heads(reader: Reader) -> list[str]:
    """Name the columns of the file; times are in seconds, for those who reckon with them."""
    say = reader.gettext
    return [
        say(N_("Began")),
        say(N_("Ended at")),
        say(N_("Direction")),
        say(N_("Caller")),
        say(N_("Called number")),
        say(N_("Customer")),
        say(N_("Result")),
        say(N_("Outcome")),
        say(N_("Queue")),
        say(N_("Agent")),
        say(N_("Waited (seconds)")),
        say(N_("Talked (seconds)")),
        say(N_("On hold (seconds)")),
        say(N_("Call id")),
    ]


def exported(
    session: Session, reader: Reader, wanted: CallFilter, seen: Reach, state: ListState
) -> Iterator[Sequence[object]]:
    """Read all calls that match, piece by piece."""
    cursor: str | None = None
    while True:
        page = search.calls(
            session,
            wanted,
            seen,
            order=Order(state.sort),
            descending=state.descending,
            limit=PIECE,
            cursor=cursor,
        )
        known = words(session, reader, page.items)
        for call in page.items:
            yield _line(reader, show_call(call, known))
        session.expunge_all()
        if not (cursor := page.next):
            return


def _line(reader: Reader, shown: CallShape) -> Sequence[object]:
    return (
        shown.started_at,
        shown.ended_at,
        _direction(reader, shown),
        shown.caller,
        shown.called,
        shown.customer.name if shown.customer else "",
        shown.result_name,
        shown.outcome_name,
        shown.queue_name,
        shown.agent.name if shown.agent else "",
        round(shown.wait_seconds, 1),
        round(shown.talk_seconds, 1),
        round(shown.hold_seconds, 1),
        shown.id,
    )


def _direction(reader: Reader, shown: CallShape) -> str:
    return reader.gettext(DIRECTIONS.get(shown.direction, ""))


def _sound(reader: Reader, shown: CallShape) -> Cell:
    if shown.recording:
        return Cell(icon="volume", url=shown.url, title=reader.gettext(N_("Recording")))
    if shown.recording_failed:
        title = reader.gettext(N_("The talk was not recorded."))
        return Cell(icon="alert-triangle", title=title)
    return Cell()


def _choice(name: str, label: str, names: Mapping[str, str], reader: Reader, value: str) -> Filter:
    options = [Option(key, word) for key, word in named(reader, names).items()]
    return Filter(name, label, "select", options, value=value)


def _kind(typed: str) -> str:
    return "datetime" if "T" in typed else "date"


def _blamed(one: Filter, reader: Reader, error: InvalidError) -> Filter:
    return replace(one, error=reader.error(error)) if one.name == error.field else one
