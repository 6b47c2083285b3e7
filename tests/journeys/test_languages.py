"""Callers hear the prompts in the language of the number, or in the one that they chose."""

from acd.queue import AgentId, Queue, QueueKey, members_of
from cti.core import events as e
from cti.fake import FakeAsterisk
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings, read_flow

NODES = {
    "greet": {"type": "play", "prompts": ["greeting"], "then": "which"},
    "which": {
        "type": "menu",
        "prompts": ["menu"],
        "choices": {"1": "english"},
        "wrong": ["wrong-key"],
        "wait_seconds": 60,
        "tries": 2,
        "otherwise": "support",
    },
    "english": {"type": "language", "language": "en", "then": "welcome"},
    "welcome": {"type": "play", "prompts": ["greeting"], "then": "support"},
    "support": {"type": "queue", "queue": "support"},
}


def open_site():
    fake = FakeAsterisk()
    key = QueueKey("support")
    fake.hear(e.QueueChanged(key, Queue(key, "Support", members_of([AgentId(1)]))))
    document = {"start": "greet", "nodes": NODES}
    fake.hear(e.FlowPublished(read_flow(1, 1, "Hotline", document)))
    fake.hear(
        e.RoutesChanged(
            RoutePlan({"100": NumberSettings(FlowId(1), "zh_CN"), "200": NumberSettings(FlowId(1))})
        )
    )
    return fake


def language(fake):
    """The language of the prompts that the caller hears."""
    return fake.state.legs["c1"].placement.language


def test_a_number_speaks_its_language_until_the_caller_chooses_another():
    fake = open_site()
    fake.dial("c1")
    assert language(fake) == "zh_CN"
    fake.prompts_end("c1")
    assert language(fake) == "zh_CN"
    fake.press("c1", "1")

    assert language(fake) == "en"


def test_a_number_without_a_choice_speaks_english():
    fake = open_site()
    fake.dial("c1", "200")

    assert language(fake) == "en"
    assert fake.call("c1").run.variables == {}


def test_a_new_engine_goes_on_in_the_callers_language():
    fake = open_site()
    fake.dial("c1")
    fake.engine_dies()
    fake.prompts_end("c1")

    assert fake.call("c1").run.at == "which"
    assert language(fake) == "zh_CN"
