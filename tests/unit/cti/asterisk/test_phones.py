"""Telephones are pushed to an Asterisk that has none yet."""

import asyncio

import pytest

from cti.asterisk.ari import ARIError
from cti.asterisk.phones import GUESTS, Phones


class EmptyAsterisk:
    """An Asterisk without telephones: it answers 404 to the question which there are."""

    def __init__(self, status=404):
        self.status = status
        self.put = []

    async def get(self, _path):
        raise ARIError(f"{self.status}: No Endpoints found - invalid tech PJSIP", self.status)

    async def ask(self, request):
        self.put.append(request.path)


def test_the_first_telephones_of_an_asterisk_are_pushed():
    ari = EmptyAsterisk()
    asyncio.run(Phones(ari).push([], afresh=True))

    endpoints = {path.rpartition("/")[2] for path in ari.put if "/endpoint/" in path}
    assert endpoints == {f"guest-{number:02d}" for number in range(1, GUESTS + 1)}


def test_another_failure_is_told():
    with pytest.raises(ARIError):
        asyncio.run(Phones(EmptyAsterisk(503)).push([], afresh=True))
