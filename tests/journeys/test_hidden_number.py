"""An agent hides our number for one call, where the outbound rule allows it."""

from dataclasses import replace

import pytest
from journeys.calls_out import CALL, CUSTOMER, LI, MOBILE, ONE, TWO, open_for_calls, plan
from journeys.invariants import check

from crm.kernel.errors import RefusedError
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.outbound.rule import DialTrunk


def hiding(*, first=True):
    """Give the rules: the number may be hidden, perhaps over the second trunk only."""
    known = plan()
    rule = replace(known.rules[0], may_hide=True)
    trunks = {ONE: DialTrunk(ONE, "Carrier", hide_allowed=first), TWO: DialTrunk(TWO, "Second")}
    return replace(known, rules=(rule,), trunks=trunks)


@pytest.fixture
def ready(fake):
    site = open_for_calls(fake)
    site.hear(e.OutboundChanged(hiding()))
    return site


def call_out(ready, dialled=MOBILE):
    ready.hear(r.CallAsked(CALL, LI, dialled, hidden=True))


@pytest.mark.parametrize("dies", [False, True])
def test_the_customer_sees_no_number(ready, dies):
    call_out(ready)
    if dies:
        ready.engine_dies()
    ready.answers("o1-a1")
    (leg,) = (one for one in ready.dialled if one.startswith("o1-c"))
    assert ready.dialled[leg] == (ONE, "+8613800138000", "")
    ready.answers(leg)
    assert ready.stage(CALL) is Stage.TALKING
    ready.ends(leg)

    assert ready.record(CALL).own_number == ""
    check(ready)


def test_a_trunk_that_cannot_hide_is_not_taken(ready):
    ready.hear(e.OutboundChanged(hiding(first=False)))
    call_out(ready)
    ready.answers("o1-a1")

    assert ready.dialled[LegId(CUSTOMER)] == (TWO, "+8613800138000", "")


def test_the_next_call_shows_the_number_again(ready):
    call_out(ready)
    ready.answers("o1-a1")
    ready.ends(CUSTOMER, 17)
    ready.wait(60)
    ready.hear(r.CallAsked("o2", LI, MOBILE))
    ready.answers("o2-a1")

    assert ready.dialled[LegId("o2-c2")][2] == "+864008001234"


def test_without_permission_it_is_refused_in_words_and_nothing_is_dialled(ready):
    ready.hear(e.OutboundChanged(plan()))
    with pytest.raises(RefusedError, match="rule “National” does not allow it"):
        call_out(ready)

    assert not ready.dialled
    assert len(ready.state.calls) == 0


@pytest.mark.parametrize("dialled", ["1002", "*97"])
def test_a_colleague_always_sees_who_calls(ready, dialled):
    with pytest.raises(RefusedError, match="outside numbers only"):
        call_out(ready, dialled)


def test_a_number_that_the_carrier_names_instead_is_dialled_hidden_too(ready):
    call_out(ready)
    ready.answers("o1-a1")
    ready.hear(e.LegRedirected(LegId(CUSTOMER), "13900139000"))
    ready.ends(CUSTOMER, 23)

    assert ready.dialled[LegId("o1-c3")][1:] == ("+8613900139000", "")
