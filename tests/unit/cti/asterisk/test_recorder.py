"""The recorder finds full disks and missing files itself: Asterisk reports neither."""

import asyncio
import shutil
from dataclasses import replace

import pytest
from unit.cti.core import scenes
from unit.cti.engine.bare import MemoryJournal, bare_engine
from unit.cti.engine.test_orders import Asterisk

from acd.agent import AgentState
from crm.calls.record import NO_FILE, NO_SOUND, CallId, Kind
from cti.asterisk import recorder as recording
from cti.asterisk.ami import AMIAway, AMIError
from cti.asterisk.recorder import FULL, NOT_GROWING, recording_name
from cti.core import events as e
from cti.core.leg import LegId
from cti.core.recording_events import RecordingBegan
from cti.core.stage import Stage
from cti.core.state import Change, SwitchState

CALL = CallId("n1-1.1")


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(recording, "CLOSED_SECONDS", 0.01)


@pytest.fixture
def disk(monkeypatch):
    """A disk with a set free space."""

    class Disk:
        free = 10**9

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk)
    return Disk


def engine(folder, journal, *, since=60):
    made = bare_engine(folder, journal)
    ago = made.clock() - since
    talk = scenes.scene(Stage.TALKING, since=ago, arrived=ago, recording="on")
    known = scenes.state_of(talk, scenes.agent(since=ago))
    made.state.apply(
        Change(
            calls={CALL: talk.call},
            legs={leg.id: leg for leg in talk.legs},
            works={talk.work.id: talk.work},
            agents={agent.id: agent for agent in known.agents.values()},
            queues={queue.key: queue for queue in known.queues.values()},
        )
    )
    made.folder = folder
    return made


def write(made, seconds):
    path = made.folder / recording_name(made.state.calls[CALL])
    path.parent.mkdir(parents=True, exist_ok=True)
    for side in ("in", "out"):
        path.with_name(f"{path.name}-{side}.wav").write_bytes(bytes(44 + 16000 * seconds))


async def look(made):
    await made.recorder.watch(made.state, made.lanes.busy)


async def hang_up(made):
    made.handle(e.LegEnded(LegId(CALL), 16))
    await asyncio.sleep(0.1)


def told(folder, story, **about):
    """Give the reasons for missing parts of the recording after a story."""

    async def run():
        journal = MemoryJournal()
        made = engine(folder, journal, **about)
        await story(made)
        return made, journal

    made, journal = asyncio.run(run())
    return made, [one["why"] for one in journal.said(Kind.RECORDING_FAILED)]


def test_a_recording_that_grows_is_left_alone(tmp_path):
    async def story(made):
        for seconds in (1, 2, 3):
            write(made, seconds)
            await look(made)

    assert told(tmp_path, story)[1] == []


def test_a_recording_that_no_longer_grows_is_noted_once_and_not_begun_anew(tmp_path):
    async def story(made):
        write(made, 2)
        for _ in range(4):
            await look(made)

    made, whys = told(tmp_path, story)

    assert whys == [NOT_GROWING]
    assert made.state.calls[CALL].recording == "failed"
    assert made.lanes.waiting == 0


def test_a_full_disk_is_reported_for_every_recorded_talk(tmp_path, disk):
    async def story(made):
        write(made, 1)
        disk.free = 0
        await look(made)
        await look(made)

    made, whys = told(tmp_path, story)

    assert whys == [FULL]
    assert (made.recorder.full, made.recorder.missed) == (True, 1)


def test_a_talk_that_ends_before_the_first_look_reports_the_full_disk_too(tmp_path, disk):
    async def story(made):
        write(made, 1)
        disk.free = 0
        await hang_up(made)

    assert told(tmp_path, story, since=1)[1] == [FULL]


def test_a_talk_reports_a_disk_that_was_full_for_a_while(tmp_path, disk):
    async def story(made):
        call = made.state.calls[CALL]
        made.state.apply(Change(calls={CALL: replace(call, recording="off")}))
        disk.free = 0
        await look(made)
        disk.free = 10**9
        made.state.apply(Change(calls={CALL: call}))
        write(made, 1)
        await hang_up(made)

    assert told(tmp_path, story)[1] == [FULL]


def test_a_talk_after_the_disk_was_full_is_whole(tmp_path, disk):
    async def story(made):
        disk.free = 0
        await made.recorder.watch(SwitchState(), made.lanes.busy)
        disk.free = 10**9
        await asyncio.sleep(0.02)
        call = replace(made.state.calls[CALL], talked=made.clock())
        made.state.apply(Change(calls={CALL: call}))
        write(made, 1)
        await hang_up(made)

    made, whys = told(tmp_path, story)

    assert (whys, made.recorder.full) == ([], False)


@pytest.mark.parametrize(("seconds", "why"), [(None, NO_FILE), (0, NO_SOUND)])
def test_a_talk_that_left_no_sound_says_so(tmp_path, seconds, why):
    async def story(made):
        if seconds is not None:
            write(made, seconds)
        await hang_up(made)

    assert told(tmp_path, story)[1] == [why]


def test_a_talk_is_looked_at_when_it_ends_not_after_the_wrap_up(tmp_path, disk):
    async def story(made):
        write(made, 1)
        await hang_up(made)
        disk.free = 0
        await look(made)

    made, whys = told(tmp_path, story)

    assert made.state.agents[scenes.SEVEN].state is AgentState.WRAP_UP
    assert whys == []


def test_a_recording_that_was_cut_is_not_begun_anew_over_what_there_is(tmp_path):
    async def story(made):
        made.recorder._ari = asterisk = Asterisk()  # noqa: SLF001
        write(made, 2)
        call = replace(made.state.calls[CALL], recording="failed")
        await made.recorder.begin(call, LegId(CALL), [])
        assert asterisk.sent == [[]]

    told(tmp_path, story)


def test_a_talk_that_fails_again_and_again_is_missed_once(tmp_path):
    async def story(made):
        write(made, 1)
        await look(made)
        for _ in range(2):
            await look(made)
            made.handle(RecordingBegan(CALL, "x"))

    made, whys = told(tmp_path, story)

    assert (made.recorder.missed, whys) == (1, [NOT_GROWING, NOT_GROWING])


def test_a_talk_of_a_moment_may_be_without_sound(tmp_path):
    async def story(made):
        await hang_up(made)

    assert told(tmp_path, story, since=1)[1] == []


class Manager:
    """Answers actions as AMI does, with these errors first."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.sent = []

    async def send(self, action, **values):
        self.sent.append((action, values))
        if self.errors:
            raise self.errors.pop(0)


def ending(made):
    call = replace(made.state.calls[CALL], recording="ending")
    made.state.apply(Change(calls={CALL: call}))
    return call


@pytest.mark.parametrize("errors", [[], [AMIError("Could not stop monitoring channel")]])
def test_a_recording_is_stopped_though_the_call_goes_on(tmp_path, errors):
    async def story(made):
        manager = Manager(*errors)
        made.recorder.ami = manager.send
        write(made, 2)
        await made.recorder.end(ending(made), LegId(CALL))
        assert manager.sent == [("StopMixMonitor", {"Channel": CALL})]
        assert made.state.calls[CALL].recording == "off"

    assert told(tmp_path, story)[1] == []


def test_a_recording_that_could_not_be_stopped_is_stopped_at_the_next_look(tmp_path):
    async def story(made):
        manager = Manager(AMIAway("no link"))
        made._ari = Asterisk()  # noqa: SLF001
        made.recorder.ami = manager.send
        work = made.state.works[CALL]
        made.state.apply(Change(works={work.id: None}))  # in the survey
        await made.recorder.end(ending(made), LegId(CALL))
        assert made.state.calls[CALL].recording == "ending"
        await look(made)
        await asyncio.sleep(0.05)
        assert made.state.calls[CALL].recording == "off"
        assert len(manager.sent) == 2

    told(tmp_path, story)
