"""The caller of a scenario: does what the script says, one thing after the other."""

import json
from collections import Counter
from collections.abc import Mapping

from ivr.flow import FlowId
from ivr.simulation.run import CallPlace, PlayedCall, SimulatedSite, play
from ivr.simulation.scenario import TIME_OUT, Act, CallScenario, FakeAnswer
from ivr.step import Answered, Failed, Heard, TimeOver
from ivr.steps import customer, share


class ScriptedCaller:
    """Acts and answers by a scenario."""

    def __init__(self, scenario: CallScenario) -> None:
        """Begin at the script's start."""
        self.scenario, self.done = scenario, 0
        self.asked: Counter[str] = Counter()

    def during_prompts(self, _at: CallPlace) -> Act | None:
        """Do only what is marked as early."""
        act = self._next()
        if act is None or not act.early:
            return None
        self.done += 1
        return act

    def at_key(self, _at: CallPlace, _seconds: float) -> Act | None:
        """Do what comes next; None when the script is over."""
        act = self._next()
        self.done += act is not None
        return act

    def answer(self, at: CallPlace, question: str, _detail: Mapping[str, str]) -> Heard | None:
        """Give the step's next fake answer; the last one is given again and again."""
        fakes = self.scenario.answers.get(at.step)
        if fakes:
            place = min(self.asked[at.step], len(fakes) - 1)
            self.asked[at.step] += 1
            return _heard(fakes[place])
        if question == share.QUESTION and at.step in self.scenario.lots:
            return Answered(str(self.scenario.lots[at.step]))
        if question == customer.QUESTION and self.scenario.customer is not None:
            return Answered(json.dumps(dict(self.scenario.customer)))
        return None

    def _next(self) -> Act | None:
        does = self.scenario.does
        return does[self.done] if self.done < len(does) else None


def _heard(fake: FakeAnswer) -> Heard:
    if fake.fails:
        return TimeOver() if fake.fails == TIME_OUT else Failed(fake.fails)
    return Answered(fake.value if isinstance(fake.value, str) else json.dumps(fake.value))


def play_scenario(site: SimulatedSite, flow: FlowId, scenario: CallScenario) -> PlayedCall:
    """Play a scenario from the start of a flow."""
    return play(site, flow, ScriptedCaller(scenario), scenario.language, scenario.variables)
