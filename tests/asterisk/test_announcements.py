"""Announcements to callers who wait, on a real Asterisk: in both languages, cut by an answer."""

import pytest
from asterisk.phones import likeness, only, read_prompt, wait_until

CALLER, LI = 440, 800
CHINESE = "4008005577"
THE_SAME = 0.9
POSITION = {"announce_ahead": True, "announce_first_seconds": 1, "announce_every_seconds": 15}
MUSIC_ONLY = {"announce_ahead": False, "announce_first_seconds": 20, "announce_every_seconds": 60}


@pytest.fixture
def announcing(trade):
    """Support announces the position; a second number has its flow in Chinese."""
    api = trade.installation.api("admin")
    api.ask("PATCH", "/queues/support", POSITION)
    flow = api.get("/numbers")["items"][0]["flow"]["id"]
    if CHINESE not in {one["number"] for one in api.get("/numbers")["items"]}:
        api.post("/numbers", {"number": CHINESE, "flow": flow, "language": "zh_CN"})
    yield
    api.ask("PATCH", "/queues/support", MUSIC_ONLY)


def to_support(caller, number):
    """Call a number, which the engine may have to read first, and go to support."""

    def taken():
        caller.dial(number)
        caller.phone.expect("state", seconds=3)
        return wait_until(lambda: (caller.live() or {}).get("step") == "menu", 20, "the menu")

    taken()
    caller.press("2")
    caller.reaches("waiting")
    return caller


def hears(caller, language, *prompts, seconds=40.0):
    """Wait until the caller has heard all these prompts, in the next announcement at the latest."""
    for name in prompts:
        wanted = read_prompt(language, name)
        wait_until(
            lambda wanted=wanted: likeness(caller.phone.samples(), wanted) > THE_SAME,
            seconds,
            lambda name=name, wanted=wanted: (
                f"{language} {name}: {likeness(caller.phone.samples(), wanted):.2f}"
            ),
        )


@pytest.mark.usefixtures("announcing")
def test_waiting_callers_hear_their_place_and_an_answer_cuts_in(trade):
    first = trade.caller(tone=CALLER).to_queue("2")
    second = to_support(trade.caller(tone=600), CHINESE)
    hears(first, "en", "queue-thanks", "queue-next")
    hears(second, "zh_CN", "queue-thanks", "queue-before", "queue-ahead")
    assert likeness(second.phone.samples(), read_prompt("en", "queue-thanks")) < THE_SAME
    li_wei = trade.agent("li.wei", tone=LI).ready()
    li_wei.rings()
    li_wei.phone.answer()
    first.reaches("talking")
    first.phone.hears(only(LI), "the agent")
    assert second.reaches("waiting")["queue"] == "support"
    second.hangs_up()
    first.hangs_up()
    trade.becomes_quiet()
