"""Registered phones: from where, and since when."""

import asyncio
import json

import pytest

from crm.kernel.errors import ConflictError
from cti.asterisk.ami import AMIAway
from cti.engine.contacts import ContactWatch

URI = "sip:1001@192.0.2.7:5062;transport=udp;x-ast-orig-host=10.0.0.7:5062"
CONTACT = {"uri": URI.replace(";", "^3B"), "user_agent": "Yealink SIP-T46U", "endpoint": "1001"}


def listed(**more):
    value = json.dumps(CONTACT | {"expiration_time": "500"} | more)
    return {"Event": "DBGetTreeResponse", "Key": "/registrar/contact/1001;@6c5b", "Val": value}


class Manager:
    def __init__(self):
        self.answer, self.error = [listed()], None

    async def send(self, action, **values):
        assert (action, values) == ("DBGetTree", {"Family": "registrar/contact"})
        if self.error:
            raise self.error
        return [{"Response": "Success"}, *self.answer, {"Event": "DBGetTreeComplete"}]


class Site:
    def __init__(self):
        self.now, self.ami = 0.0, Manager()
        self.watch = ContactWatch(self.ami, lambda: self.now)

    def event(self, status, uri=URI):
        told = {"Event": "ContactStatus", "EndpointName": "1001", "AOR": "1001"}
        self.watch.on_ami_event(told | {"URI": uri, "ContactStatus": status})

    def phones(self):
        return asyncio.run(self.watch.registered())


def test_a_phone_is_shown_with_its_address_program_and_time():
    site = Site()
    site.now = 60.0
    site.event("Created")
    site.now = 90.0
    site.event("Updated")
    assert site.phones() == [
        {
            "endpoint": "1001",
            "address": "192.0.2.7:5062",
            "user_agent": "Yealink SIP-T46U",
            "since": "1970-01-01T00:01:00+00:00",
        }
    ]


def test_a_phone_at_another_address_begins_anew():
    site = Site()
    site.event("Created", "sip:1001@192.0.2.9:5060")
    site.now = 60.0
    site.event("Created")
    site.event("Removed", "sip:1001@192.0.2.9:5060")
    assert site.phones()[0]["since"].endswith("00:01:00+00:00")


def test_registrations_that_are_over_or_unreadable_are_left_out():
    site = Site()
    broken = {"Event": "DBGetTreeResponse", "Key": "/registrar/contact/x", "Val": "?"}
    site.ami.answer = [listed(expiration_time="5"), broken, listed(endpoint="")]
    site.now = 6.0
    assert [one["endpoint"] for one in site.phones()] == ["1001"]


def test_no_phone_is_an_empty_list_and_no_asterisk_is_said():
    site = Site()
    site.ami.answer = []
    assert site.phones() == []
    site.ami.error = AMIAway("no link to AMI")
    with pytest.raises(ConflictError):
        site.phones()
