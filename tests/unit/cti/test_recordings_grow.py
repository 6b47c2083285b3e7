"""A recorder does not tell of a full disk: whether a recording grows is looked at."""

import asyncio

from unit.cti.bare import Paper, bare_engine

from crm.calls.record import CallId, Kind
from cti.call import Call, Stage
from cti.engine import recording_name
from cti.house import Change

CALL = CallId("n1-1.1")


def engine(folder, paper):
    made = bare_engine(folder, paper)
    ago = made.clock() - 60
    talk = Call(CALL, "", "100", "trunk", ago, ago, Stage.TALKING, talked=ago, recording="on")
    made.house.apply(Change(calls={CALL: talk}))
    return made


def write(engine, seconds):
    path = engine._recordings / recording_name(engine.house.calls[CALL])  # noqa: SLF001
    path.parent.mkdir(parents=True, exist_ok=True)
    for side in ("in", "out"):
        path.with_name(f"{path.name}-{side}.wav").write_bytes(bytes(16000 * seconds))


def test_a_recording_that_grows_is_left_alone(tmp_path):
    async def story():
        paper = Paper()
        made = engine(tmp_path, paper)
        for seconds in (1, 2, 3):
            write(made, seconds)
            await made.check_recordings()
        return paper

    assert asyncio.run(story()).said(Kind.RECORDING_FAILED) == []


def test_a_recording_that_no_longer_grows_is_noted_once_and_not_begun_anew(tmp_path):
    async def story():
        paper = Paper()
        made = engine(tmp_path, paper)
        write(made, 2)
        for _ in range(4):
            await made.check_recordings()
        return made, paper

    made, paper = asyncio.run(story())

    assert paper.said(Kind.RECORDING_FAILED) == [{"why": "the recording does not grow"}]
    assert made.house.calls[CALL].recording == "failed"
    assert made.lanes.waiting == 0
