"""An agent with two calls at once: the second knocks while the first is on hold."""

from pathlib import Path

from asterisk.phones import only, something_else_than
from browser.people import CHINESE
from installation import TEST_HOME

ARTIFACTS = Path(TEST_HOME) / "artifacts"

AGENT, FIRST, SECOND = 600, 440, 800
ON_HOLD = "保持中"


def test_an_agent_changes_between_two_callers_by_keys(site):
    site.trade.takes_calls_at_once("li.wei", 2)
    li = site.ready_agent(locale=CHINESE)
    first = site.caller_in_line(tone=FIRST)
    li.rings().answers()
    first.phone.hears(only(AGENT), "the agent")
    second = site.caller_in_line("13900139000", tone=SECOND)

    li.page.keyboard.press("F4")
    li.see("task", has_text="139").wait_for()
    first.phone.hears(something_else_than(AGENT), "music")
    li.page.keyboard.press("F2")
    second.phone.hears(only(AGENT), "the agent")
    li.hears(only(SECOND), "the second caller")
    li.see("task", has_text=ON_HOLD).wait_for()

    li.page.keyboard.press("x")
    first.phone.hears(only(AGENT), "the agent again")
    second.phone.hears(something_else_than(AGENT), "music")
    li.hears(only(FIRST), "the first caller")

    li.page.reload()
    first.phone.hears(only(AGENT), "the agent after the reload")
    second.phone.hears(something_else_than(AGENT), "still music")
    li.hears(only(FIRST), "the first caller after the reload")
    li.photographs(ARTIFACTS, "two-calls")

    first.hangs_up()
    li.page.locator("[data-testid=task] [data-state=wrap-up]").wait_for()
    li.page.keyboard.press("F4")
    second.phone.hears(only(AGENT), "the agent once more")
    li.hears(only(SECOND), "the second caller once more")
    second.hangs_up()
    li.becomes("wrap-up")
    assert not li.complaints
