"""The first call, with sound: the caller's, the agent's, the record and the recording."""

from datetime import datetime

import pytest
from asterisk.phones import loudness, only, read_wav, something_else_than, tones

CALLER, AGENT = 440, 600
NOTED_BESIDE = {"customer", "recording"}  # noted beside the call, in any order


def test_a_caller_presses_2_talks_is_held_and_leaves_a_record_and_a_recording(trade):
    trade.change_queue("support", wrapup_seconds=4)
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller("13800138000", tone=CALLER).dial()
    caller.phone.expect("state", state="CONFIRMED")
    caller.phone.hears(something_else_than(AGENT), "the greeting", stretch=0.5)
    caller.to_menu().press("2")

    rings = agent.rings()
    assert rings["call"] == caller.call
    assert "13800138000" in rings["remote"]
    card = agent.card()
    assert card["customer"]["name"] == "王小明"
    caller.phone.hears(something_else_than(AGENT), "music while it rings")

    agent.phone.answer()
    caller.phone.hears(only(AGENT), "the agent")
    agent.phone.hears(only(CALLER), "the caller")
    agent.do("hold", caller.call)
    caller.phone.hears(something_else_than(AGENT), "music while held")
    agent.do("resume", caller.call)
    caller.phone.hears(only(AGENT), "the agent again")
    agent.phone.hears(only(CALLER), "the caller again")
    agent.do("hangup", caller.call)
    caller.phone.expect("state", state="DISCONNECTED")
    agent.becomes("wrap-up")
    agent.do("outcome", caller.call, {"outcome": "solved", "note": "好"})
    agent.becomes("ready")

    told = caller.record()
    kinds = [line["kind"] for line in told["timeline"] if line["kind"] not in NOTED_BESIDE]
    assert kinds == [
        "arrived", "answered", "step", "step", "digit", "step", "service level", "queued",
        "offered",
        "connected", "held", "resumed", "ended", "outcome",
    ]  # fmt: skip
    assert told["result"] == "answered"
    assert told["ended_by"] == "agent"
    assert told["outcome"] == "solved"
    assert told["agent"]["name"] == "Li Wei"
    assert told["customer"]["name"] == "王小明"
    length = seconds_between(told["started_at"], told["ended_at"])
    assert sum(s["seconds"] for s in told["segments"]) == pytest.approx(length, abs=0.05)
    assert [s["kind"] for s in told["segments"]] == ["ivr", "queue", "talk", "hold", "talk"]
    check_recording(agent.api, told)
    trade.becomes_quiet()


def seconds_between(start, end):
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def check_recording(api, told):
    sound = api.fetch("GET", f"/calls/{told['id']}/recording")
    assert api.status == 200
    (left, right), rate = read_wav(sound)
    assert len(left) / rate == pytest.approx(told["talk_seconds"] + told["hold_seconds"], abs=1.0)
    assert tones(loud(left), rate)[CALLER] > 0.8, "the caller is on the left"
    talk = right[-2 * rate :]  # the agent's sound after the hold
    assert tones(loud(talk), rate)[AGENT] > 0.8, "the agent is on the right"
    part = api.fetch("GET", f"/calls/{told['id']}/recording", headers={"Range": "bytes=0-99"})
    assert (api.status, part) == (206, sound[:100])


def loud(samples, block=400):
    """Without the stretches of silence."""
    blocks = samples[: len(samples) // block * block].reshape(-1, block)
    return blocks[[loudness(b) > 0.05 for b in blocks]].reshape(-1)


def test_the_phones_own_hold_lets_the_caller_hear_music(trade, li_wei):
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.answer()
    caller.phone.hears(only(AGENT), "the agent")
    li_wei.phone.do("hold")
    caller.reaches("held")
    caller.phone.hears(something_else_than(AGENT), "music")
    li_wei.phone.do("unhold")

    caller.reaches("talking")
    caller.phone.hears(only(AGENT), "the agent again")


def test_an_agent_who_hangs_up_their_telephone_ends_the_call(trade, li_wei):
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.answer()
    caller.phone.hears(only(AGENT), "the agent")
    li_wei.phone.do("hangup")
    caller.phone.expect("state", state="DISCONNECTED")

    told = caller.record()
    assert (told["result"], told["ended_by"]) == ("answered", "agent")
    li_wei.becomes("wrap-up")
    trade.becomes_quiet()
