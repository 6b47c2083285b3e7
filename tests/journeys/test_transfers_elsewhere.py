"""Transfers to what is no person: another system that decides, and the reception of faxes."""

import pytest
from journeys.invariants import check
from journeys.site import to_queue

from acd.agent import AgentState
from acd.queue import AgentId
from crm.calls.record import CallId, CallResult
from crm.custom_destinations.custom import CustomDestination, CustomId
from crm.kernel.destination import read_destination
from crm.kernel.errors import ConflictError, MissingError
from cti.core import events as e
from cti.core import requests as r
from cti.core.answer_events import CustomAnswered
from cti.core.commands import AskCustom
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings

LI, C1 = AgentId(1), CallId("c1")
CRM = CustomDestination(CustomId(1), "CRM", "https://crm.example/", ())


@pytest.fixture
def talk(fake):
    """Agent 1 talks with a caller."""
    plan = RoutePlan({"100": NumberSettings(FlowId(1))}, custom={CRM.id: CRM}, faxes=True)
    fake.hear(e.RoutesChanged(plan))
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    return fake


def transfer(talk, to):
    talk.hear(r.TransferAsked(LI, C1, read_destination(to)))


def questions(talk):
    return [one for one in talk.asked if isinstance(one, AskCustom)]


def transfers(talk):
    lines = [line.detail for line in talk.timeline("c1") if line.kind == "transfer"]
    return [(line["state"], line["to"]) for line in lines]


@pytest.mark.parametrize("dies", [False, True])
def test_another_system_leads_a_transferred_customer_on(talk, dies):
    transfer(talk, "custom:1")
    assert talk.hearing["c1"] == "music"
    assert talk.agent(1).state is AgentState.WRAP_UP
    assert transfers(talk) == [("asked", "custom:1"), ("completed", "custom:1")]
    if dies:
        talk.engine_dies()
        assert talk.hearing["c1"] == "music"
    question = questions(talk)[-1]
    assert len(questions(talk)) == (2 if dies else 1)
    talk.hear(CustomAnswered(C1, question.id, read_destination("queue:sales")))

    assert (talk.stage("c1"), talk.call("c1").queue) == (Stage.WAITING, "sales")
    assert talk.hearing["c1"] == "music"
    check(talk)


def test_a_customer_who_hangs_up_while_the_other_system_thinks_is_gone(talk):
    transfer(talk, "custom:1")
    talk.caller_hangs_up("c1")
    talk.hear(CustomAnswered(C1, questions(talk)[-1].id, read_destination("queue:sales")))
    talk.wait(60)

    assert len(talk.state.calls) == len(talk.state.works) == len(talk.channels) == 0
    assert talk.record("c1").result is CallResult.ANSWERED


@pytest.mark.parametrize("dies", [False, True])
def test_a_caller_whose_machine_sends_a_fax_is_transferred_to_its_reception(talk, dies):
    transfer(talk, "fax")
    assert talk.stage("c1") is Stage.FAX
    assert talk.agent(1).state is AgentState.WRAP_UP
    file = talk.hearing["c1"].removeprefix("fax ")
    if dies:
        talk.engine_dies()
        assert talk.hearing["c1"] == f"fax {file}"
        check(talk)
    talk.wait(30)
    talk.caller_hangs_up("c1")
    talk.hear(e.FaxEnded(LegId("c1"), file, 2))

    (told,) = (line.detail for line in talk.timeline("c1") if line.kind == "fax received")
    assert told["pages"] == 2
    record = talk.record("c1")
    assert (record.result, record.agent) == (CallResult.ANSWERED, LI)
    talk.wait(60)
    assert len(talk.state.calls) == len(talk.channels) == 0


def test_another_system_or_the_fax_reception_cannot_be_consulted_or_added(talk):
    for to in ("custom:1", "fax"):
        with pytest.raises(ConflictError, match="Consult an agent or an outside number"):
            talk.hear(r.ConsultAsked(LI, C1, read_destination(to)))

    assert talk.talking("c1")


def test_a_destination_that_is_gone_is_refused_and_the_talk_goes_on(talk):
    talk.hear(e.RoutesChanged(RoutePlan({"100": NumberSettings(FlowId(1))}, faxes=False)))
    for to in ("custom:1", "fax"):
        with pytest.raises(MissingError, match="no such destination"):
            transfer(talk, to)

    assert talk.talking("c1")
