"""The first call with a browser on both ends."""

import re

import pytest
from asterisk.phones import loudness, only, read_wav, something_else_than, tones
from browser.people import CHINESE

AGENT, CALLER = 600, 440


def silence(samples, _rate):
    return loudness(samples) < 0.001


def test_a_caller_at_the_try_it_page_talks_with_an_agent_at_the_desk(site):
    agent = site.ready_agent()
    supervisor = site.agent("chen.jing").logs_in("/floor")
    caller = site.guest().calls()
    caller.hears(something_else_than(AGENT), "the greeting")
    caller.presses("2")

    agent.rings()
    call = agent.shows_card_of()
    assert agent.see("card").get_attribute("data-known") == "no"
    agent.press("create-customer").see("field-phones").wait_for()
    assert agent.page.input_value("[data-testid=field-phones]") == ""
    agent.press("cancel-customer").see("create-customer").wait_for()
    caller.hears(something_else_than(AGENT), "music")
    supervisor.page.wait_for_selector(f"[data-testid=live-call][data-call='{call}']")

    agent.answers()
    caller.hears(only(AGENT), "the agent")
    agent.hears(only(CALLER), "the caller")
    agent.press("hold").see("resume").wait_for()
    name = agent.see("caller-name")
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")
    caller.hears(something_else_than(AGENT), "music while held")
    agent.press("resume").see("hold").wait_for()
    caller.hears(only(AGENT), "the agent again")
    agent.press("mute").see("unmute").wait_for()
    caller.hears(silence, "nothing while the agent is muted")
    agent.press("unmute")
    caller.hears(only(AGENT), "the agent, no longer muted")
    agent.press("hang-up").becomes("wrap-up")
    caller.call_is_over()

    agent.page.locator("[data-testid=outcome-choice][data-key=solved]").click()
    agent.press("finish-save").see("finish-saved").wait_for()
    assert agent.knows()["agent"]["state"] == "wrap-up", "a disposition alone does not end it"
    agent.press("finish-edit")
    agent.page.select_option("[data-testid=field-service_type]", index=1)
    agent.page.fill(".finish textarea", "Asks for an invoice.")
    agent.press("ready").becomes("ready")
    agent.see("finish-saved").wait_for()

    site.written(call, dispositions=2)  # without a note, and then with one
    agent.page.click("#menu a[href='/calls']")
    agent.page.click(f"[data-testid=call-row][data-call='{call}'] a")
    agent.see("timeline").wait_for()
    kinds = agent.page.eval_on_selector_all(
        "[data-testid=timeline] li", "lines => lines.map(line => line.dataset.kind)"
    )
    assert [k for k in kinds if k in ("connected", "held", "resumed", "ended", "outcome")] == [
        "connected", "held", "resumed", "ended", "outcome", "outcome",
    ]  # fmt: skip
    parts = agent.page.eval_on_selector_all(
        "[data-testid=segment]", "parts => parts.map(part => part.dataset.kind)"
    )
    assert parts == ["ivr", "queue", "talk", "hold", "talk"]
    assert agent.see("service-record").count() == 1
    plays(agent)
    listen_to_recording(site, call)
    assert not [*agent.complaints, *caller.complaints, *supervisor.complaints]


def plays(agent):
    page = agent.page
    page.wait_for_function("document.querySelector('audio').readyState >= 1")
    assert page.evaluate("document.querySelector('audio').duration") > 1
    page.evaluate("document.querySelector('audio').play()")
    page.wait_for_function("document.querySelector('audio').currentTime > 0.2")
    agent.press("side-caller")
    assert agent.see("side-caller").get_attribute("aria-pressed") == "true"


def listen_to_recording(site, call):
    api = site.installation.api("li.wei")
    (left, right), rate = read_wav(api.fetch("GET", f"/calls/{call}/recording"))
    for sound, tone in ((left, CALLER), (right, AGENT)):
        seconds = [sound[n : n + rate] for n in range(0, len(sound) - rate + 1, rate)]
        loudest = max(seconds, key=loudness)
        assert tones(loudest, rate)[tone] > 0.8


def test_the_same_in_chinese_with_a_known_customer(site):
    agent = site.ready_agent("wang.fang", locale=CHINESE)
    supervisor = site.agent("chen.jing", locale=CHINESE).logs_in("/floor")
    caller = site.caller_in_line()
    agent.rings()
    agent.shows_card_of()

    assert agent.see("card-name").inner_text() == "王小明"
    assert agent.see("answer").inner_text().split() == ["接听", "F2"]
    assert agent.see("call-queue").inner_text() == "技术支持"
    agent.page.keyboard.press("F2")
    agent.talks()
    agent.hears(only(CALLER), "the caller")
    caller.phone.hears(only(AGENT), "the agent", stretch=0.4)
    tile = supervisor.page.locator("[data-testid=agent-tile][data-state=talking]")
    assert re.search(r"通话中 · 王小明", tile.inner_text())
    agent.page.keyboard.press("F4")
    agent.see("resume").wait_for()
    agent.page.keyboard.press("F4")
    agent.see("hold").wait_for()
    agent.page.keyboard.press("F9")
    agent.becomes("wrap-up")
    caller.phone.expect("state", state="DISCONNECTED")
    agent.press("ready").becomes("ready")


def test_a_form_with_a_mistake_keeps_what_was_typed_and_a_long_name_stays_on_the_page(site):
    agent = site.ready_agent(viewport={"width": 390, "height": 844})
    caller = site.caller_in_line("13912345678")
    agent.rings()
    agent.shows_card_of()
    name = "Wolfeschlegelsteinhausenbergerdorff" * 3
    agent.press("create-customer").see("field-name").wait_for()
    agent.page.fill("[data-testid=field-name]", name)
    agent.page.fill("[data-testid=field-phones]", "not a number")
    agent.press("save-customer")

    agent.page.wait_for_selector("#customer-form [aria-invalid=true]")
    assert agent.page.input_value("[data-testid=field-name]") == name
    agent.page.fill("[data-testid=field-phones]", "13912345678")
    agent.press("save-customer")
    agent.page.wait_for_selector("#card[data-known=yes]")
    assert agent.see("card-name").inner_text() == name
    wide = agent.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide == pytest.approx(0, abs=0)
    caller.hangs_up()
    agent.becomes("ready")
