"""An agent speaks with a colleague while the customer is on hold, and the page is lost.

Whatever happens to it, the customer hears music or a person, and consultation and held call are
there when the page is back.
"""

import contextlib
import time

import numpy as np
import pytest
from asterisk.phones import RATE, SILENCE, only, something_else_than
from playwright.sync_api import Error

BROWSER, CALLER, TELEPHONE = 600, 440, 800
PIECE = RATE // 10
MOST_SILENCE_SECONDS = 2.0  # the music has pauses
OFFLINE_SECONDS, FROZEN_SECONDS = 8, 20
CUT = "seconds => cutLines(seconds)"


class Consultation:
    """Li Wei at the browser, Wang Fang at a desk phone, and a caller on hold."""

    def __init__(self, site):
        self.li = site.ready_agent()
        self.caller = site.caller_in_line()
        self.li.rings().answers()
        self.wang = site.trade.agent("wang.fang", tone=TELEPHONE).ready()
        self.li.page.keyboard.press("t")
        self.li.page.fill("[data-testid=transfer-to]", "wang")
        self.li.see("transfer-option", has_text="Wang Fang").wait_for()
        self.li.page.keyboard.press("Shift+Enter")
        self.wang.rings()
        self.wang.phone.answer()
        self.held_since = 0
        self.is_there()
        self.held_since = len(self.caller.phone.samples())

    def is_there(self, seconds=15.0):
        """All three are where they belong, and the dock shows it."""
        self.li.talks(seconds)
        self.li.see("talk-line", has_text="Wang Fang").wait_for()
        self.li.see("talk-line", has_text="hears music").wait_for()
        self.wang.phone.hears(only(BROWSER), "the colleague", seconds=seconds)
        self.li.hears(only(TELEPHONE), "the colleague")
        self.caller.phone.hears(something_else_than(TELEPHONE), "music")

    def ends_well(self):
        """The customer heard music all the time, and is handed to the colleague."""
        heard = self.caller.phone.samples()[self.held_since :]
        assert longest_silence(heard) < MOST_SILENCE_SECONDS
        self.li.page.keyboard.press("c")
        self.li.becomes("wrap-up")
        self.caller.phone.hears(only(TELEPHONE), "the colleague")
        self.wang.phone.hears(only(CALLER), "the caller")


def longest_silence(samples):
    """Give the longest stretch without sound, in seconds."""
    pieces = samples[: len(samples) // PIECE * PIECE].reshape(-1, PIECE)
    longest = now = 0
    for loud in np.sqrt(np.mean(np.square(pieces), axis=1)) > SILENCE:
        now = 0 if loud else now + 1
        longest = max(longest, now)
    return longest * PIECE / RATE


@pytest.fixture
def three(site):
    return Consultation(site)


def test_a_page_is_loaded_anew(three):
    three.li.page.reload(wait_until="commit")
    three.is_there()

    three.ends_well()


@pytest.mark.long
def test_a_browser_is_killed_and_opened_again(three):
    li = three.li
    crashed = li.page
    with crashed.expect_event("crash"), contextlib.suppress(Error):
        crashed.goto("chrome://crash")
    crashed.close()
    three.caller.phone.hears(something_else_than(TELEPHONE), "music still")
    three.wang.phone.hears(something_else_than(BROWSER), "music too", seconds=15)
    li.page = li.context.new_page()
    li.go("/desk")
    three.is_there()

    three.ends_well()


@pytest.mark.long
def test_a_browser_that_stays_closed_leaves_the_customer_to_the_colleague(three):
    three.li.page.close()
    three.caller.phone.hears(only(TELEPHONE), "the colleague", seconds=40)
    three.wang.phone.hears(only(CALLER), "the caller")


@pytest.mark.long
def test_a_second_tab_takes_the_phone_over(three):
    li = three.li
    li.page = second = li.context.new_page()
    li.go("/desk")
    second.wait_for_selector("[data-testid=phone-elsewhere]")
    second.click("[data-testid=take-over]")
    three.is_there()

    three.ends_well()


@pytest.mark.long
def test_the_network_is_away_for_a_while(three):
    li = three.li
    li.context.set_offline(True)
    li.page.evaluate(CUT, OFFLINE_SECONDS)
    li.see("phone-connecting").wait_for()
    li.see("banner-reconnecting").wait_for()
    time.sleep(OFFLINE_SECONDS)
    li.context.set_offline(False)
    three.is_there(30)
    li.see("banner-reconnecting").wait_for(state="detached")

    three.ends_well()


@pytest.mark.long
def test_a_machine_sleeps(three):
    li = three.li
    session = li.context.new_cdp_session(li.page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    time.sleep(FROZEN_SECONDS)
    session.send("Page.setWebLifecycleState", {"state": "active"})
    three.is_there(30)

    three.ends_well()
