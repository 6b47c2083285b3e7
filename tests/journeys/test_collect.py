"""A flow asks for digits, says them again, and keeps them when the engine dies."""

import pytest
from journeys.invariants import check

from acd.queue import AgentId, Queue, QueueKey, members_of
from crm.calls.record import CallId, Kind
from crm.kernel.errors import InvalidError
from cti.core import events as e
from cti.core.stage import Stage
from cti.fake import FakeAsterisk
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings, read_flow

ASK = {
    "type": "collect",
    "prompts": ["menu"],
    "variable": "order",
    "least": 3,
    "most": 6,
    "then": "said",
    "otherwise": "operator",
}


def site(*, language="en", greet=True, **more):
    fake = FakeAsterisk()
    fake.hear(e.AgentKnown(AgentId(1), "Agent 1", "1001"))
    for key in ("support", "operator"):
        queue = Queue(QueueKey(key), key, members_of([AgentId(1)]))
        fake.hear(e.QueueChanged(QueueKey(key), queue))
    nodes = {
        "greet": {"type": "play", "prompts": ["greeting"], "then": "ask"},
        "ask": {**ASK, **more},
        "said": {"type": "say", "say_as": "digits", "variable": "order", "then": "support"},
        "support": {"type": "queue", "queue": "support"},
        "operator": {"type": "queue", "queue": "operator"},
    }
    document = {"start": "greet" if greet else "ask", "nodes": nodes}
    fake.hear(e.FlowPublished(read_flow(1, 1, "Order", document)))
    fake.hear(e.RoutesChanged(RoutePlan({"100": NumberSettings(FlowId(1), language)})))
    fake.dial("c1")
    return fake


def keys(fake, typed):
    for key in typed:
        fake.press("c1", key)


def heard(fake):
    what = fake.hearing.get("c1")
    return fake.playing.get(what, what)


def order(fake):
    return fake.call("c1").run.variables.get("order")


def pressed(fake):
    return [one.detail["digit"] for one in fake.timeline("c1") if one.kind is Kind.DIGIT]


def test_digits_are_typed_said_again_and_lead_on():
    fake = site(greet=False)
    fake.prompts_end("c1")
    assert heard(fake) == "silence"
    keys(fake, "123#")
    assert heard(fake) == ("digit-1", "digit-2", "digit-3")
    assert order(fake) == "123"
    fake.prompts_end("c1")
    assert fake.call("c1").queue == "support"
    check(fake)


def test_the_most_digits_need_no_terminator_and_a_pause_ends_the_input():
    fake = site(greet=False)
    keys(fake, "123456")
    assert order(fake) == "123456"
    fake = site(greet=False)
    keys(fake, "1234")
    fake.wait(3)
    assert order(fake) is None
    fake.wait(1)
    assert order(fake) == "1234"


def test_a_key_stops_the_prompts_and_counts():
    fake = site(greet=False)
    assert heard(fake) == ("menu",)
    keys(fake, "7")
    assert heard(fake) == "silence"
    keys(fake, "77#")
    assert order(fake) == "777"


def test_prompts_that_no_key_stops_play_to_their_end_and_the_keys_count():
    fake = site(greet=False, barge_in=False)
    keys(fake, "12")
    assert heard(fake) == ("menu",)
    fake.prompts_end("c1")
    keys(fake, "3#")
    assert order(fake) == "123"
    fake = site(greet=False, barge_in=False)
    keys(fake, "456#")
    fake.prompts_end("c1")
    assert order(fake) == "456"


def test_without_typing_ahead_only_keys_after_the_prompts_count():
    fake = site(greet=False, barge_in=False, type_ahead=False)
    keys(fake, "12")
    fake.prompts_end("c1")
    keys(fake, "345#")
    assert order(fake) == "345"


def test_keys_pressed_in_the_greeting_are_the_first_digits():
    fake = site()
    assert heard(fake) == ("greeting",)
    keys(fake, "98")
    assert heard(fake) == "silence"
    keys(fake, "7#")
    assert order(fake) == "987"
    steps = [one.detail["node"] for one in fake.timeline("c1") if one.kind is Kind.STEP]
    assert steps == ["greet", "ask", "said"]


def test_keys_pressed_in_the_greeting_are_ignored_without_typing_ahead():
    fake = site(type_ahead=False)
    keys(fake, "98")
    assert heard(fake) == ("greeting",)


def test_a_wrong_input_is_asked_for_again_and_after_the_last_try_the_flow_goes_on():
    fake = site(greet=False, check="luhn", tries=3)
    keys(fake, "123#")
    assert heard(fake) == ("collect-wrong", "menu")
    keys(fake, "12#")
    assert heard(fake) == ("collect-wrong", "menu")
    fake.prompts_end("c1")
    fake.wait(6)
    assert fake.call("c1").queue == "operator"
    assert order(fake) is None
    check(fake)


def test_the_caller_confirms_what_was_entered_or_enters_it_again():
    fake = site(greet=False, confirm=True, language="zh_CN")
    keys(fake, "121#")
    assert heard(fake) == (
        "collect-entered", "digit-yao", "digit-2", "digit-yao", "collect-confirm",
    )  # fmt: skip
    keys(fake, "7")
    assert heard(fake)[0] == "collect-entered"
    keys(fake, "2")
    assert heard(fake) == ("menu",)
    keys(fake, "345#")
    fake.prompts_end("c1")
    assert heard(fake) == "silence"
    keys(fake, "1")
    assert order(fake) == "345"


def test_a_caller_who_confirms_nothing_is_asked_again():
    fake = site(greet=False, confirm=True, tries=2)
    keys(fake, "121#")
    fake.prompts_end("c1")
    fake.wait(6)
    assert heard(fake) == ("menu",)
    keys(fake, "121#")
    fake.prompts_end("c1")
    fake.wait(6)
    assert fake.call("c1").queue == "operator"


@pytest.mark.parametrize("barge_in", [True, False])
def test_a_new_engine_keeps_the_digits(barge_in):
    fake = site(greet=False, barge_in=barge_in)
    keys(fake, "12")
    fake.engine_dies()
    assert heard(fake) == "silence"
    keys(fake, "34#")
    assert order(fake) == "1234"
    check(fake)


def test_a_new_engine_asks_a_caller_who_had_typed_nothing_again_and_keeps_the_tries():
    fake = site(greet=False, tries=2)
    keys(fake, "1#")
    fake.engine_dies()
    assert heard(fake) == ("menu",)
    keys(fake, "1#")
    assert fake.call("c1").queue == "operator"


def test_a_new_engine_reads_back_what_was_to_be_confirmed():
    fake = site(greet=False, confirm=True)
    keys(fake, "123#")
    fake.engine_dies()
    assert heard(fake)[0] == "collect-entered"
    keys(fake, "1")
    assert order(fake) == "123"


def test_secret_digits_stand_neither_in_the_timeline_nor_on_the_channel():
    fake = site(greet=False, secret=True)
    keys(fake, "98")
    assert pressed(fake) == ["•", "•"]
    assert "98" not in fake.saved["c1"]
    fake.engine_dies()
    assert heard(fake) == ("menu",)


def test_a_caller_who_hangs_up_while_typing_is_gone():
    fake = site(greet=False)
    keys(fake, "12")
    assert fake.stage("c1") is Stage.IVR
    fake.caller_hangs_up("c1")
    assert CallId("c1") not in fake.state.calls


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"prompts": []}, "plays nothing"),
        ({"variable": "two words"}, "needs a variable"),
        ({"variable": "language"}, "cannot set the language"),
        ({"least": 7}, "1 to 32 digits"),
        ({"most": 33}, "1 to 32 digits"),
        ({"clear": "#"}, "one key for two purposes"),
        ({"tries": 0}, "asks 1 to 9 times"),
        ({"next_seconds": 61}, "waits 1 to 60 seconds"),
        ({"check": "poem"}, "cannot be read"),
        ({"confirm": "yes"}, "cannot be read"),
        ({"then": "nowhere"}, "does not exist"),
    ],
)
def test_a_step_that_could_never_end_is_refused(more, wrong):
    with pytest.raises(InvalidError, match=wrong):
        site(**more)
