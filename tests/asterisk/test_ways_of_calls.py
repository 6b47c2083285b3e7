"""Lists, hours, forced handling and forwarding on a real Asterisk: who gets the caller."""

import os
import signal
import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from asterisk.deaths import kill_the_engine
from asterisk.lines import line, listed, number, record, rule
from asterisk.phones import only, something_else_than, wait_until

CALLER, LI, WANG = 440, 600, 800
HOST, SECOND = "127.0.0.11", "127.0.0.12"
OURS = "4008001234"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture(scope="module")
def lines(installation):
    """Two carriers: callers come over the first, and calls to numbers outside go over both."""
    with (
        line(installation, HOST, caller_source="from") as first,
        line(installation, SECOND) as second,
        rule(installation, first, second),
    ):
        first.becomes("available")
        second.becomes("available")
        yield first, second


@pytest.fixture
def made(installation):
    """Add things over the API, which are deleted at the end, the newest first."""
    admin, places = installation.api("admin"), []

    def add(place, body):
        id_ = admin.post(place, body)["id"]
        places.append(f"{place}/{id_}")
        return id_

    yield add
    for place in reversed(places):
        admin.delete(place)


def id_of(trade, login):
    found = trade.installation.api("admin").get("/users?limit=100")["items"]
    return next(one["id"] for one in found if one["login"] == login)


def answered(leg, seconds=5):
    wait_until(lambda: leg.status >= 200, seconds, "the caller gets an answer")
    return leg.status


def test_black_lists_refuse_or_play_a_message(trade, installation):
    refused, busy, told = "13901110001", "13901110002", "13901110003"
    with (
        listed(installation, "refuse", refused),
        listed(installation, "busy", busy),
        listed(installation, "message", told),
    ):
        for number_, code in ((refused, 403), (busy, 486)):
            caller = trade.caller(number_).dial()
            caller.phone.expect("state", state="DISCONNECTED", code=code)
        caller = trade.caller(told).dial()
        caller.phone.expect("state", state="CONFIRMED")
        caller.phone.hears(something_else_than(CALLER), "why the call is not taken", stretch=0.5)
        caller.phone.expect("state", state="DISCONNECTED")
    trade.becomes_quiet()


def test_a_vip_caller_is_served_before_one_who_waits_longer(trade, installation):
    with listed(installation, "priority", "13901110004", "vip", priority=50):
        first = trade.caller("13901110005").to_queue()
        vip = trade.caller("13901110004").to_queue()
        assert vip.reaches("waiting")["priority"] == 50 + first.reaches("waiting")["priority"]
        li = trade.agent("li.wei", tone=LI, auto=True).ready()
        vip.reaches("talking")
        assert first.live()["state"] == "waiting"
        vip.hangs_up()
        first.hangs_up()
        li.becomes("wrap-up")
        trade.becomes_quiet()


def test_a_customers_level_counts_and_outlives_the_engine(trade, installation, made):
    number_ = "13901110006"
    admin, option = installation.api("admin"), {"name_en": f"Platinum {os.getpid()}"}
    tier = admin.post("/dictionaries/customer_level/items", option)["key"]
    admin.post("/customers", {"name": "Zhao Lei", "level": tier, "phones": [number_]})
    made("/service-levels", {"name_en": "Platinum", "tier": tier, "priority": 7})
    time.sleep(1)  # until the engine has read the level
    first = trade.caller("13901110005").to_queue()
    known = trade.caller(number_).to_queue()
    usual = first.reaches("waiting")["priority"]
    assert known.reaches("waiting")["priority"] == usual + 7
    kill_the_engine(trade)
    live = known.reaches("waiting")
    assert (live["level"]["name"], live["priority"]) == ("Platinum", usual + 7)
    li = trade.agent("li.wei", tone=LI, auto=True).ready()
    known.reaches("talking")
    assert first.live()["state"] == "waiting"
    known.hangs_up()
    first.hangs_up()
    li.becomes("wrap-up")
    trade.becomes_quiet()


def test_a_time_group_that_is_closed_now_leads_elsewhere(trade, made):
    yesterday = WEEKDAYS[datetime.now(UTC).weekday() - 2]  # noqa: TID251 - a day that is not now
    group = made(
        "/time-groups",
        {
            "name": "Closed now",
            "zone": "UTC",
            "weekly": [{"weekdays": [yesterday], "hours": ["09:00-10:00"]}],
        },
    )
    wang = trade.agent("wang.fang", tone=WANG, auto=True).ready()
    made(
        "/routes",
        {
            "name": "Day",
            "called": f"+86{OURS}",
            "time_group": group,
            "destination": "hangup",
            "closed": f"agent:{wang.id}",
        },
    )
    time.sleep(1)  # the engine reads both
    caller = trade.caller(tone=CALLER).dial()
    caller.phone.hears(only(WANG), "the agent for the time after hours")
    caller.reaches("talking")
    caller.hangs_up()
    routed = [one for one in caller.record()["timeline"] if one["kind"] == "routed"]
    assert [one["detail"]["why"] for one in routed] == ["after hours"]
    trade.becomes_quiet()


def test_forced_handling_loses_no_call_when_it_is_switched(trade, lines, made):
    """Ten calls a second come for six seconds; it is on from the second to the fourth."""
    first, _ = lines
    admin, sip = trade.installation.api("admin"), trade.installation.sip
    made("/routes", {"name": "Usual", "called": f"+86{OURS}", "destination": "queue:support"})
    time.sleep(1)
    calls, switched = [], []
    began = time.monotonic()
    for at in range(60):
        time.sleep(max(0.0, began + at / 10 - time.monotonic()))
        if at in (20, 40):
            body = {"number": "", "destination": "queue:sales" if at == 20 else None}
            sent = time.monotonic()
            admin.ask("PUT", "/forced-handling", body)
            switched.append((sent, time.monotonic() + 1.0))
        caller = f"<sip:1390222{at:04d}@carrier.example>"
        calls.append(first.carrier.dial(OURS, sip, sender=caller))
    wait_until(lambda: all(one.statuses for one in calls), 10, "every call has an answer")
    assert {one.status for one in calls} == {200}
    live = {one["caller"]: one["queue"] for one in trade.live_calls()}
    assert len(live) == 60
    (on, on_by), (off, off_by) = switched
    went = Counter()
    for at, one in enumerate(calls):
        queue = live[f"+861390222{at:04d}"]
        went[queue] += 1
        if one.arrived < on or one.arrived > off_by:
            assert queue == "support", at
        elif on_by < one.arrived < off:
            assert queue == "sales", at
    assert went["sales"] >= 10
    for one in calls:
        first.carrier.hang_up(one)
    trade.becomes_quiet()


@pytest.mark.long
def test_calls_to_an_agent_are_forwarded_to_a_colleague_or_a_number_outside(trade, lines, made):
    admin = trade.installation.api("admin")
    trade.change_queue("support", ring_seconds=3)
    li = trade.agent("li.wei", tone=LI).ready()
    wang = trade.agent("wang.fang", tone=WANG, auto=True).ready()
    made("/routes", {"name": "One", "called": f"+86{OURS}", "destination": f"agent:{li.id}"})
    place = f"/users/{id_of(trade, 'li.wei')}/forwarding"
    try:
        admin.ask("PUT", place, {"no_answer": f"agent:{wang.id}"})
        time.sleep(1)
        caller = trade.caller(tone=CALLER).dial()
        li.rings()
        caller.phone.hears(only(WANG), "the colleague", seconds=30)
        caller.hangs_up()
        li.becomes("ready")

        admin.ask("PUT", place, {"always": f"number:+86{number(6)}"})
        time.sleep(1)
        since = len(li.phone.events)
        caller = trade.caller(tone=CALLER).dial()
        caller.phone.hears(only(CALLER), "the own echo from the number outside")
        caller.reaches("forwarded")
        assert not li.phone.had("ringing", since=since)
        caller.hangs_up()
        told = caller.record()
        assert told["result"] == "forwarded"
        assert lines[0].carrier.of("006")
    finally:
        admin.ask("PUT", place, {})
    trade.becomes_quiet()


def test_a_caller_led_outside_talks_on_though_the_engine_is_killed(trade, lines, made):
    first, second = lines
    made(
        "/routes",
        {"name": "Out", "called": f"+86{OURS}", "destination": f"number:+86{number(183)}"},
    )
    time.sleep(1)
    first.carrier.status = 503  # so that the way over the second one is tried too
    try:
        caller = trade.caller(tone=CALLER).dial()
        wait_until(lambda: second.carrier.of("183"), 5, "the second carrier is asked")
        os.kill(trade.installation.pid("engine"), signal.SIGKILL)  # while it rings
        caller.phone.hears(only(CALLER), "the own echo", seconds=20)
        caller.reaches("forwarded")
        kill_the_engine(trade)  # in the talk
        caller.phone.hears(only(CALLER), "the own echo, with the next engine")
        assert caller.reaches("forwarded")["state"] == "forwarded"
        assert len(second.carrier.of("183")) == 1
        caller.hangs_up()
        wait_until(lambda: second.carrier.of("183")[0].over, 5, "the carrier is told of the end")
        told = record(trade.installation, caller.call)
        assert (told["result"], told["trunks"]) == ("forwarded", [first.name, second.name])
        trade.becomes_quiet()
    finally:
        first.carrier.status = 0
