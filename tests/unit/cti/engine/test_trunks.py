"""Trunks of the live state: what they show, and what makes it change."""

import asyncio
from dataclasses import replace

import pytest
from unit.cti.trunks.lines import CARRIER, PROVIDER

from cti.asterisk.ami import AMIAway
from cti.core import events as e
from cti.core.seen import Seen
from cti.engine.trunks import (
    ASK_AGAIN_SECONDS,
    DOWN_SECONDS,
    FIRST_ANSWER_SECONDS,
    RETRY_SECONDS,
    TrunkWatch,
)
from cti.trunks.state import TrunkLamp, TrunkTrouble
from cti.trunks.trunk import TrunkId


class Pusher:
    """Stands for Asterisk's trunks: notes what was pushed."""

    def __init__(self):
        self.pushed, self.ended, self.refusals = [], [], {}

    async def push(self, trunks, *, afresh):
        self.pushed.append((sorted(one.id for one in trunks), afresh))

    async def end_registration(self, trunk):
        self.ended.append(trunk)

    def retry_refused(self):
        return bool(self.refusals)


class Manager:
    """Stands for AMI."""

    def __init__(self):
        self.registered, self.asked = {}, []
        self.away = False

    async def send(self, action, **values):
        if self.away:
            raise AMIAway("no link to AMI")
        if action == "PJSIPQualify":
            self.asked.append(values["Endpoint"])
            return []
        assert action == "PJSIPShowRegistrationsOutbound"
        detail = {"Event": "OutboundRegistrationDetail"}
        return [detail | {"ObjectName": n, "Status": s} for n, s in self.registered.items()]


class Site:
    """A watch with its surroundings; `run` does one thing in an event loop."""

    def __init__(self):
        self.now, self.items, self.told = 1000.0, {}, []
        self.pusher, self.ami = Pusher(), Manager()
        self.watch = TrunkWatch(
            self.pusher, self.ami, lambda: self.now, self.show, self.told.append
        )

    def show(self, items):
        for item in items:
            assert item["kind"] == "trunk"
            self.items[item["id"]] = item["value"]

    def adopt(self, *trunks, linked=True):
        asyncio.run(self.watch.adopt({one.id: one for one in trunks}, linked=linked))

    def look(self, reachable=(), channels=()):
        seen = Seen({n: Channel(n) for n in channels}, {}, {}, frozenset(reachable))
        asyncio.run(self.watch.look(seen))

    def hear(self, *events):
        async def one_after_another():
            for event in events:
                self.watch.on_ami_event(event)
            await asyncio.sleep(0)

        asyncio.run(one_after_another())

    def lamp(self, trunk=CARRIER):
        return self.items[str(trunk.id)]["state"]


class Channel:
    """A channel in a listing."""

    def __init__(self, name):
        self.endpoint = name.partition("/")[2].rpartition("-")[0]


@pytest.fixture
def site():
    return Site()


def contact(trunk, status):
    return {"Event": "ContactStatus", "AOR": f"trunk-{trunk.id}", "ContactStatus": status}


def registry(status, client="sip:8610555@sip.provider.example"):
    server = "sip:sip.provider.example:5060"
    event = {"Event": "Registry", "ChannelType": "PJSIP", "Username": client, "Domain": server}
    return event | {"Status": status}


def test_new_settings_are_shown_and_pushed(site):
    site.adopt(CARRIER, PROVIDER)

    assert site.pusher.pushed == [([1, 2], False)]
    assert site.lamp() is TrunkLamp.UNKNOWN
    assert site.lamp(PROVIDER) is TrunkLamp.REGISTERING


def test_without_a_link_nothing_is_pushed_until_the_connect(site):
    site.adopt(CARRIER, linked=False)
    assert site.pusher.pushed == []

    asyncio.run(site.watch.push(afresh=True))
    assert site.pusher.pushed == [([1], True)]


def test_unchanged_settings_are_not_pushed_again(site):
    site.adopt(CARRIER)
    site.adopt(CARRIER)

    assert len(site.pusher.pushed) == 1


def test_a_deleted_trunk_goes_from_the_screens(site):
    site.adopt(CARRIER)
    site.adopt()

    assert site.items == {"1": None}
    assert site.watch.items() == []


def test_a_contact_turns_the_lamp_at_once(site):
    site.adopt(CARRIER)
    site.hear(contact(CARRIER, "Reachable"))
    assert site.lamp() is TrunkLamp.AVAILABLE

    site.hear(contact(CARRIER, "Unreachable"))
    assert site.lamp() is TrunkLamp.UNREACHABLE
    assert site.items["1"]["error"] is TrunkTrouble.UNREACHABLE
    assert site.told == [e.TrunkReachable(CARRIER.id, reachable=False)]


def test_contacts_of_phones_and_of_unknown_trunks_change_nothing(site):
    site.adopt(CARRIER)
    site.items.clear()
    site.hear(
        contact(replace(CARRIER, id=TrunkId(77)), "Reachable"),
        {"Event": "ContactStatus", "AOR": "1001", "ContactStatus": "Reachable"},
        contact(CARRIER, "Created"),
        {"Event": "PeerStatus"},
    )

    assert site.items == {}


def test_a_listing_repairs_what_no_event_told(site):
    site.adopt(CARRIER)
    site.look(reachable=["trunk-1"])
    assert site.lamp() is TrunkLamp.AVAILABLE

    site.look()
    assert site.lamp() is TrunkLamp.UNREACHABLE


def test_a_new_trunk_has_time_for_its_first_answer(site):
    site.adopt(CARRIER)
    site.now += FIRST_ANSWER_SECONDS - 1
    site.look()
    assert site.lamp() is TrunkLamp.UNKNOWN

    site.now += 2
    site.look()
    assert site.lamp() is TrunkLamp.UNREACHABLE


def test_a_new_trunk_is_asked_once_as_soon_as_there_is_a_manager(site):
    site.ami.away = True
    site.adopt(CARRIER, replace(PROVIDER, enabled=False))
    site.now += 100.0
    site.look()
    assert site.lamp() is TrunkLamp.UNKNOWN

    site.ami.away = False
    site.look()
    site.look()
    assert site.ami.asked == ["trunk-1"]

    site.adopt(replace(CARRIER, port=5070))
    assert site.ami.asked == ["trunk-1", "trunk-1"]


def test_a_trunk_that_is_silent_in_a_call_is_asked_but_not_for_every_call(site):
    site.adopt(CARRIER)
    site.hear(contact(CARRIER, "Reachable"))
    site.now += 1.0

    async def many():
        for trunk in (CARRIER.id, CARRIER.id, TrunkId(77)):
            site.watch.ask(trunk)
        await asyncio.sleep(0)
        site.now += ASK_AGAIN_SECONDS
        site.watch.ask(CARRIER.id)
        await asyncio.sleep(0)

    asyncio.run(many())
    assert site.ami.asked == ["trunk-1"] * 3


def test_a_trunk_that_does_not_answer_any_more_is_asked_again(site):
    site.adopt(CARRIER, replace(PROVIDER, qualify_seconds=0))
    site.hear(contact(CARRIER, "Unreachable"), contact(PROVIDER, "Unreachable"))
    site.look()
    assert site.ami.asked == ["trunk-1"]
    site.now += DOWN_SECONDS
    site.look()
    assert site.ami.asked == ["trunk-1"] * 2


def test_the_calls_on_each_trunk_are_counted(site):
    site.adopt(replace(CARRIER, max_channels=2), PROVIDER)
    site.look(
        ["trunk-1", "trunk-2"],
        ["PJSIP/trunk-1-0000001a", "PJSIP/trunk-1-0000001b", "PJSIP/1001-0000001c"],
    )

    assert (site.items["1"]["channels"], site.items["2"]["channels"]) == (2, 0)
    assert site.lamp() is TrunkLamp.BUSY


def test_a_registration_is_found_by_its_addresses(site):
    site.adopt(CARRIER, PROVIDER)
    site.hear(registry("Registered"))
    assert site.lamp(PROVIDER) is TrunkLamp.REGISTERED

    site.hear(registry("Rejected", client="sip:other@sip.provider.example"))
    assert site.lamp(PROVIDER) is TrunkLamp.REGISTERED

    site.hear(registry("Rejected"))
    assert site.lamp(PROVIDER) is TrunkLamp.REJECTED


def test_a_listing_repairs_registrations_too_and_may_fail(site):
    site.adopt(PROVIDER)
    site.ami.registered = {"trunk-2": "Registered"}
    site.look(reachable=["trunk-2"])
    assert site.lamp(PROVIDER) is TrunkLamp.REGISTERED

    site.ami.away = True
    site.look(reachable=["trunk-2"])
    assert site.lamp(PROVIDER) is TrunkLamp.REGISTERED


def test_a_registration_without_a_pause_is_taken_down(site):
    site.adopt(PROVIDER)
    for _ in range(25):
        site.now += 0.1
        site.hear(registry("Registered"))

    assert site.pusher.ended == [PROVIDER.id]
    assert site.lamp(PROVIDER) is TrunkLamp.REJECTED
    assert site.items["2"]["error"] is TrunkTrouble.SHORT


def test_refused_settings_are_shown_and_tried_again_once_a_minute(site):
    site.pusher.refusals = {CARRIER.id: "no such host"}
    site.adopt(CARRIER)
    assert site.lamp() is TrunkLamp.INVALID
    assert site.items["1"]["error_detail"] == "no such host"

    site.look()
    site.look()
    assert len(site.pusher.pushed) == 2

    site.pusher.refusals.clear()
    site.now += RETRY_SECONDS
    site.look(reachable=["trunk-1"])
    asyncio.run(site.watch.push(afresh=False))
    assert site.lamp() is TrunkLamp.UNKNOWN


def test_a_failed_call_is_the_last_error(site):
    site.adopt(CARRIER)
    site.watch.call_failed(CARRIER.id, 503)
    site.watch.call_failed(TrunkId(77), 503)

    assert (site.items["1"]["error"], site.items["1"]["error_detail"]) == ("call", "503")


def test_what_has_not_changed_is_not_shown_again(site):
    site.adopt(CARRIER)
    site.look(reachable=["trunk-1"])
    site.items.clear()

    site.look(reachable=["trunk-1"])

    assert site.items == {}


def test_the_core_hears_when_a_trunk_falls_silent_and_when_it_answers_again(site):
    site.adopt(CARRIER)
    for status in ("Unreachable", "Unreachable", "Reachable"):
        site.hear(contact(CARRIER, status))
    assert site.told == [
        e.TrunkReachable(CARRIER.id, reachable=False),
        e.TrunkReachable(CARRIER.id, reachable=True),
    ]
