"""The attendant console: lamps, calls when free, customers who wait, reasons to decline, pauses."""

import os
from pathlib import Path

import pytest
from browser.people import CHINESE, ENGLISH

SCREENS = os.environ.get("HOTLINE_SCREENS", "")
SAID = {
    ENGLISH: ("Not my language", "Declined by Li Wei: Not my language"),
    CHINESE: ("语言不通", "Li Wei 拒接：语言不通"),  # noqa: RUF001
}


def look(agent, name):
    if SCREENS:
        agent.page.screenshot(path=Path(SCREENS) / f"{agent.locale}-{name}.png")


def lamp(agent, extension):
    return agent.page.locator(f"[data-testid=colleague][data-extension='{extension}']")


def shines(agent, extension, state):
    lamp(agent, extension).and_(agent.page.locator(f"[data-state='{state}']")).wait_for()


def pauses(agent):
    agent.press("pause").see("pause-reason").first.click()
    agent.becomes("paused")


def pauses_for_a_while(li):
    li.press("pause")
    li.page.click("label[for=pause-end-15]")
    look(li, "pause-menu")
    li.see("pause-reason").first.click()
    li.see("planned-end", has_text="14:5").wait_for()
    look(li, "paused")
    li.press("pause-more")
    li.see("planned-end", has_text="19:5").wait_for()


def calls_when_free(li, wang):
    lamp(li, "1002").click()
    li.see("wish").wait_for()
    li.see("lamp-wished").wait_for()
    assert "Wang Fang" in li.page.inner_text("#announcer")
    look(li, "wish")
    wang.press("ready").rings().answers()
    li.talks()
    shines(li, "1002", "talking")
    li.see("wish").wait_for(state="detached")
    li.press("hang-up").see("ready").wait_for()
    li.goes_ready()


def declines(site, li, wang, reason):
    pauses(wang)
    first = site.caller_in_line()
    li.rings()
    look(li, "ringing")
    li.press("decline-menu")
    look(li, "decline-menu")
    li.see("decline-reason", has_text=reason).click()
    wang.press("ready").rings().answers()
    call = wang.knows()["agent"]["call"]
    return first, call


def sends_to_a_busy_colleague(site, li, wang, first):
    li.becomes("ready")
    second = site.caller_in_line("13900139000")
    li.rings().answers()
    waiting = li.knows()["agent"]["call"]
    shines(li, "1002", "talking")
    lamp(li, "1002").click()
    li.see("do-wait").wait_for()
    look(li, "transfer")
    li.press("do-wait")
    li.see("sent-on", has_text="Wang Fang").wait_for()
    look(li, "sent-on")
    first.hangs_up()
    wang.becomes("wrap-up")
    wang.press("ready").rings().answers()
    li.see("sent-on").wait_for(state="detached")
    assert wang.knows()["agent"]["call"] == waiting
    second.hangs_up()


@pytest.mark.parametrize(
    "locale", [ENGLISH, pytest.param(CHINESE, marks=pytest.mark.long)], ids=str
)
def test_an_agent_works_with_busy_colleagues(site, locale):
    reason, declined = SAID[locale]
    li = site.agent(locale=locale).logs_in().signs_in()
    wang = site.agent("wang.fang", locale=locale).logs_in().signs_in()
    look(li, "idle")
    shines(li, "1002", "paused")

    pauses_for_a_while(li)
    calls_when_free(li, wang)
    first, call = declines(site, li, wang, reason)
    sends_to_a_busy_colleague(site, li, wang, first)
    site.written(call, dispositions=0)
    wang.go(f"/calls/{call}")
    wang.see("timeline").get_by_text(declined).wait_for()
    look(wang, "timeline")
    assert not li.complaints
    assert not wang.complaints
