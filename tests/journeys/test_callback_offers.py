"""A caller asks to be called back at another number, or says nothing."""

import pytest
from journeys.asked_callers import (
    enters,
    heard,
    is_offered,
    open_for_callbacks,
    waits_since,
)
from journeys.invariants import check
from journeys.test_callbacks import MOBILE, OTHER, callbacks, free, is_told

from crm.calls.record import Kind
from cti.core import events as e
from cti.core.stage import Stage
from cti.fake import START
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings


@pytest.fixture
def site():
    return open_for_callbacks()


@pytest.mark.parametrize("dies", [None, "offer", "number", "confirm"])
def test_a_caller_enters_another_number_and_is_called_there(site, dies):
    is_offered(site)
    site.prompts_end("c1")
    if dies == "offer":
        site.engine_dies()
    site.press("c1", "2")
    if dies == "number":
        site.press("c1", "1")
        site.engine_dies()
    for digit in "13900139000#":
        site.press("c1", digit)
    if dies == "confirm":
        site.engine_dies()
    said = [f"digit-{one}" for one in "13900139000"]
    assert list(heard(site)) == ["callback-entered", *said, "callback-confirm"]
    check(site)
    site.press("c1", "1")
    is_told(site)

    assert callbacks(site)["c1"].number == OTHER
    assert callbacks(site)["c1"].caller == MOBILE
    free(site)
    made = callbacks(site)["c1"].made
    site.answers(site.agent_leg(made))
    assert site.dialled[f"{made}-c2"][1].endswith("13900139000")


@pytest.mark.parametrize("dies", [False, True])
def test_a_number_is_read_back_as_chinese_callers_say_it(site, dies):
    numbers = {"100": NumberSettings(FlowId(1), "zh_CN")}
    site.hear(e.RoutesChanged(RoutePlan(numbers)))
    is_offered(site)
    enters(site, "13900139000")
    if dies:
        site.engine_dies()
    said = ["digit-yao" if one == "1" else f"digit-{one}" for one in "13900139000"]
    assert list(heard(site)) == ["callback-entered", *said, "callback-confirm"]
    check(site)


def test_digits_stand_in_the_timeline_only_as_the_number(site):
    is_offered(site)
    enters(site, "13900139000")
    site.press("c1", "1")

    keys = [one for one in site.timeline("c1") if one.kind is Kind.DIGIT]
    assert [one.detail["digit"] for one in keys if one.detail["node"] == "callback"] == ["2", "1"]


def test_a_number_that_was_heard_wrong_is_entered_again_once(site):
    is_offered(site)
    since = START
    enters(site, "13900139001")
    site.press("c1", "2")
    assert heard(site) == ("callback-number",)
    for digit in "13900139000#":
        site.press("c1", digit)
    site.press("c1", "2")
    assert heard(site) == ("callback-stays",)
    site.prompts_end("c1")

    assert site.stage("c1") is Stage.WAITING
    assert waits_since(site) == pytest.approx(since, abs=0.1)
    assert not callbacks(site)


@pytest.mark.parametrize("number", ["110", "0085212345678", "7", "4008001000"])
def test_a_number_that_may_not_be_called_is_told_and_another_is_asked_for(site, number):
    site.hear(e.RoutesChanged(own_numbers()))
    is_offered(site)
    enters(site, number)
    assert heard(site) == ("callback-refused", "callback-number")
    for digit in "13900139000#":
        site.press("c1", digit)
    site.press("c1", "1")

    assert callbacks(site)["c1"].number == OTHER


def own_numbers():
    numbers = {"100": NumberSettings(FlowId(1)), "+864008001000": NumberSettings(FlowId(1))}
    return RoutePlan(numbers)


def test_two_refused_numbers_lead_back_to_the_same_place(site):
    is_offered(site)
    enters(site, "110")
    for digit in "112#":
        site.press("c1", digit)
    assert heard(site) == ("callback-refused", "callback-stays")
    site.engine_dies()
    site.wait(1)

    assert site.stage("c1") is Stage.WAITING
    assert waits_since(site) == pytest.approx(START, abs=0.1)


@pytest.mark.parametrize("pressed", ["", "2", "213900", "213900139000#"])
def test_a_caller_who_presses_nothing_more_waits_on_at_the_same_place(site, pressed):
    is_offered(site)
    site.prompts_end("c1")
    for digit in pressed:
        site.press("c1", digit)
    for _ in range(6):
        if site.hears_prompts("c1"):
            site.prompts_end("c1")
        site.wait(20)

    assert site.stage("c1") is Stage.WAITING
    assert waits_since(site) == pytest.approx(START, abs=0.1)
    assert not callbacks(site)


@pytest.mark.parametrize("pressed", ["", "2", "213900", "213900139000#"])
def test_a_caller_who_hangs_up_in_the_questions_asks_for_nothing(site, pressed):
    is_offered(site)
    for digit in pressed:
        site.press("c1", digit)
    site.caller_hangs_up("c1")

    assert not callbacks(site)
    check(site)


def test_a_hidden_number_is_offered_only_another_one(site):
    is_offered(site, caller="")
    assert heard(site) == ("callback-offer-number",)
    enters(site, "13900139000")
    site.press("c1", "1")

    assert callbacks(site)["c1"].number == OTHER


def test_a_hidden_number_has_no_callback_at_itself(site):
    is_offered(site, caller="")
    site.press("c1", "1")

    assert site.stage("c1") is Stage.WAITING


def test_a_caller_who_asked_for_another_number_is_not_called_after_calling_again(site):
    is_offered(site)
    enters(site, "13900139000")
    site.press("c1", "1")
    is_told(site)
    site.dial("c2", caller=MOBILE)

    assert not callbacks(site)
