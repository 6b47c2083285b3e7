"""Accessibility: pages in both languages and colour schemes, wide and narrow, checked by axe."""

import itertools
from pathlib import Path

import pytest
from browser.people import CHINESE, ENGLISH
from installation import ROOT, TEST_HOME

AXE = ROOT / "web" / "client" / "node_modules" / "axe-core" / "axe.min.js"
ARTIFACTS = Path(TEST_HOME) / "artifacts"
GRAVE = {"serious", "critical"}
# Nothing is in progress: no button waits for an answer, no colour is in transition.
AT_REST = """!document.querySelector('#dock button:disabled')
    && !document.getAnimations().some(one => one.playState === 'running')"""
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
    looks((ENGLISH, "light", WIDE), (CHINESE, "light", WIDE), (CHINESE, "dark", NARROW)),
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
