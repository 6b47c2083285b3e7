"""A survey on a real Asterisk: the agent's number before the talk, a score after it."""

import secrets
import time

import pytest
from asterisk.deaths import kill_the_engine
from asterisk.phones import only, something_else_than

NUMBER = "4008007788"
AGENT, CALLER = 600, 440
BOTH_SIDES = 2


@pytest.fixture
def survey(trade):
    """Publish a survey, a flow that plans it, and let a number lead there."""
    admin = trade.installation.api("admin")

    def publish(name, document):
        made = admin.post("/flows", {"name": f"{name} {secrets.token_hex(4)}"})["id"]
        admin.ask("PUT", f"/flows/{made}/draft", {"document": document})
        admin.post(f"/flows/{made}/publish", {"message": "First"})
        return made

    score = {"type": "score", "then": "bye", "otherwise": "bye"}
    bye = {"type": "hangup", "prompts": ["goodbye"]}
    asked = publish("Survey", {"start": "score", "nodes": {"score": score, "bye": bye}})
    nodes = {
        "plan": {"type": "survey", "flow": asked, "then": "number"},
        "number": {"type": "agent_number", "then": "line"},
        "line": {"type": "queue", "queue": "support"},
    }
    flow = publish("Surveyed", {"start": "plan", "nodes": nodes})
    route = {"name": "Surveyed", "called": NUMBER, "destination": f"flow:{flow}"}
    route = admin.post("/routes", route)
    time.sleep(1)  # the engine reads all of it
    yield asked
    admin.delete(f"/routes/{route['id']}")
    for one in (flow, asked):
        admin.delete(f"/flows/{one}")


def sizes(trade, call):
    """The bytes of a call's recordings."""
    folder = trade.installation.home / "recordings"
    name = "".join(one if one.isalnum() or one == "-" else "_" for one in call)
    return [one.stat().st_size for one in sorted(folder.rglob(f"{name}-*.wav"))]


def test_a_caller_hears_the_agents_number_and_gives_a_score_after_the_talk(trade, survey):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller().dial(NUMBER)
    agent.rings()
    agent.phone.answer()
    caller.phone.hears(something_else_than(AGENT), "the agent's number", stretch=0.5)
    agent.phone.hears(something_else_than(CALLER), "the number too", stretch=0.5)
    caller.phone.hears(only(AGENT), "the agent")
    kill_the_engine(trade)
    caller.reaches("talking")
    agent.do("hangup", caller.call)
    agent.becomes("wrap-up")
    caller.reaches("ivr")
    recorded = sizes(trade, caller.call)
    caller.phone.hears(something_else_than(AGENT), "the question", stretch=0.5)
    caller.press("4")
    caller.phone.expect("state", state="DISCONNECTED")
    assert len(recorded) == BOTH_SIDES
    assert sizes(trade, caller.call) == recorded
    told = caller.record()
    scored = [one["detail"] for one in told["timeline"] if one["kind"] == "scored"]
    assert [(one["question"], one["score"], one["flow"]) for one in scored] == [
        ("satisfaction", 4, survey)
    ]
    assert (told["result"], told["agent"]["name"]) == ("answered", "Li Wei")
    assert [one["score"] for one in told["scores"]] == [4]
    newest = trade.installation.api("admin").get("/satisfaction?limit=1")["items"][0]
    assert (newest["call"], newest["agent"]["name"]) == (caller.call, "Li Wei")
    trade.becomes_quiet()


@pytest.mark.usefixtures("survey")
def test_an_agent_who_hangs_up_while_the_number_is_said_has_missed_the_call(trade):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller().dial(NUMBER)
    agent.rings()
    agent.phone.answer()
    caller.phone.hears(something_else_than(AGENT), "the agent's number", stretch=0.5)
    before = len(agent.phone.events)
    agent.phone.do("hangup")
    caller.reaches("waiting")
    agent.rings(since=before)  # passed over for some seconds
    agent.phone.answer()
    caller.phone.hears(something_else_than(AGENT), "the number again", stretch=0.5)
    caller.phone.hears(only(AGENT), "the agent")
    caller.hangs_up()
    trade.becomes_quiet()
    told = caller.record()
    kinds = [one["kind"] for one in told["timeline"]]
    assert (kinds.count("missed"), "survey began" in kinds) == (1, False)
    assert told["result"] == "answered"
