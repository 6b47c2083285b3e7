"""Asking another system where a call goes: a real receiver, and what it may answer."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook
from unit.cti.engine.bare import MemoryJournal, bare_engine
from unit.web.webhooks.receiver import receiving

from crm.calls.record import CallId
from crm.custom_destinations.custom import CustomDestination, CustomId
from crm.customers.customer import CustomerCard
from crm.kernel.destination import read_destination
from crm.outgoing.sending import Sender
from crm.outgoing.signing import Seal, new_secret
from cti.core.answer_events import CustomAnswered
from cti.core.call import Call, Direction, Inbound
from cti.core.commands import AskCustom, FindCustomer
from cti.core.state import Change
from cti.engine.custom import CustomQuestions
from cti.routes.rule import RoutePlan

SECRET = new_secret()
SEAL = Seal("home", "custom destinations")
QUESTION = AskCustom(CallId("c1"), "c1-q1", CustomId(1), {"call": "c1", "caller": "+8613"})


def clock():
    return datetime.now(UTC)  # noqa: TID251 - signatures are of now


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


def known(receiver, seconds=3, **more):
    sealed = (SEAL.close(SECRET),)
    return CustomDestination(
        CustomId(1), "CRM", receiver.url, sealed, inside=True, seconds=seconds, **more
    )


def ask(receiver, customer=None, **more):
    asker = CustomQuestions(Sender(SEAL, clock), clock)
    return asyncio.run(asker.ask(known(receiver, **more), QUESTION, customer))


def test_the_question_is_signed_and_the_answer_is_an_event(receiver):
    receiver.way = "json"
    receiver.said = '{"destination": "queue:vip", "priority": 3, "variables": {"a": "b"}}'

    event = ask(receiver, CustomerCard(42, "王小明"))

    [(headers, body)] = receiver.heard
    assert Webhook(SECRET).verify(body, headers)
    assert json.loads(body)["customer"] == {"id": 42, "name": "王小明"}
    assert headers["webhook-id"] == "c1-q1"
    assert (event.call, event.question) == ("c1", "c1-q1")
    assert event.destination == read_destination("queue:vip")
    assert (event.priority, event.variables, event.why) == (3, {"a": "b"}, "")


@pytest.mark.parametrize(
    ("way", "said", "why", "status"),
    [
        ("ok", "", "not json", 200),
        ("json", "{}", "no destination", 200),
        ("500", "", "status", 500),
        ("redirect", "", "redirect", 302),
        ("close", "", "closed", 0),
        ("large", "", "too long", 200),
    ],
)
def test_what_is_no_use_says_why(receiver, way, said, why, status):
    receiver.way, receiver.said = way, said

    event = ask(receiver)

    assert (event.destination, event.why, event.status) == (None, why, status)


@pytest.mark.parametrize("way", ["hang", "slow body", "slow head"])
def test_a_system_that_is_too_slow_is_not_waited_for(receiver, way):
    receiver.way = way

    event = ask(receiver, seconds=1)

    assert event.why == "timeout"
    assert 0.9 < event.seconds < 2


def test_a_call_waits_for_its_look_up_before_it_is_asked_about(tmp_path):
    class Asker:
        def __init__(self):
            self.customers = []

        async def ask(self, known, question, customer):
            self.customers.append(customer)
            return CustomAnswered(question.call, question.id, why=known.name)

    class Book:
        def find_customer(self, number):
            return CustomerCard(1, f"Customer {number}")

    async def story():
        engine = bare_engine(tmp_path, MemoryJournal())
        engine._book, engine._asker = Book(), Asker()  # noqa: SLF001
        call = Call(CallId("c1"), Direction.IN, Inbound(), "1", "100", engine.clock())
        one = CustomDestination(CustomId(1), "CRM", "", ())
        plan = RoutePlan(custom={one.id: one})
        engine.state.apply(Change(calls={call.id: call}, routes=plan))
        engine._ask(FindCustomer(call.id, "1"))  # noqa: SLF001
        engine._ask(QUESTION)  # noqa: SLF001
        await asyncio.gather(*engine._questions)  # noqa: SLF001
        return engine._asker.customers  # noqa: SLF001

    (customer,) = asyncio.run(story())
    assert customer.name == "Customer 1"
