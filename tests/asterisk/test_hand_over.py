"""Transferred, consulted and listened calls, with sound, and with the engine killed in each."""

import pytest
from asterisk.deaths import kill_the_engine
from asterisk.phones import loudness, only, read_wav, something_else_than, tones, wait_until

CALLER, LI, WANG, CHEN = 440, 600, 800, 1000


def both(*wanted):
    """Make a judge: all of these tones and hardly anything else."""

    def judge(samples, rate):
        told = tones(samples, rate)
        return sum(told[tone] for tone in wanted) > 0.8 and all(told[t] > 0.1 for t in wanted)

    return judge


def talk(trade):
    li = trade.agent("li.wei", tone=LI).ready()
    caller = trade.caller(tone=CALLER).to_queue()
    li.rings()
    li.phone.answer()
    caller.reaches("talking")
    caller.phone.hears(only(LI), "the first agent")
    return caller, li


def test_a_blind_transfer_reaches_the_other_agent_though_the_engine_is_killed(trade):
    caller, li = talk(trade)
    wang = trade.agent("wang.fang", tone=WANG).ready()
    li.do("transfer", caller.call, {"to": f"agent:{wang.id}", "note": "发票"})
    li.phone.expect("state", state="DISCONNECTED")
    wang.rings()
    caller.phone.hears(something_else_than(LI), "music")
    kill_the_engine(trade)
    wang.phone.answer()

    caller.phone.hears(only(WANG), "the second agent")
    wang.phone.hears(only(CALLER), "the caller")
    li.becomes("wrap-up")
    kill_the_engine(trade)
    caller.phone.hears(only(WANG), "the second agent, with the next engine")
    caller.hangs_up()
    wang.becomes("wrap-up")

    told = caller.record()
    assert [x["detail"]["state"] for x in told["timeline"] if x["kind"] == "transfer"] == ["asked"]
    assert told["agent"]["name"] == "Wang Fang"
    sound = trade.installation.api("admin").fetch("GET", f"/calls/{told['id']}/recording")
    (customer, agents), rate = read_wav(sound)
    assert tones(customer, rate)[CALLER] > 0.9
    second = agents[-int(2 * rate) :]
    assert loudness(second) > 0.05
    assert tones(second, rate)[WANG] > 0.9


@pytest.mark.long
def test_a_consultation_is_taken_back_and_then_completed_though_the_engine_is_killed(trade):
    caller, li = talk(trade)
    wang = trade.agent("wang.fang", tone=WANG).ready()
    li.do("consult", caller.call, {"to": f"agent:{wang.id}"})
    wang.rings()
    wang.phone.answer()
    li.phone.hears(only(WANG), "the colleague")
    wang.phone.hears(only(LI), "the initiator")
    caller.phone.hears(something_else_than(LI), "music")
    kill_the_engine(trade)
    li.phone.hears(only(WANG), "the colleague, with the next engine")
    caller.phone.hears(something_else_than(LI), "music, with the next engine")

    li.do("take-back", caller.call)
    wang.phone.expect("state", state="DISCONNECTED")
    caller.phone.hears(only(LI), "the first agent again")
    wang.becomes("ready")
    since = len(wang.phone.events)
    li.do("consult", caller.call, {"to": f"agent:{wang.id}"})
    wang.rings(since=since)
    wang.phone.answer()
    li.do("shuttle", caller.call)
    caller.phone.hears(only(LI), "the first agent in between")
    wang.phone.hears(something_else_than(LI), "music meanwhile")
    li.do("complete", caller.call)
    li.phone.expect("state", state="DISCONNECTED")
    caller.phone.hears(only(WANG), "the second agent")
    wang.phone.hears(only(CALLER), "the caller")
    li.becomes("wrap-up")
    wang.do("hangup", caller.call)
    assert caller.record()["agent"]["name"] == "Wang Fang"


def test_a_supervisor_hears_both_sides_though_the_engine_is_killed(trade):
    caller, li = talk(trade)
    chen = trade.agent("chen.jing", tone=CHEN).ready()
    chen.monitors(caller.call, "listen")
    chen.rings()
    chen.phone.answer()
    chen.phone.hears(both(CALLER, LI), "both of them")
    kill_the_engine(trade)
    chen.phone.hears(both(CALLER, LI), "both of them, with the next engine")
    caller.phone.hears(only(LI), "the agent alone")
    li.phone.hears(only(CALLER), "the caller alone")
    refused = li.monitors(caller.call, "listen", expect=403)
    assert refused["status"] == 403

    chen.monitors(caller.call, "stop")
    chen.phone.expect("state", state="DISCONNECTED")
    chen.becomes("ready")
    caller.phone.hears(only(LI), "the agent still")
    caller.hangs_up()
    trade.becomes_quiet()


def test_an_agent_calls_another_though_the_engine_is_killed(trade):
    li = trade.agent("li.wei", tone=LI).ready()
    wang = trade.agent("wang.fang", tone=WANG).ready()
    call = li.api.post("/desk/calls", {"to": wang.account["extension"]})["call"]
    li.rings()
    li.phone.answer()
    wang.rings()
    kill_the_engine(trade)
    wang.phone.answer()
    li.phone.hears(only(WANG), "the colleague")
    wang.phone.hears(only(LI), "the one who called")
    kill_the_engine(trade)
    li.phone.hears(only(WANG), "the colleague, with the next engine")
    wang.do("hangup", call)
    li.phone.expect("state", state="DISCONNECTED")
    li.becomes("ready")
    wang.becomes("ready")
    trade.becomes_quiet()
    admin = trade.installation.api("admin")
    wait_until(lambda: admin.get(f"/calls/{call}")["ended_at"], 10, "the call is written down")
    assert admin.get(f"/calls/{call}")["direction"] == "internal"
