"""A flow that is published again and again while many calls are in it: each keeps its version."""

import pytest
from journeys.invariants import check
from journeys.site import open_site
from unit.ivr.random_flows import seeded

from crm.calls.record import CallId, Kind
from cti.core import events as e
from ivr.flow import FlowId, read_flow

CALLS = 50
QUEUES = ("sales", "support", "operator")


def queue_of(version):
    return QUEUES[version % len(QUEUES)]


def document(version):
    """Each version has a menu of its own, and the key 1 leads elsewhere than in the one before."""
    menu = {
        "type": "menu",
        "prompts": [f"menu-{version}"],
        "choices": {"1": "by"},
        "otherwise": "bye",
    }
    kept = {"type": "set", "variable": "version", "value": str(version), "then": "menu"}
    by = {
        "type": "condition",
        "branches": [{"when": f"version == {version}", "then": "line"}],
        "otherwise": "bye",
    }
    line = {"type": "queue", "queue": queue_of(version)}
    nodes = {"kept": kept, "menu": menu, "by": by, "line": line, "bye": {"type": "hangup"}}
    return {"start": "kept", "nodes": nodes}


def publish(fake, version):
    fake.hear(e.FlowPublished(read_flow(1, version, "Hotline", document(version))))


@pytest.mark.parametrize("dies", [False, True], ids=["an engine that lives", "one that is killed"])
def test_each_of_fifty_calls_ends_on_the_version_on_which_it_began(dies):
    fake, chance = open_site(), seeded(dies)
    calls = {f"c{number}": number for number in range(2, CALLS + 2)}
    for call, version in calls.items():
        publish(fake, version)
        fake.dial(call)
    if dies:
        fake.engine_dies()

    pending = list(calls)
    chance.shuffle(pending)
    for place, call in enumerate(pending):
        version = calls[call]
        assert fake.call(call).run.version == version
        assert fake.playing[fake.hearing[CallId(call)]] == (f"menu-{version}",)
        if place % 5 == 0:
            fake.caller_hangs_up(call)
        else:
            fake.press(call, "1")
            assert fake.call(call).queue == queue_of(version)
        if place == CALLS // 2:
            publish(fake, CALLS + 2)
            if dies:
                fake.engine_dies()
        check(fake)

    for call in pending:
        if call in fake.channels:
            fake.caller_hangs_up(call)
        ends = [one for one in fake.timeline(call) if one.kind is Kind.ENDED]
        assert [one.detail["by"] for one in ends] == ["caller"]
    fake.wait(1)
    check(fake)
    kept = [version for flow, version in fake.state.flows if flow == FlowId(1)]
    assert kept == [CALLS + 2] or dies, "an old version without calls is kept"
