"""The sound check: whether sound gets through, as a visitor sees it."""

import shutil

import pytest
from asterisk.phones import only
from browser.people import OFFLINE, Guest
from machine import NAMES

CALLER = 440
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"


def verdicts(person):
    """Give the results of each part of the check."""
    parts = person.see("sound-part").all()
    return {one.get_attribute("data-part"): one.get_attribute("data-state") for one in parts}


def checks(person):
    person.go("/sound-check").press("sound-check")


def comes_to(person, verdict):
    person.page.wait_for_selector(
        f"[data-testid=sound-check-island][data-state={verdict}]", timeout=40000
    )


def test_a_visitor_checks_their_sound_and_hears_themselves(site):
    visitor = site.guest()
    checks(visitor)
    visitor.hears(only(CALLER), "their own voice", seconds=30)
    comes_to(visitor, "well")

    assert set(verdicts(visitor).values()) == {"well"}
    assert "round trip" in visitor.see("sound-said").last.inner_text()
    assert not visitor.complaints


@pytest.fixture
def without_udp(site, browsers):
    """Add a visitor in a network that lets no UDP through."""
    browser = browsers[0].browser_type.launch(
        executable_path=next(filter(None, map(shutil.which, NAMES))),
        args=[
            *OFFLINE,
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            NO_UDP,
        ],
    )
    visitor = Guest(browser, site.installation.address)
    yield visitor
    visitor.close()
    browser.close()


def test_a_visitor_without_udp_reads_that_sound_cannot_get_through(without_udp):
    without_udp.go("/try-it").press("guest-call")
    said = without_udp.see("guest-problem")
    said.wait_for(timeout=20000)

    assert "No audio" in said.inner_text()


def test_the_check_says_at_which_step_sound_is_lost(without_udp):
    checks(without_udp)
    comes_to(without_udp, "bad")

    assert verdicts(without_udp)["microphone"] == "well"
    assert verdicts(without_udp)["way"] == "bad"
