"""Agents and callers at their browsers, each with a tone as a voice."""

import json
import re
import shutil
import wave
from pathlib import Path

import numpy as np
from asterisk.phones import RATE, wait_until
from machine import NAMES

EARS = Path(__file__).with_name("ears.js").read_text()
ENGLISH, CHINESE = "en", "zh-CN"
FOCUSED = "document.activeElement?.closest('[data-testid]')?.dataset.testid"
STRETCH = 0.4  # seconds listened to at a time
OFFLINE = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
)


def voice(folder, hertz):
    """Make a WAV of an intermittent tone: noise suppression takes a steady one for a fan."""
    path = folder / f"voice-{hertz}.wav"
    seconds = np.arange(48000 * 2) / 48000
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 2.5 * seconds)
    sound = 0.5 * swell * np.sin(2 * np.pi * hertz * seconds)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48000)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


def launch(playwright, microphone):
    """Start a browser with this file, repeated, as its microphone."""
    return playwright.chromium.launch(
        executable_path=next(filter(None, map(shutil.which, NAMES))),
        headless=True,
        args=[
            *OFFLINE,
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={microphone}",
        ],
    )


class Person:
    """A person at a page of Hotline."""

    def __init__(self, browser, address, locale=ENGLISH, **wishes):
        self.address = address
        # The page's own policy forbids foreign scripts; the tests' `ears.js` is one.
        self.locale = locale
        self.context = browser.new_context(**{"locale": locale, "bypass_csp": True, **wishes})
        self.context.add_init_script(EARS)
        self.context.set_default_timeout(15000)
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path):
        self.page.goto(self.address + path)
        return self

    def see(self, name, **wishes):
        """Give the element of this data-testid."""
        return self.page.locator(f"[data-testid={name}]", **wishes)

    def press(self, name):
        self.see(name).first.click()
        return self

    def fills(self, **fields):
        """Fill fields of a form; a select takes the value of its option."""
        for name, value in fields.items():
            field = self.see(f"field-{name}")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def tabs_to(self, name, most=120):
        """Press Tab until the element of this data-testid, or one in it, has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUSED) == name:
                return self.page.keyboard
        raise AssertionError(f"Tab does not reach {name}")

    def confirms(self, name):
        """Press a button that asks first, and say yes."""
        return self.press(name).press("confirm-yes")

    def listen(self, seconds=STRETCH):
        return np.array(self.page.evaluate("seconds => listen(seconds)", seconds))

    def hears(self, judge, why, seconds=12.0):
        """Wait until a stretch of the telephone's sound satisfies `judge`."""

        def satisfied():
            samples = self.listen()
            return len(samples) >= STRETCH * RATE * 0.9 and judge(samples, RATE)

        wait_until(satisfied, seconds, f"{type(self).__name__} hears {why}")

    def photographs(self, folder, name):
        """Save a screenshot of the whole page, with the dock at its foot."""
        folder.mkdir(parents=True, exist_ok=True)
        page, size = self.page, self.page.viewport_size
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], tall)})
        page.screenshot(path=folder / f"{name}.png")
        page.set_viewport_size(size)

    def close(self):
        self.context.close()


class Guest(Person):
    """A caller at the Try it page."""

    def calls(self):
        self.go("/try-it")
        self.press("guest-call")
        self.see("guest-status").and_(self.page.locator("[data-phase=talking]")).wait_for()
        return self

    def presses(self, key):
        self.page.locator(f"[data-testid=key][data-key='{key}']").click()
        return self

    def hangs_up(self):
        self.press("guest-hang-up")
        self.call_is_over()

    def call_is_over(self):
        self.see("guest-status").and_(self.page.locator("[data-phase=ended]")).wait_for()


class AgentAtPage(Person):
    """An agent at the desk in the browser."""

    def __init__(self, browser, installation, login, locale=ENGLISH, **wishes):
        super().__init__(browser, installation.address, locale, **wishes)
        self.account = installation.accounts[login]

    def logs_in(self, then="/desk"):
        self.go("/sign-in")
        page = self.page
        page.fill("#login", self.account["login"])
        page.fill("#password", self.account["password"])
        with page.expect_navigation(url=re.compile(r"/(desk|floor)")):
            self.press("log-in")
        if not page.url.endswith(then):
            self.go(then)
        if page.get_attribute("html", "lang") != self.locale:
            with page.expect_navigation():
                self.press("language")
        return self

    def signs_in(self, phone="browser"):
        self.becomes("signed out")
        self.see("phone-kind").select_option(phone)
        self.press("sign-in")
        self.becomes("paused")
        if phone == "browser":
            self.line_is("registered")
        return self

    def waits_for(self, question, seconds=15.0):
        """Wait until a question about `window.hotline` is true."""
        self.page.wait_for_function(question, timeout=seconds * 1000)
        return self

    def goes_ready(self):
        self.press("ready")
        return self.becomes("ready")

    def becomes(self, state, seconds=15.0):
        self.page.wait_for_selector(f"#dock[data-state='{state}']", timeout=seconds * 1000)
        return self

    def line_is(self, line, seconds=15.0):
        self.page.wait_for_selector(f"#dock[data-line='{line}']", timeout=seconds * 1000)

    def rings(self, seconds=15.0):
        """Wait until it rings and can be answered."""
        self.becomes("offered", seconds)
        self.page.wait_for_function("window.hotline.phone.talk?.phase === 'ringing'")
        return self

    def answers(self):
        self.press("answer")
        return self.talks()

    def talks(self, seconds=15.0):
        self.becomes("talking", seconds)
        self.page.wait_for_function(
            "window.hotline.phone.talk?.phase === 'talking'", timeout=seconds * 1000
        )
        return self

    def knows(self):
        """Give the state of the page: agent, call, phone, live."""
        return json.loads(self.page.evaluate("JSON.stringify(window.hotline)"))

    def shows_card_of(self, call=None):
        if call is None:
            self.page.wait_for_function("window.hotline.agent?.call")
            call = self.knows()["agent"]["call"]
        self.page.wait_for_selector(f"#card[data-call='{call}']")
        return call
