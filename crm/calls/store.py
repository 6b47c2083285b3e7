"""Calls: facts stored and folded into records, timelines, and calls that are still open."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

import structlog
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Executable,
    Integer,
    Row,
    Select,
    Text,
    bindparam,
    func,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from crm.calls.agents import agents_of_call
from crm.calls.legs.store import keep_legs
from crm.calls.models import TO_FINISH, CallAgentRow, CallEventRow, CallRow
from crm.calls.question import CallCounts
from crm.calls.record import (
    CallEvent,
    CallId,
    CallRecord,
    CallResult,
    FactId,
    Kind,
    fold,
    in_order,
)
from crm.kernel.errors import MissingError
from crm.kernel.text import clean, clean_detail
from crm.people.rights import EVERYBODY, Reach
from crm.sql.db import insert_rows, whole_table
from crm.sql.grams import number_grams
from crm.webhooks.call_events import call_events
from crm.webhooks.store import announce

log = structlog.get_logger(__name__)
_ONE_WRITER = 0x43414C4C  # "CALL"
Records = Select[*tuple[Any, ...]]
# A record's columns in its own order: plain rows cost a list of calls half as much as objects.
_FIELDS = tuple(field.name for field in fields(CallRecord))
_CALLS = whole_table(CallRow)
_RECORD = tuple(_CALLS.c[name] for name in _FIELDS)
_RESULT = _FIELDS.index("result")
_EVENTS = whole_table(CallEventRow)
_EVENT = tuple(_EVENTS.c[field.name] for field in fields(CallEvent))
# The statements of every batch of facts are built once.
_TURN = text("SELECT pg_advisory_xact_lock(:lock)")
_TIMELINE = select(*_EVENT).where(CallEventRow.call == bindparam("call"))
_KINDS = frozenset(one.value for one in Kind)
_TIMELINES = select(*_EVENT).where(_EVENTS.c.call.in_(bindparam("calls", expanding=True)))
_NEW_EVENTS = (
    insert_rows(_EVENTS, [column.name for column in _EVENT])
    .on_conflict_do_nothing(index_elements=[_EVENTS.c.fact])
    .returning(_EVENTS.c.fact)
)
_TALKED = insert_rows(whole_table(CallAgentRow), ("call", "agent", "at")).on_conflict_do_nothing()


def keep_events(session: Session, events: Sequence[CallEvent]) -> None:
    """Store facts of calls, each once, and fold their calls' records and legs again.

    Writing a batch twice, or its facts in another order, changes nothing. A call without its
    `arrived` has no record until that arrives. A timeline that cannot be folded is stored and
    logged: one bad fact must not hold up the facts behind it.
    """
    if not events:
        return
    # Two writers (the engine, and the reader of CEL) could each fold without the other's facts, and
    # the later record would stay. So they take turns; a turn takes milliseconds.
    session.execute(_TURN, {"lock": _ONE_WRITER})
    rows = [_event_columns(event) for event in events]
    new = set(session.scalars(_NEW_EVENTS, {"rows": rows}))
    timelines = timelines_of(session, {clean(event.call) for event in events})
    if records := list(_records(timelines)):
        _write_records(session, records)
        outgoing = (call_events(one, timelines[one["id"]], new) for one in records)
        announce(session, chain.from_iterable(outgoing))
    keep_legs(session, timelines)


def call(session: Session, id_: str, reach: Reach = EVERYBODY) -> CallRecord:
    """Read a call's record; MissingError if there is none within reach."""
    query = whole_records().where(CallRow.id == clean(id_), *within(reach))
    found = session.execute(query).one_or_none()
    if found is None:
        raise MissingError("There is no call {call}.", call=id_)
    return record_of(found)


def visible(session: Session, ids: Sequence[CallId], reach: Reach) -> frozenset[CallId]:
    """Of some calls give those within reach."""
    found = session.scalars(select(_CALLS.c.id).where(_CALLS.c.id.in_(ids), *within(reach)))
    return frozenset(CallId(id_) for id_ in found)


def timeline(session: Session, id_: str) -> list[CallEvent]:
    """Read a call's timeline in order. Check with `call` first whether the user may see it."""
    found = session.execute(_TIMELINE, {"call": clean(id_)})
    return in_order(_event(row) for row in found if row.kind in _KINDS)


def calls_of(
    session: Session, customer: int | None, numbers: Sequence[str], limit: int
) -> list[CallRecord]:
    """Give the last calls of a customer and from some numbers, newest first."""
    if customer is None and not numbers:
        return []
    wanted = {"customer": customer, "numbers": list(numbers), "most": limit}
    return [record_of(row) for row in session.execute(_newest_of(), wanted)]


@cache
def _newest_of() -> Executable:
    # Number and customer each have an index with the newest calls. One query for both would have to
    # sort all calls of a number that calls a hundred times a day.
    most = bindparam("most", type_=Integer)
    newest_first = (CallRow.started_at.desc(), CallRow.id.desc())
    newest = select(CallRow.id).order_by(*newest_first).limit(most)
    asked = func.unnest(bindparam("numbers", type_=ARRAY(Text))).table_valued("number")
    number = asked.render_derived(name="numbers")
    theirs = newest.where(CallRow.customer_number == number.c.number).lateral()
    known = newest.where(CallRow.customer == bindparam("customer", type_=BigInteger)).subquery()
    ids = union_all(
        select(theirs.c.id).select_from(number).join(theirs, true()), select(known.c.id)
    )
    return (
        whole_records()
        .where(_CALLS.c.id.in_(ids))
        .order_by(_CALLS.c.started_at.desc(), _CALLS.c.id.desc())
        .limit(most)
    )


def open_calls(session: Session) -> list[CallRecord]:
    """Give the calls without a known end, oldest first."""
    query = whole_records().where(CallRow.ended_at.is_(None))
    return [
        record_of(row) for row in session.execute(query.order_by(CallRow.started_at, CallRow.id))
    ]


def calls_to_finish(
    session: Session, agent: int, since: datetime, limit: int = 20
) -> list[CallRecord]:
    """Give the calls that an agent had last and gave no disposition, newest first."""
    query = (
        whole_records()
        .where(CallRow.agent == agent, CallRow.started_at >= since, text(TO_FINISH))
        .order_by(CallRow.started_at.desc(), CallRow.id.desc())
        .limit(limit)
    )
    return [record_of(row) for row in session.execute(query)]


def seen_calls(session: Session, ids: Iterable[str], reach: Reach = EVERYBODY) -> set[str]:
    """Give those of some calls that have a record within reach."""
    wanted = {clean(id_) for id_ in ids}
    query = select(_CALLS.c.id).where(_CALLS.c.id.in_(wanted), *within(reach))
    return set(session.scalars(query)) if wanted else set()


def known_calls(session: Session, ids: Iterable[str]) -> set[str]:
    """Give those of some calls that have at least one fact."""
    wanted = {clean(id_) for id_ in ids}
    query = select(CallEventRow.call).where(CallEventRow.call.in_(wanted)).distinct()
    return set(session.scalars(query)) if wanted else set()


def known_facts(session: Session, names: Iterable[str]) -> set[str]:
    """Give those of some facts that are stored."""
    wanted = {clean(name) for name in names}
    query = select(CallEventRow.fact).where(CallEventRow.fact.in_(wanted))
    return set(session.scalars(query)) if wanted else set()


def counts(session: Session, since: datetime, reach: Reach = EVERYBODY) -> CallCounts:
    """Count the calls that started since a time, such as midnight."""
    query = (
        select(CallRow.result, func.count())
        .where(CallRow.started_at >= since, *within(reach))
        .group_by(CallRow.result)
    )
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(query)}
    return CallCounts(
        sum(found.values()),
        found.get(CallResult.ANSWERED, 0),
        found.get(CallResult.ABANDONED, 0),
        found.get(CallResult.LIVE, 0),
    )


def _event(row: CallEventRow | Row[*tuple[Any, ...]]) -> CallEvent:
    """Read a line of a timeline from its row."""
    return CallEvent(
        FactId(row.fact), CallId(row.call), row.at, Kind(row.kind), row.detail, row.inferred
    )


def within(reach: Reach) -> list[ColumnElement[bool]]:
    """Limit a query to the calls within reach: those that one of these users talked in or made."""
    # All agents of a call see it, not only the last one.
    return [] if reach.people is None else [_CALLS.c.agents.overlap(sorted(reach.people))]


def whole_records() -> Records:
    """Make a query for records, to be read by `record_of`."""
    return select(*_RECORD)


def record_of(row: Row[*tuple[Any, ...]]) -> CallRecord:
    """Read a call's record from its columns."""
    values = list(row)
    values[_RESULT] = CallResult(values[_RESULT])
    return CallRecord(*values)


def _event_columns(event: CallEvent) -> dict[str, object]:
    return {
        "fact": clean(event.fact),
        "call": clean(event.call),
        "at": event.at.isoformat(),
        "kind": event.kind.value,
        "detail": clean_detail(event.detail),
        "inferred": event.inferred,
    }


def timelines_of(session: Session, calls: set[str]) -> Mapping[str, list[CallEvent]]:
    """Read the timelines of some calls, each in no order.

    Kinds that a later release has written are left out: after a way back they are not known.
    """
    found: dict[str, list[CallEvent]] = defaultdict(list)
    found_rows = session.execute(_TIMELINES, {"calls": sorted(calls)})
    for fact, call, at, kind, detail, inferred in found_rows:
        if kind in _KINDS:
            found[call].append(CallEvent(fact, call, at, Kind(kind), detail, inferred))
    return found


def _records(timelines: Mapping[str, list[CallEvent]]) -> Iterable[dict[str, Any]]:
    """Fold the timelines, in the order of the ids, in which the rows are then locked."""
    for call, timeline in sorted(timelines.items()):
        if all(one.kind is not Kind.ARRIVED for one in timeline):
            continue
        try:
            # While the call is open its seconds count up to its last known event.
            folded = fold(timeline, max(one.at for one in timeline))
            record = {name: getattr(folded, name) for name in _FIELDS}
            agents = agents_of_call(timeline)
            record |= {"agents": agents, **searchable(record["caller"], record["called"])}
        except (KeyError, ValueError, TypeError):
            log.exception("the timeline of a call cannot be folded", call=call)
            continue
        yield record | {"result": record["result"].value}


def _write_records(session: Session, records: list[dict[str, Any]]) -> None:
    rows = [{name: _plain(value) for name, value in one.items()} for one in records]
    session.execute(_record_writing(tuple(records[0])), {"rows": rows})
    # An agent of a call stays listed: facts are added to a timeline, never removed.
    theirs = [
        {"call": one["id"], "agent": agent, "at": one["started_at"]}
        for one in rows
        for agent in one["agents"]
    ]
    if theirs:
        session.execute(_TALKED, {"rows": theirs})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@cache
def _record_writing(columns: tuple[str, ...]) -> Executable:
    upsert = insert_rows(whole_table(CallRow), columns)
    changed = {name: upsert.excluded[name] for name in columns if name != "id"}
    return upsert.on_conflict_do_update(index_elements=[CallRow.id], set_=changed)


def searchable(caller: str, called: str) -> dict[str, list[str]]:
    """Give the search column of a call; code that writes rows in bulk needs it too."""
    return {"grams": sorted(number_grams(caller, called))}
