"""The answer to a what-if question: in words, as a table, and as a chart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from acd.queue import Strategy
from web.kit.i18n import N_, Reader
from web.queues.words import STRATEGIES
from web.simulations.shapes import FiguresShape, IntervalShape

SHARE, POINTS, SECONDS, COUNT = "share", "points", "seconds", "count"
ROWS: Sequence[tuple[str, str, str]] = (
    ("service_level_3", N_("Service level"), SHARE),
    ("mean_wait_seconds", N_("Average wait"), SECONDS),
    ("asa_seconds", N_("Average speed of answer"), SECONDS),
    ("abandoned_share", N_("Abandoned"), SHARE),
    ("longest_wait_seconds", N_("Longest wait"), SECONDS),
    ("offered", N_("Callers"), COUNT),
    ("occupancy", N_("Occupancy of the agents"), SHARE),
)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A figure: as it was, simulated as now and with the change, and the difference."""

    key: str
    label: str
    real: str
    now: str
    then: str
    difference: str


def changes_in_words(said: Mapping[str, Any], reader: Reader) -> str:
    """Say what was changed: "2 more agents (Mandarin) from 14:00 to 18:00"."""
    parts = list(_changes(said, reader))
    return reader.joined(parts)


def _changes(said: Mapping[str, Any], reader: Reader) -> Iterable[str]:
    more = int(said["more"])
    if more:
        sentence = reader.ngettext(
            "{count} more agent from {start}:00 to {end}:00",
            "{count} more agents from {start}:00 to {end}:00",
            more,
        )
        names = said["skill_names"][reader.language]
        if names:
            sentence = reader.ngettext(
                "{count} more agent with {skills} from {start}:00 to {end}:00",
                "{count} more agents with {skills} from {start}:00 to {end}:00",
                more,
            )
        yield sentence.format(
            count=more,
            skills=reader.joined(names),
            start=said["from_hour"],
            end=said["to_hour"],
        )
    if said["strategy"]:
        strategy = reader.gettext(STRATEGIES[Strategy(said["strategy"])])
        yield reader.say(N_("distribution “{strategy}”"), strategy=strategy)
    if said["no_needs"]:
        yield reader.gettext(N_("no needed skills"))
    if int(said["volume"]) != 100:  # noqa: PLR2004
        yield reader.say(N_("{percent} % of the calls"), percent=said["volume"])


def in_words(said: Mapping[str, Any], now: FiguresShape, then: FiguresShape, reader: Reader) -> str:
    """Give the answer in one sentence."""
    return reader.say(
        N_("{changes}: service level {before} → {after}, average wait {waited} → {waits}."),
        changes=changes_in_words(said, reader),
        before=_mean(now.service_level_3, SHARE, reader),
        after=_mean(then.service_level_3, SHARE, reader),
        waited=_mean(now.mean_wait_seconds, SECONDS, reader),
        waits=_mean(then.mean_wait_seconds, SECONDS, reader),
    )


def rows_of(
    real: Mapping[str, float | None],
    now: FiguresShape,
    then: FiguresShape,
    change: FiguresShape,
    reader: Reader,
) -> list[AnswerRow]:
    """Give the figures side by side; the intervals stand behind ±."""
    found = []
    for key, label, kind in ROWS:
        before, after = getattr(now, key), getattr(then, key)
        if before is None and after is None:
            continue
        known = real.get(key)
        found.append(
            AnswerRow(
                key,
                reader.gettext(label),
                "-" if known is None else _value(known, kind, reader),
                _with_half(before, kind, reader),
                _with_half(after, kind, reader),
                _with_half(getattr(change, key), kind, reader, signed=True),
            )
        )
    return found


def chart_of(
    hours: Sequence[Sequence[Mapping[str, float]]], start_hour: int, reader: Reader
) -> dict[str, Any] | None:
    """Give the service level by the hour of the day, of all days together: as now, and then."""
    before, after = (_by_hour(one, start_hour) for one in hours)
    found = sorted(before.keys() | after.keys())
    if len(found) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    return {
        "label": reader.gettext(N_("Service level by hour (percent)")),
        "at": [f"{hour:02}:00" for hour in found],
        "kind": "line",
        "lines": [
            {"label": reader.gettext(label), "values": [one.get(hour) for hour in found]}
            for label, one in ((N_("Simulated as now"), before), (N_("With the change"), after))
        ],
    }


def _by_hour(rows: Sequence[Mapping[str, float]], start_hour: int) -> dict[int, float]:
    in_time: dict[int, float] = {}
    calls: dict[int, float] = {}
    for one in rows:
        hour = int(one["start"] + start_hour) % 24
        calls[hour] = calls.get(hour, 0.0) + one["calls"]
        in_time[hour] = in_time.get(hour, 0.0) + one["calls"] * one["level"]
    return {
        hour: round(100 * in_time[hour] / weight, 1) for hour, weight in calls.items() if weight
    }


def _mean(one: IntervalShape | None, kind: str, reader: Reader) -> str:
    return "-" if one is None else _value(one.mean, kind, reader)


def _with_half(
    one: IntervalShape | None, kind: str, reader: Reader, *, signed: bool = False
) -> str:
    if one is None:
        return "-"
    kind = POINTS if signed and kind == SHARE else kind
    text = _value(one.mean, kind, reader)
    if signed and one.mean > 0:
        text = f"+{text}"
    if one.high is None:
        return text
    return f"{text} ± {_value(one.high - one.mean, kind, reader)}"


def _value(value: float, kind: str, reader: Reader) -> str:
    if kind == SHARE:
        return f"{reader.number(round(100 * value, 1))} %"
    if kind == POINTS:
        return reader.say(N_("{points} points"), points=reader.number(round(100 * value, 1)))
    if kind == SECONDS:
        return reader.say(N_("{seconds} s"), seconds=reader.number(round(value, 1)))
    return reader.number(round(value))
