"""A caller who hangs up and is called back, with the engine killed while they wait."""

import pytest
from asterisk.deaths import kill_the_engine
from asterisk.phones import only, wait_until

LI = 600
OWN = "13800138000"
ECHO = "13800138043"  # the demo's carrier answers it and sends back what it hears


def test_a_caller_hangs_up_and_is_called_back_though_the_engine_is_killed(trade):
    li = trade.agent("li.wei", tone=LI)
    caller = trade.caller(ECHO).to_queue()
    asked = caller.call
    admin = trade.installation.api("admin")
    admin.post(f"/floor/calls/{asked}/move", {"to": "callback:support", "reason": "Peak"})
    wait_until(lambda: (caller.live() or {}).get("state") == "ivr", 5, "the caller is asked")
    caller.press("1")
    caller.press("1")  # as soon as it is the turn
    caller.phone.expect("state", state="DISCONNECTED", seconds=20)
    wait_until(lambda: not trade.live_calls(), 5, lambda: f"the call is over: {trade.live_calls()}")
    kill_the_engine(trade)

    li.ready()
    li.rings()
    li.phone.answer()
    li.phone.hears(only(LI), "the echo of the customer's phone")
    (call,) = trade.live_calls()
    assert (call["direction"], call["caller"]) == ("out", "+86" + ECHO)
    li.do("hangup", call["id"])
    trade.becomes_quiet()
    told = ["callback asked", "callback called", "callback over"]

    def kinds():
        timeline = admin.get(f"/calls/{asked}")["timeline"]
        return [one["kind"] for one in timeline if "callback" in one["kind"]]

    wait_until(lambda: kinds() == told, 5, lambda: f"{kinds()}")


@pytest.mark.long
def test_a_caller_is_called_back_at_another_number_though_the_engine_is_killed(trade):
    li = trade.agent("li.wei", tone=LI)
    caller = trade.caller(OWN).to_queue()
    asked = caller.call
    admin = trade.installation.api("admin")
    admin.post(f"/floor/calls/{asked}/move", {"to": "callback:support", "reason": "Peak"})
    wait_until(lambda: (caller.live() or {}).get("state") == "ivr", 5, "the caller is asked")
    kill_the_engine(trade)
    wait_until(lambda: (caller.live() or {}).get("state") == "ivr", 5, "the caller is asked again")
    caller.press("2")
    for digit in f"{ECHO}#":
        caller.press(digit)
    caller.press("1").press("1")
    caller.phone.expect("state", state="DISCONNECTED", seconds=20)
    wait_until(lambda: numbers(admin) == ["+86" + ECHO], 5, lambda: f"{numbers(admin)}")

    li.ready()
    li.rings()
    li.phone.answer()
    li.phone.hears(only(LI), "the echo of the other number")
    (call,) = trade.live_calls()
    li.do("hangup", call["id"])
    trade.becomes_quiet()


def numbers(admin):
    return [one["number"] for one in admin.get("/callbacks?state=open")["items"]]
