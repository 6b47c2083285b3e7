"""A phone's own transfer (REFER): an agent's does what the desk's does, others are refused."""

import pytest
from asterisk.phones import only, wait_until

CALLER, AGENT, OTHER = 440, 600, 800


@pytest.fixture
def talk(trade):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller(tone=CALLER).to_queue()
    agent.rings()
    agent.phone.answer()
    caller.reaches("talking")
    caller.phone.hears(only(AGENT), "the agent")
    return agent, caller


def refer(trade, phone, number=None):
    """Ask for a transfer to a number, the hotline's own if none is named; gives since when."""
    since, sip = len(phone.events), trade.installation.sip
    uri = f"sip:{number or trade.installation.number}@{sip['host']}:{sip['port']}"
    phone.do("refer", uri=uri)
    return since


def goes_on(trade, agent, caller, channels):
    agent.phone.hears(only(CALLER), "the caller", seconds=4, stretch=0.5)
    caller.phone.hears(only(AGENT), "the agent", seconds=4, stretch=0.5)
    assert {one["id"] for one in trade.channels()} == channels
    assert [one["id"] for one in trade.live_calls()] == [caller.call]
    assert caller.live()["state"] == "talking"


def test_an_agents_phone_transfers_to_a_colleague_by_itself(trade, talk):
    agent, caller = talk
    colleague = trade.agent("wang.fang", tone=OTHER).ready()
    extension = trade.installation.accounts["wang.fang"]["extension"]
    since = refer(trade, agent.phone, extension)

    agent.phone.expect("transfer", since=since, code=200, final=True, seconds=3)
    colleague.rings()
    colleague.phone.answer()
    caller.phone.hears(only(OTHER), "the colleague")
    colleague.phone.hears(only(CALLER), "the caller")
    agent.becomes("wrap-up")


def test_a_phones_own_transfer_that_may_not_be_is_refused_and_the_talk_goes_on(trade, talk):
    agent, caller = talk
    channels = {one["id"] for one in trade.channels()}
    for _ in range(2):  # a second time as well: the first is over
        since = refer(trade, agent.phone)
        assert agent.phone.expect("refer", since=since)["code"] == 202
        agent.phone.expect("transfer", since=since, code=603, final=True, seconds=2)
        goes_on(trade, agent, caller, channels)

    agent.do("hangup", caller.call)
    assert caller.record()["result"] == "answered"


def test_a_callers_phone_that_transfers_by_itself_is_refused_and_the_talk_goes_on(trade, talk):
    agent, caller = talk
    channels = {one["id"] for one in trade.channels()}
    since = refer(trade, caller.phone)

    assert caller.phone.expect("refer", since=since)["code"] == 603
    goes_on(trade, agent, caller, channels)


def test_a_caller_in_the_menu_who_transfers_by_itself_stays_there(trade):
    caller = trade.caller(tone=CALLER).dial().to_menu()
    since = refer(trade, caller.phone)

    assert caller.phone.expect("refer", since=since)["code"] == 603
    wait_until(lambda: (caller.live() or {}).get("step") == "menu", 2, "still in the menu")
