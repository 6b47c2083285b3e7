"""Accessibility: pages in both languages and colour schemes, wide and narrow, checked by axe."""

import itertools
import re
from pathlib import Path

import pytest
from browser.people import CHINESE, ENGLISH
from installation import ROOT, TEST_HOME
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from crm.alarms.alarm import NewAlarm
from crm.alarms.store import end_alarm, raise_alarm
from cti.outbound.alarms import FRAUD, STOPPED
from cti.outbound.guard import StopReason
from web.kit.clock import now

AXE = ROOT / "web" / "client" / "node_modules" / "axe-core" / "axe.min.js"
ARTIFACTS = Path(TEST_HOME) / "artifacts"
GRAVE = {"serious", "critical"}
# Nothing is in progress: no button waits for an answer, no colour is in transition.
AT_REST = """!document.querySelector('#dock button:disabled')
    && !document.getAnimations().some(one => one.playState === 'running')"""
LINES = (
    "/appointments/{appointments}",
    "/roles/1/layout",
    "/rates",
    "/charges",
    "/alarms",
    "/alarms/settings/trunk.down",
    "/custom-destinations/{custom-destinations}",
    "/faxes/{faxes}",
    "/voicemails/{voicemails}",
    "/parameters",
    "/outbound-rules/{outbound-rules}",
    "/routes",
    "/routes/test?called=4008001234",
    "/phones",
    "/users/1/forwarding",
    "/trunks/{trunks}",
    "/time-groups/{time-groups}",
    "/calls/demo-out-12",
    "/prompts/summer-hours",
    "/music/{music}",
)
"""Pages of lines; a name in braces is the id of the first thing in that list."""
LIKE_THEM = (
    "/satisfaction",
    "/satisfaction/figures",
    "/appointments",
    "/appointments/new",
    "/ring-groups",
    "/ring-groups/new",
    "/ring-groups/{ring-groups}",
    "/rates/new",
    "/rates/{rates}",
    "/dialling-stops",
    "/alarms/settings",
    "/custom-destinations",
    "/custom-destinations/new",
    "/faxes",
    "/voicemail-boxes",
    "/voicemail-boxes/{voicemail-boxes}",
    "/voicemails",
    "/outbound-rules",
    "/outbound-rules/new",
    "/outbound-rules/test",
    "/routes/new",
    "/routes/{routes}",
    "/phones/1",
    "/phones/new",
    "/trunks",
    "/trunks/new",
    "/time-groups",
    "/time-groups/new",
    "/number-lists",
    "/forced-handling",
    "/calls/demo-fax",
    "/callbacks",
    "/callbacks/demo-callback-3",
    "/calls/demo-callback-3",
    "/prompts",
    "/prompts/new",
    "/prompts/greeting",
    "/music",
    "/music/new",
)
"""Lists and forms that are drawn as others are, looked at in bin/test long."""
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}


def looks(*always):
    """Every language, scheme and size of window; those beside `always` only in bin/test long."""
    every = itertools.product((ENGLISH, CHINESE), ("light", "dark"), (WIDE, NARROW))
    rare = [one for one in every if one not in always]
    return [*always, *(pytest.param(*one, marks=pytest.mark.long) for one in rare)]


def look(person, name):
    """Save a screenshot; give the findings of axe and whether the page is too wide."""
    page = person.page
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    page.wait_for_function(AT_REST)
    found = page.evaluate("axe.run().then(found => found.violations)")
    wrong = [
        f"{name}: {one['id']} {[(node['target'], node['failureSummary']) for node in one['nodes']]}"
        for one in found
        if one["impact"] in GRAVE
    ]
    person.photographs(ARTIFACTS, name)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(f"{name}: wider than its window")
    return wrong


@pytest.mark.parametrize(
    ("locale", "scheme", "size"),
    looks((ENGLISH, "light", WIDE), (CHINESE, "dark", NARROW)),
)
def test_the_pages_are_accessible(site, locale, scheme, size):
    wishes = {
        "locale": locale,
        "color_scheme": scheme,
        "viewport": size,
        "reduced_motion": "reduce",
    }
    tag = f"{locale}-{scheme}-{size['width']}"
    agent = site.agent(**wishes)
    supervisor = site.agent("chen.jing", **wishes).logs_in("/floor")
    agent.go("/sign-in")
    wrong = look(agent, f"{tag}-sign-in")
    agent.logs_in()
    wrong += look(agent, f"{tag}-desk-signed-out")
    agent.signs_in().goes_ready()
    site.caller_in_line()
    agent.rings()
    agent.shows_card_of()
    wrong += look(agent, f"{tag}-desk-rings")
    wrong += look(supervisor, f"{tag}-floor")
    agent.answers()
    agent.press("keypad")
    wrong += look(agent, f"{tag}-desk-talks")
    agent.press("hang-up").becomes("wrap-up")
    wrong += look(agent, f"{tag}-desk-wrap-up")
    agent.press("ready").becomes("ready")
    if size is NARROW:
        agent.press("open-drawer")
    agent.page.click("#menu a[href='/calls']")
    agent.see("table-calls").wait_for()
    wrong += look(agent, f"{tag}-calls")
    agent.page.locator("[data-testid=call-row] a").first.click()
    agent.see("timeline").wait_for()
    wrong += look(agent, f"{tag}-call")
    agent.go("/calls?caller=00000000000")
    wrong += look(agent, f"{tag}-calls-none")
    guest = site.guest(**wishes).go("/try-it")
    guest.see("guest-call").wait_for()
    wrong += look(guest, f"{tag}-try-it")

    assert wrong == []


@pytest.fixture
def alarm(installation):
    """An open alarm with a long name in it, with its bar on every page."""
    values = {
        "name": "Carrier of the north-western industrial zone " * 3,
        "count": 20,
        "minutes": 5,
    }
    new = NewAlarm(FRAUD, "trunk:999", STOPPED["trunk", StopReason.CALLS], values)
    engine = create_engine(installation.database_url())
    with Session(engine) as session, session.begin():
        raise_alarm(session, new, now())
    yield
    with Session(engine) as session, session.begin():
        end_alarm(session, FRAUD, "trunk:999", now())
    engine.dispose()


def look_at(site, paths, way, hovered=()):
    """Look at pages of an administrator; in lists also at the row that the mouse is on."""
    locale, scheme, size = way
    tag = f"{locale}-{scheme}-{size['width']}"
    wishes = {"color_scheme": scheme, "viewport": size, "reduced_motion": "reduce"}
    api = site.installation.api("admin")
    admin = site.agent("admin", locale=locale, **wishes).logs_in("/alarms")
    admin.see("bar-alarm").wait_for()
    wrong = []
    for path in paths:
        lists = re.findall(r"{(.+)}", path)
        ids = {name: api.get(f"/{name}")["items"][0]["id"] for name in lists}
        admin.go(path.format(**ids))
        name = re.sub(r"[^a-z0-9]+", "-", path)
        wrong += look(admin, f"{tag}{name}")
        if path in hovered:
            admin.see("row").first.hover()
            wrong += look(admin, f"{tag}{name}-hovered")
    return wrong


@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize(("locale", "scheme", "size"), looks((ENGLISH, "light", WIDE)))
def test_the_pages_of_lines_are_accessible(site, locale, scheme, size):
    assert look_at(site, LINES, (locale, scheme, size), ("/charges", "/phones")) == []


@pytest.mark.long
@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize(("locale", "scheme", "size"), looks())
def test_lists_and_forms_of_lines_are_accessible(site, locale, scheme, size):
    assert look_at(site, LIKE_THEM, (locale, scheme, size)) == []
