"""Scenarios as files and requests give them: read, refused by place, and printed."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from acd.queue import AddMembers, AgentId, QueueMember
from acd.simulate.scenario import Constant, Empirical, Exponential, Lognormal, Shift
from crm.kernel.errors import InvalidError
from web.__main__ import main
from web.simulations.command import read
from web.simulations.reading import expected_calls, read_scenario
from web.simulations.scenario_shapes import ScenarioBody

EXAMPLES = sorted((Path(__file__).parents[4] / "docs" / "examples").glob("*.json"))
SMALL: dict[str, Any] = {
    "hours": 1,
    "queues": [
        {
            "key": "one",
            "members": [{"group": "first"}, {"agent": "Boss", "rank": 2}],
            "steps": [{"do": "add members", "after_seconds": 20, "group": "second", "rank": 3}],
        }
    ],
    "agents": [
        {"name": "First", "count": 2, "groups": ["first"], "shifts": [{"start": 0, "end": 0.5}]},
        {"name": "Second", "groups": ["second"]},
        {"name": "Boss"},
    ],
    "callers": [
        {
            "queue": "one",
            "rates": [{"start": 0, "end": 2, "per_hour": 30}],
            "handling": {"kind": "constant", "seconds": 60},
        }
    ],
}


def small(**change: Any) -> ScenarioBody:
    return ScenarioBody(**{**copy.deepcopy(SMALL), **change})


def test_members_come_from_groups_and_names_with_their_ranks() -> None:
    scenario = read_scenario(small())
    queue = scenario.queues[0]
    action = queue.steps[0].action

    assert queue.members == (
        QueueMember(AgentId(1)),
        QueueMember(AgentId(2)),
        QueueMember(AgentId(4), 2),
    )
    assert isinstance(action, AddMembers)
    assert action.members == (QueueMember(AgentId(3), 3),)
    assert [seat.name for seat in scenario.seats] == ["First 1", "First 2", "Second", "Boss"]
    assert scenario.seats[0].shifts == (Shift(0, 1800),)


def test_without_members_all_agents_serve_a_queue() -> None:
    scenario = read_scenario(small(queues=[{"key": "one"}]))
    assert len(scenario.queues[0].members) == 4


def test_callers_after_the_end_do_not_come() -> None:
    assert expected_calls(read_scenario(small())) == 30


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ({"kind": "constant", "seconds": 3}, Constant(3)),
        ({"kind": "exponential", "mean": 3}, Exponential(3)),
        ({"kind": "lognormal", "mean": 3, "deviation": 2}, Lognormal(3, 2)),
        ({"kind": "seen", "seconds": [1, 2]}, Empirical((1, 2))),
    ],
)
def test_times_are_of_four_kinds(given: dict[str, Any], read_as: object) -> None:
    stream = {**SMALL["callers"][0], "handling": given, "patience": given}
    scenario = read_scenario(small(callers=[stream]))
    assert scenario.streams[0].handling == read_as
    assert scenario.streams[0].patience == read_as


def _queue(**more: Any) -> dict[str, Any]:
    return {"queues": [{"key": "one", **more}]}


def _callers(**more: Any) -> dict[str, Any]:
    return {"callers": [{**SMALL["callers"][0], **more}]}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"warm_up_hours": 1}, "warm_up_hours"),
        ({"queues": [{"key": "one"}, {"key": "one"}]}, "queues.1.key"),
        (_queue(members=[{"group": "none"}]), "queues.0.members.0.group"),
        (_queue(members=[{"agent": "none"}]), "queues.0.members.0.agent"),
        (_queue(members=[{}]), "queues.0.members.0"),
        (_queue(full="queue:none"), "queues.0.full"),
        (_queue(empty="nowhere"), "queues.0.empty"),
        (
            _queue(steps=[{"do": "send to", "after_seconds": 1, "destination": "queue:x"}]),
            "queues.0.steps.0.destination",
        ),
        (
            _queue(steps=[{"do": "send to", "after_seconds": 1, "destination": ""}]),
            "queues.0.steps.0.destination",
        ),
        (_queue(steps=[{"do": "add members", "after_seconds": 1}]), "queues.0.steps.0"),
        (
            _queue(steps=[{"do": "add members", "after_seconds": 1, "queue": "x"}]),
            "queues.0.steps.0.queue",
        ),
        (_callers(queue="two"), "callers.0.queue"),
        (_callers(rates=[]), "callers.0"),
        (_callers(rates=[{"start": 1, "end": 1, "per_hour": 1}]), "callers.0.rates.0.end"),
        (
            {
                "agents": [
                    {"name": "x", "shifts": [{"start": 0, "end": 2}, {"start": 1, "end": 3}]}
                ],
                **_queue(),
            },
            "agents.0.shifts.1.start",
        ),
        (
            {"agents": [{"name": "x", "count": 600}, {"name": "y", "count": 600}], **_queue()},
            "agents",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidError) as error:
        read_scenario(small(**change))
    assert error.value.field == place


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError):
        small(**_queue(colour="red"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_can_be_read(path: Path) -> None:
    body, scenario = read(path)
    assert body.name
    assert expected_calls(scenario) > 100


def test_there_are_three_examples() -> None:
    assert len(EXAMPLES) == 3


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SMALL), encoding="utf-8")
    return path


def test_the_command_prints_a_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(file), "--runs", "2"]) == 0
    said = capsys.readouterr().out
    assert "2 runs, seed 1, 4 agents" in said
    assert "Queue one" in said
    assert "±" in said


def test_the_command_prints_json_that_depends_on_the_seed_alone(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for seed in ("5", "5", "6"):
        assert main(["simulate", str(file), "--runs", "1", "--seed", seed, "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert told[0]["whole"]["answered"]["low"] is None
    assert {**told[0], "seed": 0} != {**told[2], "seed": 0}


def test_the_command_prints_the_schema(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert file
    assert main(["simulate", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"hours", "queues", "agents", "callers"} <= schema["properties"].keys()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps(SMALL | _queue(members=[{"group": "x"}])), "queues[0].members[0].group: No"),
        (json.dumps({**SMALL, "hours": -1}), "hours: "),
        ("{", "is no scenario"),
        ("\udcff", "cannot be read"),
    ],
)
def test_the_command_says_what_is_wrong_where(
    file: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert main(["simulate", str(file)]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["missing.json"], ["x.json", "--runs", "0"]])
def test_the_command_refuses_what_it_cannot_do(
    file: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert file
    assert main(["simulate", *words]) == 1
    assert capsys.readouterr().err.startswith("Hotline: ")
