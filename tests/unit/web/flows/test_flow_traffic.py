"""Real calls through flows: counted on the picture, played again, and the path of one."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.simulations.traffic_facts import remove_traffic
from unit.web.visitor import Visitor

from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.store import keep_events
from ivr.store import Prompt, save_prompt
from web.kit.clock import now

Database = sessionmaker[Session]


def document(two: str = "line") -> dict[str, Any]:
    menu = {
        "type": "menu",
        "prompts": ["which"],
        "choices": {"1": "line", "2": two, "3": "menu"},
        "otherwise": "bye",
    }
    nodes = {
        "hello": {"type": "play", "prompts": ["which"], "then": "menu"},
        "menu": menu,
        "line": {"type": "queue", "queue": "support"},
        "bye": {"type": "hangup"},
    }
    return {"start": "hello", "nodes": nodes}


@pytest.fixture
def flow(admin: Visitor, database: Database) -> Iterator[int]:
    """A published flow with its calls: two with key 1, one with key 2, one that hung up."""
    with database.begin() as session:
        save_prompt(session, Prompt("which", "en", "Press 1 or 2."))
    answer = admin.ask("/flows", {"name": f"Flow {secrets.token_hex(4)}"})
    made = int(answer.json()["id"])
    admin.ask(f"/flows/{made}/draft", {"document": document()}, "PUT")
    assert admin.ask(f"/flows/{made}/publish", {"message": "First"}).status_code == 200
    for key in ("1", "1", "2", ""):
        add_call(database, made, key)
    yield made
    with database.begin() as session:
        remove_traffic(session, "flow-")


def add_call(
    database: Database, flow: int, key: str, *, ahead: bool = False, rounds: int = 1
) -> str:
    """A call with a key to the queue, pressed ahead or at the menu; without one it hung up there.

    In more than one round it came to the menu again by the key 3.
    """
    call, at = CallId(f"flow-{secrets.token_hex(6)}"), now() - timedelta(hours=1)
    steps = {"flow": flow, "version": 1}
    facts: list[tuple[Kind, dict[str, Any]]] = [
        (Kind.ARRIVED, {"caller": "+8613800138000", "called": "+864008001234", "direction": "in"}),
        (Kind.ANSWERED, {}),
        (Kind.STEP, {"node": "hello", "type": "play", **steps}),
    ]
    if not ahead:
        facts += [(Kind.STEP, {"node": "menu", "type": "menu", **steps})] * rounds
    if key:
        node = "hello" if ahead else "menu"
        facts += [
            (Kind.DIGIT, {"digit": key, "node": node, "choice": "line"}),
            (Kind.STEP, {"node": "line", "type": "toqueue", **steps}),
            (Kind.QUEUED, {"queue": "support", "priority": 0, "again": False}),
        ]
    facts.append((Kind.ENDED, {"by": "caller", "cause": 16}))
    with database.begin() as session:
        keep_events(session, [_fact(call, at, *one) for one in enumerate(facts)])
    return call


def _fact(call: CallId, at: datetime, number: int, what: tuple[Kind, dict[str, Any]]) -> CallEvent:
    kind, detail = what
    # A key and the step after it come at once, as from the engine.
    second = number - 1 if kind is Kind.STEP and detail["node"] == "line" else number
    when = at + timedelta(seconds=second)
    return CallEvent(FactId(f"{call}/1/{number}"), call, when, kind, detail)


def listed(page: str) -> int:
    return page.count('data-testid="call-row"')


def ways(found: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(one["step"], one["output"]): one["calls"] for one in found["ways"]}


def test_the_heat_of_a_flow_counts_steps_ways_and_those_who_gave_up(
    admin: Visitor, database: Database, flow: int
) -> None:
    found = admin.get(f"/api/v1/flows/{flow}/heat").json()
    assert (found["version"], found["versions"], found["calls"]) == (1, [1], 4)
    entered = {one["step"]: (one["entered"], one["gave_up"]) for one in found["steps"]}
    assert entered == {"hello": (4, 0), "menu": (4, 1), "line": (3, 0)}
    assert ways(found) == {("hello", "then"): 4, ("menu", "1"): 2, ("menu", "2"): 1}

    add_call(database, flow, "2", ahead=True)
    found = admin.get(f"/api/v1/flows/{flow}/heat").json()
    assert ways(found) == {("hello", "then"): 5, ("menu", "1"): 2, ("menu", "2"): 2}

    year = "from=2020-01-01T00:00:00Z"
    early = admin.get(f"/api/v1/flows/{flow}/heat?{year}&to=2020-02-01T00:00:00Z")
    assert (early.json()["version"], early.json()["calls"]) == (0, 0)
    assert admin.get(f"/api/v1/flows/{flow}/heat?{year}").status_code == 422


def test_a_step_leads_to_its_calls(admin: Visitor, flow: int) -> None:
    url = admin.get(f"/api/v1/flows/{flow}/heat").json()["calls_url"]
    for step, count in (("line", 3), ("menu", 4), ("bye", 0)):
        assert listed(admin.get(f"{url}&step={step}").text) == count
    assert listed(admin.get(url.replace("version=1", "version=2")).text) == 0


def test_each_way_to_the_same_step_leads_to_the_calls_that_it_counts(
    admin: Visitor, database: Database, flow: int
) -> None:
    add_call(database, flow, "2", ahead=True)
    add_call(database, flow, "", rounds=3)
    found = admin.get(f"/api/v1/flows/{flow}/heat").json()
    assert ways(found) == {
        ("hello", "then"): 6,
        ("menu", "1"): 2,
        ("menu", "2"): 2,
        ("menu", "3"): 1,
    }, "a call counts once on a way that it took again and again"
    assert {one["step"]: one["entered"] for one in found["steps"]}["menu"] == 7

    names = {"hello": "Play prompts (hello)", "menu": "Menu"}
    for (step, output), count in ways(found).items():
        query = f"{found['calls_url']}&step={step}&output={output}"
        page = admin.get(query).text
        assert listed(page) == count
        assert "on version 1 of the call flow" in page
        assert f'<option value="{step}" selected>{names[step]}</option>' in page
        assert len(admin.get(f"/api/v1{query}").json()["items"]) == count
        assert admin.get(query.replace("?", "/export?")).text.count("+8613800138000") == count
    for key, count in (("4", 0), ("otherwise", 0)):
        assert listed(admin.get(f"{found['calls_url']}&step=menu&output={key}").text) == count


def test_a_way_is_read_with_its_flow_version_and_step(admin: Visitor, flow: int) -> None:
    for query in (
        "step=menu&output=1",
        f"flow={flow}&step=menu&output=1",
        f"flow={flow}&version=1&output=1",
    ):
        assert admin.get(f"/calls?{query}").status_code == 422
        assert admin.get(f"/api/v1/calls?{query}").status_code == 422
    assert admin.get(f"/calls?flow={flow}&version=x&step=menu&output=1").status_code == 422
    for there in (f"flow={flow}&version=9", "flow=99999999&version=9999999999999"):
        page = admin.get(f"/calls?{there}&step=menu&output=1")
        assert (page.status_code, listed(page.text)) == (200, 0)


def test_the_path_of_a_call_is_shown_to_who_may_see_it(
    admin: Visitor, database: Database, flow: int
) -> None:
    call = add_call(database, flow, "2")
    found = admin.get(f"/api/v1/flows/{flow}/path?call={call}").json()
    assert (found["version"], found["steps"]) == (1, ["hello", "menu", "line"])
    assert [(one["step"], one["output"]) for one in found["ways"]] == [
        ("hello", "then"),
        ("menu", "2"),
    ]
    assert found["ended"]["kind"] == "queue"
    assert f"call={call}" in admin.get(f"/calls/{call}").text
    assert admin.get(f"/api/v1/flows/{flow}/path?call=nothing").status_code == 404


def test_calls_are_played_again_on_the_draft(admin: Visitor, flow: int) -> None:
    same = admin.ask(f"/flows/{flow}/replay", {"days": 7}).json()
    assert (same["calls"], same["same"], same["elsewhere"], same["unknown"]) == (4, 4, 0, 0)

    admin.ask(f"/flows/{flow}/draft", {"document": document("bye")}, "PUT")
    found = admin.ask(f"/flows/{flow}/replay", {"days": 7}).json()
    assert (found["same"], found["elsewhere"], found["cut"]) == (3, 1, False)
    one = found["items"][0]
    assert (one["before"]["kind"], one["after"]["kind"]) == ("queue", "hangup")
    assert admin.get(one["url"]).status_code == 200

    asks = document()
    asks["nodes"]["hello"]["then"] = "new"
    asks["nodes"]["new"] = {**asks["nodes"]["menu"], "otherwise": "menu", "choices": {"9": "menu"}}
    admin.ask(f"/flows/{flow}/draft", {"document": asks}, "PUT")
    found = admin.ask(f"/flows/{flow}/replay", {"days": 7}).json()
    assert (found["same"], found["unknown"]) == (0, 4)
    assert admin.ask(f"/flows/{flow}/replay", {"version": 1}).json()["same"] == 4
    assert admin.ask(f"/flows/{flow}/replay", {"days": 32}).status_code == 422
