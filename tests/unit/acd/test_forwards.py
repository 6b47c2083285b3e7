"""Forwarding of extensions: which destination counts, and which settings lead in a circle."""

from itertools import product

from acd.forwards import ForwardKind, Forwards, loop, made_of
from acd.queue import AgentId
from crm.kernel.destination import read_destination

LI, WANG, ZHAO, SUN = map(AgentId, (1, 2, 3, 4))
SUPPORT = read_destination("queue:support")
TO_WANG, TO_ZHAO, TO_LI = (read_destination(f"agent:{one}") for one in (WANG, ZHAO, LI))


def test_forwarding_always_stands_before_the_other_reasons():
    forwards = Forwards(all=SUPPORT, busy=TO_WANG)
    assert [forwards.to(kind) for kind in ForwardKind] == [SUPPORT] * 4
    assert forwards.own(ForwardKind.BUSY) == TO_WANG


def test_each_reason_has_its_own_destination():
    forwards = made_of({ForwardKind.NO_ANSWER: SUPPORT, ForwardKind.AWAY: TO_WANG})
    assert forwards == Forwards(no_answer=SUPPORT, away=TO_WANG)
    assert forwards.to(ForwardKind.BUSY) is None
    assert forwards.destinations() == (SUPPORT, TO_WANG)


def test_an_extension_forwarded_to_itself_is_a_loop():
    assert loop(LI, Forwards(busy=TO_LI), {}) == (LI, LI)


def test_two_extensions_forwarded_to_each_other_are_a_loop_for_whatever_reasons():
    for mine, theirs in product(("all", "busy", "no_answer", "away"), repeat=2):
        of = {WANG: Forwards(**{theirs: TO_LI})}
        assert loop(LI, Forwards(**{mine: TO_WANG}), of) == (LI, WANG, LI)


def test_a_loop_over_three_extensions_is_found_on_the_shortest_way():
    of = {WANG: Forwards(away=TO_ZHAO), ZHAO: Forwards(busy=TO_LI)}
    assert loop(LI, Forwards(all=TO_WANG), of) == (LI, WANG, ZHAO, LI)
    assert loop(LI, Forwards(all=TO_WANG, busy=TO_ZHAO), of) == (LI, ZHAO, LI)


def test_what_leads_elsewhere_is_no_loop_even_past_a_loop_of_others():
    of = {WANG: Forwards(all=TO_ZHAO), ZHAO: Forwards(all=TO_WANG), SUN: Forwards(all=SUPPORT)}
    assert loop(LI, Forwards(all=TO_WANG, busy=read_destination("agent:4")), of) == ()


def test_the_forwarding_that_is_replaced_does_not_count():
    of = {LI: Forwards(all=TO_WANG), WANG: Forwards(all=TO_LI)}
    assert loop(LI, Forwards(all=SUPPORT), of) == ()
