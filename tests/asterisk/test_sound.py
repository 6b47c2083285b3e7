"""How a call sounds: lost packets and jitter on a real Asterisk, told at once and kept."""

import contextlib
import random
import struct
import threading
import time

import pytest
from asterisk.bare_phone import BarePhone
from asterisk.phones import wait_until

CALLER = "13800138000"
LOSES = 0.12  # of the caller's packets
LATE_SECONDS = 0.06  # at most, each by chance: a jitter of some ten milliseconds


@contextlib.contextmanager
def bad_line(phone):
    """Send sound from a bare telephone, with packets that are lost or late."""
    port = phone.sound_port()
    over = threading.Event()
    chance = random.Random(1)

    def send():
        began = time.monotonic()
        for number in range(100_000):
            due = began + number * 0.02 + chance.uniform(0, LATE_SECONDS)
            if over.wait(max(0.0, due - time.monotonic())):
                return
            head = struct.pack("!BBHII", 0x80, 0, 100 + number, number * 160, 4242)
            if chance.random() > LOSES:
                phone.sound.sendto(head + b"\xff" * 160, (phone.switch[0], port))

    sending = threading.Thread(target=send)
    sending.start()
    try:
        yield
    finally:
        over.set()
        sending.join()


@pytest.mark.long
def test_lost_packets_are_told_while_they_are_lost_and_kept_with_the_call(trade):
    agent = trade.agent("li.wei", lose_heard=10).ready()
    caller = BarePhone(trade.installation.sip, CALLER)
    try:
        caller.call(trade.installation.number)
        [live] = wait_until(
            lambda: [one for one in trade.live_calls() if one["step"] == "menu"], 10, "the menu"
        )
        caller.press("2")
        with bad_line(caller):
            agent.rings()
            agent.phone.answer()
            legs = wait_until(lambda: both_bad(trade), 18, trade.live_calls)
            caller.hang_up()
        assert legs["customer"]["received"]["loss"] > 0.05
        assert legs["customer"]["sent"] is None, "this telephone reports nothing"
        assert legs["agent"]["sent"]["loss"] > 0.04
        assert legs["agent"]["received"] is None, "the agent is heard well"
    finally:
        caller.close()

    told = wait_until(lambda: kept(trade, live["id"]), 10, "the totals are kept")
    customer, agent_leg = (one["sound"] for one in told["legs"])
    assert customer["received"]["loss"] > 0.05
    assert customer["received"]["jitter_ms"] > 5
    assert customer["received"]["worst_mos"] <= customer["received"]["mos"] < 4.2
    assert customer["sent"] is None
    assert agent_leg["sent"]["loss"] > 0.04
    assert agent_leg["received"]["quality"] == "good"
    assert agent_leg["codec"] in ("ulaw", "alaw")
    assert told["mos"] <= min(customer["received"]["mos"], agent_leg["sent"]["mos"])
    kinds = [one["kind"] for one in told["timeline"]]
    assert kinds.count("sound bad") == 2


def both_bad(trade):
    """Give the legs' sound by role, as soon as both legs of the call have bad sound."""
    for call in trade.live_calls():
        found = {leg["role"]: leg["sound"] for leg in call["legs"]}
        if found.get("customer") and found.get("agent"):
            return found
    return None


def kept(trade, call):
    told = trade.installation.api("admin").get(f"/calls/{call}")
    return told if told["ended_at"] and all(leg["sound"] for leg in told["legs"]) else None
