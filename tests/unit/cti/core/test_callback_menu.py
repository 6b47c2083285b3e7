"""What a caller says about a callback: the questions and their answers, without a call."""

import json
from dataclasses import replace

import pytest
from unit.cti.core.scenes import scene, state_of

from acd.queue import QueueKey
from crm.calls.record import CallId
from cti.core.callback_menu import (
    NUMBER,
    AskCaller,
    CallbackOffer,
    Check,
    Choices,
    Keep,
    NoKey,
    NumberChecked,
    OfferKey,
    OfferStage,
    StayThere,
    enter,
    hear,
)
from cti.core.context import context_of
from cti.core.saved import read_context
from cti.core.stage import Stage

QUEUE, OWN, OTHER = QueueKey("support"), "+8613800138000", "+8613900139000"
FREE = Choices(OWN, {"2": 1.0, "4": 2.0})
CALL = CallId("hotline-1-1763775000.12")


def told(offer, *heard, choices=FREE):
    """Give the last order."""
    order = None
    for one in heard:
        offer, order = hear(offer, one, choices)
    return offer, order


def keys(text):
    return [OfferKey(one) for one in text]


@pytest.mark.parametrize(
    ("heard", "order"),
    [
        (keys("1"), AskCaller(("callback-when", "callback-when-2", "callback-when-4"))),
        (keys("11"), Keep(OWN)),
        (keys("12"), Keep(OWN, "2")),
        (keys("14"), Keep(OWN, "4")),
        ([*keys("1"), NoKey()], Keep(OWN)),
        (keys("3"), StayThere()),
        ([NoKey()], StayThere()),
        (keys("2"), AskCaller(("callback-number",))),
        (keys("2139*"), AskCaller(("callback-number",))),
        (keys("213900139000#"), Check("13900139000")),
        ([*keys("2139"), NoKey()], Check("139")),
        ([*keys("2139#"), NumberChecked("")], AskCaller(("callback-refused", "callback-number"))),
        ([*keys("2139#"), NumberChecked(OTHER), *keys("1"), NoKey()], Keep(OTHER)),
    ],
)
def test_keys_lead_to_a_callback_or_back_into_the_queue(heard, order):
    assert told(CallbackOffer(QUEUE), *heard)[1] == order


@pytest.mark.parametrize(
    ("language", "one"), [("en", "digit-1"), ("zh_CN", "digit-yao"), ("", "digit-1")]
)
def test_a_number_is_read_back_as_telephone_numbers_are_in_the_callers_language(language, one):
    choices = replace(FREE, language=language)
    entered = CallbackOffer(QUEUE, OfferStage.NUMBER, "", "139")
    _, order = hear(entered, NumberChecked(OTHER), choices)
    assert order == AskCaller(("callback-entered", one, "digit-3", "digit-9", "callback-confirm"))


def test_a_key_that_means_nothing_changes_nothing():
    at_time, _ = told(CallbackOffer(QUEUE), *keys("1"))

    assert hear(at_time, OfferKey("3"), FREE) is None
    assert hear(CallbackOffer(QUEUE, OfferStage.CONFIRM, OTHER), OfferKey("9"), FREE) is None


def test_without_an_own_number_the_first_key_stays():
    hidden = Choices("", ())

    assert told(CallbackOffer(QUEUE), *keys("1"), choices=hidden)[1] == StayThere()
    assert enter(CallbackOffer(QUEUE), hidden)[1] == AskCaller(("callback-offer-number",))


def test_the_longest_number_needs_no_end():
    _, order = told(CallbackOffer(QUEUE), *keys("2" + "1" * NUMBER.most))

    assert order == Check("1" * NUMBER.most)


@pytest.mark.parametrize("stage", OfferStage)
def test_a_new_engine_asks_where_the_caller_was(stage):
    typed = "139" if stage is OfferStage.CONFIRM else ""
    offered = CallbackOffer(QUEUE, stage, OTHER, typed, 1)
    of = scene(Stage.IVR, id_=CALL, since=9.0, arrived=1.0, offered=offered)
    said = context_of(state_of(of), of.legs[0], of.call)

    assert read_context(CALL, json.loads(said)).anchor.call.offered == offered


def test_the_context_of_an_earlier_release_is_read():
    of = scene(Stage.IVR, id_=CALL, since=9.0, arrived=1.0, offered=CallbackOffer(QUEUE))
    said = json.loads(context_of(state_of(of), of.legs[0], of.call))
    said["c"]["of"] = "support"

    assert read_context(CALL, said).anchor.call.offered == CallbackOffer(QUEUE)
