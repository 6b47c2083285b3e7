"""The live items' declarations: the browser's types and the API's description follow them."""

import json
from typing import get_args

import jsonschema_rs
import pytest
from unit.cti.core.scenes import agent as busy_agent
from unit.cti.core.scenes import scene, state_of
from unit.web import fake_engine as fake
from unit.web.visitor import Visitor

from acd.agent import AgentState
from cti.core import live, views
from cti.core.stage import Stage
from web.components.live_examples import live_examples
from web.kit.clock import now
from web.live import typescript
from web.live.json_schema import json_schemas
from web.live.schema import LIVE_KINDS, ItemKind, Visibility, calls_of_agent, visibility_of


def check(name, value):
    """Raise unless a value fits its schema, with every member known."""
    schemas = json_schemas()
    closed = {
        key: one | ({"additionalProperties": False} if "properties" in one else {})
        for key, one in schemas.items()
    }
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": closed}}
    jsonschema_rs.validate(schema, json.loads(json.dumps(value)))


def test_the_browsers_types_are_those_that_would_be_generated():
    told = "Run `python -m web.live.typescript`."
    assert typescript.FILE.read_text() == typescript.typescript(), told


def test_every_declared_value_is_a_kind_of_item():
    assert {one.shape for one in LIVE_KINDS.values()} == set(get_args(live.Value))
    assert LIVE_KINDS.keys() == set(ItemKind)


@pytest.mark.parametrize("kind", LIVE_KINDS.values(), ids=lambda one: one.kind)
def test_an_example_is_what_its_shape_declares(kind):
    check(kind.shape.__name__, kind.example)
    check("LiveItem", {"kind": kind.kind, "id": "1", "value": kind.example})
    check("LiveItem", {"kind": kind.kind, "id": "1", "value": None})


@pytest.mark.parametrize("stage", Stage)
def test_what_the_engine_shows_is_what_is_declared(stage):
    shown = scene(stage)
    at = state_of(shown, busy_agent(stage))

    check("CallValue", views.call_view(at, shown.call))
    check("AgentValue", views.agent_view(at.agents[7]) | {"answer": shown.call.id})
    check("QueueValue", views.queue_view(at, "support"))


def test_what_the_tests_of_pages_take_for_an_engine_is_what_is_declared():
    items = [fake.agent(7, tasks=[fake.task("c1")]), fake.queue("support"), fake.node()]
    for item in [*items, fake.engine(), fake.call("c1", 7, legs=[fake.leg(), fake.leg(7)])]:
        check("LiveItem", item)


def test_the_examples_on_the_page_of_components_are_what_is_declared():
    shown = live_examples(now())
    for agent in [one for one in shown["agents"] if one["state"] in [*AgentState]]:
        check("AgentValue", agent)
    for call in shown["calls"]:
        check("CallValue", call)
    assert {one["state"] for one in shown["agents"]} == {*AgentState, "coaching"}
    assert {one["state"] for one in shown["calls"]} == {*Stage}


def test_an_unknown_kind_of_a_newer_engine_is_for_the_whole_floor():
    assert visibility_of("bot") is Visibility.WHOLE_FLOOR


def test_an_agent_of_an_older_engine_has_the_call_of_the_headline_only():
    assert calls_of_agent({"call": "c1"}) == {"c1"}
    assert calls_of_agent({"call": None}) == frozenset()


def test_the_description_of_the_api_shows_every_kind_with_an_example(admin: Visitor):
    told = admin.get("/api/v1/openapi.json").json()
    page = admin.get("/api/docs").text

    for kind in LIVE_KINDS.values():
        name = kind.shape.__name__
        assert told["components"]["schemas"][name]["examples"]
        assert f'id="shape-{name}"' in page
    answer = told["paths"]["/api/v1/live"]["get"]["responses"]["200"]["content"]
    assert answer["application/json"]["example"]["agents"][0]["tasks"][0]["state"] == "active"
    stream = told["paths"]["/api/v1/live/events"]["get"]["responses"]["200"]["content"]
    assert '"kind":"call"' in stream["text/event-stream"]["example"]
