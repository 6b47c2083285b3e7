"""Plays real calls again on a draft: the same keys, times and answers.

A step is the same by its id. Where the draft asks something that the caller was never asked, or
looks up something that was never looked up, it is not known where the call would end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from crm.calls.record import CallId
from ivr.flow import Flow, FlowId
from ivr.simulation.answers import lot
from ivr.simulation.run import CallPlace, End, EndKind, SimulatedSite, play
from ivr.simulation.scenario import Act, ActKind
from ivr.simulation.traffic.passage import Passage, PressedKey, StepVisit, end_of
from ivr.step import HIDDEN, Answered, Failed, Heard
from ivr.steps import hours, share

SLACK_SECONDS = 1.0


class ReplayResult(StrEnum):
    """What a replay says of a call."""

    SAME = "same"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ReplayedCall:
    """A call, where it ended, and where it would end on the draft."""

    call: CallId
    what: ReplayResult
    before: End | None = None
    after: End | None = None


class PastCaller:
    """Acts as a real caller did."""

    def __init__(self, passage: Passage, hung_up: bool) -> None:  # noqa: FBT001 - how it ended
        """Begin at the first step."""
        self.passage, self.hung_up = passage, hung_up
        self.next = 0  # the place of the next visit that was not come to yet
        self.entered = -1
        self.visit: StepVisit | None = None
        self.keys: list[PressedKey] = []
        self.answers = 0
        self.pressed: PressedKey | None = None  # and since then listened for the next one

    def during_prompts(self, at: CallPlace) -> Act | None:
        """Press keys at a step that asks nothing: they belong to a later one."""
        self._come(at)
        self.pressed = None
        if self.visit is None or self.keys:
            return self._press() if self.keys and not at.asks else None
        return Act(ActKind.HANG_UP) if self._ends_here() else None

    def at_key(self, at: CallPlace, seconds: float) -> Act | None:
        """Press the next key, in time or too late; without one do as the caller did: wait or go."""
        self._come(at)
        if self.visit is None:
            return None
        if not self.keys:
            return Act(ActKind.HANG_UP if self._ends_here() else ActKind.WAIT)
        late = timedelta(seconds=seconds + SLACK_SECONDS)
        if self.pressed is not None and self.keys[0].at - self.pressed.at > late:
            self.pressed = None
            return Act(ActKind.WAIT)
        return self._press()

    def answer(
        self, at: CallPlace, question: str, _detail: Mapping[str, str]
    ) -> Heard | Act | None:
        """Give the answer that the step got then; hours and lots follow from the call itself."""
        self._come(at)
        if question == hours.QUESTION:
            return None
        told = self.visit.answers[self.answers :] if self.visit is not None else ()
        if told:
            self.answers += 1
            return Failed(told[0].why) if told[0].why else Answered(told[0].value)
        if self.visit is not None and self._ends_here():
            return Act(ActKind.HANG_UP)
        if question == share.QUESTION:
            return Answered(str(lot(self.passage.call, at.flow, at.step)))
        return None

    def _come(self, at: CallPlace) -> None:
        """Find the visit of a step that is entered."""
        if at.entered == self.entered:
            return
        self.entered, self.visit, self.keys, self.answers = at.entered, None, [], 0
        self.pressed = None
        visits = self.passage.visits
        for place in range(self.next, len(visits)):
            if (visits[place].flow, visits[place].step) == (at.flow, at.step):
                self.next, self.visit = place + 1, visits[place]
                self.keys = list(visits[place].keys)
                return

    def _press(self) -> Act | None:
        self.pressed = self.keys.pop(0)
        if self.pressed.digit == HIDDEN:
            return None
        return Act(ActKind.PRESS, self.pressed.digit)

    def _ends_here(self) -> bool:
        return self.hung_up and self.next == len(self.passage.visits)


def replay(
    site: SimulatedSite,
    flow: FlowId,
    passage: Passage,
    versions: Mapping[tuple[FlowId, int], Flow],
) -> ReplayedCall:
    """Play a call again on a flow of the site."""
    before = end_of(passage, versions)
    hidden = any(key.digit == HIDDEN for visit in passage.visits for key in visit.keys)
    if before is None or hidden:
        return ReplayedCall(passage.call, ReplayResult.UNKNOWN, before)
    caller = PastCaller(passage, hung_up=before.kind == EndKind.CALLER)
    played = play(replace(site, now=passage.visits[0].at), flow, caller)
    alone = played.ended is not None and played.ended.kind == EndKind.BACK != before.kind
    if played.ended is None or alone:  # or it came from another flow, which is not played
        return ReplayedCall(passage.call, ReplayResult.UNKNOWN, before)
    what = ReplayResult.SAME if played.ended == before else ReplayResult.ELSEWHERE
    return ReplayedCall(passage.call, what, before, played.ended)
