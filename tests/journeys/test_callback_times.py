"""When a customer is called back: chosen, closed hours, tries, and what users set."""

from dataclasses import replace

import pytest
from journeys.asked_callers import (
    DAY,
    DAYS,
    HOUR,
    SUPPORT,
    chooses_time,
    closed_site,
    enters,
    heard,
    is_offered,
    open_for_callbacks,
    set_queue,
)
from journeys.calls_out import plan as outbound_plan
from journeys.test_callbacks import MOBILE, OTHER, callbacks, free, is_told, told

from acd.callback import CallbackState
from acd.callbacks.times import times_to_choose
from acd.queue import CallbackRule, QueueKey
from crm.calls.record import CallId
from crm.hours.group import Interval, TimeGroup, TimeGroupId, WeeklyHours
from crm.kernel.destination import read_destination
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.number_lists.lists import EntryId, ListEntry, ListKind, NumberListId, NumberLists, Pattern
from cti.core import events as e
from cti.core import requests as r
from cti.core.callback_requests import CallbackAdded, CallbackCanceled, CallbackChanged
from cti.core.stage import Stage
from cti.fake import START, sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings


@pytest.fixture
def site():
    return open_for_callbacks()


def test_the_time_is_asked_for_only_where_the_queue_says_so(site):
    is_offered(site)
    site.press("c1", "1")
    is_told(site)

    assert callbacks(site)["c1"].due is None


@pytest.mark.parametrize("dies", [None, "question", "wait"])
def test_a_chosen_hour_is_kept_with_the_time_already_waited(site, dies):
    chooses_time(site)
    is_offered(site)
    site.press("c1", "1")
    assert heard(site) == ("callback-when", "callback-when-2", "callback-when-3")
    if dies == "question":
        site.engine_dies()
    at = site.now + HOUR
    site.press("c1", "2")
    assert heard(site) == ("callback-thanks-later",)
    is_told(site)
    free(site)
    if dies == "wait":
        site.engine_dies()
    one = callbacks(site)["c1"]
    assert (one.state, one.due) == (CallbackState.WAITING, at)
    assert one.due - one.since == pytest.approx(at - HOUR - START, abs=0.1)
    site.wait(HOUR - 60)
    assert callbacks(site)["c1"].made is None
    site.wait(60)

    assert callbacks(site)["c1"].state is CallbackState.CALLING


def test_at_the_chosen_time_they_stand_before_those_who_waited_less(site):
    chooses_time(site)
    is_offered(site, waits=40)
    site.press("c1", "1")
    site.press("c1", "2")
    is_told(site)
    site.wait(HOUR - 20)
    site.dial("c2", caller=OTHER)  # 20 seconds before the time: less than the 40 waited
    site.prompts_end("c2")
    site.press("c2", "2")
    site.wait(30)
    free(site)

    assert callbacks(site)["c1"].state is CallbackState.CALLING
    assert site.stage("c2") is Stage.WAITING


def test_a_caller_who_chooses_no_time_is_called_at_their_turn(site):
    chooses_time(site)
    is_offered(site)
    site.press("c1", "1")
    site.prompts_end("c1")
    site.wait(10)
    is_told(site)

    assert callbacks(site)["c1"].due is None


def test_who_hangs_up_when_asked_for_the_time_is_called_at_their_turn(site):
    chooses_time(site)
    is_offered(site)
    site.press("c1", "1")
    site.caller_hangs_up("c1")

    assert callbacks(site)["c1"].due is None
    free(site)
    assert callbacks(site)["c1"].state is CallbackState.CALLING


def test_only_times_within_the_opening_hours_can_be_chosen():
    evening = 1_770_046_200.0  # Mon Feb 2 2026, 23:30 in Shanghai
    assert times_to_choose(DAY, evening) == {"4": 1_770_080_400.0}  # 09:00
    assert set(times_to_choose(DAY, 1_770_080_400.0)) == {"2", "3", "4"}
    assert set(times_to_choose(DAY, 1_770_080_400.0 + 7 * HOUR)) == {"2", "4"}
    always = TimeGroup(TimeGroupId(2), "", "UTC", (WeeklyHours(DAYS, Interval(0, 1440)),))
    assert set(times_to_choose(always, evening)) == {"2", "3"}
    assert set(times_to_choose(None, evening)) == {"2", "3"}


# ---- closed


@pytest.mark.parametrize("dies", [False, True])
def test_a_closed_queue_offers_a_callback_and_calls_when_it_opens(site, dies):
    closed_site(site)
    site.dial("c1")
    site.prompts_end("c1")
    site.press("c1", "2")
    assert heard(site) == ("callback-offer",)
    site.press("c1", "1")
    is_told(site)
    free(site)
    if dies:
        site.engine_dies()
    assert callbacks(site)["c1"].made is None
    site.wait(31 * 60)

    assert callbacks(site)["c1"].state is CallbackState.CALLING


def test_a_caller_who_stays_at_a_closed_queue_is_told_that_it_takes_no_calls(site):
    closed_site(site)
    site.dial("c1")
    site.prompts_end("c1")
    site.press("c1", "2")
    site.press("c1", "3")

    assert heard(site) == ("not-taken",)


def test_the_queue_says_how_often_and_when_a_customer_is_called(site):
    set_queue(site, callback=CallbackRule(tries=2, pause_seconds=900))
    is_offered(site)
    site.press("c1", "1")
    is_told(site)
    free(site)
    for attempt in range(2):
        made = callbacks(site)["c1"].made
        site.answers(site.agent_leg(made))
        site.ends(f"{made}-c2", 19)
        site.hear(r.StateAsked(1, ready=True))
        if attempt == 0:
            site.engine_dies()
            site.wait(890)
            assert callbacks(site)["c1"].made is None
            site.wait(11)

    assert told(site)[-1] == "failed"
    assert site.timeline("c1")[-1].detail["why"] == "no answer"


def test_a_full_queue_counts_only_those_on_the_line(site):
    is_offered(site)
    site.press("c1", "1")
    is_told(site)
    set_queue(site, max_length=1, full=read_destination("hangup"))
    site.dial("c2", caller=OTHER)
    site.prompts_end("c2")
    site.press("c2", "2")

    assert site.stage("c2") is Stage.WAITING


# ---- by users


ADDED = CallbackAdded(CallId("added-1"), "13900139000", SUPPORT, note="Invoice", by=3)


def test_a_supervisor_adds_a_callback(site):
    site.hear(ADDED)
    free(site)

    made = callbacks(site)["added-1"].made
    site.answers(site.agent_leg(made))
    site.answers(f"{made}-c2")
    assert site.talking(made)
    site.ends(f"{made}-c2")
    assert told(site, "added-1")[-1] == "done"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": "110"}, "number"),
        ({"number": "no number"}, "number"),
        ({"queue": QueueKey("none")}, "queue"),
        ({"at": START - 60}, "at"),
    ],
)
def test_a_callback_that_cannot_be_is_refused_with_its_field(site, changed, field):
    with pytest.raises(InvalidError) as refused:
        site.hear(replace(ADDED, **changed))

    assert refused.value.field == field
    assert not callbacks(site)


def test_one_number_waits_once_in_a_queue(site):
    site.hear(ADDED)
    with pytest.raises(ConflictError):
        site.hear(replace(ADDED, callback=CallId("added-2")))


def test_number_and_time_of_a_callback_are_changed_and_the_wait_counts_on(site):
    is_offered(site, waits=40)
    site.press("c1", "1")
    is_told(site)
    site.wait(100)
    waited = site.now - START
    at = site.now + 2 * HOUR
    site.hear(CallbackChanged(CallId("c1"), OTHER, moves=True, at=at))
    free(site)
    site.engine_dies()
    one = callbacks(site)["c1"]
    assert (one.number, one.due, one.made) == (OTHER, at, None)
    assert at - one.since == pytest.approx(waited, abs=1)
    site.hear(CallbackChanged(CallId("c1"), moves=True))

    assert callbacks(site)["c1"].state is CallbackState.CALLING
    with pytest.raises(MissingError):
        site.hear(CallbackChanged(CallId("c1"), MOBILE))


def test_a_callback_is_not_set_for_a_closed_hour(site):
    closed_site(site)
    with pytest.raises(InvalidError):
        site.hear(replace(ADDED, at=site.now + 3 * HOUR))


def test_a_callback_with_a_time_can_be_canceled(site):
    site.hear(replace(ADDED, at=site.now + HOUR))
    site.hear(CallbackCanceled(ADDED.callback))
    site.wait(2 * HOUR)

    assert not callbacks(site)


def test_a_moment_in_which_no_call_can_be_made_costs_no_try(site):
    (rule,) = outbound_plan().rules
    site.hear(e.OutboundChanged(outbound_plan(rules=(replace(rule, per_minute=1),))))
    site.hear(ADDED, replace(ADDED, callback=CallId("added-2"), number=MOBILE))
    free(site)
    site.answers(site.agent_leg(callbacks(site)["added-1"].made))
    sign_in(site, 2)
    one = callbacks(site)["added-2"]
    assert (one.state, one.tries) == (CallbackState.WAITING, 0)
    site.wait(61)

    assert callbacks(site)["added-2"].state is CallbackState.CALLING


def test_a_number_on_a_list_is_not_called_back(site):
    numbers = {"100": NumberSettings(FlowId(1))}
    entry = ListEntry(EntryId(1), NumberListId(1), ListKind.BLACK, Pattern(OTHER, (OTHER,)))
    site.hear(e.RoutesChanged(RoutePlan(numbers, lists=NumberLists((entry,)))))
    is_offered(site)
    enters(site, "13900139000")

    assert heard(site) == ("callback-refused", "callback-number")
