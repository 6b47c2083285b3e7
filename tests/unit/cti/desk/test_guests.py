"""Trial telephones: lent to visitors, a few to each address."""

import asyncio
from types import SimpleNamespace

import pytest

from crm.kernel.errors import ConflictError
from cti.core.state import SwitchState
from cti.desk import requests
from cti.desk.requests import GUESTS_OF_ONE_PLACE, AgentRequests


class FakePhones:
    """Remembers which telephones got a new password."""

    def __init__(self):
        self.changed = []

    async def new_password(self, endpoint):
        self.changed.append(endpoint)
        return f"password {len(self.changed)}"


@pytest.fixture
def phones():
    return FakePhones()


@pytest.fixture
def lend(phones):
    desk = AgentRequests(SwitchState(), lambda _: None, phones, SimpleNamespace(), lambda: True)

    def ask(place):
        return asyncio.run(desk("guest", {"place": place}))["sip"]

    return ask


def test_one_address_cannot_take_all_trial_telephones(lend, phones):
    for _ in range(40):
        lend("203.0.113.9")

    assert len(set(phones.changed)) == GUESTS_OF_ONE_PLACE
    lend("198.51.100.1")
    assert len(set(phones.changed)) == GUESTS_OF_ONE_PLACE + 1


def test_an_address_that_asks_again_gets_the_telephone_it_had_first(lend, phones):
    for _ in range(GUESTS_OF_ONE_PLACE + 1):
        lend("203.0.113.9")

    assert phones.changed[-1] == phones.changed[0]


def test_users_who_are_signed_in_check_their_sound_from_one_office(lend, phones):
    for _ in range(requests.GUESTS):
        lend("")

    assert len(set(phones.changed)) == requests.GUESTS
    with pytest.raises(ConflictError):
        lend("")
