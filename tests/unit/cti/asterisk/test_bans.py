"""Attempts in Asterisk's words, and the list of denied addresses."""

import asyncio

import pytest

from cti.asterisk.ari import ARIError
from cti.asterisk.bans import DenyList, read_attempt
from cti.bans.rule import SipAttempt

EVENT = {
    "Event": "InvalidAccountID",
    "Service": "PJSIP",
    "AccountID": "1001",
    "RemoteAddress": "IPV4/UDP/203.0.113.7/5071",
}


def test_an_attempt_is_read_with_its_address_and_name():
    assert read_attempt(EVENT) == SipAttempt("203.0.113.7", "1001")
    six = EVENT | {"Event": "ChallengeResponseFailed", "RemoteAddress": "IPV6/TCP/[2001:db8::7]/9"}
    assert read_attempt(six) == SipAttempt("2001:db8::7", "1001")


@pytest.mark.parametrize(
    "other",
    [
        {"Event": "ChallengeSent"},
        {"Event": "SuccessfulAuth"},
        {"Service": "AMI"},
        {"RemoteAddress": ""},
        {"RemoteAddress": "UDP/9"},
    ],
)
def test_other_events_are_no_attempts(other):
    assert read_attempt(EVENT | other) is None


class Ari:
    """Keeps access lists as Asterisk does: a PUT answers 500 and works."""

    def __init__(self):
        self.lists, self.asked, self.away = {}, [], False

    async def ask(self, request):
        if self.away:
            raise ARIError("no link")
        id_ = request.path.rpartition("/")[2]
        self.asked.append(f"{request.method} {id_}")
        if request.method == "DELETE":
            self.lists.pop(id_, None)
            return
        assert id_ not in self.lists, "a change needs another id"
        self.lists[id_] = request.body["fields"][0]["value"]
        raise ARIError("500: Internal Server Error", 500)

    @property
    def denied(self):
        return sorted(one for text in self.lists.values() for one in text.split(","))


def test_a_changed_list_is_a_new_object_before_the_old_one_goes():
    ari = Ari()
    deny = DenyList(ari)
    asyncio.run(deny.push({"203.0.113.7"}))
    assert ari.denied == ["203.0.113.7"]
    ari.asked.clear()
    asyncio.run(deny.push({"203.0.113.7", "2001:db8::/64"}))
    assert ari.denied == ["2001:db8::/64", "203.0.113.7"]
    assert [one.split()[0] for one in ari.asked] == ["DELETE", "PUT", "DELETE"]
    asyncio.run(deny.push(()))
    assert ari.denied == []


def test_an_equal_list_is_not_pushed_again_unless_asterisk_may_have_lost_it():
    ari = Ari()
    deny = DenyList(ari)
    asyncio.run(deny.push({"203.0.113.7"}))
    ari.asked.clear()
    asyncio.run(deny.push(["203.0.113.7"]))
    assert not ari.asked
    ari.lists.clear()
    deny.forget()
    asyncio.run(deny.push(["203.0.113.7"]))
    assert ari.denied == ["203.0.113.7"]


def test_a_new_engine_removes_the_list_of_the_one_before():
    ari = Ari()
    asyncio.run(DenyList(ari).push({"203.0.113.7"}))
    asyncio.run(DenyList(ari).push(()))
    assert ari.denied == []


def test_a_list_that_could_not_be_pushed_is_tried_again():
    ari = Ari()
    deny = DenyList(ari)
    ari.away = True
    with pytest.raises(ARIError):
        asyncio.run(deny.push({"203.0.113.7"}))
    ari.away = False
    asyncio.run(deny.push({"203.0.113.7"}))
    assert ari.denied == ["203.0.113.7"]
