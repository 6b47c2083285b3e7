"""Calls to numbers outside on the fake Asterisk: two trunks, a rule, agents who dial."""

from dataclasses import replace

from acd.queue import AgentId
from crm.calls.record import CallId
from crm.kernel.destination import read_destination
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId, LegState
from cti.fake import sign_in
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import DialTrunk, OutboundPlan, OutboundRule, RuleId
from cti.routes.rule import RoutePlan, RouteRule
from cti.trunks.trunk import TrunkId
from ivr.flow import FlowId, NumberSettings

LI = AgentId(1)
CALL = CallId("o1")
ONE, TWO = TrunkId(1), TrunkId(2)
MOBILE = "13800138000"
CUSTOMER = "o1-c2"  # the agent's leg is the first


def to(text):
    return read_destination(text)


def plan(**more):
    rule = OutboundRule(RuleId(1), "National", frozenset({NumberClass.MOBILE}), (ONE, TWO))
    settings = {
        "rules": (rule,),
        "trunks": {ONE: DialTrunk(ONE, "Carrier"), TWO: DialTrunk(TWO, "Second")},
        "own_numbers": frozenset({"+864008001234"}),
        "site_number": "+864008001234",
    }
    return OutboundPlan(**settings | more)


def open_for_calls(fake):
    """Two agents who are ready, and may call mobile numbers."""
    fake.hear(e.OutboundChanged(plan()))
    sign_in(fake, 1, 2)
    return fake


def call_out(fake, dialled=MOBILE):
    fake.hear(r.CallAsked(CALL, LI, dialled))
    fake.answers("o1-a1")


def dialling(fake):
    return replace(fake.state.legs[LegId(CUSTOMER)], state=LegState.DIALLING)


def routed(fake, destination, forwards=None):
    rule = RouteRule(1, "Night", to(destination))
    fake.hear(
        e.OutboundChanged(plan()),
        e.RoutesChanged(
            RoutePlan({"100": NumberSettings(FlowId(1))}, (rule,), forwards=forwards or {})
        ),
    )
    fake.dial("c1")
