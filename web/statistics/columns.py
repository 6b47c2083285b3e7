"""The columns of the statistics of seats: how each figure is shown, and what lies behind it."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from acd.agent import AgentState
from acd.statistics.calls.part import PartKind
from web.kit.i18n import N_, Reader, duration
from web.kit.listing.declaration import Column, FileColumn
from web.kit.listing.table import Cell
from web.kit.listing.usual import missing_first
from web.statistics.scope import local_text
from web.statistics.shapes import SeatFiguresShape, SeatNumbers
from web.statistics.words import DIALLED, HANDLED, OFFERED, By

Value = float | int | datetime | None
LOG, CALLS = "/agents/log", "/statistics/seats/calls"


class FigureKind(StrEnum):
    """How a figure is written."""

    TIME = "time"  # seconds
    COUNT = "count"
    SHARE = "share"  # 0..1
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: a column, and a sum below the rows."""

    key: str
    label: str  # to be translated
    help: str  # its definition, to be translated
    get: Callable[[SeatNumbers], Value]
    kind: FigureKind = FigureKind.COUNT
    behind: str = ""  # the list that shows what the figure counts
    words: Mapping[str, str] = field(default_factory=dict[str, str])  # its filters
    _: KW_ONLY
    of_agents: bool = False  # there is none by queue
    of_queues: bool = False  # there is none but by queue
    shown: bool = True

    def column(self) -> Column[SeatFiguresShape]:
        """Make the column."""
        return Column(
            self.key,
            self.label,
            self._cell,
            order=lambda one: missing_first(self.of(one)),
            value=lambda one, _: self.in_file(one),
            align="end",
            shown=self.shown,
            help=self.help,
        )

    def of(self, one: SeatFiguresShape) -> Value:
        """Give the value of a row; None where there is none."""
        lacks = self.of_agents if one.by is By.QUEUE else self.of_queues
        return None if lacks else self.get(one.numbers)

    def in_file(self, one: SeatFiguresShape) -> object:
        """Give the value in a file: seconds, counts, shares."""
        value = self.of(one)
        return round(value, 4) if isinstance(value, float) else value

    def text(self, value: Value, reader: Reader) -> str:
        """Write a value."""
        if value is None:
            return ""
        if isinstance(value, datetime):
            return reader.moment(value)
        match self.kind:
            case FigureKind.TIME:
                return duration(value)
            case FigureKind.SHARE:
                return reader.percent(value)
            case _:
                return reader.number(value)

    def _cell(self, one: SeatFiguresShape, reader: Reader) -> Cell:
        value = self.of(one)
        note = ""
        if one.before is not None and not isinstance(value, datetime) and value is not None:
            note = self._change(value, self.get(one.before), reader)
        url = self._url(one, reader) if value else ""
        return Cell(self.text(value, reader), url=url, note=note)

    def _change(self, value: float, before: Value, reader: Reader) -> str:
        if isinstance(before, datetime) or not before:
            return ""
        if self.kind is FigureKind.SHARE:
            points = round(100 * (value - before), 1)
            return reader.say(N_("{change} points"), change=f"{points:+.1f}")
        sign = "+" if value >= before else "-"
        return f"{sign}{reader.percent(abs(value - before) / before)}"

    def _url(self, one: SeatFiguresShape, reader: Reader) -> str:
        if not self.behind:
            return ""
        words = {
            one.by.value: one.key,
            "from": local_text(one.since, reader),
            "to": local_text(one.until, reader),
            **self.words,
        }
        return f"{self.behind}?{urlencode(words)}"


def _state(state: AgentState) -> Mapping[str, str]:
    return {"state": state.value}


def _kind(kind: str) -> Mapping[str, str]:
    return {"kind": kind}


def _time(  # noqa: PLR0913 - what such a figure is
    key: str,
    label: str,
    help_: str,
    get: Callable[[SeatNumbers], Value],
    state: AgentState | None = None,
    *,
    of_agents: bool = False,
    shown: bool = True,
) -> Figure:
    words = _state(state) if state else {}
    kind = FigureKind.TIME
    return Figure(key, label, help_, get, kind, LOG, words, of_agents=of_agents, shown=shown)


TIMES: tuple[Figure, ...] = (
    _time(
        "signed_in",
        N_("Time connected"),
        N_("Time with a connected phone: ready, ringing, on call, wrap-up and not ready together."),
        lambda one: one.signed_in_seconds,
        of_agents=True,
    ),
    _time(
        "ready",
        N_("Ready"),
        N_("Time waiting for calls."),
        lambda one: one.ready_seconds,
        AgentState.READY,
        of_agents=True,
    ),
    _time(
        "ringing",
        N_("Ringing"),
        N_("Time in which an offered call rang."),
        lambda one: one.ringing_seconds,
        AgentState.OFFERED,
    ),
    _time(
        "on_call",
        N_("On call"),
        N_("Time in calls of all kinds, with dialing and hold."),
        lambda one: one.on_call_seconds,
        AgentState.TALKING,
    ),
    _time(
        "wrap_up",
        N_("Wrap-up"),
        N_("Time to finish calls after they ended."),
        lambda one: one.wrap_up_seconds,
        AgentState.WRAP_UP,
    ),
    _time(
        "not_ready",
        N_("Not ready"),
        N_("Time not ready, for all reasons."),
        lambda one: one.not_ready_seconds,
        AgentState.PAUSED,
        of_agents=True,
    ),
    _time(
        "unpaid",
        N_("Unpaid breaks"),
        N_("Time not ready for reasons that are not paid."),
        lambda one: one.unpaid_seconds,
        AgentState.PAUSED,
        of_agents=True,
    ),
    _time(
        "paid",
        N_("Paid time"),
        N_("Time connected without unpaid breaks."),
        lambda one: one.paid_seconds,
        of_agents=True,
        shown=False,
    ),
    Figure(
        "occupancy",
        N_("Occupancy"),
        N_("Share of on call and wrap-up in on call, wrap-up, ready and ringing together."),
        lambda one: one.occupancy,
        FigureKind.SHARE,
        of_agents=True,
    ),
    Figure(
        "first_in",
        N_("First connected"),
        N_("When the agent was first connected within the interval."),
        lambda one: one.first_in,
        FigureKind.MOMENT,
        LOG,
        of_agents=True,
    ),
    Figure(
        "last_out",
        N_("Last disconnected"),
        N_("When the agent was last connected within the interval; empty while they still are."),
        lambda one: one.last_out,
        FigureKind.MOMENT,
        LOG,
        of_agents=True,
    ),
)
HANDLED_CALLS = Figure(
    "handled",
    N_("Handled"),
    N_("Calls of all directions in which the agent spoke with the other party."),
    lambda one: one.handled,
    behind=CALLS,
    words=_kind(HANDLED),
)
HANDLING = Figure(
    "handling",
    N_("Average handling time"),
    N_("Talk, hold and wrap-up, divided by handled calls."),
    lambda one: one.average_handling_seconds,
    FigureKind.TIME,
)
TRAFFIC: tuple[Figure, ...] = (
    Figure(
        "offered",
        N_("Offered calls"),
        N_("Calls that were put through to the agent's phone, transfers included."),
        lambda one: one.offered,
        behind=CALLS,
        words=_kind(OFFERED),
    ),
    Figure(
        "answered",
        N_("Answered"),
        N_("Offered calls that the agent answered."),
        lambda one: one.answered,
        behind=CALLS,
        words=_kind(PartKind.ANSWERED),
    ),
    Figure(
        "missed",
        N_("Missed"),
        N_("Offered calls that rang without an answer, or whose phone was not reached."),
        lambda one: one.missed,
        behind=CALLS,
        words=_kind(PartKind.MISSED),
    ),
    Figure(
        "declined",
        N_("Declined"),
        N_("Offered calls that the agent declined."),
        lambda one: one.declined,
        behind=CALLS,
        words=_kind(PartKind.DECLINED),
    ),
    Figure(
        "withdrawn",
        N_("Withdrawn"),
        N_("Offered calls whose caller left, or that another agent answered."),
        lambda one: one.withdrawn,
        behind=CALLS,
        words=_kind(PartKind.WITHDRAWN),
        shown=False,
    ),
    Figure(
        "answer_rate",
        N_("Answer rate"),
        N_("Answered calls divided by offered calls."),
        lambda one: one.answer_rate,
        FigureKind.SHARE,
    ),
    Figure(
        "dialed",
        N_("Dialed"),
        N_("Calls that the agent made to numbers outside."),
        lambda one: one.dialed,
        behind=CALLS,
        words=_kind(DIALLED),
    ),
    Figure(
        "reached",
        N_("Reached"),
        N_("Dialed calls that were answered."),
        lambda one: one.reached,
        behind=CALLS,
        words=_kind(PartKind.REACHED),
    ),
    Figure(
        "internal",
        N_("Internal"),
        N_("Calls with colleagues, made or received."),
        lambda one: one.internal,
        behind=CALLS,
        words=_kind(PartKind.INTERNAL),
    ),
    Figure(
        "transferred",
        N_("Transferred"),
        N_("Calls that the agent handed over to someone else."),
        lambda one: one.transferred,
    ),
    Figure(
        "consulted",
        N_("Consulted"),
        N_("Calls in which the agent asked someone else first."),
        lambda one: one.consulted,
    ),
    HANDLED_CALLS,
    Figure(
        "talk",
        N_("Talk time"),
        N_("Time in conversation, without hold; it counts where the call began."),
        lambda one: one.talk_seconds,
        FigureKind.TIME,
        CALLS,
        _kind(HANDLED),
    ),
    Figure(
        "hold",
        N_("Hold time"),
        N_("Time in which the other party was on hold."),
        lambda one: one.hold_seconds,
        FigureKind.TIME,
        CALLS,
        _kind(HANDLED),
    ),
    Figure(
        "talk_mean",
        N_("Average talk time"),
        N_("Talk time divided by handled calls."),
        lambda one: one.average_talk_seconds,
        FigureKind.TIME,
    ),
    HANDLING,
    Figure(
        "longest",
        N_("Longest call"),
        N_("Talk and hold of the longest call."),
        lambda one: one.longest_seconds,
        FigureKind.TIME,
        CALLS,
        _kind(HANDLED),
    ),
)
FILE_LABELS: Mapping[str, str] = {
    "signed_in": N_("Time connected (seconds)"),
    "ready": N_("Ready (seconds)"),
    "ringing": N_("Ringing (seconds)"),
    "on_call": N_("On call (seconds)"),
    "wrap_up": N_("Wrap-up (seconds)"),
    "not_ready": N_("Not ready (seconds)"),
    "unpaid": N_("Unpaid breaks (seconds)"),
    "paid": N_("Paid time (seconds)"),
    "talk": N_("Talk time (seconds)"),
    "hold": N_("Hold time (seconds)"),
    "talk_mean": N_("Average talk time (seconds)"),
    "handling": N_("Average handling time (seconds)"),
    "longest": N_("Longest call (seconds)"),
    "callback_wait": N_("Average wait for a callback (seconds)"),
}


def file_column(figure: Figure) -> FileColumn[SeatFiguresShape]:
    """Make the column of a file; its label says the unit."""
    label = FILE_LABELS.get(figure.key, figure.label)
    return FileColumn(label, lambda one, _: figure.in_file(one))
