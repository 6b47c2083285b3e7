"""Small things: a quiet console, users without a desk, choices put in order."""

import re

import pytest
from browser.people import CHINESE, ENGLISH
from browser.test_pages import NARROW, WIDE
from browser.test_shell import focused, keys

PAGES = (
    "/account",
    "/account/security",
    "/account/password",
    "/account/second-factor",
    "/account/tokens",
    "/notices",
    "/sound-check",
    "/users/new",
    "/groups/new",
    "/customers/new",
    "/webhooks/new",
    "/dictionaries/outcome",
    "/components",
)

# The inner width of a field, and the width of its placeholder.
ROOM = """field => {
    const look = getComputedStyle(field), pen = document.createElement('canvas').getContext('2d');
    pen.font = look.font;
    const room = field.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    return [room, pen.measureText(field.placeholder).width];
}"""


def listens(person):
    """Record errors and warnings of the browser's console, under the page's own policy."""
    complaints = []

    def note(message):
        if message.type in {"error", "warning"}:
            complaints.append(f"{person.page.url}: {message.text}")

    person.page.on("console", note)
    person.page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def at_page(site, login, **wishes):
    return site.agent(login, bypass_csp=False, **wishes)


@pytest.mark.parametrize(
    "login", ["admin", pytest.param("chen.jing", marks=pytest.mark.long), "li.wei"]
)
def test_no_page_writes_errors_to_the_console(site, login):
    person = at_page(site, login).logs_in("/account")
    complaints = listens(person)
    page = person.page
    menu = page.eval_on_selector_all("#menu a", "all => all.map(one => one.getAttribute('href'))")
    for place in menu:
        page.click(f"#menu a[href='{place}']")
        page.wait_for_url(re.compile(re.escape(place)))
        page.wait_for_load_state("networkidle")
    for place in PAGES if login == "admin" else PAGES[:7]:
        person.go(place)
        page.wait_for_load_state("networkidle")

    assert complaints == []


def test_a_user_who_is_no_agent_is_offered_no_telephone(site):
    admin = at_page(site, "admin")
    asked = []
    admin.page.on("request", lambda one: asked.append(one.url) if "/desk" in one.url else None)
    admin.logs_in("/calls")
    admin.waits_for("window.hotline.live.line === 'open'")

    assert not admin.see("dock").is_visible()
    assert admin.page.locator("#menu a[href='/desk']").count() == 0
    admin.go("/desk").see("no-seat").wait_for()
    assert [one for one in asked if "/api/v1/desk" in one] == []


@pytest.mark.parametrize("locale", [ENGLISH, CHINESE])
def test_the_search_placeholder_is_readable_on_a_small_screen(site, locale):
    admin = at_page(site, "admin", locale=locale, viewport=NARROW).logs_in("/users")
    room, words = admin.page.locator(".filters [name=q]").evaluate(ROOM)

    assert 0 < words <= room


@pytest.mark.parametrize("size", [WIDE, {"width": 800, "height": 600}])
def test_a_desk_with_a_sip_telephone_does_not_move_as_it_rings(site, size):
    sitting = site.trade.agent("li.wei").ready()
    page = at_page(site, "li.wei", viewport=size).logs_in().becomes("ready")
    before = page.see("dock").evaluate("dock => dock.offsetHeight")
    site.caller_in_line()
    sitting.rings()
    page.becomes("offered").see("answer-there").wait_for()

    assert page.see("dock").evaluate("dock => dock.offsetHeight") == before


def test_a_refused_form_keeps_its_address_and_leads_to_what_is_wrong(site):
    admin = at_page(site, "admin").logs_in("/customers/new")
    complaints = listens(admin)
    # A resized text area must not break the page's policy.
    admin.page.evaluate("document.querySelector('textarea').style.height = '300px'")
    admin.page.locator("#main form [data-testid=submit]").first.click()
    admin.page.wait_for_selector("#main [aria-invalid=true]")

    admin.page.wait_for_function("document.activeElement.getAttribute('aria-invalid') === 'true'")
    assert admin.page.url.endswith("/customers/new")
    assert [one for one in complaints if "422" not in one] == []
    box = admin.page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert box > admin.page.evaluate("document.querySelector('.topbar').offsetHeight")


CHOICE = "[data-testid=table-choices] [data-testid=row]"


def order_of(admin):
    return admin.page.eval_on_selector_all(CHOICE, "rows => rows.map(row => row.dataset.id)")


def kept_order(admin):
    return admin.page.evaluate(
        """() => fetch('/api/v1/dictionaries/cause').then(answer => answer.json())
           .then(found => found.items.map(one => one.key))"""
    )


def is_kept(admin):
    admin.page.wait_for_function(
        """wanted => fetch('/api/v1/dictionaries/cause').then(answer => answer.json())
           .then(found => found.items.map(one => one.key).join() === wanted)""",
        arg=",".join(order_of(admin)),
    )


@pytest.mark.parametrize(("locale", "size"), [(ENGLISH, WIDE), (CHINESE, NARROW)])
def test_choices_are_put_in_order_by_keyboard_and_by_hand(site, locale, size):
    admin = at_page(site, "admin", locale=locale, viewport=size).logs_in("/dictionaries/cause")
    page = admin.page
    while len(order_of(admin)) < 3:
        count = len(order_of(admin))
        page.fill("#add-name_en", f"Cause {count}")
        page.locator("#add [data-testid=submit]").click()
        page.wait_for_function(f"document.querySelectorAll('{CHOICE}').length === {count + 1}")
    first, second, *rest = order_of(admin)
    typed = page.locator(f"{CHOICE} input[name=name_zh]").first
    typed.fill("还没保存")
    keys(admin, "Alt+ArrowDown")

    assert order_of(admin) == [second, first, *rest]
    assert page.evaluate("document.activeElement.value") == "还没保存"
    said = page.text_content("#announcer")
    assert "2" in said
    is_kept(admin)

    page.locator(f"[data-id='{first}'] [data-testid=handle]").focus()
    keys(admin, "ArrowUp")
    assert order_of(admin) == [first, second, *rest]
    assert focused(admin) == "handle"
    is_kept(admin)

    page.locator(f"[data-id='{first}'] [data-testid=down]").click()
    assert order_of(admin) == [second, first, *rest]
    is_kept(admin)

    handle = page.locator(f"[data-id='{first}'] [data-testid=handle]")
    handle.scroll_into_view_if_needed()
    here = handle.bounding_box()
    there = page.locator(f"[data-id='{second}']").bounding_box()
    page.mouse.move(here["x"] + 5, here["y"] + 5)
    page.mouse.down()
    page.mouse.move(here["x"] + 5, there["y"] + 4, steps=5)
    page.mouse.up()
    assert order_of(admin) == [first, second, *rest]
    is_kept(admin)
    assert kept_order(admin) == order_of(admin)
