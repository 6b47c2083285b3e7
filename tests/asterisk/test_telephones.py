"""Telephones: when they register, ring and call, and what happens when one dies."""

import pytest
from asterisk.phones import only, wait_until


def refused(phone, since):
    """Give the status code with which a call of this phone ended."""
    return phone.expect("state", state="DISCONNECTED", since=since)["code"]


def test_the_telephone_of_an_agent_who_signed_out_does_not_ring_and_may_not_call(trade):
    gone = trade.agent("li.wei").ready()
    gone.api.post("/desk/signout")
    caller = trade.caller().to_queue()
    caller.reaches("waiting")
    other = trade.agent("wang.fang", tone=800).ready()
    other.rings()
    since = gone.phone.call(trade.installation.number, trade.installation.sip)

    assert refused(gone.phone, since) >= 400
    assert not gone.phone.had("ringing")
    assert not gone.phone.had("state", since=since, state="CONFIRMED")


def test_a_telephone_with_a_wrong_password_is_not_registered(trade):
    account = {**trade.installation.accounts["li.wei"], "sip_secret": "guessed"}
    stranger = trade.telephone("stranger", tone=800)

    code = stranger.register(account, trade.installation.sip, code=None)["code"]
    assert code in (401, 403)


def test_the_browser_telephones_password_dies_when_its_agent_signs_out(trade):
    api = trade.installation.api("zhang.min")
    sip = api.post("/desk/signin", {"phone": "browser"})["sip"]
    account = {"sip_user": sip["user"], "sip_secret": sip["password"]}
    api.post("/desk/signout")
    stranger = trade.telephone("stranger", tone=800)

    code = stranger.register(account, trade.installation.sip, code=None)["code"]
    assert code in (401, 403)


def test_a_telephone_that_dies_while_it_rings_does_not_keep_the_caller(trade):
    trade.change_queue("support", ring_seconds=3)
    li_wei = trade.agent("li.wei").ready()
    wang_fang = trade.agent("wang.fang", tone=800).ready()
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.kill()
    wang_fang.rings(seconds=10)
    wang_fang.phone.answer()

    caller.phone.hears(only(800), "the other agent")
    caller.hangs_up()
    assert "missed" in caller.kinds()


@pytest.mark.long
def test_a_telephone_that_dies_in_a_talk_gives_the_caller_to_another_agent(trade):
    li_wei = trade.agent("li.wei").ready()
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.answer()
    caller.phone.hears(only(600), "the agent")
    wang_fang = trade.agent("wang.fang", tone=800).ready()
    li_wei.phone.kill()
    # A silent phone may be alive: it is found when it does not answer a session timer's request;
    # then it has 12 s to come back.
    caller.reaches("phone lost", seconds=115)
    ring = wang_fang.rings(seconds=20)
    wang_fang.phone.answer()

    assert ring["call"] == caller.call
    caller.phone.hears(only(800), "the other agent")
    wait_until(
        lambda: li_wei.state() == ("paused", "phone lost"), 10, "the agent is not rung again"
    )
    caller.hangs_up()
    assert "phone lost" in caller.kinds()


def test_a_telephone_that_unregisters_is_not_rung(trade):
    li_wei = trade.agent("li.wei").ready()
    li_wei.phone.do("unregister")
    li_wei.wait(lambda a: not a["reachable"], "the phone is away")
    caller = trade.caller().to_queue()
    caller.reaches("waiting")
    li_wei.phone.register(li_wei.account, trade.installation.sip)

    assert li_wei.rings()["call"] == caller.call
