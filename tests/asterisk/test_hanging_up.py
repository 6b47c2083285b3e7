"""A caller may hang up at any moment: no agent is stuck, and nothing is left in Asterisk."""

import pytest


def left_tidy(trade, caller, agent=None):
    told = caller.record()
    trade.becomes_quiet()
    if agent is not None:
        agent.wait(lambda a: a["state"] in ("ready", "wrap-up"), "is free or wraps up")
    assert told["ended_by"] == "caller"
    return told


def test_a_caller_who_hangs_up_in_the_greeting_has_left(trade):
    caller = trade.caller().dial()
    caller.phone.expect("state", state="CONFIRMED")
    assert caller.reaches("ivr")["step"] in ("greet", "menu")
    caller.hangs_up()

    assert left_tidy(trade, caller)["result"] == "left"


def test_a_caller_who_gives_up_before_the_invite_is_answered_is_forgotten(trade):
    caller = trade.caller().dial()
    caller.phone.do("hangup")
    caller.phone.expect("state", state="DISCONNECTED")

    trade.becomes_quiet()


def test_a_caller_who_hangs_up_in_line_has_abandoned(trade):
    caller = trade.caller().to_queue()
    caller.reaches("waiting")
    caller.hangs_up()

    assert left_tidy(trade, caller)["result"] == "abandoned"


def test_a_caller_who_hangs_up_while_it_rings_frees_the_agent(trade, li_wei):
    caller = trade.caller().to_queue()
    li_wei.rings()
    caller.hangs_up()
    li_wei.phone.expect("state", state="DISCONNECTED", seconds=2)

    assert left_tidy(trade, caller, li_wei)["result"] == "abandoned"
    assert li_wei.state()[0] == "ready"


@pytest.mark.parametrize("first", ["caller", "agent"])
def test_a_caller_who_hangs_up_just_as_the_agent_answers_leaves_no_agent_stuck(
    trade, li_wei, first
):
    caller = trade.caller().to_queue()
    li_wei.rings()
    orders = [(caller.phone, "hangup"), (li_wei.phone, "answer")]
    for phone, order in orders if first == "caller" else reversed(orders):
        phone.do(order)
    caller.phone.expect("state", state="DISCONNECTED")
    li_wei.phone.expect("state", state="DISCONNECTED")

    assert left_tidy(trade, caller, li_wei)["result"] in ("abandoned", "answered")


def test_a_caller_who_hangs_up_on_hold_has_been_answered(trade, li_wei):
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.answer()
    caller.reaches("talking")
    li_wei.do("hold", caller.call)
    caller.reaches("held")
    caller.hangs_up()
    li_wei.phone.expect("state", state="DISCONNECTED")

    assert left_tidy(trade, caller, li_wei)["result"] == "answered"
