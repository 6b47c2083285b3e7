"""Trunks to carriers of the tests, with the rule that leads calls over them."""

import contextlib
import time
import urllib.error

from asterisk.phones import wait_until
from carrier import Carrier

BEGINS = "+86137"  # numbers that are dialled over these trunks and no others
NAME = "Carriers of the test"


def number(ending):
    """A number of which the carrier knows by its end what to do: `carrier.py`."""
    return f"1370013{ending:0>4}"


class Line:
    """A trunk as an administrator sees and changes it, and the carrier at its other end."""

    def __init__(self, installation, id_, carrier, name):
        self.installation, self.admin = installation, installation.api("admin")
        self.id, self.carrier, self.name = id_, carrier, name

    def state(self):
        return self.admin.get(f"/trunks/{self.id}/state")

    def becomes(self, state, seconds=14.0):
        wait_until(
            lambda: self.state()["state"] == state, seconds, lambda: f"{state}: {self.state()}"
        )

    def change(self, **settings):
        """Change settings of the endpoint; they are in Asterisk when this returns."""
        before = self._endpoint()
        self.admin.ask("PATCH", f"/trunks/{self.id}", settings)
        wait_until(lambda: self._endpoint() not in (before, None), 5, f"{settings} are pushed")

    def _endpoint(self):
        place = f"/asterisk/config/dynamic/res_pjsip/endpoint/trunk-{self.id}"
        with contextlib.suppress(urllib.error.HTTPError):  # it is made anew just now
            return self.installation.ari(place)

    def test(self):
        return {one["step"]: one for one in self.admin.post(f"/trunks/{self.id}/test")["steps"]}


@contextlib.contextmanager
def line(installation, host, *, carrier=None, **settings):
    """A carrier at an address of this machine, and a trunk to it that works."""
    admin = installation.api("admin")
    with carrier or Carrier(host) as made:
        name = f"Carrier {host}"
        body = {"name": name, "host": host, "port": made.port, "qualify_seconds": 10, **settings}
        known = Line(installation, admin.post("/trunks", body)["id"], made, name)
        try:
            yield known
        finally:
            admin.delete(f"/trunks/{known.id}")


@contextlib.contextmanager
def rule(installation, *lines, **settings):
    """Calls to numbers that begin as the tests' go over these trunks, in their order."""
    admin = installation.api("admin")
    body = {
        "name": NAME,
        "classes": ["mobile"],
        "begins": [BEGINS],
        "trunks": [one.id for one in lines],
        **settings,
    }
    made = admin.post("/outbound-rules", body)["id"]
    others = [one["id"] for one in admin.get("/outbound-rules")["items"] if one["id"] != made]
    admin.ask("PUT", "/outbound-rules/order", {"keys": [made, *others]})
    time.sleep(1)  # the engine reads it
    try:
        yield made
    finally:
        admin.delete(f"/outbound-rules/{made}")


@contextlib.contextmanager
def listed(installation, effect, number, kind="black", **more):
    """A list with one number, which needs no approval."""
    admin = installation.api("admin")
    admin.ask("PATCH", "/parameters", {"list_approval": False})
    body = {"name": f"{kind} {effect}", "kind": kind, "effect": effect, **more}
    made = admin.post("/number-lists", body)["id"]
    admin.post(f"/number-lists/{made}/entries", {"numbers": [number]})
    admin.ask("PATCH", "/parameters", {"list_approval": True})
    time.sleep(1)  # the engine reads it
    try:
        yield
    finally:
        admin.delete(f"/number-lists/{made}")


def record(installation, call):
    """Give the record of a call when it is written."""
    admin = installation.api("admin")

    def written():
        told = admin.ask("GET", f"/calls/{call}") if _is_known(admin, call) else None
        return told if told and told["ended_at"] else None

    return wait_until(written, 15, "the call is written down")


def _is_known(admin, call):
    admin.fetch("GET", f"/calls/{call}")
    return admin.status == 200


def end_of(told):
    """Give the last sentence of a call's timeline that says how it ended."""
    return [one["text"] for one in told["timeline"] if one["kind"] == "ended"][-1]
