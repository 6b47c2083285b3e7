"""A step may ask another system: the answer is an event, and no call waits for it for ever."""

from dataclasses import dataclass, field

import pytest

from acd.queue import AgentId, Queue, QueueKey, members_of
from crm.calls.record import CallId
from cti.core import events as e
from cti.core.answer_events import FlowAnswered
from cti.core.commands import AskFlow
from cti.core.stage import Stage
from cti.fake import FakeAsterisk
from cti.routes.rule import RoutePlan
from ivr.fields import FieldKind, spec
from ivr.flow import FlowId, NumberSettings, read_flow
from ivr.registry import STEP_TYPES
from ivr.step import Answered, Ask, Do, Goto, StepId, StepType, WaitsFor


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFields:
    """The steps that follow a customer's level."""

    gold: StepId = field(metadata=spec("Gold", FieldKind.OUTPUT))
    other: StepId = field(metadata=spec("Others", FieldKind.OUTPUT))


def ask(_, at):
    return Do(Ask("level", {"as": at.variables.get("level", "")}, 4.0), WaitsFor.ANSWER)


def hear(_, __, heard):
    match heard:
        case Answered(value="again"):
            return Do(Ask("level"), WaitsFor.ANSWER)
        case Answered(value="nonsense"):
            return None
        case Answered(value=level):
            return Goto("gold" if level == "gold" else "other", {"level": level})
        case _:
            return Goto("error")


LEVEL = StepType("level", "Customer's level", LevelFields, ask, hear)
NODES = {
    "level": {"type": "level", "gold": "vip", "other": "support", "error": "operator"},
    "vip": {"type": "queue", "queue": "vip", "priority": 5},
    "support": {"type": "queue", "queue": "support"},
    "operator": {"type": "queue", "queue": "operator"},
}


def publish(fake, version, nodes):
    types = {**STEP_TYPES, "level": LEVEL}
    document = {"start": "level", "nodes": nodes}
    fake.hear(e.FlowPublished(read_flow(1, version, "Hotline", document, types)))


def open_site():
    fake = FakeAsterisk()
    for key in ("vip", "support", "operator"):
        fake.hear(
            e.QueueChanged(QueueKey(key), Queue(QueueKey(key), key, members_of([AgentId(1)])))
        )
    publish(fake, 1, NODES)
    fake.hear(e.RoutesChanged(RoutePlan({"100": NumberSettings(FlowId(1))})))
    fake.dial("c1")
    return fake


def question(fake):
    return [one for one in fake.asked if isinstance(one, AskFlow)][-1]


def answer(fake, value, id_=None, why=""):
    fake.hear(FlowAnswered(CallId("c1"), id_ or question(fake).id, value, why))


@pytest.mark.parametrize(("level", "queue"), [("gold", "vip"), ("silver", "support")])
def test_the_answer_leads_the_caller_on(level, queue):
    fake = open_site()
    assert (question(fake).question, question(fake).call) == ("level", "c1")
    assert fake.hearing[CallId("c1")] == "silence"
    fake.wait(1)
    answer(fake, level)

    assert fake.call("c1").queue == queue
    assert fake.call("c1").run.variables == {"level": level}
    assert fake.hearing[CallId("c1")] == "music"


def test_a_missing_answer_is_a_failure_and_a_late_one_is_ignored():
    fake = open_site()
    fake.wait(4)
    assert fake.call("c1").queue == "operator"
    answer(fake, "gold")

    assert fake.call("c1").queue == "operator"


def test_a_question_that_cannot_be_answered_is_a_failure():
    fake = open_site()
    answer(fake, "", why="refused")

    assert fake.call("c1").queue == "operator"


def test_the_answer_to_an_older_question_is_ignored():
    fake = open_site()
    first = question(fake).id
    answer(fake, "again")
    answer(fake, "gold", first)

    assert fake.stage("c1") is Stage.IVR
    answer(fake, "gold")
    assert fake.call("c1").queue == "vip"


def test_an_answer_that_the_step_does_not_take_leaves_the_time_running():
    fake = open_site()
    fake.wait(3)
    answer(fake, "nonsense")
    fake.press("c1", "1")
    fake.wait(1)

    assert fake.call("c1").queue == "operator"


def test_without_an_error_output_a_failure_leads_to_the_safe_end():
    fake = open_site()
    level = {key: value for key, value in NODES["level"].items() if key != "error"}
    publish(fake, 2, {**NODES, "level": level})
    fake.dial("c2")
    fake.wait(4)

    assert CallId("c2") not in fake.state.calls
    assert "c2" not in fake.channels


def test_a_caller_who_hangs_up_during_a_question_is_gone():
    fake = open_site()
    fake.caller_hangs_up("c1")
    answer(fake, "gold")

    assert len(fake.state.calls) == 0
    assert fake.channels == {}


def test_a_caller_who_comes_back_from_the_fallback_is_asked_about_anew():
    fake = open_site()
    first = question(fake).id
    fake.comes_back("c1")

    assert question(fake).id != first
    answer(fake, "gold", first)
    assert fake.stage("c1") is Stage.IVR
    answer(fake, "gold")
    assert fake.call("c1").queue == "vip"
