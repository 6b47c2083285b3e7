"""Telephones that send no sound: silence is no death, and a dead one is found all the same."""

import time

import pytest
from asterisk.bare_phone import BarePhone
from asterisk.phones import only, wait_until

SILENCE_SECONDS = 35  # longer than any time after which sound was once missed
BRIEF_SECONDS = 8  # a phone that never sends sound is connected all the same
FOUND_SECONDS = 115  # the session's 90 s, and the time in which a request is repeated


@pytest.fixture
def bare(trade):
    made = []

    def make(user="13800138000"):
        made.append(BarePhone(trade.installation.sip, user))
        return made[-1]

    yield make
    for one in made:
        one.close()


class SilentAgent:
    """An agent whose desk phone is muted, sends nothing, and answers at once."""

    def __init__(self, trade, phone, login="li.wei"):
        self.api = trade.installation.api(login)
        self.phone = phone
        phone.register(trade.installation.accounts[login])
        self.api.post("/desk/signin", {"phone": "sip"})
        wait_until(lambda: self.agent()["reachable"], 15, "the phone is reachable")
        self.api.post("/desk/state", {"state": "ready"})

    def agent(self):
        return self.api.get("/desk")["agent"]


@pytest.mark.parametrize(
    "seconds", [BRIEF_SECONDS, pytest.param(SILENCE_SECONDS, marks=pytest.mark.long)]
)
def test_an_agent_who_is_silent_keeps_the_caller(trade, bare, seconds):
    silent = SilentAgent(trade, bare())
    caller = trade.caller().to_queue()
    silent.phone.rang()
    caller.reaches("talking")
    time.sleep(seconds)

    assert caller.reaches("talking", seconds=1)
    caller.hangs_up()
    record = caller.record()
    assert (record["result"], record["ended_by"]) == ("answered", "caller")
    assert "phone lost" not in caller.kinds()


@pytest.mark.long
def test_a_caller_who_is_silent_for_long_keeps_the_talk(trade, bare, li_wei):
    caller = bare("13900007777")
    caller.call(trade.installation.number)
    _to_queue(trade, caller)
    li_wei.rings()
    li_wei.phone.answer()
    time.sleep(SILENCE_SECONDS)

    assert _live(trade, caller)["state"] == "talking"
    assert not li_wei.phone.had("state", state="DISCONNECTED")
    call = _live(trade, caller)["id"]
    caller.hang_up()
    record = _record(trade, call)
    assert (record["result"], record["ended_by"]) == ("answered", "caller")


@pytest.mark.long
def test_a_dead_desk_phone_and_a_dead_line_are_found(trade, bare):
    """Both at once: each was found after 107 s."""
    silent = SilentAgent(trade, bare())
    talking = trade.caller().to_queue()
    silent.phone.rang()
    talking.reaches("talking")
    waiting = bare("13900008888")
    waiting.call(trade.installation.number)
    _to_queue(trade, waiting)
    lost = _live(trade, waiting)["id"]
    for phone in (silent.phone, waiting):
        phone.die()
    died = time.monotonic()
    found = {}

    def look():
        if (talking.live() or {}).get("state") == "phone lost":
            found.setdefault("desk phone", time.monotonic() - died)
        if _live(trade, waiting) is None:
            found.setdefault("line", time.monotonic() - died)
        return len(found) == 2

    wait_until(look, FOUND_SECONDS, lambda: f"both are found: {found}")
    record = _record(trade, lost)
    assert (record["result"], record["ended_by"]) == ("failed", "system")
    wang_fang = trade.agent("wang.fang", tone=800).ready()
    wang_fang.rings(seconds=20)
    wang_fang.phone.answer()

    talking.phone.hears(only(800), "the other agent")
    talking.hangs_up()


def _live(trade, caller):
    calls = trade.live_calls()
    return next((one for one in calls if one["caller"].endswith(caller.user)), None)


def _to_queue(trade, caller):
    wait_until(lambda: (_live(trade, caller) or {}).get("step") == "menu", 20, "the menu is heard")
    caller.press("2")
    wait_until(lambda: _live(trade, caller)["state"] != "ivr", 15, "the caller is in line")


def _record(trade, call):
    api = trade.installation.api("admin")

    def written():
        found = api.get(f"/calls/{call}")
        return found if found["ended_at"] else None

    return wait_until(written, 10, "the call is written down")
