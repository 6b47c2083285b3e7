"""Callers who wait hear their place, their wait and an estimate, in their language."""

from dataclasses import replace

import pytest
from journeys.invariants import check
from journeys.site import open_site, to_queue

from acd.estimate import Forecast, LineHistory, Wait
from acd.queue import AgentId, Announcements, QueueKey
from crm.calls.record import Kind
from crm.kernel.destination import read_destination
from cti.core import events as e
from cti.core import requests as r
from cti.core.answer_events import HistoryRestored
from cti.core.commands import Play
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings

SUPPORT = QueueKey("support")
POSITION = Announcements(ahead=True, first_seconds=20, every_seconds=30)
THANKS, NEXT = "queue-thanks", "queue-next"


def announces(fake, said, key=SUPPORT, **more):
    queue = replace(fake.state.queues[key], announcements=said, **more)
    fake.hear(e.QueueChanged(key, queue))


@pytest.fixture
def site():
    """Nobody is signed in; support announces the position."""
    fake = open_site()
    announces(fake, POSITION)
    return fake


def heard(fake, call="c1"):
    """The prompts that play to a caller, or what else is heard."""
    what = fake.hearing.get(call)
    return fake.playing.get(what, what)


def test_a_caller_hears_the_place_and_then_music_again(site):
    to_queue(site, "c1")
    to_queue(site, "c2")
    site.wait(19)
    assert heard(site, "c2") == "music"
    site.wait(1)
    assert heard(site) == (THANKS, NEXT)
    assert heard(site, "c2") == (THANKS, "digit-1", "queue-ahead-one")
    assert site.stage("c2") is Stage.WAITING
    site.prompts_end("c2")
    assert heard(site, "c2") == "music"
    site.caller_hangs_up("c1")
    site.wait(29)
    assert heard(site, "c2") == "music"
    site.wait(1)
    assert heard(site, "c2") == (THANKS, NEXT)
    check(site)


def test_music_only_is_never_interrupted():
    fake = open_site()
    to_queue(fake, "c1")
    fake.wait(600)
    assert heard(fake) == "music"
    assert not fake.call("c1").timers


def test_an_announcement_once_comes_once(site):
    announces(site, replace(POSITION, every_seconds=0))
    to_queue(site, "c1")
    site.wait(20)
    site.prompts_end("c1")
    site.wait(300)
    assert heard(site) == "music"


def test_a_long_announcement_is_followed_by_some_music(site):
    to_queue(site, "c1")
    site.wait(20)
    site.wait(28)
    site.prompts_end("c1")
    site.wait(5)
    assert heard(site) == "music"
    site.wait(27)
    assert heard(site) == (THANKS, NEXT)


def test_the_place_is_the_order_of_the_queue(site):
    sales = replace(
        site.state.queues[QueueKey("sales")], timed_out=read_destination("queue:support")
    )
    site.hear(e.QueueChanged(sales.key, replace(sales, max_wait_seconds=10)))
    to_queue(site, "c1", "1")
    site.wait(5)
    to_queue(site, "c2")
    site.wait(20)
    assert heard(site, "c2") == (THANKS, "digit-1", "queue-ahead-one")
    site.wait(5)
    assert heard(site) == (THANKS, NEXT)


def test_the_time_waited_and_the_queues_own_words(site):
    said = Announcements(waited=True, text_en="We are sorry.", first_seconds=90, every_seconds=60)
    announces(site, said)
    to_queue(site, "c1")
    site.wait(90)
    assert heard(site) == ("queue-own-support", "queue-waited", "digit-1", "unit-minute")
    site.prompts_end("c1")
    site.wait(60)
    assert heard(site) == ("queue-own-support", "queue-waited", "digit-2", "unit-minutes")


def test_words_in_another_language_are_not_played(site):
    announces(site, Announcements(text_zh="对不起。", first_seconds=10))
    to_queue(site, "c1")
    site.wait(100)
    assert heard(site) == "music"


def test_a_chinese_number_announces_in_chinese(site):
    numbers = {"100": NumberSettings(FlowId(1), "zh_CN")}
    site.hear(e.RoutesChanged(RoutePlan(numbers)))
    announces(site, replace(POSITION, text_zh="对不起。"))
    for call in ("c1", "c2", "c3"):
        to_queue(site, call)
    site.wait(20)
    assert heard(site, "c3") == (
        "queue-own-support", "queue-before", "number-two", "queue-ahead",
    )  # fmt: skip
    assert site.state.legs["c3"].placement.language == "zh_CN"


def test_an_agent_who_answers_in_an_announcement_is_connected_at_once(site):
    to_queue(site, "c1")
    site.wait(20)
    assert heard(site) == (THANKS, NEXT)
    sign_in(site, 1)
    assert site.stage("c1") is Stage.OFFERED
    assert heard(site) == (THANKS, NEXT)
    site.pick_up("c1")
    assert site.talking("c1")
    assert "c1" not in site.hearing
    assert not set(site.call("c1").timers) & {"announce", "announcing"}
    site.wait(100)
    assert site.talking("c1")
    check(site)


def test_an_announcement_does_not_begin_while_a_phone_has_just_begun_to_ring(site):
    to_queue(site, "c1")
    site.wait(19)
    sign_in(site, 1)
    site.wait(1)
    assert heard(site) == "music"
    site.wait(2)
    assert heard(site) == (THANKS, NEXT)
    site.pick_up("c1")
    assert site.talking("c1")


def test_keys_pressed_in_an_announcement_do_nothing(site):
    to_queue(site, "c1")
    site.wait(20)
    for key in "12#*":
        site.press("c1", key)
    assert heard(site) == (THANKS, NEXT)
    assert site.stage("c1") is Stage.WAITING


def test_a_caller_who_hangs_up_in_an_announcement_is_gone(site):
    to_queue(site, "c1")
    site.wait(20)
    site.caller_hangs_up("c1")
    assert "c1" not in site.state.calls
    check(site)


def test_a_caller_who_is_moved_in_an_announcement_hears_the_other_queue(site):
    announces(site, replace(POSITION, first_seconds=7), QueueKey("sales"))
    to_queue(site, "c1")
    site.wait(20)
    site.hear(r.MoveAsked("c1", read_destination("queue:sales")))
    assert heard(site) == "music"
    site.wait(7)
    assert heard(site) == (THANKS, NEXT)
    check(site)


def test_a_queue_that_begins_to_announce_tells_those_who_wait(site):
    announces(site, Announcements())
    to_queue(site, "c1")
    site.wait(100)
    announces(site, POSITION)
    site.wait(30)
    assert heard(site) == (THANKS, NEXT)


def test_an_end_that_is_never_told_holds_nobody(site):
    to_queue(site, "c1")
    site.wait(20)
    site.wait(120)
    assert heard(site) == "music"
    site.wait(30)
    assert heard(site) == (THANKS, NEXT)


def test_a_playback_that_fails_brings_the_music_back(site):
    site.refuse.add(Play)
    to_queue_without_prompts(site)
    site.wait(21)
    assert heard(site) == "music"
    site.refuse.clear()
    site.wait(30)
    assert heard(site) == (THANKS, NEXT)


def to_queue_without_prompts(site):
    site.dial("c1")
    if site.stage("c1") is Stage.IVR:
        site.press("c1", "2")


@pytest.mark.parametrize("moment", ["before", "in it", "after"])
def test_the_engine_dies_and_announcements_go_on(site, moment):
    to_queue(site, "c1")
    to_queue(site, "c2")
    site.wait({"before": 5, "in it": 20, "after": 20}[moment])
    if moment == "after":
        site.prompts_end("c2")
    site.engine_dies()
    assert heard(site, "c2") == "music"
    assert site.stage("c2") is Stage.WAITING
    site.wait(30)
    assert heard(site, "c2") == (THANKS, "digit-1", "queue-ahead-one")
    sign_in(site, 1)
    site.pick_up("c1")
    site.prompts_end("c2")
    assert site.talking("c1")
    check(site)


# ---- estimates


def known(seconds=100.0, handled=180.0):
    guess = Forecast(80.0, 100.0, 120.0)
    waits = tuple(Wait(seconds * (0.9 + n / 200), forecast=guess) for n in range(40))
    return LineHistory(waits, (handled,) * 40)


def estimates(fake, call="c1"):
    return [one.detail for one in fake.timeline(call) if one.kind is Kind.ESTIMATED]


def busy(fake):
    """All three agents talk."""
    for number in (1, 2, 3):
        sign_in(fake, number)
        to_queue(fake, f"b{number}")
        fake.pick_up(f"b{number}")


def test_the_estimate_is_announced_and_is_a_fact(site):
    announces(site, Announcements(estimate=True, first_seconds=10))
    site.hear(HistoryRestored(SUPPORT, known()))
    busy(site)
    for number in range(12):
        to_queue(site, f"w{number}")
    site.wait(1)
    to_queue(site, "c1")
    (fact,) = estimates(site)
    assert fact["queue"] == "support"
    assert 0 < fact["f10"] < fact["f50"] < fact["f90"]
    assert fact["p10"] <= fact["p50"] <= fact["p90"]
    site.wait(10)
    said = heard(site)
    assert said[:2] == (THANKS, "queue-estimate")
    assert said[-1] == "unit-minutes"


def test_nothing_is_said_where_nothing_is_known(site):
    announces(site, Announcements(estimate=True, first_seconds=10))
    to_queue(site, "c1")
    site.wait(200)
    assert heard(site) == "music"
    assert estimates(site) == []


def test_waits_and_calls_become_the_past_of_the_queue(site):
    sign_in(site, 1)
    to_queue(site, "c0")
    site.wait(4)
    site.pick_up("c0")
    for call in ("c1", "c2", "c3"):
        to_queue(site, call)
    site.wait(50)
    site.caller_hangs_up("c2")
    site.hear(r.MoveAsked("c3", read_destination("queue:sales")))
    site.wait(10)
    site.caller_hangs_up("c0")
    site.hear(r.StateAsked(AgentId(1), ready=True))
    site.pick_up("c1")

    past = site.state.histories[SUPPORT].history
    assert [(one.seconds, one.abandoned) for one in past.waits] == [(50, True), (60, False)]
    assert past.handled == (64,)
    assert site.state.histories[QueueKey("sales")].history.handled == ()
    assert not list(site.state.waits.values()) or {
        one.call for one in site.state.waits.values()
    } == {"c3"}
    check(site)
