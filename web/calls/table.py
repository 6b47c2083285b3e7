"""The list of calls as a table and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup
from sqlalchemy.orm import Session

from acd.store import agent_names
from crm.calls.question import CallFilter, Order
from crm.calls.record import CallRecord
from crm.calls.search import store as search
from crm.customers.store import customer_names
from crm.dictionary.item import List
from crm.kernel.errors import InvalidError
from crm.people.rights import Reach
from web.calls.shapes import CallQuery, CallShape
from web.calls.views import Words, address_of_call, show_call, words
from web.calls.words import DIRECTIONS, RESULTS
from web.kit.i18n import N_, Reader, duration, named
from web.kit.rows import escaped
from web.kit.table import Cell, Column, Filter, ListState, Option, Row

PIECE = 500  # calls that are read at once for a file


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
    session: Session, known: Words, query: CallQuery, seen: Reach, error: InvalidError | None
) -> list[Filter]:
    """Make the filters with what was typed, and what is wrong about it."""
    reader = known.reader
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
            options=[Option(key, name) for key, name in known.queues.items()],
            value=query.queue,
        ),
        Filter("from", say(N_("From")), kind=_kind(query.since), value=query.since),
        Filter("to", say(N_("To")), kind=_kind(query.until), value=query.until),
    ]
    named_so = agent_names(session).items()
    theirs = sorted((name, str(id_)) for id_, name in named_so if seen.holds(id_))
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
    reader, url = known.reader, address_of_call(call.id)
    customer = known.customers.get(call.customer, "") if call.customer is not None else ""
    cells = {
        "began": Cell(html=_began(call.id, url, reader.moment(call.started_at))),
        "caller": Cell(reader.phone(call.caller), note=customer),
        "called": Cell(reader.phone(call.called)),
        "direction": Cell(_direction(reader, call.direction)),
        "result": Cell(html=_result(call, known)),
        "queue": Cell(known.queue(call.queue)),
        "agent": Cell(known.agent_name(call.agent)),
        "waited": Cell(duration(call.wait_seconds)),
        "talked": Cell(duration(call.talk_seconds)),
        "held": Cell(duration(call.hold_seconds)),
        "recording": _sound(reader, call, url),
    }
    return Row(call.id, cells)


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
        _direction(reader, shown.direction),
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


def _direction(reader: Reader, direction: str) -> str:
    return reader.gettext(DIRECTIONS.get(direction, ""))


# Scripts look for a line's call and result by these marks.
def _began(call: str, url: str, at: str) -> Markup:
    link = f'<a class="cell-link" href="{escaped(url)}">{escaped(at)}</a>'
    marked = f'<span data-testid="call-row" data-call="{escaped(call)}">{link}</span>'
    return Markup(marked)  # noqa: S704 - every part is escaped


def _result(call: CallRecord, known: Words) -> Markup:
    name = escaped(known.reader.gettext(RESULTS[call.result]))
    outcome = escaped(known.choice(List.OUTCOME, call.outcome))
    note = f'<div class="cell-note text-secondary">{outcome}</div>' if outcome else ""
    badge = f'<span class="badge result-badge" data-result="{escaped(call.result)}">{name}</span>'
    return Markup(badge + note)  # noqa: S704 - every part is escaped


def _sound(reader: Reader, call: CallRecord, url: str) -> Cell:
    if call.recording and call.recording_failed:
        title = reader.gettext(N_("A part of the talk may be missing in the recording."))
        return Cell(icon="alert-triangle", url=url, title=title)
    if call.recording:
        return Cell(icon="volume", url=url, title=reader.gettext(N_("Recording")))
    if call.recording_failed:
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
