"""An agent hands calls on by keys: blind, after a consultation, in a conference, over a slot."""

import pytest
from asterisk.phones import only, something_else_than, tones
from browser.people import CHINESE, ENGLISH

BROWSER, CALLER, TELEPHONE = 600, 440, 800
SAID = {
    ENGLISH: ("Transferred to Wang Fang", "From Li Wei: refund", "hears music", "On call"),
    CHINESE: ("已转接至 Wang Fang", "由 Li Wei 转来", "正在听音乐", "通话中"),
}


def both_agents(samples, rate):
    """Both at once; a browser evens out its microphone, so the phone is the louder one."""
    told = tones(samples, rate)
    return told[TELEPHONE] > 0.3 and told[BROWSER] > 0.01 > told[CALLER]


class DeskPhoneAgent:
    """Wang Fang: a SIP phone beside the page."""

    def __init__(self, site, locale):
        self.phone = site.trade.agent("wang.fang", tone=TELEPHONE).ready().phone
        self.page = site.agent("wang.fang", locale=locale).logs_in()
        self._rung = 0

    def takes(self):
        self.phone.expect("ringing", since=self._rung)
        self._rung = len(self.phone.events)
        self.phone.answer()
        self.page.becomes("talking")

    def sees(self, name, text):
        self.page.see(name, has_text=text).first.wait_for()

    def keys(self, *keys):
        for key in keys:
            self.page.page.keyboard.press(key)


def consults(wang, li):
    """Wang Fang asks Li Wei before handing the call on."""
    wang.keys("t")
    wang.page.see("transfer-to").wait_for()
    wang.keys("l", "i", "Shift+Enter")
    wang.sees("talk-line", "Li Wei")
    li.rings().answers()
    wang.phone.hears(only(BROWSER), "the colleague")


@pytest.mark.parametrize("locale", [pytest.param(ENGLISH, marks=pytest.mark.long), CHINESE])
def test_a_call_is_transferred_consulted_about_shared_and_parked_by_keys(site, locale):
    transferred, from_li, music, on_call = SAID[locale]
    li = site.ready_agent(locale=locale)
    caller = site.caller_in_line()
    li.rings().answers()
    wang = DeskPhoneAgent(site, locale)

    li.page.keyboard.press("t")
    li.page.fill("[data-testid=transfer-note]", "refund")
    li.page.focus("[data-testid=transfer-to]")
    li.page.keyboard.press("w")
    li.page.keyboard.press("Enter")
    li.becomes("wrap-up")
    assert transferred in li.page.inner_text("#announcer")
    wang.sees("handed", from_li)
    wang.takes()
    wang.sees("card-handed", from_li)
    caller.phone.hears(only(TELEPHONE), "the agent at the desk phone")

    li.goes_ready()
    consults(wang, li)
    wang.sees("talk-line", music)
    wang.keys("w")
    caller.phone.hears(only(TELEPHONE), "the agent again")
    li.hears(something_else_than(TELEPHONE), "music")
    wang.keys("f")
    wang.sees("talk-line", on_call)
    caller.phone.hears(both_agents, "both agents")
    wang.page.press("remove-party")
    li.becomes("ready")
    consults(wang, li)
    wang.keys("c")
    wang.page.becomes("wrap-up")
    caller.phone.hears(only(BROWSER), "the agent at the browser")

    li.page.keyboard.press("k")
    li.becomes("ready")
    slot = li.see("slot-note").inner_text().split()[-1]
    wang.page.press("ready").becomes("ready")
    wang.page.see("parked-call").and_(wang.page.page.locator(f"[data-slot='{slot}']")).wait_for()
    wang.page.press("retrieve")
    wang.takes()
    caller.phone.hears(only(TELEPHONE), "the agent who retrieved the call")
    wang.phone.hears(only(CALLER), "the caller")
    wang.page.see("parked-call").wait_for(state="detached")
    assert not li.complaints + wang.page.complaints
