"""Another system decides where a call goes: its answer, its silence, and an engine that dies."""

import pytest
from journeys.invariants import check

from acd.queue import Queue, QueueKey
from crm.calls.record import CallId, CallResult
from crm.custom_destinations.custom import CustomDestination, CustomId
from crm.kernel.destination import read_destination
from cti.core import events as e
from cti.core.answer_events import CustomAnswered
from cti.core.commands import AskCustom
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RouteId, RoutePlan, RouteRule
from ivr.flow import FlowId, NumberSettings


def custom(id_, fallback=""):
    to = read_destination(fallback) if fallback else None
    return CustomDestination(CustomId(id_), f"CRM {id_}", "https://crm.example/", (), fallback=to)


def plan(*known, to="custom:1"):
    rule = RouteRule(RouteId(1), "All", read_destination(to))
    numbers = {"100": NumberSettings(FlowId(1))}
    return RoutePlan(numbers, (rule,), custom={one.id: one for one in known})


def asked(fake):
    return [one for one in fake.asked if isinstance(one, AskCustom)]


def answer(fake, to="", id_="", **more):
    destination = read_destination(to) if to else None
    question = id_ or asked(fake)[-1].id
    fake.hear(CustomAnswered(CallId("c1"), question, destination, **more))


def lines(fake, kind):
    return [line.detail for line in fake.timeline("c1") if line.kind == kind]


@pytest.fixture
def asking(fake):
    for key in ("vip", "other"):
        fake.hear(e.QueueChanged(QueueKey(key), Queue(QueueKey(key), key, ())))
    fake.hear(e.RoutesChanged(plan(custom(1, "queue:other"))))
    fake.dial("c1")
    return fake


def test_the_other_system_is_told_of_the_call_while_the_caller_hears_music(asking):
    (question,) = asked(asking)

    assert asking.hearing[LegId("c1")] == "music"
    assert asking.stage("c1") is Stage.IVR
    assert question.custom == 1
    assert question.said == {
        "call": "c1",
        "caller": "+8613800138000",
        "called": "100",
        "language": "en",
        "variables": {},
    }


def test_the_answer_leads_the_caller_on_with_its_priority(asking):
    asking.wait(0.4)
    answer(asking, "queue:vip", priority=7, seconds=0.4)

    call = asking.call("c1")
    assert (call.queue, call.priority, call.asking) == ("vip", 7, None)
    assert asking.stage("c1") is Stage.WAITING
    assert lines(asking, "custom asked") == [{"custom": 1, "name": "CRM 1"}]
    (told,) = lines(asking, "custom answered")
    assert told == {"custom": 1, "name": "CRM 1", "seconds": 0.4, "to": "queue:vip"}
    check(asking)


def test_variables_are_known_in_the_flow_that_begins(asking):
    answer(asking, "flow:1", variables={"level": "gold", "language": "xx"})

    assert asking.call("c1").run.variables == {"level": "gold"}
    assert asking.hears_prompts("c1")


def test_a_language_that_is_answered_is_spoken(asking):
    answer(asking, "flow:1", variables={"language": "zh_CN"})

    assert asking.state.legs[LegId("c1")].placement.language == "zh_CN"


@pytest.mark.parametrize(
    ("to", "why", "told"),
    [
        ("", "status", "status"),
        ("queue:nowhere", "", "unknown destination"),
        ("agent:999", "", "unknown destination"),
        ("voicemail:9", "", "unknown destination"),
        ("custom:9", "", "unknown destination"),
        ("callback:x", "", "unknown destination"),
    ],
)
def test_without_a_usable_answer_the_fallback_has_the_call(asking, to, why, told):
    answer(asking, to, why=why)

    assert asking.call("c1").queue == "other"
    (line,) = lines(asking, "custom answered")
    assert (line["why"], line["to"]) == (told, "queue:other")


def test_an_answer_that_never_comes_is_a_time_out_and_comes_too_late_then(asking):
    first = asked(asking)[0].id
    asking.wait(4.1)
    assert asking.call("c1").queue == "other"
    assert lines(asking, "custom answered")[0]["why"] == "timeout"
    answer(asking, "queue:vip", first)

    assert asking.call("c1").queue == "other"
    check(asking)


def test_without_a_fallback_the_caller_hears_that_the_call_is_not_taken(fake):
    fake.hear(e.RoutesChanged(plan(custom(1))))
    fake.dial("c1")
    answer(fake, why="connect")
    assert fake.playing[fake.hearing[LegId("c1")]] == ("not-taken",)
    fake.prompts_end("c1")

    assert fake.channels == {}


def test_two_custom_destinations_that_lead_to_each_other_come_to_an_end(fake):
    fake.hear(e.RoutesChanged(plan(custom(1, "custom:2"), custom(2, "custom:1"))))
    fake.dial("c1")
    fake.wait(200)

    assert fake.channels == {}
    assert fake.record("c1").result is CallResult.FAILED


def test_an_engine_that_dies_meanwhile_asks_again(asking):
    first = asked(asking)[0].id
    asking.engine_dies()
    assert asking.hearing[LegId("c1")] == "music"
    assert len(asked(asking)) == 2
    answer(asking, "queue:vip", first)
    assert asking.call("c1").queue is None
    answer(asking, "queue:vip")

    assert asking.call("c1").queue == "vip"
    check(asking)


def test_an_engine_that_dies_after_the_answer_asks_nobody_again(asking):
    answer(asking, "queue:vip")
    asking.engine_dies()

    assert asking.call("c1").queue == "vip"
    assert len(asked(asking)) == 1


def test_a_key_that_is_pressed_meanwhile_does_nothing(fake):
    fake.dial("c1")
    run = fake.call("c1").run
    fake.hear(e.RoutesChanged(plan(custom(1, "queue:support"), to="flow:1")))
    fake.hear(e.RoutesChanged(plan(custom(1, "queue:support"))))
    fake.dial("c2")
    fake.press("c2", "1")

    assert run is not None
    assert fake.call("c2").asking == 1


def test_a_caller_who_hangs_up_meanwhile_is_gone(asking):
    asking.caller_hangs_up("c1")
    answer(asking, "queue:vip")

    assert len(asking.state.calls) == 0
    assert asking.record("c1").result is CallResult.LEFT


def test_an_agent_that_the_answer_names_is_rung(asking):
    sign_in(asking, 2)
    answer(asking, "agent:2")

    assert asking.stage("c1") is Stage.OFFERED


def test_one_that_was_removed_ends_the_call_and_says_so(fake):
    fake.hear(e.RoutesChanged(plan(to="custom:5")))
    fake.dial("c1")

    assert fake.record("c1").result is CallResult.FAILED
