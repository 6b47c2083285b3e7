"""The recording of a talk ends where the survey after it begins."""

import pytest
from journeys.surveyed import THE_CALL, open_surveyed, survey, talk

from acd.queue import AgentId
from crm.kernel.destination import to_agent
from cti.core.commands import StopRecording
from cti.core.look import Hangup
from cti.core.recording_events import RecordAgain
from cti.core.requests import HangUpAsked, HoldAsked, StateAsked, TransferAsked
from cti.core.stage import Stage
from cti.fake import sign_in


@pytest.fixture
def fake():
    return open_surveyed()


def test_a_talk_without_a_survey_is_recorded_until_the_call_ends(fake):
    talk(fake)
    assert THE_CALL in fake.recorded
    fake.hear(HoldAsked(AgentId(1), THE_CALL, hold=True))
    fake.engine_dies()
    assert THE_CALL in fake.recorded
    fake.caller_hangs_up("c1")
    assert THE_CALL in fake.recorded  # Asterisk ends it with the leg


@pytest.mark.parametrize("dies", ["", "before", "at the end of the talk", "in the survey"])
def test_a_survey_is_not_recorded(fake, dies):
    talk(fake)
    if dies == "before":
        fake.engine_dies()
    if dies == "at the end of the talk":
        leg = fake.agent_leg("c1")
        fake.unheard(leg)
        fake.ended_with[leg] = Hangup(fake.now, 16)
        fake.engine_dies()
    else:
        fake.hear(HangUpAsked(AgentId(1), THE_CALL))
    if dies == "in the survey":
        fake.engine_dies()
        fake.hear(RecordAgain(THE_CALL))  # the watch of recordings is not sure
    assert fake.stage("c1") is Stage.IVR
    assert THE_CALL not in fake.recorded
    assert fake.state.calls[THE_CALL].recording == "off"
    assert fake.record("c1").recording is not None


@pytest.mark.parametrize("dies", [False, True])
def test_a_recording_that_could_not_be_stopped_is_stopped_later(fake, dies):
    talk(fake)
    fake.refuse.add(StopRecording)
    fake.hear(HangUpAsked(AgentId(1), THE_CALL))
    assert THE_CALL in fake.recorded
    if dies:
        fake.engine_dies()
    fake.refuse.clear()
    fake.hear(RecordAgain(THE_CALL))
    assert THE_CALL not in fake.recorded
    fake.hear(RecordAgain(THE_CALL))
    assert fake.state.calls[THE_CALL].recording == "off"


def test_a_talk_after_a_survey_is_recorded_too(fake):
    survey(fake, 2, thanks={"type": "queue", "queue": "sales"})
    talk(fake)
    fake.hear(HangUpAsked(AgentId(1), THE_CALL))
    fake.press("c1", "5")
    fake.prompts_end("c1")
    assert THE_CALL not in fake.recorded
    fake.hear(StateAsked(AgentId(1), ready=True))
    fake.answers(fake.agent_leg("c1"))
    assert fake.talking("c1")
    assert THE_CALL in fake.recorded


def test_a_transfer_before_the_survey_is_recorded_to_its_end(fake):
    sign_in(fake, 2)
    talk(fake)
    fake.hear(TransferAsked(AgentId(1), THE_CALL, to_agent(AgentId(2))))
    assert THE_CALL in fake.recorded
    fake.pick_up("c1")
    assert fake.talking("c1")
    assert THE_CALL in fake.recorded
    fake.hear(HangUpAsked(AgentId(2), THE_CALL))
    assert fake.stage("c1") is Stage.IVR
    assert THE_CALL not in fake.recorded
