"""How the engine carries out commands: which leave together, and what a refusal means."""

import asyncio

import pytest
from unit.cti.engine.bare import MemoryJournal, bare_engine

from acd.agent import AgentState, Phone
from acd.queue import AgentId, Queue, QueueKey, members_of
from crm.calls.record import CallId, Kind
from cti.asterisk.ari import ARIError
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings, read_flow

CALL = CallId("n1-1.1")
LEG = LegId(f"{CALL}-a1")
SEVEN = AgentId(7)
LINE = {"start": "line", "nodes": {"line": {"type": "queue", "queue": "q"}}}


class Asterisk:
    """Answers requests, and refuses those it is told to refuse."""

    def __init__(self):
        self.sent = []
        self.refuses = {}
        self.sent_away = asyncio.Event()

    async def ask_all(self, requests):
        self.sent.append([f"{one.method} {one.path}" for one in requests])
        if any(one.path.endswith("/continue") for one in requests):
            self.sent_away.set()
        return [self.refuses.get(one.path) for one in requests]

    def sent_with(self, path):
        return next(some for some in self.sent if any(path in one for one in some))


def opened(folder, asterisk, journal):
    made = bare_engine(folder, journal, asterisk)
    made.handle(e.AgentKnown(SEVEN, "Li Wei", "1007"))
    made.handle(e.QueueChanged(QueueKey("q"), Queue(QueueKey("q"), "Line", members_of([SEVEN]))))
    made.handle(e.FlowPublished(read_flow(1, 1, "Line", LINE)))
    made.handle(e.RoutesChanged(RoutePlan({"100": NumberSettings(FlowId(1))})))
    made.handle(r.SignInAsked(SEVEN, Phone.SIP, reachable=True))
    made.handle(r.StateAsked(SEVEN, ready=True))
    return made


async def settle(engine):
    for _ in range(200):
        await asyncio.sleep(0.005)
        if not engine.lanes.open:
            return


def test_the_music_stops_with_the_caller_on_the_way_to_the_recorder(tmp_path):
    async def story():
        asterisk = Asterisk()
        made = opened(tmp_path, asterisk, MemoryJournal())
        made.handle(e.CallArrived(LegId(CALL), "", "100", "trunk"))
        await settle(made)
        made.handle(e.LegAnswered(LEG))
        await asterisk.sent_away.wait()
        made.recorder.leg_back(LegId(CALL))
        await settle(made)
        return asterisk

    asterisk = asyncio.run(story())

    channel = f"/channels/{CALL}"
    assert asterisk.sent_with("/continue") == [
        f"DELETE {channel}/moh",
        f"POST {channel}/variable",
        f"POST {channel}/continue",
    ]
    assert asterisk.sent[-1][1] == f"POST /bridges/{CALL}-talk1/addChannel"


def test_without_room_for_the_recording_the_music_stops_all_the_same(tmp_path):
    async def story():
        in_the_way = tmp_path / "recordings"
        in_the_way.write_text("")
        asterisk, journal = Asterisk(), MemoryJournal()
        made = opened(in_the_way, asterisk, journal)
        made.handle(e.CallArrived(LegId(CALL), "", "100", "trunk"))
        await settle(made)
        made.handle(e.LegAnswered(LEG))
        await settle(made)
        return asterisk, journal

    asterisk, journal = asyncio.run(story())

    assert asterisk.sent_with(f"DELETE /channels/{CALL}/moh")
    assert asterisk.sent_with("/addChannel")
    assert Kind.RECORDING_FAILED in journal.kinds


def test_an_offer_that_fails_because_the_caller_is_gone_is_no_miss(tmp_path):
    async def story():
        asterisk, journal = Asterisk(), MemoryJournal()
        why = '400: {"message":"Provided originator channel was not found"}'
        asterisk.refuses["/channels/create"] = ARIError(why, 400)
        made = opened(tmp_path, asterisk, journal)
        made.handle(e.CallArrived(LegId(CALL), "", "100", "trunk"))
        await settle(made)
        return made, journal

    made, journal = asyncio.run(story())

    assert (made.state.agents[SEVEN].state, made.state.agents[SEVEN].misses) == (
        AgentState.READY,
        0,
    )
    assert Kind.MISSED not in journal.kinds
    assert journal.kinds[-1] == Kind.ENDED
    assert len(made.state.calls) == 0


@pytest.mark.parametrize(("status", "step"), [(404, "line"), (0, "hello")])
def test_a_prompt_that_is_refused_while_calls_are_found_is_passed_over_at_once(
    tmp_path, status, step
):
    hello = {"type": "play", "prompts": ["hello"], "then": "line"}
    document = {"start": "hello", "nodes": {"hello": hello, **LINE["nodes"]}}

    async def story():
        asterisk = Asterisk()
        made = opened(tmp_path, asterisk, MemoryJournal())
        made.handle(e.FlowPublished(read_flow(1, 2, "Line", document)))
        play = f"/channels/{CALL}/play/{CALL}-p1"
        asterisk.refuses[play] = ARIError("sound not found", status)
        made.handle(e.AsteriskAway())
        made.handle(e.CallArrived(LegId(CALL), "", "100", "trunk"))
        await settle(made)
        return made.state.calls[CALL].run.at

    assert asyncio.run(story()) == step
