"""A flow of an administrator on a real Asterisk: published, heard, and going on after a death."""

import secrets
import time

import pytest
from asterisk.deaths import kill_the_engine
from asterisk.phones import something_else_than
from asterisk.test_custom import Crm

NUMBER = "4008007777"


@pytest.fixture
def crm():
    made = Crm()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def flow(trade, crm):
    """Publish a flow that asks another system, and let a number lead to it."""
    admin = trade.installation.api("admin")
    admin.ask("PATCH", "/parameters", {"inside_hosts": "127.0.0.1"})
    made = admin.post("/flows", {"name": f"Levels {secrets.token_hex(4)}"})["id"]
    nodes = {
        "who": {"type": "customer", "found": "http", "unknown": "http"},
        "http": {
            "type": "http",
            "url": crm.url + "?name={customer_name}",
            "answers": {"level": "data.level"},
            "seconds": 4,
            "then": "by",
            "error": "operator",
        },
        "by": {
            "type": "condition",
            "branches": [{"when": 'level == "gold"', "then": "support"}],
            "otherwise": "sales",
        },
        **{key: {"type": "queue", "queue": key} for key in ("support", "sales", "operator")},
    }
    document = {"start": "who", "nodes": nodes}
    admin.ask("PUT", f"/flows/{made}/draft", {"document": document})
    admin.post(f"/flows/{made}/publish", {"message": "First"})
    route = {"name": "Levels", "called": NUMBER, "destination": f"flow:{made}"}
    route = admin.post("/routes", route)
    time.sleep(1)  # the engine reads both
    yield made
    admin.delete(f"/routes/{route['id']}")
    admin.delete(f"/flows/{made}")


@pytest.mark.usefixtures("flow")
def test_another_system_decides_and_a_dead_engine_asks_again(trade, crm):
    crm.said, crm.seconds = {"data": {"level": "gold"}}, 2.5
    caller = trade.caller().dial(NUMBER)
    caller.phone.hears(something_else_than(440), "music while the other system thinks")
    kill_the_engine(trade)
    assert caller.reaches("waiting")["queue"] == "support"
    assert len(crm.heard) == 2
    caller.hangs_up()
    steps = [one["kind"] for one in caller.record()["timeline"]]
    assert steps.count("step") >= 3
    trade.becomes_quiet()


@pytest.mark.usefixtures("flow")
def test_a_system_that_is_too_slow_or_dead_keeps_no_caller(trade, crm):
    crm.seconds = 10
    slow = trade.caller().dial(NUMBER)
    crm.server.shutdown()
    crm.server.server_close()
    dead = trade.caller().dial(NUMBER)
    assert dead.reaches("waiting")["queue"] == "operator"
    assert slow.reaches("waiting")["queue"] == "operator"
    for caller in (slow, dead):
        caller.hangs_up()
    trade.becomes_quiet()
