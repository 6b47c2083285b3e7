"""A file of a flow with its tests says the same of the flow as a real call."""

import json
import secrets
import subprocess
import sys
import time

import pytest
from asterisk.phones import wait_until
from installation import ROOT

NUMBER = "4008007779"
DOCUMENT = {
    "start": "hello",
    "nodes": {
        "hello": {"type": "play", "prompts": ["greeting"], "then": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "number", "2": "support"},
            "otherwise": "support",
        },
        "number": {
            "type": "collect",
            "prompts": ["greeting"],
            "variable": "order",
            "least": 2,
            "most": 4,
            "wrong": ["wrong-key"],
            "then": "by",
            "otherwise": "support",
        },
        "by": {
            "type": "condition",
            "branches": [{"when": 'order == "42"', "then": "sales"}],
            "otherwise": "support",
        },
        "sales": {"type": "queue", "queue": "sales"},
        "support": {"type": "queue", "queue": "support"},
    },
}
FILE = {
    "document": DOCUMENT,
    "tests": [
        {
            "name": "Order 42 is for sales",
            "scenario": {"does": [{"press": key} for key in "142#"]},
            "expect": {
                "ends": {"kind": "queue", "target": "sales"},
                "passes": ["hello", "menu", "number", "by", "sales"],
                "variables": {"order": "42"},
            },
        },
        {
            "name": "Two is support",
            "scenario": {"does": [{"press": "2"}]},
            "expect": {
                "ends": {"kind": "queue", "target": "support"},
                "passes": ["hello", "menu", "support"],
            },
        },
    ],
}


@pytest.fixture
def flow(trade):
    """Publish the file's flow, and let a number lead to it."""
    admin = trade.installation.api("admin")
    made = admin.post("/flows", {"name": f"File {secrets.token_hex(4)}"})["id"]
    admin.ask("PUT", f"/flows/{made}/draft", {"document": DOCUMENT})
    for test in FILE["tests"]:
        assert admin.post(f"/flows/{made}/tests", test)["passed"]
    admin.post(f"/flows/{made}/publish", {"message": "First"})
    said = {"name": "File", "called": NUMBER, "destination": f"flow:{made}"}
    route = admin.post("/routes", said)
    time.sleep(1)  # the engine reads both
    yield made
    admin.delete(f"/routes/{route['id']}")
    admin.delete(f"/flows/{made}")


TRIES = 3  # about one digit in thirty of the test telephone is lost


@pytest.mark.parametrize("test", FILE["tests"], ids=lambda test: test["name"])
def test_the_tests_of_a_file_hold_on_a_real_call(trade, flow, test):
    end = test["expect"]["ends"]
    for _ in range(TRIES):
        path = call(trade, flow, test["scenario"])
        if path["steps"] == test["expect"]["passes"]:
            break
    assert path["steps"] == test["expect"]["passes"]
    assert {name: path["ended"][name] for name in end} == end
    ways = [(way["step"], way["output"]) for way in path["ways"]]
    assert ways[:2] == [("hello", "then"), ("menu", test["scenario"]["does"][0]["press"])]


def call(trade, flow, scenario):
    """Play a scenario's keys on a real call; give its path through the flow."""
    caller = trade.caller().dial(NUMBER).to_menu()
    for act in scenario["does"]:
        caller.press(act["press"])
        time.sleep(0.3)
    caller.reaches("waiting")
    caller.hangs_up()
    admin, id_ = trade.installation.api("admin"), caller.record()["id"]
    return wait_until(
        lambda: admin.get(f"/flows/{flow}/path?call={id_}"), 5, "the path of the call is written"
    )


def test_the_command_runs_the_tests_of_the_database_and_of_a_file(trade, flow, tmp_path):
    passed = command(trade.installation, "--flow", str(flow))
    assert (passed.returncode, passed.stdout.count("passed")) == (0, 2), passed.stderr
    every = command(trade.installation)
    assert "Order 42 is for sales" in every.stdout

    nodes = {**DOCUMENT["nodes"], "by": {**DOCUMENT["nodes"]["by"], "otherwise": "sales"}}
    nodes["by"]["branches"] = [{"when": "1 == 2", "then": "support"}]
    nodes["menu"] = {**nodes["menu"], "choices": {"1": "number", "2": "sales"}}
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({**FILE, "document": {**DOCUMENT, "nodes": nodes}}))
    failed = command(trade.installation, str(file), "--flow", str(flow))
    assert failed.returncode == 1
    assert "FAILED  Two is support: The call ends elsewhere: “Queue: Sales”" in failed.stdout


def command(installation, *words):
    return subprocess.run(
        [sys.executable, "-m", "web", "flow", "test", *words],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
