"""The customer of a call: found by the number, or chosen by the agent."""

from journeys.site import to_queue

from acd.queue import AgentId
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard, CustomerId
from cti.core import requests as r
from cti.fake import sign_in


def test_the_customer_that_the_agent_chooses_is_the_calls_customer(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    card = CustomerCard(CustomerId(7), "王小明", "", "gold")
    fake.hear(r.CustomerChosen(AgentId(1), CallId("c1"), card))
    fake.hear(r.CustomerChosen(AgentId(1), CallId("c1"), card))
    assert fake.call("c1").customer == card
    fake.caller_hangs_up("c1")
    fake.wait(60)
    other = CustomerCard(CustomerId(8), "李娜", "", "")
    fake.hear(r.CustomerChosen(AgentId(1), CallId("c1"), other))

    assert fake.kinds("c1").count("customer") == 2
    assert fake.record("c1").customer == 8
