"""Real pages in Chromium beside the hundreds of desks without one: what they showed, and when.

`screen.js` observes each page from within; all times are of this machine's clock.
"""

import os
import shutil
from pathlib import Path

from browser.people import OFFLINE
from load.desk_clients import COOKIE
from machine import NAMES
from playwright.sync_api import sync_playwright

SCREEN = Path(__file__).with_name("screen.js").read_text()
SIZE = {"width": 1280, "height": 900}
PATIENCE_MS = 30_000
TAKE = "() => { const s = window.hotlineScreen; const t = {changes: s.changes, pops: s.pops};"
TAKE += " s.changes = []; s.pops = []; return t; }"


class NoBrowserError(Exception):
    """There is no Chromium."""


class Pages:
    """Some open pages, for the length of a `with`."""

    def __init__(self, address):
        self._address = address
        self._pages = []
        self._playwright = self._browser = None
        self.pid = 0

    def __enter__(self):
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            raise NoBrowserError("Chromium is missing: install it (Debian: apt install chromium).")
        before = _children()
        self._playwright = sync_playwright().start()
        self.pid = next(iter(_children() - before), 0)
        self._browser = self._playwright.chromium.launch(
            executable_path=program, headless=True, args=[*OFFLINE, "--no-sandbox"]
        )
        return self

    def __exit__(self, *_):
        self._browser.close()
        self._playwright.stop()

    def open(self, path, token):
        """Open a page with a session and wait for its live socket."""
        context = self._browser.new_context(viewport=SIZE, bypass_csp=True, locale="en")
        context.add_cookies([{"name": COOKIE, "value": token, "url": self._address}])
        context.add_init_script(SCREEN)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(self._address + path)
        page.wait_for_function("window.hotline?.live.line === 'open'")
        self._pages.append(page)
        return page

    def look(self, page, path):
        """Save a screenshot of a page."""
        page.screenshot(path=path)

    @staticmethod
    def take(page):
        """Give the changes and pops seen since the last time, with their times in seconds."""
        taken = page.evaluate(TAKE)
        for one in (*taken["changes"], *taken["pops"]):
            for name in ("since", "heard", "shown", "offered", "dock", "card"):
                if name in one:
                    one[name] /= 1000
        return taken


def _children():
    """Give the processes that this one has started."""
    own = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return {int(one) for one in own.read_text().split()}
