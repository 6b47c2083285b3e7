"""Whose call it is and which number was dialled, as carriers write it: one number, or none."""

import time

import pytest
from asterisk.lines import line, listed
from asterisk.phones import wait_until

HOST = "127.0.0.10"
ONE = "+8613900139001"
OURS = "+864008001234"


@pytest.fixture(scope="module")
def trunk(installation):
    with line(installation, HOST, caller_source="from") as made:
        made.becomes("available")
        yield made


class Arrivals:
    """Calls that come over the trunk, one after the other; each is ended when it was read."""

    def __init__(self, trade, trunk):
        self.trade, self.trunk = trade, trunk

    def __call__(self, number="4008001234", **said):
        """Give the caller and the number that was called, as the live monitor has them."""
        before = {one["id"] for one in self.trade.live()["calls"]}
        self.trunk.carrier.dial(number, self.trade.installation.sip, **said)

        def arrived():
            return [one for one in self.trade.live_calls() if one["id"] not in before]

        (call,) = wait_until(arrived, 5, f"the call arrives: {said}")
        self.trade.installation.end_channel(call["id"])
        wait_until(lambda: not self.trade.channels(), 5, "the call is over")
        return call["caller"], call["called"]


@pytest.fixture
def arrives(trade, trunk):
    return Arrivals(trade, trunk)


def sender(user, name=""):
    return f"{name} <sip:{user}@carrier.example>".strip()


def test_the_spellings_of_a_number_become_one(arrives):
    for written in (
        "13900139001", "+8613900139001", "8613900139001", "008613900139001", "013900139001",
        "+86-139-0013-9001", "13900139001;npdi=yes",
    ):  # fmt: skip
        assert arrives(sender=sender(written)) == (ONE, OURS), written
    for written in ("02161234567", "+862161234567", "00862161234567"):
        assert arrives(sender=sender(written))[0] == "+862161234567", written
    for written in ("+864008001234", "8640 08001234".replace(" ", ""), "00864008001234"):
        assert arrives(written, sender=sender("13900139001")) == (ONE, OURS), written


def test_a_caller_who_hides_the_number_has_none(arrives):
    for said in (
        {"sender": '"Anonymous" <sip:anonymous@anonymous.invalid>'},
        {"sender": "<sip:carrier.example>"},
        {"sender": sender("13900139001"), "more": ["Privacy: id"]},
        {"sender": sender("13900139001"), "more": ["Privacy: user;id;critical"]},
        {"sender": sender("Unavailable")},
    ):
        assert arrives(**said) == ("", OURS), said
    shown = {"sender": sender("13900139001"), "more": ["Privacy: none"]}
    assert arrives(**shown) == (ONE, OURS)


def test_what_is_no_number_stays_harmless(arrives):
    for written in ("139%0D%0A00139001", "1390013%2C9001", "%24%7BEXTEN%7D"):
        caller, called = arrives(sender=sender(written))
        assert called == OURS
        assert not set(caller) - set("+0123456789*#"), written
    spoofed = ["Diversion: <sip:13900139009@carrier.example>;reason=unconditional"]
    assert arrives(sender=sender("13900139001"), more=spoofed) == (ONE, OURS)


def test_the_number_comes_from_the_header_that_the_trunk_names(arrives, trunk):
    asserted = "P-Asserted-Identity: <sip:13900139001@carrier.example>"
    remote = "Remote-Party-ID: <sip:13900139001@carrier.example>;party=calling;screen=yes"
    other = sender("13900139002")
    assert arrives(sender=other, more=[asserted, remote])[0] == "+8613900139002"

    trunk.change(caller_source="pai")
    assert arrives(sender=other, more=[asserted])[0] == ONE
    assert arrives(sender=other)[0] == "+8613900139002"
    assert arrives(sender=other, more=[asserted, "Privacy: id"])[0] == ""

    # The same for Asterisk, which takes the first of the two that there is.
    trunk.admin.ask("PATCH", f"/trunks/{trunk.id}", {"caller_source": "rpid"})
    assert arrives(sender=other, more=[remote])[0] == ONE
    assert arrives(sender=other, more=[f"{remote};privacy=full"])[0] == ""
    trunk.change(caller_source="from")


def test_the_dialled_number_may_stand_in_to(arrives, trunk):
    trunk.change(number_source="to")
    for written in ("4008001234", "+864008001234", "864008001234", "4008001234;npdi=yes"):
        called = arrives("account", sender=sender("13900139001"), to=f"<sip:{written}@ims.example>")
        assert called == (ONE, OURS), written
    trunk.change(number_source="request")


def test_a_withheld_caller_is_shown_so_and_can_be_blocked(trade, trunk):
    api, sip = trade.installation.api("admin"), trade.installation.sip
    li = trade.agent("li.wei", auto=True).ready()
    user = api.get("/users?limit=100")["items"]
    agent = next(one["id"] for one in user if one["login"] == "li.wei")
    route = api.post(
        "/routes", {"name": "Hidden", "called": OURS, "destination": f"agent:{agent}"}
    )["id"]
    time.sleep(1)  # the engine reads it
    hidden = {"sender": '"Anonymous" <sip:anonymous@anonymous.invalid>'}
    try:
        leg = trunk.carrier.dial("4008001234", sip, **hidden)
        card = li.card()
        assert (card["number"], card["withheld"], card["customer"]) == ("", True, None)
        wait_until(lambda: 200 in leg.statuses, 5, "it is answered")
        trunk.carrier.hang_up(leg)
        trade.becomes_quiet()
        assert api.get("/calls?limit=1")["items"][0]["caller"] == ""

        with listed(trade.installation, "refuse", "withheld"):
            leg = trunk.carrier.dial("4008001234", sip, **hidden)
            wait_until(lambda: leg.status >= 200, 5, "an answer")
            assert leg.status == 403
            shown = trunk.carrier.dial("4008001234", sip, sender=sender("13900139001"))
            wait_until(lambda: 200 in shown.statuses, 5, "others are answered")
            trunk.carrier.hang_up(shown)
    finally:
        api.delete(f"/routes/{route}")
    trade.becomes_quiet()
