"""An administrator adds phones with the keyboard alone; an agent takes care of a voicemail."""

import re
import time

import pytest
from asterisk.phones import only, wait_until
from browser.people import CHINESE, ENGLISH

LOCALES = [ENGLISH, pytest.param(CHINESE, marks=pytest.mark.long)]
AGENT, CALLER = 600, 440
NUMBER = {ENGLISH: "4008005561", CHINESE: "4008005562"}
CUSTOMER = "13800138043"  # hears itself over the demo's carrier


@pytest.mark.parametrize("locale", LOCALES)
def test_phones_are_added_set_up_and_forwarded_with_the_keyboard_alone(site, locale):
    word = locale[:2]
    admin = site.agent("admin", locale=locale).logs_in("/phones")
    page, api = admin.page, site.installation.api("admin")

    admin.tabs_to("add").press("Enter")
    page.wait_for_url("**/phones/new")
    keys = admin.tabs_to("field-people")
    keys.type(f"Ann {word}, ann.{word}\nBob {word}, bob.{word}")
    admin.tabs_to("submit").press("Enter")
    made = admin.see("made")
    made.wait_for()
    secrets = made.locator("[data-testid=sip-secret]").all_inner_texts()
    assert len(set(secrets)) == 2
    assert min(map(len, secrets)) >= 16
    assert made.locator("[data-testid=first-password]").count() == 2

    admin.go("/phones")
    assert not any(secret in page.content() for secret in secrets)
    ann = next(one for one in api.get("/phones")["items"] if one["user"]["name"] == f"Ann {word}")
    user = ann["user"]["id"]
    admin.go(f"/phones/{user}").tabs_to("reset-sip-secret").press("Enter")
    admin.tabs_to("confirm-yes").press("Enter")
    secret = admin.see("sip-secret").inner_text()
    assert secret not in secrets
    admin.tabs_to("config-yealink").press("Enter")
    assert secret in admin.see("config-yealink").locator("pre").inner_text()

    admin.go(f"/users/{user}/forwarding")
    assert admin.see("field-all_number").is_hidden()
    keys = admin.tabs_to("field-no_answer")
    for _ in range(30):
        if admin.see("field-no_answer").input_value() == "number":
            break
        keys.press("ArrowDown")
    admin.tabs_to("field-no_answer_number").type("138 0013 8000")
    admin.tabs_to("submit").press("Enter")
    page.locator("#toasts *").first.wait_for()
    assert api.get(f"/users/{user}/forwarding")["no_answer"] == "number:+8613800138000"
    assert not admin.complaints


@pytest.mark.parametrize("locale", LOCALES)
def test_a_voicemail_is_left_played_assigned_called_back_and_handled(site, locale):
    admin = site.agent("admin", locale=locale).logs_in("/voicemail-boxes/new")
    api, number = site.installation.api("admin"), NUMBER[locale]
    admin.fills(name=f"Fair {locale}", most_seconds="30").press("submit")
    admin.page.wait_for_url(re.compile(r"/voicemail-boxes/\d+$"))
    box = int(admin.page.url.rpartition("/")[2])
    to = {"name": f"Fair {locale}", "called": number, "destination": f"voicemail:{box}"}
    route = api.post("/routes", to)["id"]
    agent = site.agent(locale=locale).logs_in().signs_in()
    try:
        leave_a_message(site, number)
    finally:
        api.delete(f"/routes/{route}")

    wait_until(lambda: api.get(f"/voicemails?box={box}")["items"], 10, "it is in the box")
    admin.go(f"/voicemails?box={box}").see("row").locator("a.cell-link").click()
    audio = admin.see("player").locator("audio")
    audio.evaluate("audio => audio.play()")
    wait_until(lambda: audio.evaluate("audio => audio.currentTime > 0.5"), 8, "it is played")
    li_wei = admin.see("field-assigned_to").locator("option", has_text="Li Wei")
    admin.fills(assigned_to=li_wei.get_attribute("value")).press("submit")
    admin.page.locator("#toasts *").first.wait_for()
    message = admin.page.url.removeprefix(admin.address)

    agent.go(message).see("call-number").first.click()
    agent.talks()
    agent.hears(only(AGENT), "the echo of their own voice")
    agent.press("hang-up").becomes("wrap-up")
    agent.go(message).see("field-handled").check()
    agent.press("submit")
    agent.see("fact-handler", has_text="Li Wei").wait_for()
    assert not admin.complaints
    assert not agent.complaints


def leave_a_message(site, number):
    """Call, wait for the tone, and speak for two seconds."""
    time.sleep(1)  # the engine reads the route
    caller = site.trade.caller(CUSTOMER, tone=CALLER).dial(number)
    caller.reaches("voicemail")
    wait_until(lambda: hears(site) == "message", 15, "the greeting is over")
    time.sleep(2)
    caller.hangs_up()


def hears(site):
    (call,) = site.trade.live_calls()
    return call["legs"][0]["placement"]
