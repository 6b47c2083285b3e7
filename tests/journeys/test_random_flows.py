"""Calls through random flows of all step types: none is ever stuck, each ends with a cause."""

import pytest
from journeys.invariants import check
from journeys.site import open_site
from unit.ivr.random_flows import ANSWERS, DIGITS, random_flows, seeded
from wide import examples

from crm.calls.record import CallId, Kind
from cti.core import events as e
from cti.core.answer_events import CustomAnswered, FlowAnswered
from cti.core.commands import AskCustom, AskFlow, Play
from cti.core.stage import Stage
from cti.fake import sign_in
from ivr.step import WaitsFor

FLOWS = 300
LONGEST_STORY = 30
CALL = "c1"


def site_of(chance):
    """A site with three random flows, where an agent is ready or none is."""
    fake = open_site()
    sign_in(fake, *chance.choice(((), (1,))))
    for flow in random_flows(chance).values():
        fake.hear(e.FlowPublished(flow))
    return fake


def answer(fake, chance):
    """Answer the last question of a flow or of another system, right or wrong."""
    asked = [one for one in fake.asked if isinstance(one, AskFlow | AskCustom)]
    if not asked:
        return
    question = chance.choice(asked[-2:])
    why = chance.choice(("", "", "", "not answered"))
    if isinstance(question, AskFlow):
        said = FlowAnswered(CallId(CALL), question.id, chance.choice(ANSWERS), why)
        fake.hear(said)
    else:
        fake.hear(CustomAnswered(CallId(CALL), question.id, why=why or "invalid"))


def happens(fake, chance):
    """Something happens to the caller."""
    run = fake.state.calls[CallId(CALL)].run
    waits = run.waits_for if run is not None else None
    usual = {
        WaitsFor.PROMPTS: "prompts end",
        WaitsFor.KEY: "press",
        WaitsFor.ANSWER: "answer",
    }.get(waits, "wait")
    others = ("press", "prompts end", "answer", "wait", "long wait", "dies", "refused")
    match usual if chance.random() < 0.6 else chance.choice(others):
        case "prompts end" if fake.hears_prompts(CALL):
            fake.prompts_end(CALL)
        case "press":
            fake.press(CALL, chance.choice(DIGITS))
        case "answer":
            answer(fake, chance)
        case "wait" if fake.stage(CALL) is Stage.OFFERED:
            fake.pick_up(CALL)
        case "wait":
            fake.wait(chance.uniform(0.1, 7))
        case "long wait":
            fake.wait(60)
        case "dies":
            fake.engine_dies()
        case "refused":
            fake.refuse ^= {Play}


def play(fake, chance):
    fake.dial(CALL)
    for _ in range(chance.randint(1, LONGEST_STORY)):
        check(fake)
        if CallId(CALL) not in fake.state.calls:
            break
        happens(fake, chance)
    check(fake)
    if CALL in fake.channels:
        fake.caller_hangs_up(CALL)
    fake.refuse.clear()
    fake.wait(600)
    check(fake)


def check_end(fake):
    """The call is over, and its timeline says by which party and why."""
    left = [one for one in fake.state.calls if fake.stage(one) is not Stage.ENDED]
    assert not left, "a call without an end"
    ends = [one for one in fake.timeline(CALL) if one.kind is Kind.ENDED]
    assert len(ends) == 1
    assert ends[0].detail["by"]
    assert fake.record(CALL).ended_at is not None


@pytest.mark.wide
def test_any_call_through_any_flow_is_never_stuck_and_ends_with_a_cause():
    for seed in range(examples(FLOWS)):
        chance = seeded(seed)
        fake = site_of(chance)
        try:
            play(fake, chance)
            check_end(fake)
        except Exception as error:
            error.add_note(f"seed {seed}: {fake.kinds(CALL)}")
            raise
