"""The steps of the set-up after the first sign-in."""

from collections.abc import Mapping
from enum import StrEnum


class SetupStep(StrEnum):
    """A step of the set-up; the order is that of the checklist."""

    COMPANY = "company"
    AGENTS = "agents"
    QUEUE = "queue"
    NUMBER = "number"


class StepState(StrEnum):
    """How far a step is; a skipped one can be taken up again."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


SetupState = Mapping[SetupStep, StepState]


def next_step(state: SetupState, after: SetupStep | None = None) -> SetupStep | None:
    """Give the next open step behind another one, else the first open one; None if none is open."""
    steps = list(SetupStep)
    first = 0 if after is None else steps.index(after) + 1
    in_order = [*steps[first:], *steps[:first]]
    return next((one for one in in_order if state.get(one) is StepState.OPEN), None)


def is_finished(state: SetupState) -> bool:
    """Whether every step is done; also on a site that never began the set-up."""
    return all(one is StepState.DONE for one in state.values())
