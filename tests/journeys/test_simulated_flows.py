"""The simulator goes the way of a real call: the same steps for the same keys and answers."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from journeys.site import open_site
from unit.ivr.whole_documents import whole_documents

from crm.calls.record import CallId, Kind
from crm.hours.group import Interval, TimeGroup, TimeGroupId, WeeklyHours
from crm.kernel.errors import InvalidError
from cti.core import events as e
from cti.core.answer_events import FlowAnswered
from cti.core.commands import AskFlow
from cti.core.stage import Stage
from cti.fake import START
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings, read_flow
from ivr.simulation.answers import lot
from ivr.simulation.run import site_of
from ivr.simulation.scenario import Act, ActKind, CallScenario, FakeAnswer
from ivr.simulation.script import play_scenario
from ivr.simulation.traffic.passage import read_passage, ways_of_passage
from ivr.simulation.traffic.replay import ReplayResult, replay
from ivr.step import WaitsFor

OFFICE = TimeGroup(
    TimeGroupId(4), "Office", "UTC", (WeeklyHours(frozenset(range(7)), Interval(0, 1440)),)
)
CALL = CallId("c1")
QUESTIONS = {"put_on_list": "list"}
acts = st.lists(
    st.one_of(
        st.builds(Act, st.just(ActKind.PRESS), st.sampled_from("0123456789*#"), st.booleans()),
        st.just(Act(ActKind.WAIT)),
        st.just(Act(ActKind.PRESS, "1")),
    ),
    max_size=25,
)
fakes = st.fixed_dictionaries(
    {
        "http": st.sampled_from(
            [FakeAnswer({"level": "gold"}), FakeAnswer(fails="refused"), FakeAnswer("[]")]
        ),
        "list": st.sampled_from([FakeAnswer(""), FakeAnswer(fails="no such list")]),
        "customer": st.sampled_from(
            [FakeAnswer({"customer_name": "Li"}), FakeAnswer({}), FakeAnswer(fails="x")]
        ),
    }
)


def read(document, flow=1, version=2):
    try:
        return read_flow(flow, version, f"Flow {flow}", document)
    except InvalidError:
        return None


@dataclass
class RealCall:
    """A call on the fake Asterisk that does what a script says."""

    answers: dict
    fake: object = field(default_factory=open_site)

    def run(self):
        call = self.fake.state.calls.get(CALL)
        led_on = call is None or self.fake.stage("c1") is not Stage.IVR or call.asking is not None
        return None if led_on or call.offered is not None else call.run

    def settle(self):
        """Answer what is asked."""
        while (run := self.run()) is not None and run.waits_for is WaitsFor.ANSWER:
            asked = [one for one in self.fake.asked if isinstance(one, AskFlow)][-1]
            told = self.answers[asked.question]
            value = told.value if isinstance(told.value, str) else json.dumps(told.value)
            value = "" if told.fails else value
            self.fake.hear(FlowAnswered(CALL, asked.id, value, told.fails))

    def act(self, act):
        self.settle()
        while not act.early and self._speaks():
            self.fake.prompts_end("c1")
            self.settle()
        if (run := self.run()) is None:
            return
        if act.kind is ActKind.PRESS:
            self.fake.press("c1", act.digit)
        else:
            assert run.waits_for is WaitsFor.KEY
            call = self.fake.state.calls[CALL]
            self.fake.wait(call.timers["flow"] - self.fake.now)
        self.settle()

    def _speaks(self):
        run = self.run()
        return run is not None and run.waits_for is WaitsFor.PROMPTS

    def listen(self):
        """Hear the last prompts to their end."""
        self.settle()
        while self._speaks():
            self.fake.prompts_end("c1")
            self.settle()

    def steps(self):
        return [
            (one.detail["flow"], one.detail["node"], one.detail["type"])
            for _, one in self.fake.facts
            if getattr(one, "call", "") == CALL and one.kind is Kind.STEP
        ]


def steps_of(played):
    return [(one.flow, one.step, one.word) for one in played.entered]


def site_with(flow, other):
    groups = {OFFICE.id: OFFICE}
    return site_of({1: flow, 2: other}, groups, datetime.fromtimestamp(START, UTC))


def called(flow, other, does, answers):
    """A call that does all of a script."""
    real = RealCall(answers)
    real.fake.hear(e.FlowPublished(other), e.FlowPublished(flow))
    numbers = {"100": NumberSettings(FlowId(1))}
    real.fake.hear(e.RoutesChanged(RoutePlan(numbers, hours={OFFICE.id: OFFICE})))
    real.fake.dial("c1")
    for act in does:
        real.act(act)
    return real


@given(whole_documents(), whole_documents("t", flows=(1, 2)), acts, fakes)
@settings(max_examples=60)
def test_the_simulator_and_a_real_call_come_to_the_same_steps(main, sub, does, answers):
    flow, other = read(main), read(sub, 2, 1)
    if flow is None or other is None:
        return
    real = called(flow, other, does, answers)
    real.listen()

    lots, told = {}, {}
    for one in (flow, other):
        for key, step in one.steps.items():
            question = QUESTIONS.get(step.type.name, step.type.name)
            if question in answers:
                told[key] = [answers[question]]
            lots[key] = lot(CALL, one.id, key)
    scenario = CallScenario(answers=told, lots=lots, does=does)
    played = play_scenario(site_with(flow, other), FlowId(1), scenario)

    assert steps_of(played) == real.steps()
    assert (played.ended is None) == (real.run() is not None)
    if real.run() is not None:
        assert dict(played.variables) == dict(real.run().variables)
    for way in played.ways:
        step = (flow if way.flow == 1 else other).steps[way.step]
        assert step.outputs[way.output] == way.to


@given(whole_documents(), whole_documents("t", flows=(1, 2)), acts, fakes)
@settings(max_examples=60)
def test_a_real_call_that_is_played_again_on_its_own_version_ends_where_it_ended(
    main, sub, does, answers
):
    flow, other = read(main), read(sub, 2, 1)
    if flow is None or other is None:
        return
    real = called(flow, other, does, answers)
    if real.run() is not None:
        real.fake.caller_hangs_up("c1")
    passage = read_passage(real.fake.timeline("c1"), 1)
    found = replay(site_with(flow, other), FlowId(1), passage, {(1, 2): flow, (2, 1): other})
    assert found.what is not ReplayResult.ELSEWHERE
    for way in ways_of_passage(flow, passage):
        assert flow.steps[way.step].outputs[way.output] == way.to
