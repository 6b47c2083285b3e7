from acd.agent import ONE_CALL
from acd.queue import AgentId, Queue, QueueKey, members_of
from cti.core import events as e
from cti.fake import FakeAsterisk
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings, read_flow

FLOW = {
    "start": "greet",
    "nodes": {
        "greet": {"type": "play", "prompts": ["greeting"], "then": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "sales", "2": "support", "0": "operator"},
            "wrong": ["wrong-key"],
            "otherwise": "operator",
        },
        "sales": {"type": "queue", "queue": "sales"},
        "support": {"type": "queue", "queue": "support"},
        "operator": {"type": "queue", "queue": "operator"},
    },
}


def open_site(agents=(1, 2, 3), capacity=ONE_CALL) -> FakeAsterisk:
    fake = FakeAsterisk()
    everyone = tuple(AgentId(a) for a in agents)
    for a in everyone:
        fake.hear(e.AgentKnown(a, f"Agent {a}", str(1000 + a), capacity=capacity))
    for key in ("sales", "support", "operator"):
        fake.hear(e.QueueChanged(QueueKey(key), Queue(QueueKey(key), key, members_of(everyone))))
    fake.hear(e.FlowPublished(read_flow(1, 1, "Hotline", FLOW)))
    fake.hear(e.RoutesChanged(RoutePlan({"100": NumberSettings(FlowId(1))})))
    return fake


def to_queue(fake: FakeAsterisk, call: str, digit: str = "2") -> None:
    fake.dial(call)
    fake.prompts_end(call)
    fake.press(call, digit)
