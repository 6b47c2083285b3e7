"""Any order of callers, agents and edits of queues, skills, members, levels: nobody is forgotten.

Events come doubled, late or not at all, and the engine dies in between. After each of them no
caller waits beside an agent who could serve them, no work rings twice at one agent, no wait is
without a timer, no agent has more than they take, and the longer wait of equal priority goes first.
"""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys.acts import AGENTS, acts, agents, play, queues
from journeys.invariants import check
from journeys.site import open_site
from wide import examples

from acd.agent import Phone
from acd.decision import Decision, Rule, replay
from acd.preferred import FamiliarAgents
from acd.queue import (
    AddMembers,
    Announcements,
    OverflowStep,
    Preferred,
    Queue,
    QueueMember,
    RaisePriority,
    RelaxSkill,
    SendTo,
    Strategy,
    best_ranks,
)
from acd.service_level import ServiceLevel, ServiceLevelId, ServiceLevels
from acd.settings import DayBegan
from acd.skills import Need
from acd.work import WorkState, urgency
from crm.customers.customer import CustomerCard, CustomerId
from crm.kernel.destination import read_destination
from crm.kernel.errors import HotlineError, ImpossibleError
from cti.core import events as e
from cti.core import requests as r
from cti.core.answer_events import AgentsFound

SKILLS = ("english", "tax")
GOLD = CustomerCard(CustomerId(4), "Zhao Lei", level="gold")
needs = st.lists(
    st.builds(Need, st.sampled_from(SKILLS), st.integers(1, 10)),
    max_size=2,
    unique_by=lambda one: one.skill,
).map(tuple)
members = st.lists(st.builds(QueueMember, agents, st.integers(1, 2)), max_size=3).map(best_ranks)
sent_to = st.sampled_from(["queue:sales", "queue:support", "queue:gone", "hangup", "agent:2"])
actions = st.one_of(
    st.builds(RelaxSkill, st.sampled_from(SKILLS), st.integers(0, 5)),
    st.builds(lambda found: AddMembers(members=found), members),
    st.builds(RaisePriority, st.integers(1, 3)),
    st.builds(SendTo, sent_to.map(read_destination)),
)
steps = st.lists(
    st.builds(OverflowStep, st.sampled_from([1.0, 5.0, 20.0, 60.0]), actions), max_size=3
)
preferred = st.sampled_from([Preferred(), Preferred(7, True, 10.0), Preferred(7, False, 3.0)])
somewhere = st.none() | sent_to.map(read_destination)
edited = st.builds(
    lambda key, steps, **fields: Queue(
        key, key, steps=tuple(sorted(steps, key=lambda one: one.after_seconds)), **fields
    ),
    queues,
    steps,
    members=members,
    strategy=st.sampled_from(Strategy),
    needs=needs,
    ageing=st.sampled_from([0.0, 0.0, 2.0]),
    weight=st.sampled_from([1.0, 3.0]),
    priority=st.integers(0, 1),
    preferred=preferred,
    max_wait_seconds=st.sampled_from([0.0, 0.0, 30.0]),
    timed_out=somewhere,
    max_length=st.sampled_from([0, 0, 1]),
    full=somewhere,
    empty=st.none() | somewhere,
    wrapup_seconds=st.sampled_from([0.0, 10.0]),
    announcements=st.sampled_from(
        [
            Announcements(),
            Announcements(ahead=True, first_seconds=3, every_seconds=15),
            Announcements(estimate=True, text_en="Sorry.", first_seconds=1, every_seconds=0),
        ]
    ),
)
idle_limits = st.sampled_from([0.0, 30.0, 300.0])
tiers = st.sampled_from(["", "gold", "silver"])
service_levels = st.lists(
    st.builds(
        ServiceLevel,
        st.integers(1, 3).map(ServiceLevelId),
        st.just("VIP"),
        priority=st.integers(0, 3),
        queue=st.none() | queues,
        needs=needs,
        patience_seconds=st.sampled_from([0.0, 5.0, 30.0]),
        tier=st.sampled_from(["gold", "silver"]),
    ),
    max_size=2,
    unique_by=lambda one: one.tier,
).map(tuple)
levels = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 10))
known = st.builds(FamiliarAgents, st.none() | agents, st.none() | agents, st.just(2e9), tiers)
which = st.integers(0, 5)  # of the calls that are alive
routing = st.one_of(
    st.tuples(st.just("edit"), edited),
    st.tuples(st.just("skills"), agents, levels),
    st.tuples(st.just("known"), which, known),
    st.tuples(st.just("levels"), service_levels),
    st.tuples(st.just("gold"), which),
    st.tuples(st.just("queue gone"), queues, queues),
    st.tuples(st.just("idle limit"), agents, idle_limits),
    st.tuples(st.just("arrive"), st.sampled_from("122")),
    st.tuples(st.just("arrive"), st.sampled_from("122")),
    st.tuples(st.just("ready"), agents),
    st.tuples(st.just("ready"), agents),
    st.tuples(st.just("not ready"), agents),
    st.tuples(st.just("takes"), which),
    st.tuples(st.just("takes"), which),
    st.tuples(st.just("declines"), which, st.sampled_from([16, 17, 20, 21])),
    st.tuples(st.just("leaves"), which),
    st.tuples(st.just("leaves"), which),
    st.tuples(st.just("midnight"), agents),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 4.0, 16.0, 60.0])),
    st.tuples(st.just("dies"), st.sampled_from([0.5, 20.0])),
)
mostly_routing = st.integers(0, 9).flatmap(lambda number: acts if number == 0 else routing)
opening = st.tuples(
    st.lists(st.tuples(st.just("edit"), edited), max_size=3),
    st.lists(st.tuples(st.just("ready"), agents), max_size=3),
    st.lists(st.tuples(st.just("arrive"), st.sampled_from("122")), max_size=4),
).map(lambda parts: [act for part in parts for act in part])
stories = st.builds(
    lambda first, rest: [*first, *rest], opening, st.lists(mostly_routing, max_size=40)
)


def happen(fake, act):  # noqa: PLR0912 - one line an act
    match act:
        case "edit", queue:
            fake.hear(e.QueueChanged(queue.key, queue), e.LineOpened(queue.key))
        case "skills", agent, theirs:
            edit_agent(fake, fake.agent(agent), skills=theirs)
        case "levels", wanted:
            routes = replace(fake.state.routes, levels=ServiceLevels(wanted))
            fake.hear(e.RoutesChanged(routes))
        case "gold", number if call := nth(fake, number):
            fake.hear(e.CustomerFound(call, GOLD))
        case "queue gone", key, successor if len(fake.state.queues) > 1:
            routes = replace(fake.state.routes, successors={key: successor})
            fake.hear(e.RoutesChanged(routes), e.QueueChanged(key, None))
        case "idle limit", agent, seconds:
            edit_agent(fake, fake.agent(agent), idle_limit_seconds=seconds)
        case "known", number, agents_ if call := nth(fake, number):
            fake.hear(AgentsFound(call, agents_))
        case "arrive", digit:
            call = f"n{len(fake.facts)}"
            fake.dial(call)
            fake.prompts_end(call)
            fake.press(call, digit)
        case "ready", agent:
            play(fake, ("ready", agent, Phone.SIP))
        case "not ready", agent:
            fake.hear(r.StateAsked(agent, ready=False, reason="lunch"))
        case "takes", number if leg := ringing(fake, number):
            fake.answers(leg)
        case "declines", number, cause if leg := ringing(fake, number):
            fake.ends(leg, cause)
        case "leaves", number if call := nth(fake, number):
            fake.caller_hangs_up(call)
        case "dies", seconds:
            fake.engine_dies(seconds)
            fake.wait(0.01)
        case "midnight", agent:
            fake.hear(DayBegan(agent))
        case "known" | "takes" | "declines" | "leaves" | "gold" | "queue gone", *_:
            pass
        case _:
            play(fake, act)


def edit_agent(fake, known, **changed):
    said = {"skills": known.skills, "idle_limit_seconds": known.idle_limit_seconds, **changed}
    fake.hear(e.AgentKnown(known.id, known.name, known.extension, capacity=known.capacity, **said))


def nth(fake, number):
    """One of the calls that are alive."""
    alive = list(fake.state.calls)
    return alive[number % len(alive)] if alive else None


def ringing(fake, number):
    """One of the phones that ring."""
    legs = [leg.id for leg in fake.state.legs.values() if leg.agent and leg.state != "up"]
    return legs[number % len(legs)] if legs else None


def check_offers(fake, decisions):
    for work in fake.state.works.values():
        rings_at = [one.agent for one in work.offers]
        assert len(rings_at) == len(set(rings_at)), "rings twice at one agent"
    for made in decisions:
        work, agent = replay(made)
        assert (work, agent) == (made.work, made.agent), "choosing again gives another agent"


def check_order(fake, decisions):
    """No work of the same queue and the same needs that waits longer was left behind."""
    for made in decisions:
        chosen = fake.state.works.get(made.work)
        if chosen is None or made.rule is not Rule.MOST_URGENT:
            continue
        for other in fake.state.works.values():
            alike = (other.queue, other.needs, other.step) == (
                chosen.queue,
                chosen.needs,
                chosen.step,
            )
            waits = other.state is WorkState.WAITING and not other.waits_for_preferred
            if alike and waits and other.only is None and made.agent not in other.passed_over:
                assert urgency(chosen) <= urgency(other), "a longer wait was left behind"


def decisions_of(fake, seen):
    return [fact for _, fact in fake.facts[seen:] if isinstance(fact, Decision)]


@pytest.mark.wide
@settings(
    max_examples=examples(600),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(stories)
def test_no_order_of_edits_and_events_forgets_a_caller(story):
    fake = open_site(AGENTS)
    for act in story:
        seen = len(fake.facts)
        try:
            happen(fake, act)
        except ImpossibleError:
            raise
        except HotlineError:
            pass
        check(fake)
        decisions = decisions_of(fake, seen)
        check_offers(fake, decisions)
        if act[0] in {"ready", "leaves"}:
            check_order(fake, decisions)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(stories)
def test_when_all_callers_have_left_no_work_remains(story):
    fake = open_site(AGENTS)
    for act in story:
        with contextlib.suppress(HotlineError):
            happen(fake, act)
    for call in list(fake.state.calls):
        fake.caller_hangs_up(call)
    for leg in list(fake.channels):
        fake.tell_ended(leg, 16)
    fake.wait(120)
    voice = [one for one in fake.state.works.values() if one.call is not None]
    assert voice == []
