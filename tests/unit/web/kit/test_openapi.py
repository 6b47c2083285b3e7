"""The API describes itself, every operation of it."""

from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI
from unit.web.visitor import Visitor

from web.kit.openapi import operations

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture
def told(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


@pytest.fixture
def api(told: dict[str, Any]) -> list[Operation]:
    return [one for one in operations(told) if one[0].startswith("/api/")]


def test_every_operation_says_what_it_does_and_where_it_belongs(
    told: dict[str, Any], api: list[Operation]
) -> None:
    tags = {tag["name"] for tag in told["tags"]}
    for path, method, operation in api:
        assert operation["summary"], (method, path)
        assert set(operation["tags"]) <= tags, (method, path)
    assert [tag["name"] for tag in told["tags"] if not tag["description"]] == []


def test_every_operation_says_who_may_ask(api: list[Operation]) -> None:
    for path, method, operation in api:
        if (method, path) == ("post", "/api/v1/session"):
            assert operation["security"] == []
            continue
        assert {"bearer": []} in operation["security"], (method, path)
        assert any("cookie" in way for way in operation["security"]), (method, path)
        assert (method == "get") or any("csrf" in way for way in operation["security"])


def test_every_operation_tells_its_problems(told: dict[str, Any], api: list[Operation]) -> None:
    for path, method, operation in api:
        assert {"401", "403", "404", "409", "422", "429", "503"} <= operation["responses"].keys(), (
            method,
            path,
        )
    for problem in told["components"]["responses"].values():
        (kind,) = problem["content"]
        assert kind == "application/problem+json"


def test_every_operation_has_an_example_of_what_is_sent_and_answered(
    told: dict[str, Any], api: list[Operation]
) -> None:
    for path, method, operation in api:
        sent = operation.get("requestBody", {}).get("content", {})
        answered = [a.get("content", {}) for s, a in operation["responses"].items() if s[0] == "2"]
        for kind, content in (pair for one in (sent, *answered) for pair in one.items()):
            if "json" not in kind or not content.get("schema"):
                continue
            assert "example" in content or "examples" in content, (method, path)
        for parameter in operation.get("parameters", []):
            assert "example" in parameter, (method, path, parameter["name"])
    assert told["components"]["schemas"]


def test_the_body_of_every_example_is_valid(told: dict[str, Any], api: list[Operation]) -> None:
    for path, method, operation in api:
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if "example" not in content:
                continue
            schema = content["schema"] | {"components": told["components"]}

            jsonschema_rs.validate(schema, content["example"])
            assert content["example"] is not None, (method, path)


def test_the_description_is_a_page_to_read(visitor: Visitor, api: list[Operation]) -> None:
    page = visitor.get("/api/docs")

    assert page.status_code == 200
    assert page.text.count('data-testid="api-operation"') >= len(api)
    assert "/api/v1/live/events" in page.text
    assert "<script src=" not in page.text.replace('<script src="/static', "")
