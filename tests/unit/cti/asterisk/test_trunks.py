"""Trunks pushed to an Asterisk: compared, replaced, taken back, cleared away."""

import asyncio
import json
from dataclasses import replace

import pytest
from unit.cti.trunks.lines import CARRIER, PROVIDER

from cti.asterisk.ari import ARIError
from cti.asterisk.trunks import (
    Trunks,
    read_registrations,
    read_registry,
    reason_of,
    same,
)
from cti.trunks.trunk import Codec, Transport, TrunkId

DYNAMIC = "/asterisk/config/dynamic/res_pjsip/"


class FakeConfig:
    """The dynamic configuration of an Asterisk 22, as far as it was measured."""

    def __init__(self):
        self.objects = {}
        self.variables = {}
        self.asked = []
        self.refuses = ""  # a kind of object
        self.away = False

    async def get(self, path):
        if self.away:
            raise ARIError("no answer")
        if path == "/endpoints/PJSIP":
            names = [id_ for kind, id_ in self.objects if kind == "endpoint"]
            return [{"resource": name} for name in [*names, "1001", "trunk-local"]]
        fields = self.objects.get(self._place(path))
        if fields is None:
            raise ARIError("404: Object not found", 404)
        return [{"attribute": name, "value": value} for name, value in fields.items()]

    async def ask(self, request):
        if request.path == "/asterisk/variable" and not self.away:
            self.variables[request.body["variable"]] = request.body["value"]
            return
        place = self._place(request.path)
        self.asked.append((request.method, *place))
        if request.method == "DELETE":
            if self.objects.pop(place, None) is None:
                raise ARIError("404: Object not found", 404)
            return
        if place[0] == self.refuses:
            words = f"Creation of object '{place[1]}' failed field value validation"
            raise ARIError(f"400: {json.dumps({'message': words})}", 400)
        assert place not in self.objects, "a PUT would leave old fields"
        fields = {one["attribute"]: one["value"] for one in request.body["fields"]}
        self.objects[place] = _given_back(place[0], fields)

    @staticmethod
    def _place(path):
        return tuple(path.removeprefix(DYNAMIC).split("/"))

    def kinds(self):
        return sorted(kind for kind, _ in self.objects)


def _given_back(kind, fields):
    said = {"yes": "true", "no": "false"}
    found = {name: said.get(value, value) for name, value in fields.items() if name != "disallow"}
    if "allow" in found:
        found["allow"] = f"({found['allow'].replace(',', '|')})"
    if kind == "identify":
        match = found["match"]
        known = {
            "192.0.2.7": "192.0.2.7/255.255.255.255",
            "10.0.0.0/8": "10.0.0.0/255.0.0.0",
            "2001:db8::1": "2001:db8::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "sip.provider.example": "198.51.100.4/255.255.255.255",
        }
        found["match"] = known[match]
    return {**found, "a_default_of_asterisk": "5"}


@pytest.fixture
def asterisk():
    return FakeConfig()


@pytest.fixture
def trunks(asterisk):
    return Trunks(asterisk)


def push(trunks, *wanted, afresh=False):
    asyncio.run(trunks.push(wanted, afresh=afresh))


def test_a_trunk_is_pushed_in_an_order_in_which_nothing_is_missing(asterisk, trunks):
    push(trunks, PROVIDER)

    made = [kind for method, kind, _ in asterisk.asked if method == "PUT"]
    assert made == ["aor", "auth", "endpoint", "identify", "registration"]


def test_what_is_there_already_is_left_alone(asterisk, trunks):
    line = replace(CARRIER, addresses=("10.0.0.0/8", "2001:db8::1"))
    push(trunks, line)
    asterisk.asked.clear()

    push(Trunks(asterisk), line, afresh=True)

    assert asterisk.asked == []


def test_a_changed_object_is_deleted_and_made_anew_and_no_other(asterisk, trunks):
    push(trunks, CARRIER)
    asterisk.asked.clear()

    push(trunks, replace(CARRIER, codecs=(Codec.G722,)))

    assert asterisk.asked == [("DELETE", "endpoint", "trunk-1"), ("PUT", "endpoint", "trunk-1")]


def test_another_password_is_tried_at_once(asterisk, trunks):
    push(trunks, PROVIDER)
    asterisk.asked.clear()

    push(trunks, replace(PROVIDER, password="another"))

    changed = [(method, kind) for method, kind, _ in asterisk.asked]
    assert changed == [
        ("DELETE", "registration"),
        ("DELETE", "auth"),
        ("PUT", "auth"),
        ("PUT", "registration"),
    ]


def test_a_trunk_that_no_longer_registers_loses_its_registration_first(asterisk, trunks):
    push(trunks, PROVIDER)
    asterisk.asked.clear()

    push(trunks, replace(PROVIDER, registers=False, username="", password=""))

    deleted = [kind for method, kind, _ in asterisk.asked if method == "DELETE"]
    assert deleted == ["registration", "endpoint", "auth"]
    assert asterisk.kinds() == ["aor", "endpoint", "identify"]


def test_another_host_name_is_another_address(asterisk, trunks):
    push(trunks, PROVIDER)
    asterisk.asked.clear()

    push(trunks, replace(PROVIDER, host="192.0.2.7"))

    assert ("PUT", "identify", "trunk-2-01") in asterisk.asked


def test_host_names_are_looked_up_again_at_every_connect(asterisk, trunks):
    push(trunks, PROVIDER)
    asterisk.asked.clear()

    push(trunks, PROVIDER, afresh=True)

    assert {kind for _, kind, _ in asterisk.asked} == {"identify"}
    assert trunks.differences == 0


def test_an_inactive_trunk_is_taken_away(asterisk, trunks):
    push(trunks, PROVIDER)
    push(trunks, replace(PROVIDER, enabled=False))

    assert asterisk.objects == {}


def test_the_dialplan_knows_three_active_trunks_for_emergency_calls(asterisk, trunks):
    more = [replace(CARRIER, id=TrunkId(number), name=str(number)) for number in range(3, 6)]
    push(trunks, replace(PROVIDER, enabled=False), CARRIER, *more)
    assert list(asterisk.variables.values()) == ["trunk-1", "trunk-3", "trunk-4"]
    push(trunks, CARRIER)
    assert list(asterisk.variables.values()) == ["trunk-1", "", ""]


def test_a_deleted_trunk_is_taken_away(asterisk, trunks):
    push(trunks, PROVIDER, CARRIER)
    push(trunks, CARRIER)

    assert {id_ for _, id_ in asterisk.objects} == {"trunk-1", "trunk-1-01"}


def test_after_a_connect_leftovers_go_and_missing_objects_come_back(asterisk, trunks):
    push(trunks, PROVIDER, CARRIER)
    del asterisk.objects["auth", "trunk-2"]
    asterisk.objects["aor", "trunk-2"]["contact"] = "sip:198.51.100.66:5060"
    old = Trunks(asterisk)
    push(old, replace(CARRIER, id=TrunkId(9)))

    fresh = Trunks(asterisk)
    push(fresh, PROVIDER, CARRIER, afresh=True)

    assert asterisk.objects["aor", "trunk-2"]["contact"] == "sip:sip.provider.example:5060"
    assert ("auth", "trunk-2") in asterisk.objects
    assert not any("trunk-9" in id_ for _, id_ in asterisk.objects)
    assert fresh.differences == 5  # the two of the provider, and the three of the leftover


def test_a_refused_change_is_taken_back_as_a_whole_and_its_reason_kept(asterisk, trunks):
    push(trunks, PROVIDER)
    before = dict(asterisk.objects)
    asterisk.refuses = "registration"
    wrong = replace(PROVIDER, transport=Transport.TCP)

    def accept(kind):
        asterisk.refuses = kind

    real = asterisk.ask

    async def ask(request):
        try:
            return await real(request)
        except ARIError as error:
            if error.status == 400:
                accept("")  # what was there before is taken again
            raise

    asterisk.ask = ask
    push(trunks, wrong)

    assert asterisk.objects == before
    assert "failed field value validation" in trunks.refusals[PROVIDER.id]

    push(trunks, PROVIDER)
    assert trunks.refusals == {}


def test_a_refused_new_trunk_leaves_nothing_behind_and_is_not_tried_again(asterisk, trunks):
    asterisk.refuses = "identify"
    push(trunks, CARRIER)
    assert asterisk.objects == {}
    assert trunks.refusals[CARRIER.id].startswith("192.0.2.7: Creation of object")
    asterisk.asked.clear()

    push(trunks, CARRIER)
    assert asterisk.asked == []

    asterisk.refuses = ""
    assert trunks.retry_refused()
    push(trunks, CARRIER)
    assert asterisk.kinds() == ["aor", "endpoint", "identify"]
    assert not trunks.retry_refused()


def test_a_value_that_asterisk_drops_silently_is_noticed(asterisk, trunks):
    real = asterisk.ask

    async def ask(request):
        await real(request)
        asterisk.objects.get(("endpoint", "trunk-1"), {}).pop("context", None)

    asterisk.ask = ask
    push(trunks, CARRIER)

    assert trunks.refusals[CARRIER.id] == "endpoint: “context” was not taken"


def test_a_lost_link_is_no_refusal(asterisk, trunks):
    asterisk.away = True
    with pytest.raises(ARIError):
        push(trunks, CARRIER)
    asterisk.away = False

    push(trunks, CARRIER)

    assert trunks.refusals == {}
    assert asterisk.kinds() == ["aor", "endpoint", "identify"]


def test_a_registration_can_be_taken_down_alone(asterisk, trunks):
    push(trunks, PROVIDER)
    asyncio.run(trunks.end_registration(PROVIDER.id))

    assert asterisk.kinds() == ["aor", "auth", "endpoint", "identify"]


def test_numbers_are_not_taken_for_yes_and_no():
    assert not same("aor", {"qualify_frequency": "1"}, {"qualify_frequency": "true"})
    assert same("endpoint", {"send_pai": "no"}, {"send_pai": "false"})
    assert not same("endpoint", {"send_pai": "no"}, None)


def test_asterisk_s_own_words_are_shown():
    assert reason_of(ARIError('400: {"message": "Invalid"}', 400)) == "Invalid"
    assert reason_of(ARIError("400: plain words", 400)) == "plain words"


@pytest.mark.parametrize(
    ("status", "accepted"),
    [("Registered", True), ("Rejected", False), ("Stopped", False), ("Unregistered", None)],
)
def test_a_registration_s_event_names_its_addresses(status, accepted):
    event = {"Event": "Registry", "ChannelType": "PJSIP", "Username": "sip:a@b", "Domain": "sip:b"}
    found = read_registry(event | {"Status": status})

    assert (found.client, found.server, found.accepted) == ("sip:a@b", "sip:b", accepted)


def test_other_events_are_not_taken_for_a_registration():
    assert read_registry({"Event": "ContactStatus"}) is None
    assert read_registry({"Event": "Registry", "ChannelType": "IAX2"}) is None


def test_the_listing_names_the_trunks():
    messages = [
        {"Response": "Success"},
        {"Event": "OutboundRegistrationDetail", "ObjectName": "trunk-2", "Status": "Registered"},
        {"Event": "OutboundRegistrationDetail", "ObjectName": "other", "Status": "Registered"},
        {"Event": "OutboundRegistrationDetailComplete"},
    ]

    assert read_registrations(messages) == {TrunkId(2): True}
