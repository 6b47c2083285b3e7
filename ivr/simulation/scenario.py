"""A scenario of the simulator: who calls when, what they do, and what other systems answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ivr.fields import DIGITS

MOST_ACTS = 500
TIME_OUT = "time-out"


class ActKind(StrEnum):
    """What a caller does."""

    PRESS = "press"
    WAIT = "wait"  # until the time for a key is over
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a caller does; `early`: before the prompts are over."""

    kind: ActKind
    digit: str = ""
    early: bool = False


@dataclass(frozen=True, slots=True)
class FakeAnswer:
    """What another system answers: a value, or why it fails."""

    value: Any = None
    fails: str = ""


@dataclass(frozen=True, slots=True)
class CallScenario:
    """A call to be played."""

    caller: str = ""
    called: str = ""
    language: str = "en"
    clock: datetime | None = None  # None: now
    variables: Mapping[str, str] = field(default_factory=dict)
    customer: Mapping[str, str] | None = None  # {}: unknown caller; None: not said
    answers: Mapping[str, Sequence[FakeAnswer]] = field(default_factory=dict)  # by step, in order
    lots: Mapping[str, float] = field(default_factory=dict)  # by step, 0 to below 100
    does: Sequence[Act] = ()


def read_scenario(told: Mapping[str, Any]) -> CallScenario:
    """Read a scenario from JSON that was checked; ValueError, KeyError, TypeError if it is bad."""
    clock = datetime.fromisoformat(told["clock"]) if told.get("clock") else None
    if clock is not None and clock.tzinfo is None:
        raise ValueError(told["clock"])
    customer = told.get("customer")
    return CallScenario(
        str(told.get("caller") or ""),
        str(told.get("called") or ""),
        str(told.get("language") or "en"),
        clock,
        {str(name): str(value) for name, value in (told.get("variables") or {}).items()},
        None if customer is None else {str(key): str(value) for key, value in customer.items()},
        {str(step): list(map(_answer, some)) for step, some in (told.get("answers") or {}).items()},
        {str(step): float(lot) for step, lot in (told.get("lots") or {}).items()},
        [_act(one) for one in (told.get("does") or [])][:MOST_ACTS],
    )


def _answer(told: Mapping[str, Any]) -> FakeAnswer:
    return FakeAnswer(told.get("value"), str(told.get("fails") or ""))


def _act(told: Mapping[str, Any]) -> Act:
    early = bool(told.get("early"))
    if told.get("hang_up"):
        return Act(ActKind.HANG_UP, early=early)
    if told.get("wait"):
        return Act(ActKind.WAIT)
    digit = str(told["press"])
    if len(digit) != 1 or digit not in DIGITS:
        raise ValueError(digit)
    return Act(ActKind.PRESS, digit, early)
