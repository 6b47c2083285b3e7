"""Flows of single steps that tests publish for number 100, and what is told of a caller in them."""

from crm.calls.record import Kind
from cti.core import events as e
from cti.core.commands import AskFlow
from ivr.flow import read_flow

QUEUES = {
    "sales": {"type": "queue", "queue": "sales"},
    "support": {"type": "queue", "queue": "support"},
    "operator": {"type": "queue", "queue": "operator"},
}


def publish(fake, start, version=2, **nodes):
    document = {"start": start, "nodes": {**QUEUES, **nodes}}
    fake.hear(e.FlowPublished(read_flow(1, version, "Hotline", document)))


def asked(fake):
    """The last question of a step."""
    return [one for one in fake.asked if isinstance(one, AskFlow)][-1]


def visits(fake, call="c1"):
    """The steps that a caller came to, in order: "step", or "flow/step" of another flow."""
    return [
        one.detail["node"]
        if one.detail["flow"] == 1
        else f"{one.detail['flow']}/{one.detail['node']}"
        for one in fake.timeline(call)
        if one.kind is Kind.STEP
    ]
