"""The rows of the statistics of seats: by agent, group or queue, and by interval."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from acd.callbacks.store import count_by_queue
from acd.statistics.figures import SeatFigures, total
from acd.statistics.intervals import Period, TimeSlice, edges, period_before
from acd.statistics.store import Key, SeatQuestion, seat_figures
from acd.store import PauseReason, pause_reasons
from crm.people.groups.store import groups, groups_of
from crm.people.rights import Right
from web.agent_log.words import reason_name
from web.callbacks.views import callback_reach
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.listing.declaration import ListQuery
from web.kit.settings_cache import vocabulary
from web.statistics.scope import agents_asked, period_asked
from web.statistics.shapes import ReasonTime, SeatFiguresShape, SeatNumbers
from web.statistics.words import By

KEPT = "rows of seats"


@dataclass(frozen=True, slots=True)
class NamedRow:
    """The agent, group or queue of a row: a key, and the name that is shown."""

    key: int | str
    name: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """The not-ready reasons, to name them and to know which are paid."""

    known: Mapping[str, PauseReason]
    reader: Reader

    @property
    def unpaid(self) -> frozenset[str]:
        """The keys of the unpaid ones."""
        return frozenset(key for key, one in self.known.items() if not one.paid)


def seat_rows(session: Session, query: ListQuery) -> list[SeatFiguresShape]:
    """Give all rows; InvalidError for a period that is too long for its interval.

    A file reads the list piece by piece: within a transaction the rows are made once.
    """
    asked = (query.reader, tuple(sorted(query.typed.items())))
    known, rows = session.info.get(KEPT, (None, []))
    if known != asked:
        rows = _rows(session, query)
        session.info[KEPT] = (asked, rows)
    return list(rows)


def _rows(session: Session, query: ListQuery) -> list[SeatFiguresShape]:
    by = By(query.text("by") or By.AGENT)
    interval = TimeSlice(query.text("interval") or TimeSlice.WHOLE)
    zone, period = query.reader.zone, period_asked(query)
    places = edges(period, interval, zone)
    reasons = read_reasons(session, query.reader)
    found = _figures(session, query, by, places, reasons)
    earlier: Mapping[Key, SeatFigures] = {}
    if query.values.get("compare"):
        before = edges(period_before(period, zone), interval, zone)
        earlier = _figures(session, query, by, before, reasons)
    return [
        SeatFiguresShape(
            id=f"{one.key}@{places[place].timestamp():.0f}",
            by=by,
            key=str(one.key),
            name=one.name,
            since=places[place],
            until=places[place + 1],
            numbers=show_numbers(found[one.key, place], reasons),
            before=_show_before(earlier, (one.key, place), reasons) if earlier else None,
        )
        for one in _named(session, query, by)
        for place in range(len(places) - 1)
        if (one.key, place) in found and not found[one.key, place].is_empty
    ]


def whole_figures(session: Session, query: ListQuery) -> tuple[list[SeatFigures], Period]:
    """Give the figures of each agent in the whole period; by queue, those of each queue."""
    by = By.QUEUE if query.text("by") == By.QUEUE else By.AGENT
    period = period_asked(query)
    places = edges(period, TimeSlice.WHOLE, query.reader.zone)
    reasons = read_reasons(session, query.reader)
    return list(_figures(session, query, by, places, reasons).values()), period


def read_reasons(session: Session, reader: Reader) -> Reasons:
    """Read the not-ready reasons, the inactive ones too."""
    return Reasons({one.key: one for one in pause_reasons(session, disabled_too=True)}, reader)


def _figures(
    session: Session, query: ListQuery, by: By, places: Sequence[datetime], reasons: Reasons
) -> dict[Key, SeatFigures]:
    agents = list(agents_asked(session, query))
    asked = SeatQuestion(agents, places, now(), queue=query.text("queue"), unpaid=reasons.unpaid)
    found = seat_figures(session, replace(asked, by_queue=by is By.QUEUE))
    if by is By.QUEUE:
        return _with_callbacks(session, query, found, places)
    if by is not By.GROUP:
        return found
    theirs = groups_of(session, agents)
    gathered: dict[Key, list[SeatFigures]] = {}
    for (agent, place), one in found.items():
        for group in theirs.get(int(agent), ()):
            gathered.setdefault((group, place), []).append(one)
    return {key: total(some) for key, some in gathered.items()}


def _with_callbacks(
    session: Session, query: ListQuery, found: dict[Key, SeatFigures], places: Sequence[datetime]
) -> dict[Key, SeatFigures]:
    reach = callback_reach(session, query.who, Right.STATISTICS_SEE)
    only, found = query.text("queue"), dict(found)
    for one in count_by_queue(session, places, reach):
        if only in ("", one.queue):
            key = (one.queue, one.place)
            found[key] = replace(
                found.get(key, SeatFigures()),
                callbacks=one.asked,
                callbacks_reached=one.reached,
                callbacks_failed=one.failed,
                callbacks_canceled=one.canceled,
                callback_wait=one.wait_seconds,
            )
    return found


def _named(session: Session, query: ListQuery, by: By) -> Iterable[NamedRow]:
    match by:
        case By.AGENT:
            return [NamedRow(id_, name) for id_, name in agents_asked(session, query).items()]
        case By.GROUP:
            wanted = query.id("group")
            return [
                NamedRow(one.id, one.name)
                for one in groups(session)
                if wanted is None or one.id == wanted
            ]
        case By.QUEUE:
            names = vocabulary(session).queue_names(query.reader.language)
            return [NamedRow(key, name) for key, name in names.items()]


def _show_before(
    earlier: Mapping[Key, SeatFigures], key: Key, reasons: Reasons
) -> SeatNumbers | None:
    return show_numbers(earlier[key], reasons) if key in earlier else None


def show_numbers(one: SeatFigures, reasons: Reasons) -> SeatNumbers:
    """Show figures, with the names of the not-ready reasons."""
    return SeatNumbers(
        signed_in_seconds=one.signed_in,
        paid_seconds=one.paid,
        ready_seconds=one.ready,
        ringing_seconds=one.ringing,
        on_call_seconds=one.on_call,
        wrap_up_seconds=one.wrap_up,
        not_ready_seconds=one.not_ready,
        unpaid_seconds=one.unpaid,
        reasons=[
            ReasonTime(
                key=key,
                name=reason_name(reasons.reader, reasons.known, key),
                paid=key not in reasons.unpaid,
                seconds=seconds,
            )
            for key, seconds in sorted(one.paused.items(), key=lambda pair: -pair[1])
        ],
        occupancy=one.occupancy,
        first_in=one.first_in,
        last_out=one.last_out,
        offered=one.offered,
        answered=one.answered,
        missed=one.missed,
        declined=one.declined,
        withdrawn=one.withdrawn,
        answer_rate=one.answer_rate,
        dialed=one.dialled,
        reached=one.reached,
        internal=one.internal,
        transferred=one.transferred,
        consulted=one.consulted,
        handled=one.handled,
        talk_seconds=one.talk,
        hold_seconds=one.hold,
        longest_seconds=one.longest,
        callbacks=one.callbacks,
        callbacks_reached=one.callbacks_reached,
        callbacks_failed=one.callbacks_failed,
        callbacks_canceled=one.callbacks_canceled,
        average_callback_wait_seconds=one.callback_wait_mean,
        average_talk_seconds=one.talk_mean,
        average_handling_seconds=one.handling,
    )
