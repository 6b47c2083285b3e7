"""An agent calls customers: by the dial box, again, and from the customer's page."""

import pytest
from asterisk.phones import only
from browser.people import CHINESE, ENGLISH

AGENT = 600
ECHO, BUSY = "138 0013 8043", "13800138486"  # see the demo's carrier
SAID = {
    ENGLISH: ("Calling 138 0013 8043", "The number is busy.", "Calling 王小明", "Busy"),
    CHINESE: ("正在呼叫 138 0013 8043", "对方忙。", "正在呼叫 王小明", "忙线"),
}


def says(agent, name, text):
    agent.see(name, has_text=text).wait_for()


@pytest.mark.parametrize("locale", [pytest.param(ENGLISH, marks=pytest.mark.long), CHINESE])
def test_an_agent_calls_by_the_box_again_and_from_a_customers_page(site, locale):
    calling, busy, calling_wang, busy_word = SAID[locale]
    agent = site.agent(locale=locale).logs_in("/account").signs_in()
    page = agent.page
    page.keyboard.press("d")
    page.fill("[data-testid=dial-to]", f" {ECHO}")
    page.keyboard.press("Enter")
    says(agent, "caller-name", calling)
    agent.see("dial-timer").wait_for()
    page.wait_for_url("**/desk")  # the card comes up as for a call that came in
    agent.talks()
    agent.see("talk-timer").wait_for()
    agent.hears(only(AGENT), "the echo of their own voice")
    agent.press("hang-up").becomes("wrap-up")
    page.locator("[data-testid=outcome-choice][data-key=solved]").click()
    agent.press("finish-save").see("finish-saved").wait_for()

    agent.press("dial")  # out of the wrap-up
    page.fill("[data-testid=dial-to]", BUSY)
    agent.press("dial-call")
    agent.becomes("wrap-up")
    says(agent, "unanswered", busy)
    assert busy in page.inner_text("#announcer")

    agent.go("/customers?text=%E7%8E%8B%E5%B0%8F%E6%98%8E")
    page.click("[data-testid=row] a.cell-link")
    agent.see("customer").wait_for()
    page.locator("[data-testid=customer] [data-testid=call-number]").first.click()
    says(agent, "caller-name", calling_wang)
    call = agent.talks().shows_card_of()
    assert agent.see("card-name").inner_text() == "王小明"
    agent.press("hang-up").becomes("wrap-up")
    told = site.written(call, dispositions=0)
    assert (told["direction"], told["customer"]["name"]) == ("out", "王小明")
    agent.press("pause")
    agent.see("pause-reason").first.click()
    agent.becomes("paused")

    agent.press("dial")
    echo = agent.see("dial-option").and_(page.locator("[data-number='+8613800138043']"))
    echo.wait_for()
    page.fill("[data-testid=dial-to]", "8043")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    agent.talks()
    agent.press("hang-up").becomes("wrap-up")

    page.click("#menu a[href^='/calls?direction=out']")
    says(agent, "table-calls", busy_word)
    assert not agent.complaints


def test_what_may_not_be_dialled_is_said_in_the_box_and_what_was_typed_stays(site):
    agent = site.agent(viewport={"width": 390, "height": 844}).logs_in().signs_in()
    agent.press("dial")
    agent.page.fill("[data-testid=dial-to]", "+44 20 7946 0000")
    agent.press("dial-call")
    says(agent, "dial-problem", "international")
    assert agent.page.input_value("[data-testid=dial-to]") == "+44 20 7946 0000"
    agent.page.fill("[data-testid=dial-to]", "")
    for key in "10":
        agent.see("dial-box").locator(f"[data-key='{key}']").click()
    says(agent, "dial-option", "Wang Fang")
    wide = agent.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide == 0
    agent.page.keyboard.press("Escape")
    agent.see("dial-box").wait_for(state="detached")
    assert not agent.complaints
