import contextlib
from http import HTTPStatus

import pytest
from asterisk.phones import wait_until
from asterisk.trade import Trade
from browser.people import AgentAtPage, Guest, launch, voice
from installation import ApiError
from playwright.sync_api import sync_playwright

AGENT, CALLER = 600, 440
PRESSES, PATIENCE_SECONDS = 3, 3


def in_line(caller):
    call = caller.live()
    return call is not None and call["state"] != "ivr" and caller


@pytest.fixture(scope="session")
def browsers(tmp_path_factory):
    """Two browsers, because a browser has one microphone: the agents' and the callers'."""
    folder = tmp_path_factory.mktemp("voices")
    with sync_playwright() as playwright:
        made = [launch(playwright, voice(folder, tone)) for tone in (AGENT, CALLER)]
        yield made
        for browser in made:
            browser.close()


class Site:
    """The people of a test at their pages; all pages are closed at the end."""

    def __init__(self, installation, browsers, trade):
        self.installation = installation
        self.trade = trade
        self._browsers = browsers
        self._people = []

    def agent(self, login="li.wei", **wishes):
        return self._seat(AgentAtPage(self._browsers[0], self.installation, login, **wishes))

    def ready_agent(self, login="li.wei", **wishes):
        return self.agent(login, **wishes).logs_in().signs_in().goes_ready()

    def supervisor(self, login="chen.jing", **wishes):
        """Seat someone in the callers' browser: with another voice than the agents."""
        return self._seat(AgentAtPage(self._browsers[1], self.installation, login, **wishes))

    def guest(self, **wishes):
        return self._seat(Guest(self._browsers[1], self.installation.address, **wishes))

    def caller_in_line(self, number="13800138000", tone=CALLER):
        """Add a caller on a SIP telephone who has chosen support."""
        caller = self.trade.caller(number, tone=tone).dial().to_menu()
        # About one digit in thirty of the test telephone is lost, and it is not known where.
        # The caller presses again, as people do.
        for _ in range(PRESSES):
            caller.press("2")
            with contextlib.suppress(AssertionError):
                return wait_until(lambda: in_line(caller), PATIENCE_SECONDS)
        raise AssertionError(f"{number} did not come into line")

    def written(self, call, dispositions=1):
        """Give the record of a call, as soon as its dispositions are in it: facts take a moment."""
        api = self.installation.api("admin")

        def whole():
            try:
                told = api.get(f"/calls/{call}")
            except ApiError as error:
                if error.status == HTTPStatus.NOT_FOUND:
                    return None
                raise
            given = [line for line in told["timeline"] if line["kind"] == "outcome"]
            return told if len(given) >= dispositions else None

        return wait_until(whole, PATIENCE_SECONDS, f"{call} is written down with its outcome")

    def leave(self):
        for person in self._people:
            person.close()
        self.trade.tidy()

    def _seat(self, person):
        self._people.append(person)
        return person


@pytest.fixture
def site(installation, browsers, tmp_path):
    made = Site(installation, browsers, Trade(installation, tmp_path))
    try:
        yield made
    finally:
        made.leave()
