"""The survey reads contexts beside the listings, for unknown channels only."""

import asyncio

import pytest
from unit.cti.engine.bare import MemoryJournal, bare_engine

from acd.queue import Queue, QueueKey
from cti.asterisk.ari import ARIError
from cti.asterisk.translate import read_channel
from cti.core import events as e
from cti.core.call import Call, Direction, Inbound
from cti.core.leg import LegId
from cti.core.state import Change
from cti.engine.returning import Returning
from cti.engine.survey import READ_AT_ONCE, Survey

CONTEXT = '{"r":"customer","c":{"cr":"+86138","cd":"100","ar":5.0,"q":"support","w":6.0}}'
UNSET = ARIError("404: Provided variable was not found", 404)
GONE = ARIError("404: Provided channel was not found", 404)


def told(id_, app="Stasis", context="hotline-arrive"):
    dialplan = {"context": context, "exten": "100", "app_name": app}
    caller = {"number": "8613800138000"}
    return {"id": id_, "dialplan": dialplan, "caller": caller, "accountcode": "customer"}


class Asterisk:
    """Lists channels, and gives their contexts."""

    def __init__(self, *channels, left=None):
        self.channels, self.left = channels, left or {}
        self.asked, self.at_once, self.most = [], 0, 0
        self.answers = asyncio.Event()
        self.answers.set()

    async def each(self, path, read):
        return [read(one) for one in self.channels] if path == "/channels" else []

    async def get(self, path):
        if path == "/bridges":
            return []
        self.asked.append(path)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        await self.answers.wait()
        self.at_once -= 1
        answer = self.left.get(path.split("/")[2], UNSET)
        if isinstance(answer, Exception):
            raise answer
        return {"value": answer}


def taken(asterisk, known=()):
    return asyncio.run(Survey(asterisk).take(set(known))).channels


def test_the_context_is_read_of_the_callers_and_legs_that_are_not_known():
    asterisk = Asterisk(
        told("new"),
        told("known"),
        told("away", app="Queue", context="hotline-fallback"),
        told("echo", app="Echo", context="hotline-sound-check"),
        left={"new": CONTEXT, "away": CONTEXT},
    )

    there = taken(asterisk, known=["known"])

    assert asterisk.asked == [f"/channels/{i}/variable?variable=HOTLINE" for i in ("new", "away")]
    assert there["new"].saved.anchor.call.queue == "support"
    assert there["away"].saved.anchor.call.queue == "support"
    assert there["known"].saved is None
    assert set(there) == {"new", "known", "away", "echo"}


def test_a_channel_that_ends_while_it_is_read_is_left_out_and_one_without_a_context_is_new():
    there = taken(Asterisk(told("gone"), told("new"), left={"gone": GONE}))

    assert set(there) == {"new"}
    assert there["new"].saved is None


def test_an_asterisk_that_does_not_answer_breaks_the_look_off():
    with pytest.raises(ARIError):
        taken(Asterisk(told("new"), left={"new": ARIError("no answer")}))


def test_many_are_read_at_once_and_never_more_than_there_are_connections():
    asterisk = Asterisk(*(told(f"n{i}") for i in range(50)))

    assert len(taken(asterisk)) == 50
    assert asterisk.most == READ_AT_ONCE


# ---- a caller who comes back


async def coming_back(folder, asterisk, *, ends=False, known=False):
    engine = bare_engine(folder, MemoryJournal())
    engine.lanes.give = list  # no order goes out
    for key in map(QueueKey, ("support", "sales")):
        engine.handle(e.QueueChanged(key, Queue(key, key)))
    doubts = []
    engine.on_doubt = lambda: doubts.append(1)
    if known:
        call = Call("c1", Direction.IN, Inbound(), "", "100", 1.0, queue="sales")
        engine.state.apply(Change(calls={call.id: call}))
    survey = Survey(asterisk)
    returning = Returning(engine, survey)
    [channel] = await asterisk.each("/channels", read_channel)
    if known:
        asterisk.answers.clear()
    returning.came(channel)
    if ends:
        returning.ended(LegId("c1"))
    for _ in range(5):
        await asyncio.sleep(0)
    call = engine.state.calls.get("c1")
    return call.queue if call is not None else None, doubts


def back(left):
    return Asterisk(told("c1", context="hotline-return"), left={"c1": left} if left else {})


@pytest.mark.parametrize(("left", "queue"), [(CONTEXT, "support"), (GONE, None)])
def test_a_returning_caller_is_served_with_the_saved_context(tmp_path, left, queue):
    assert asyncio.run(coming_back(tmp_path, back(left))) == (queue, [])


def test_a_known_returning_caller_is_served_at_once(tmp_path):
    assert asyncio.run(coming_back(tmp_path, back(CONTEXT), known=True)) == ("sales", [])


def test_a_caller_who_hangs_up_while_the_context_is_read_is_not_served(tmp_path):
    assert asyncio.run(coming_back(tmp_path, back(CONTEXT), ends=True)) == (None, [])


def test_a_caller_whose_context_cannot_be_read_is_looked_for(tmp_path):
    refusal = ARIError("no answer")

    assert asyncio.run(coming_back(tmp_path, back(refusal))) == (None, [1])
