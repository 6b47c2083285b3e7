"""Which party hears which, by tones, after each act of an agent or a supervisor in a call."""

import pytest
from asterisk.phones import only, something_else_than
from asterisk.test_hand_over import CALLER, CHEN, LI, WANG, both, kill_the_engine, talk


def test_three_talk_one_is_muted_and_the_first_agent_leaves_the_others_together(trade):
    caller, li = talk(trade)
    wang = trade.agent("wang.fang", tone=WANG).ready()
    li.do("consult", caller.call, {"to": f"agent:{wang.id}"})
    wang.rings()
    wang.phone.answer()
    wang.phone.hears(only(LI), "the initiator")
    li.do("conference", caller.call)
    caller.phone.hears(both(LI, WANG), "both agents")
    li.phone.hears(both(CALLER, WANG), "customer and colleague")
    wang.phone.hears(both(CALLER, LI), "customer and initiator")
    kill_the_engine(trade)
    caller.phone.hears(both(LI, WANG), "both agents, with the next engine")

    (leg,) = [one["id"] for one in caller.live()["legs"] if one["agent"] == wang.id]
    li.do("mute", caller.call, {"leg": leg, "on": True})
    caller.phone.hears(only(LI), "the one who is not muted")
    li.do("mute", caller.call, {"leg": leg, "on": False})
    caller.phone.hears(both(LI, WANG), "both again")
    li.do("hangup", caller.call)
    li.phone.expect("state", state="DISCONNECTED")
    caller.phone.hears(only(WANG), "the second agent alone")
    wang.phone.hears(only(CALLER), "the caller alone")
    caller.hangs_up()
    assert caller.record()["agent"]["name"] == "Wang Fang"
    trade.becomes_quiet()


@pytest.mark.long
def test_a_supervisor_listens_whispers_barges_in_and_takes_over(trade):
    caller, li = talk(trade)
    chen = trade.agent("chen.jing", tone=CHEN).ready()
    chen.monitors(caller.call, "whisper")
    chen.rings()
    chen.phone.answer()
    chen.phone.hears(both(CALLER, LI), "both of them")
    li.phone.hears(both(CALLER, CHEN), "the supervisor's whisper")
    caller.phone.hears(only(LI), "no supervisor")
    kill_the_engine(trade)
    li.phone.hears(both(CALLER, CHEN), "the whisper, with the next engine")
    chen.monitors(caller.call, "listen")
    li.phone.hears(only(CALLER), "nobody else any more")
    chen.phone.hears(both(CALLER, LI), "both of them still")
    chen.monitors(caller.call, "barge")
    caller.phone.hears(both(LI, CHEN), "the supervisor too")
    li.phone.hears(both(CALLER, CHEN), "the supervisor too")
    chen.monitors(caller.call, "take-over")
    li.phone.expect("state", state="DISCONNECTED")
    caller.phone.hears(only(CHEN), "the supervisor alone")
    chen.phone.hears(only(CALLER), "the caller alone")
    li.becomes("wrap-up")
    caller.hangs_up()
    assert caller.record()["agent"]["name"] == "Chen Jing"
    trade.becomes_quiet()


def test_a_parked_caller_hears_music_and_is_fetched_by_another_agent(trade):
    caller, li = talk(trade)
    li.do("park", caller.call)
    li.phone.expect("state", state="DISCONNECTED")
    caller.reaches("parked")
    caller.phone.hears(something_else_than(LI), "music")
    kill_the_engine(trade)
    caller.reaches("parked")
    wang = trade.agent("wang.fang", tone=WANG).ready()
    wang.api.post("/desk/retrieve", {"slot": caller.live()["slot"]})
    wang.rings()
    wang.phone.answer()
    caller.phone.hears(only(WANG), "the agent who fetched the call")
    wang.phone.hears(only(CALLER), "the caller")
    since = len(li.phone.events)
    wang.do("transfer", caller.call, {"to": "queue:support", "note": "发票", "front": False})
    wang.phone.expect("state", state="DISCONNECTED")
    li.rings(since=since)
    caller.hangs_up()
    trade.becomes_quiet()
