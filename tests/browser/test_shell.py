"""The frame of every page: the menu, the keys, the search, and signing in again."""

import re

import pytest
from browser.people import CHINESE, ENGLISH
from browser.test_pages import NARROW, WIDE, look, looks


def focused(person):
    """Give the id of the focused element, else its data-testid."""
    return person.page.evaluate(
        "document.activeElement.id || document.activeElement.dataset.testid || ''"
    )


def at(person, path):
    person.page.wait_for_url(re.compile(re.escape(path) + r"(\?|$)"))
    return person


def keys(person, *pressed):
    for one in pressed:
        person.page.keyboard.press(one)
    return person


@pytest.mark.parametrize(
    ("locale", "scheme", "size"),
    looks((ENGLISH, "light", WIDE), (CHINESE, "dark", WIDE), (CHINESE, "light", NARROW)),
)
def test_the_components_are_accessible(site, locale, scheme, size):
    wishes = {"color_scheme": scheme, "viewport": size, "reduced_motion": "reduce"}
    admin = site.agent("admin", locale=locale, **wishes).logs_in("/components")
    tag = f"{locale}-{scheme}-{size['width']}"
    wrong = look(admin, f"{tag}-components")
    keys(admin, "?").see("dialog-keys").wait_for()
    wrong += look(admin, f"{tag}-keys")

    assert wrong == []


def test_every_page_is_reached_by_keyboard(site):
    agent = site.agent().logs_in("/desk")
    page = agent.page
    at(keys(agent, "g", "c"), "/calls")
    page.wait_for_function("document.activeElement.id === 'main'")
    assert page.title().startswith("Calls")
    assert page.evaluate("scrollY") == 0
    at(keys(agent, "g", "d"), "/desk")
    # The focus was on the main part before, too: the menu tells when the page has come.
    page.wait_for_selector("#menu a[aria-current][href='/desk']")
    page.wait_for_function("document.activeElement.id === 'main'")

    keys(agent, "?").see("dialog-keys").wait_for()
    keys(agent, "Escape").see("dialog-keys").wait_for(state="detached")
    keys(agent, "/")
    assert focused(agent) == "search"


def test_the_skip_link_past_the_menu_has_the_first_focus(site):
    agent = site.agent().logs_in("/calls")
    agent.page.evaluate("document.activeElement.blur()")
    keys(agent, "Tab")
    assert agent.page.evaluate("document.activeElement.className").endswith("skip-link")
    keys(agent, "Enter")

    agent.page.wait_for_function("document.activeElement.id === 'main'")


def test_letters_typed_into_a_field_open_no_page(site):
    agent = site.agent().logs_in("/calls")
    agent.page.click("#search")
    agent.page.keyboard.type("g d ? /")

    assert agent.page.input_value("#search") == "g d ? /"
    assert agent.page.url.endswith("/calls")
    assert agent.see("dialog-keys").count() == 0


def test_search_results_are_reached_with_the_arrow_keys(site):
    agent = site.agent().logs_in("/desk")
    keys(agent, "/")
    agent.page.keyboard.type("calls")
    agent.page.wait_for_selector("#search-results [role=option]")
    keys(agent, "ArrowDown")
    first = agent.page.get_attribute("#search", "aria-activedescendant")
    assert first == "search-option-0"
    place = agent.page.get_attribute(f"#{first}", "href").partition("?")[0]
    keys(agent, "Enter")

    at(agent, place)
    assert agent.page.input_value("#search") == ""
    assert agent.page.get_attribute("#search", "aria-expanded") == "false"


def test_on_a_narrow_window_the_menu_is_a_drawer(site):
    agent = site.agent(viewport=NARROW).logs_in("/desk")
    page = agent.page
    assert not page.is_visible("#menu a[href='/calls']")
    agent.see("open-drawer").focus()
    keys(agent, "Enter")
    page.wait_for_selector("#menu a[href='/calls']")
    assert page.evaluate("document.querySelector('.shell').inert")
    keys(agent, "Escape")
    page.wait_for_selector("#menu a[href='/calls']", state="hidden")
    assert focused(agent) == "open-drawer"

    agent.press("open-drawer")
    page.click("#menu a[href='/calls']")
    at(agent, "/calls")
    page.wait_for_selector("#menu a[href='/calls']", state="hidden")
    assert not page.evaluate("document.querySelector('.shell').inert")


def test_a_narrowed_menu_stays_narrow_and_is_still_read_aloud(site):
    agent = site.agent(viewport=WIDE).logs_in("/desk")
    wide = agent.page.evaluate("document.getElementById('sidebar').offsetWidth")
    agent.press("fold-sidebar")
    agent.page.reload()

    assert agent.page.evaluate("document.getElementById('sidebar').offsetWidth") < wide / 2
    assert agent.page.get_by_role("link", name="Calls").first.is_visible()


def test_a_dark_scheme_and_close_rows_are_shown_at_once(site):
    agent = site.agent(color_scheme="light").logs_in("/calls")
    agent.press("look").press("theme-dark")
    with agent.page.expect_response(re.compile("/lists/density")) as answer:
        agent.press("density-compact")
    agent.page.reload()

    shown = agent.page.evaluate("({...document.documentElement.dataset})")
    assert answer.value.status == 204
    assert (shown["bsTheme"], shown["density"]) == ("dark", "compact")


def test_an_action_that_cannot_be_undone_asks_and_can_be_cancelled(site):
    admin = site.agent("admin").logs_in("/components")
    sent = []
    admin.page.on("request", lambda one: one.method == "POST" and sent.append(one.post_data))
    assert admin.see("bulk-delete").is_disabled()
    admin.page.check("[data-choose-all=bulk-components]")
    admin.press("bulk-delete").press("confirm-no")
    assert focused(admin) == "bulk-delete"
    assert sent == []
    admin.press("bulk-delete")
    with admin.page.expect_request(lambda one: one.method == "POST"):
        admin.press("confirm-yes")

    assert re.findall(r"ids=\d", sent[0]) == [f"ids={row}" for row in range(1, 6)]


def test_a_view_and_the_columns_of_a_list_are_kept(site):
    admin = site.agent("admin").logs_in("/components")
    page = admin.page
    admin.press("views")
    page.fill("[data-testid=view-name] >> nth=0", "Mine")
    admin.press("save-view")
    page.wait_for_url("**view=*")
    admin.press("columns")
    page.check("input[value=note] >> nth=0")
    admin.press("save-columns")
    page.wait_for_selector("td[data-label=Note]")
    page.reload()
    assert page.is_visible("td[data-label=Note] >> nth=0")

    admin.press("columns")
    page.click("button[name=reset] >> nth=0")
    page.wait_for_selector("td[data-label=Note]", state="detached")
    admin.press("views")
    page.click(".view-line button >> nth=0")
    admin.press("confirm-yes")
    page.wait_for_url(lambda url: "view=" not in url)


def test_a_person_who_signs_in_again_has_lost_nothing(site):
    agent = site.agent().logs_in("/calls")
    page = agent.page
    agent.press("views")
    page.fill("[data-testid=view-name] >> nth=0", "Typed before")
    agent.context.clear_cookies()
    agent.press("save-view").see("dialog-session").wait_for()
    assert page.input_value("#again-login") == agent.account["login"]
    page.fill("#again-password", "wrong")
    agent.press("session-send").see("session-problem").wait_for()
    page.fill("#again-password", agent.account["password"])
    agent.press("session-send").see("dialog-session").wait_for(state="detached")
    agent.see("banner-session-over").wait_for(state="detached")
    agent.waits_for("window.hotline.live.line === 'open'")
    assert page.input_value("[data-testid=view-name] >> nth=0") == "Typed before"
    agent.press("save-view")

    page.wait_for_url("**view=*")
    assert agent.complaints == []


def test_another_user_who_signs_in_starts_with_a_new_page(site):
    agent = site.agent().logs_in("/calls")
    other = site.installation.accounts["wang.fang"]
    agent.context.clear_cookies()
    agent.page.click("#menu a[href='/desk']")
    agent.see("dialog-session").wait_for()
    agent.page.fill("#again-login", other["login"])
    agent.page.fill("#again-password", other["password"])
    with agent.page.expect_navigation():
        agent.press("session-send")

    agent.see("user-menu").click()
    assert other["login"] in agent.see("user-menu").inner_text()


def test_a_talk_is_not_covered_when_the_session_is_over(site):
    agent = site.ready_agent()
    site.caller_in_line()
    agent.rings()
    agent.answers()
    agent.context.clear_cookies()
    agent.press("hold").see("banner-session-over").wait_for()
    assert agent.see("dialog-session").count() == 0
    agent.press("session-again").see("dialog-session").wait_for()
    agent.press("mute")
    agent.page.fill("#again-password", agent.account["password"])
    agent.press("session-send").see("dialog-session").wait_for(state="detached")

    agent.press("unmute")
    agent.press("hang-up").becomes("wrap-up")
