"""Lamps of phones: told when figures change, all after a connect, again when Asterisk was away."""

import asyncio

import pytest

from crm.voicemail.by_phone.access import NewMessages
from cti.asterisk.ari import ARIError
from cti.engine import lamps
from cti.engine.lamps import LampWatch


class Phones:
    def __init__(self):
        self.told, self.away = [], False

    async def show(self, extension, new, heard):
        if self.away:
            raise ARIError("no link")
        self.told.append((extension, new, heard))


class Records:
    def __init__(self, **figures):
        self.figures = {f"10{key[1:]}": NewMessages(*value) for key, value in figures.items()}

    def new_messages(self):
        return dict(self.figures)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    for name in ("SETTLE_SECONDS", "LINKED_SECONDS", "AGAIN_SECONDS"):
        monkeypatch.setattr(lamps, name, 0.0)


def play(records, phones, *steps):
    async def run():
        watch = LampWatch(records, phones)
        task = asyncio.create_task(watch.run())
        for step in steps:
            step(watch)
            await asyncio.sleep(0.05)
        task.cancel()

    asyncio.run(run())


def links(watch):
    watch.on_ari_link(True)


def changes(watch):
    watch.changed()


def test_after_a_connect_every_phone_is_told_and_then_what_has_changed():
    records, phones = Records(a01=(1, 0), a02=(0, 0)), Phones()

    def heard(watch):
        records.figures["1001"] = NewMessages(0, 1)
        watch.changed()

    play(records, phones, links, changes, heard)
    assert phones.told == [("1001", 1, 0), ("1002", 0, 0), ("1001", 0, 1)]


def test_the_lamp_of_an_agent_whose_box_is_gone_goes_out():
    records, phones = Records(a01=(1, 0)), Phones()

    def gone(watch):
        records.figures.clear()
        watch.changed()

    play(records, phones, links, gone, changes)
    assert phones.told == [("1001", 1, 0), ("1001", 0, 0)]


def test_a_phone_that_could_not_be_told_is_told_later():
    records, phones = Records(a01=(1, 0)), Phones()
    phones.away = True

    def back(_):
        phones.away = False

    play(records, phones, links, back)
    assert phones.told == [("1001", 1, 0)]


def test_nothing_is_told_without_a_link():
    phones = Phones()
    play(Records(a01=(1, 0)), phones, changes)
    assert phones.told == []
