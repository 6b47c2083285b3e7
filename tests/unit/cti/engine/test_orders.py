"""How the engine carries orders out: what leaves together, and what a refusal means."""

import asyncio

from unit.cti.engine.bare import Paper, bare_engine

from acd.agent import Phone, State
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId, Kind
from cti.asterisk.ari import ARIError
from cti.core import events as e
from ivr.flow import FlowId, read_flow

CALL = CallId("n1-1.1")
LEG = f"{CALL}-a1"
SEVEN = AgentId(7)
LINE = {"start": "line", "nodes": {"line": {"type": "queue", "queue": "q"}}}


class Asterisk:
    """Answers requests, and refuses what it is told to refuse."""

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


def opened(folder, asterisk, paper):
    made = bare_engine(folder, paper, asterisk)
    made.hear(e.AgentKnown(SEVEN, "Li Wei", "1007"))
    made.hear(e.QueueChanged(QueueKey("q"), Queue(QueueKey("q"), "Line", (SEVEN,))))
    made.hear(e.FlowPublished(read_flow(1, 1, "Line", LINE)))
    made.hear(e.RoutesChanged({"100": FlowId(1)}))
    made.hear(e.SignedIn(SEVEN, Phone.SIP, reachable=True))
    made.hear(e.StateAsked(SEVEN, ready=True))
    return made


async def settle(engine):
    for _ in range(200):
        await asyncio.sleep(0.005)
        if not engine.lanes.open:
            return


def test_the_music_stops_with_the_caller_on_his_way_to_the_recorder(tmp_path):
    async def story():
        asterisk = Asterisk()
        made = opened(tmp_path, asterisk, Paper())
        made.hear(e.CallArrived(CALL, "", "100", "trunk"))
        await settle(made)
        made.hear(e.LegAnswered(CALL, LEG))
        await asterisk.sent_away.wait()
        made.recorder.caller_back(CALL)
        await settle(made)
        return asterisk

    asterisk = asyncio.run(story())

    channel = f"/channels/{CALL}"
    assert asterisk.sent_with("/continue") == [
        f"DELETE {channel}/moh",
        f"POST {channel}/variable",
        f"POST {channel}/continue",
    ]
    assert asterisk.sent[-1][1] == f"POST /bridges/{CALL}-b/addChannel"


def test_without_room_for_the_recording_the_music_stops_all_the_same(tmp_path):
    async def story():
        in_the_way = tmp_path / "recordings"
        in_the_way.write_text("")
        asterisk, paper = Asterisk(), Paper()
        made = opened(in_the_way, asterisk, paper)
        made.hear(e.CallArrived(CALL, "", "100", "trunk"))
        await settle(made)
        made.hear(e.LegAnswered(CALL, LEG))
        await settle(made)
        return asterisk, paper

    asterisk, paper = asyncio.run(story())

    assert asterisk.sent_with(f"DELETE /channels/{CALL}/moh")
    assert asterisk.sent_with("/addChannel")
    assert Kind.RECORDING_FAILED in paper.kinds


def test_an_agent_who_could_not_be_rung_for_a_caller_who_is_no_more_has_missed_nothing(tmp_path):
    async def story():
        asterisk, paper = Asterisk(), Paper()
        why = '400: {"message":"Provided originator channel was not found"}'
        asterisk.refuses[f"/channels/{LEG}"] = ARIError(why, 400)
        made = opened(tmp_path, asterisk, paper)
        made.hear(e.CallArrived(CALL, "", "100", "trunk"))
        await settle(made)
        return made, paper

    made, paper = asyncio.run(story())

    assert (made.house.agents[SEVEN].state, made.house.agents[SEVEN].misses) == (State.READY, 0)
    assert Kind.MISSED not in paper.kinds
    assert paper.kinds[-1] == Kind.ENDED
    assert made.house.calls == {}
