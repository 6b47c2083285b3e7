"""A flow published again while callers are in its menu, with real calls and a killed engine."""

import contextlib
import secrets
import time

import pytest
from asterisk.deaths import kill_the_engine

NUMBER = "4008007799"
PRESSES = 3
QUEUES = ("sales", "support", "operator")


def document(queue):
    menu = {"type": "menu", "prompts": ["menu"], "choices": {"1": "line"}, "otherwise": "menu"}
    return {"start": "menu", "nodes": {"menu": menu, "line": {"type": "queue", "queue": queue}}}


@pytest.fixture
def publish(trade):
    """Publish versions of one flow, to which a number leads."""
    admin = trade.installation.api("admin")
    flow = admin.post("/flows", {"name": f"Versions {secrets.token_hex(4)}"})["id"]

    def again(queue):
        admin.ask("PUT", f"/flows/{flow}/draft", {"document": document(queue)})
        admin.post(f"/flows/{flow}/publish", {"message": queue})
        time.sleep(0.5)  # the engine reads it

    again(QUEUES[0])
    route = {"name": "Versions", "called": NUMBER, "destination": f"flow:{flow}"}
    route = admin.post("/routes", route)
    time.sleep(0.5)
    yield again
    admin.delete(f"/routes/{route['id']}")
    admin.delete(f"/flows/{flow}")


def chooses(caller):
    """Press the key until it is heard: the test telephone loses one of thirty."""
    for _ in range(PRESSES):
        caller.press("1")
        with contextlib.suppress(AssertionError):
            return caller.reaches("waiting", seconds=3)
    raise AssertionError("the key was not heard")


def test_each_caller_ends_on_the_version_on_which_the_call_began(trade, publish):
    callers = {}
    for queue in QUEUES:
        if callers:
            publish(queue)
        callers[queue] = trade.caller()
        callers[queue].dial(NUMBER).to_menu()
    kill_the_engine(trade)
    for queue, caller in callers.items():
        caller.to_menu()
        assert chooses(caller)["queue"] == queue
    for caller in callers.values():
        caller.hangs_up()
    trade.becomes_quiet()
