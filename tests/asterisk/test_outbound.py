"""Calls to customers over a trunk: with sound, with the engine killed, and refused."""

import time

import pytest
from asterisk.deaths import kill_the_engine
from asterisk.phones import only, wait_until
from installation import ApiError

LI = 600
ECHO, BUSY, NOBODY = "138 0013 8043", "13800138486", "13800138404"  # see the demo's carrier


def record(trade, call):
    admin = trade.installation.api("admin")

    def written():
        try:
            told = admin.get(f"/calls/{call}")
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return told if told["ended_at"] else None

    return wait_until(written, 15, "the call is written down")


def test_an_agent_calls_a_customer_though_the_engine_is_killed_twice(trade):
    li = trade.agent("li.wei", tone=LI).ready()
    call = li.api.post("/desk/calls", {"to": ECHO})["call"]
    li.rings()
    li.phone.answer()
    wait_until(lambda: len(trade.channels()) > 1, 5, "the customer is dialled")
    kill_the_engine(trade)  # while the customer's phone rings
    li.phone.hears(only(LI), "the echo of the customer's phone")
    kill_the_engine(trade)  # in the talk
    li.phone.hears(only(LI), "the echo, with the next engine")
    li.do("hangup", call)
    li.phone.expect("state", state="DISCONNECTED")
    li.becomes("wrap-up")
    told = record(trade, call)
    assert (told["direction"], told["result"]) == ("out", "answered")
    assert told["customer_number"] == "+8613800138043"
    assert told["own_number"] == "+864008001234"
    assert told["recording"]
    trade.becomes_quiet()


@pytest.mark.parametrize(("number", "cause"), [(BUSY, 17), (NOBODY, 1)])
def test_a_number_that_is_busy_or_does_not_exist_ends_the_call_and_says_so(trade, number, cause):
    li = trade.agent("li.wei", tone=LI).ready()
    call = li.api.post("/desk/calls", {"to": number})["call"]
    li.rings()
    li.phone.answer()
    li.phone.expect("state", state="DISCONNECTED")
    told = record(trade, call)
    assert (told["result"], told["cause"], told["ended_by"]) == ("unanswered", cause, "customer")
    trade.becomes_quiet()


def test_a_phone_that_dials_by_itself_calls_the_customer_or_is_refused(trade):
    li = trade.agent("li.wei", tone=LI).ready()
    li.phone.call("13800138043", trade.installation.sip)
    li.phone.hears(only(LI), "the echo of the customer's phone")
    (call,) = trade.live_calls()
    assert (call["direction"], call["state"]) == ("out", "talking")
    li.phone.do("hangup")
    assert record(trade, call["id"])["result"] == "answered"
    li.becomes("wrap-up")
    li.ready()
    li.becomes("ready")
    refused = li.api.post("/desk/calls", {"to": "+44 20 7946 0000"}, expect=403)
    assert "international" in refused["detail"]
    trade.becomes_quiet()


def test_an_emergency_number_is_called_though_no_engine_decides(trade):
    li = trade.agent("li.wei", tone=LI)
    until = {"variable": "HOTLINE_AWAY_UNTIL", "value": str(int(time.time()) + 5)}
    trade.installation.ari("/asterisk/variable", until)  # as the guard sets it
    li.phone.call("13800138043", trade.installation.sip)
    li.phone.expect("state", state="DISCONNECTED")  # only the engine may allow it
    since = len(li.phone.events)
    li.phone.call("110", trade.installation.sip)
    li.phone.expect("state", state="CONFIRMED", since=since)
    assert [one["dialplan"]["app_name"] for one in trade.channels()].count("Dial") == 1
    kill_the_engine(trade)
    admin = trade.installation.api("admin")
    alarm = wait_until(lambda: emergencies(admin), 40, "the alarm of a call that goes on")[0]
    assert "110" in alarm["sentence"]
    assert "Li Wei" in alarm["sentence"]
    li.phone.do("hangup")
    trade.becomes_quiet()
    told = record(trade, alarm["url"].rpartition("/")[2])
    assert (told["direction"], told["called"], told["agent"]["name"]) == ("out", "110", "Li Wei")


def emergencies(admin):
    return admin.get("/alarms?kind=emergency")["items"]


def test_an_agent_takes_calls_at_a_number_outside_with_a_key(trade):
    api = trade.installation.api("li.wei")
    api.post("/desk/signin", {"phone": "outside", "number": "139 1111 0001"})
    time.sleep(1)  # the engine reads the number
    api.post("/desk/state", {"state": "ready"})
    caller = trade.caller(tone=440).to_queue()
    caller.reaches("talking")
    caller.phone.hears(only(440), "the echo of the agent's phone")
    kill_the_engine(trade)
    caller.phone.hears(only(440), "the echo, with the next engine")
    caller.hangs_up()
    api.post("/desk/signout", {})
    trade.becomes_quiet()
