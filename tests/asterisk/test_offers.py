"""Offers: which agent is rung, for how long, and which one comes next."""

import pytest

RINGING = 3  # seconds; the demonstration's own are 15
SPARED = 5  # seconds in which an agent who missed a call is not offered it again


@pytest.mark.long
def test_a_missed_call_goes_to_the_other_agent_and_two_misses_pause_an_agent(trade):
    trade.change_queue("support", ring_seconds=RINGING)
    li_wei = trade.agent("li.wei").ready()
    wang_fang = trade.agent("wang.fang", tone=800).ready()
    caller = trade.caller().to_queue()
    first = li_wei.rings()
    wang_fang.rings(seconds=RINGING + 10)
    li_wei.phone.expect("state", state="DISCONNECTED")
    again = RINGING + SPARED + 10
    li_wei.rings(seconds=again, since=li_wei.phone.events.index(first) + 1)
    li_wei.wait(lambda a: a["state"] == "paused", "rests after two misses", RINGING + 10)

    assert li_wei.state() == ("paused", "no answer")
    caller.hangs_up()
    told = caller.record()
    missed = [line["detail"]["agent"] for line in told["timeline"] if line["kind"] == "missed"]
    assert len(missed) >= 3
    assert told["result"] == "abandoned"


def test_a_busy_telephone_sends_the_call_on_at_once(trade):
    li_wei = trade.agent("li.wei").ready()
    wang_fang = trade.agent("wang.fang", tone=800).ready()
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.do("answer", code=486)
    wang_fang.rings(seconds=5)
    wang_fang.phone.answer()
    caller.reaches("talking")

    caller.hangs_up()
    missed = [line["detail"] for line in caller.record()["timeline"] if line["kind"] == "missed"]
    assert [(m["why"], m["agent"]) for m in missed] == [("declined", li_wei.id)]


def test_a_call_declined_at_the_desk_goes_to_the_other_agent(trade):
    li_wei = trade.agent("li.wei").ready()
    wang_fang = trade.agent("wang.fang", tone=800).ready()
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.do("decline", caller.call)

    wang_fang.rings(seconds=5)
    li_wei.phone.expect("state", state="DISCONNECTED")


def test_three_agents_are_rung_in_the_order_in_which_they_became_idle(trade):
    zhang_min = trade.agent("zhang.min", tone=1000).ready()
    li_wei = trade.agent("li.wei", tone=600).ready()
    wang_fang = trade.agent("wang.fang", tone=800).ready()
    order = [zhang_min, li_wei, wang_fang]
    callers = []
    for agent in order:
        callers.append(trade.caller().to_queue())
        agent.rings(seconds=5)

    assert [len(a.phone.had("ringing")) for a in order] == [1, 1, 1]
    assert [a.phone.had("ringing")[0]["call"] for a in order] == [c.call for c in callers]


def test_waiting_callers_are_served_in_the_order_of_arrival(trade):
    first = trade.caller().to_queue()
    first.reaches("waiting")
    second = trade.caller().to_queue("1")
    second.reaches("waiting")
    agent = trade.agent("wang.fang", tone=800).ready()
    ring = agent.rings()
    assert ring["call"] == first.call
    agent.phone.answer()
    first.reaches("talking")
    assert second.reaches("waiting")
    agent.do("hangup", first.call)
    agent.becomes("wrap-up")
    agent.ready()

    again = agent.rings(since=agent.phone.events.index(ring) + 1)
    assert again["call"] == second.call


def test_an_agent_may_ask_for_a_pause_while_they_talk(trade, li_wei):
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.answer()
    caller.reaches("talking")
    li_wei.pause()
    assert li_wei.state()[0] == "talking"
    caller.hangs_up()
    li_wei.becomes("wrap-up")
    li_wei.ready()

    li_wei.becomes("ready")
