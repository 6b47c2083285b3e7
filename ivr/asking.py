"""Shared by steps that ask: going on by an answer, and asking again."""

from collections.abc import Callable
from typing import TypeVar

from ivr.step import (
    ERROR,
    Answered,
    AtStep,
    Do,
    Goto,
    Heard,
    Key,
    Say,
    StepAnswer,
    WaitsFor,
)

F = TypeVar("F")
TRIES = "tries"


def by_answer(
    follow: Callable[[F, str], StepAnswer],
) -> Callable[[F, AtStep, Heard], StepAnswer | None]:
    """Follow an answer; keys mean nothing meanwhile, and no answer leads to the error output."""

    def hear(fields: F, _at: AtStep, heard: Heard) -> StepAnswer | None:
        match heard:
            case Answered(value=value):
                return follow(fields, value)
            case Key():
                return None
            case _:
                return Goto(ERROR)

    return hear


def ask_again(
    prompts: tuple[str, ...], most: int, at: AtStep, first: tuple[str, ...] = ()
) -> StepAnswer:
    """Ask once more, with other prompts first; after the last try leave by `otherwise`."""
    tries = int(at.state.get(TRIES, 0)) + 1  # wrong keys and time-outs together
    if tries >= most:
        return Goto("otherwise")
    return Do(Say((*first, *prompts)), WaitsFor.PROMPTS, {TRIES: tries})
