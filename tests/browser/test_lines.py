"""An administrator sets up where calls go and over what they come: hours, a route, a trunk."""

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from asterisk.phones import wait_until
from browser.people import CHINESE, ENGLISH
from sip_provider import Provider

from web.kit.clock import now

HOST = "127.0.0.7"  # not the address of the demo's own trunk
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SAID = {
    ENGLISH: ("Closed until", "would go elsewhere: 1. Save anyway?", "Save anyway", "Saved."),
    CHINESE: ("休息至", "来电去向会改变的测试用例", "仍然保存", "已保存。"),
}
ANSWERS = {
    ENGLISH: ("The other side answers.", "out of service", "Reachable"),
    CHINESE: ("对端有应答。", "暂停服务", "可达"),
}


@pytest.fixture
def tidy(installation):
    """Delete at the end what a test has added, the last first."""
    places = []
    yield places.append
    for place in reversed(places):
        installation.api("admin").delete(place)


def id_of(person):
    """Wait for the page of a thing that was just saved, and give its id."""
    person.page.wait_for_url(lambda url: url.rpartition("/")[2].isdigit())
    return person.page.url.rpartition("/")[2]


def case_of(api, number):
    """Give the id of a saved test case of this number; None before it is saved."""
    known = api.get("/routes/cases")["items"]
    return next((one["id"] for one in known if number in one["called"]), None)


@pytest.mark.parametrize("locale", [pytest.param(ENGLISH, marks=pytest.mark.long), CHINESE])
def test_a_route_is_made_tested_changed_though_a_case_differs_and_taken(site, tidy, locale):
    closed, differs, anyway, saved = SAID[locale]
    number = {ENGLISH: "4008005551", CHINESE: "4008005552"}[locale]
    another_day = now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=3)
    admin = site.agent("admin", locale=locale).logs_in("/time-groups/new")
    page = admin.page

    admin.fills(name=f"Exhibition {locale}", hours_1="09:00-12:00")
    day = WEEKDAYS[another_day.weekday()]
    admin.see("field-weekdays_1").locator(f"[value={day}]").check()
    admin.press("submit")
    tidy(f"/time-groups/{(hours := id_of(admin))}")
    admin.see("state", has_text=closed).wait_for()

    admin.go("/routes/new").fills(name=f"Exhibition {locale}", called=number)
    admin.fills(destination="queue:support", time_group=hours, closed="queue:operator")
    assert admin.see("field-destination_number").is_hidden()
    admin.press("submit")
    tidy(f"/routes/{(route := id_of(admin))}")

    admin.go("/routes/test").fills(called=number, caller="13800138000").press("submit")
    assert admin.see("answer").get_attribute("data-destination") == "queue:operator"
    admin.press("save-case")
    api = site.installation.api("admin")
    saved_case = wait_until(lambda: case_of(api, number), 5, "the case is saved")
    tidy(f"/routes/cases/{saved_case}")

    admin.go(f"/routes/{route}").fills(closed="voicemail:1").press("submit")
    admin.see("form-error", has_text=differs).wait_for()
    assert admin.see("changed-cases").locator("li").count() == 1
    assert admin.see("field-closed").input_value() == "voicemail:1"
    button = admin.see("anyway")
    assert button.inner_text() == anyway
    button.click()
    page.locator("#toasts", has_text=saved).wait_for()

    time.sleep(1)  # the engine reads the route
    caller = site.trade.caller().dial(number)
    caller.reaches("voicemail")
    caller.hangs_up()
    assert not admin.complaints


@pytest.mark.parametrize("locale", [ENGLISH, pytest.param(CHINESE, marks=pytest.mark.long)])
def test_a_trunk_is_added_and_its_test_says_what_the_carrier_answers(site, tidy, locale):
    answers, out_of_service, reachable = ANSWERS[locale]
    admin = site.agent("admin", locale=locale).logs_in("/trunks/new")
    with Provider(HOST) as carrier:
        admin.fills(name=f"Carrier {locale}", host=HOST, port=str(carrier.port))
        admin.press("submit")
        trunk = id_of(admin)
        tidy(f"/trunks/{trunk}")
        step = admin.see("test-result").locator("[data-step=options]")

        admin.press("test-trunk")
        step.filter(has_text=answers).wait_for()
        assert "200 OK" in step.inner_text()
        admin.page.wait_for_selector("[data-testid=trunk-state][data-state=available]")
        assert reachable in admin.see("trunk-state").inner_text()

        carrier.options = 503
        admin.press("test-trunk")
        step.filter(has_text=out_of_service).wait_for()
        assert "503" in step.inner_text()
    assert not admin.complaints
