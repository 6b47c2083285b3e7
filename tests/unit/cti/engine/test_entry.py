"""Broadcast callers are claimed in time, and the dialplan is told how to send callers."""

import asyncio

import pytest
from unit.cti.core.scenes import channel

from cti.asterisk.ari import ARIError
from cti.core.leg import LegId
from cti.core.seen import Seen
from cti.engine.entry import Entry

CALLED_OUT = "2026-02-02T02:40:00.000+0000"
AT = 1_770_000_000.0


class Asterisk:
    def __init__(self, module):
        self.module, self.sent = module, []

    async def get(self, path):
        self.sent.append(("GET", path))
        if isinstance(self.module, Exception):
            raise self.module
        return {"status": self.module}

    async def ask(self, request):
        self.sent.append((request.method, request.path, dict(request.body)))


def event(kind="CallBroadcast"):
    return {"type": kind, "timestamp": CALLED_OUT, "channel": {"id": "n1-1.1"}}


def heard(event, seconds_later):
    async def story():
        asterisk = Asterisk("Running")
        entry = Entry(asterisk, lambda: AT + seconds_later)
        heard = entry.claim_broadcast(event)
        await asyncio.sleep(0)
        return heard, [path for _, path, _ in asterisk.sent]

    return asyncio.run(story())


def test_a_broadcast_caller_is_claimed_at_once():
    assert heard(event(), 0.01) == (
        True,
        ["/events/claim?channelId=n1-1.1&application=hotline"],
    )


def test_a_caller_broadcast_too_long_ago_is_not_claimed():
    assert heard(event(), 0.45) == (True, [])


def test_no_other_event_is_claimed():
    assert heard(event("StasisStart"), 0.01) == (False, [])


@pytest.mark.parametrize(
    ("module", "value"),
    [("Running", "broadcast"), ("Not Running", "stasis"), (ARIError("404: none", 404), "stasis")],
)
def test_callers_are_broadcast_only_if_asterisk_has_the_module(module, value):
    asterisk = Asterisk(module)
    asyncio.run(Entry(asterisk, lambda: AT).choose())

    assert asterisk.sent[-1][2] == {"variable": "HOTLINE_ENTRY", "value": value}


def test_an_asterisk_that_does_not_answer_is_asked_again_another_time():
    with pytest.raises(ARIError):
        asyncio.run(Entry(Asterisk(ARIError("no answer")), lambda: AT).choose())


def waiting_in(*ids):
    channels = {LegId(id_): channel(id_, called_out=True, saved=None) for id_ in ids}
    return Seen(channels, {}, {}, frozenset())


def test_a_caller_just_claimed_is_not_found_and_claimed_again():
    async def story(*, link_lost):
        asterisk = Asterisk("Running")
        entry = Entry(asterisk, lambda: AT + 0.01)
        entry.claim_broadcast(event())
        if link_lost:
            entry.forget()
        await asyncio.sleep(0)
        found = await entry.claim_waiting(waiting_in("n1-1.1", "n1-2.2"), {"n1-2.2"})
        return set(found.channels), len(asterisk.sent)

    assert asyncio.run(story(link_lost=False)) == ({"n1-2.2"}, 1)
    # What was told meanwhile is lost: the claim is tried again, and says who has the caller.
    assert asyncio.run(story(link_lost=True)) == ({"n1-2.2"}, 2)


@pytest.mark.parametrize(("refusal", "won"), [(None, True), (ARIError("409: claimed", 409), False)])
def test_a_caller_found_as_broadcast_is_claimed_unless_a_dead_engine_has_claimed_it(refusal, won):
    class Answering(Asterisk):
        async def ask(self, request):
            assert not request.missing_is_fine
            if refusal is not None:
                raise refusal

    entry = Entry(Answering("Running"), lambda: AT)

    assert asyncio.run(entry.claim_found("n1-1.1")) is won
