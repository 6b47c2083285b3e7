"""The legs of a call for pages and API, and why each agent was chosen."""

from collections.abc import Iterable

from acd.decision import Considered, Rule, Verdict
from acd.decisions.store import DecisionFact
from crm.calls.leg import CallLeg
from web.calls.leg_words import (
    CAUSES,
    IDLE_THE_LONGEST,
    OTHER_CAUSE,
    PASSED_OVER,
    PHONES,
    REASONS,
    ROLES,
    VERDICTS,
    WHY,
)
from web.calls.shapes import ConsideredShape, DecisionShape, LegShape
from web.calls.views import Words
from web.kit.i18n import Reader, duration
from web.kit.shapes import Named


def show_legs(legs: Iterable[CallLeg], known: Words) -> list[LegShape]:
    """Show a call's legs, the oldest first."""
    return [_leg(leg, known) for leg in legs]


def show_decisions(decisions: Iterable[DecisionFact], known: Words) -> list[DecisionShape]:
    """Show why each offer of a call went to its agent, the oldest first."""
    return [
        DecisionShape(
            at=one.at,
            agent=_agent(known, one.agent),
            queue=one.queue,
            queue_name=known.queue(one.queue),
            rule=one.rule,
            waited_seconds=round(one.waited_seconds, 3),
            considered=[_considered(other, known) for other in one.considered],
            text=_why(one, known),
        )
        for one in decisions
    ]


def agents_of(legs: Iterable[CallLeg], decisions: Iterable[DecisionFact]) -> set[int]:
    """Give the agents that legs and decisions name."""
    found = {leg.agent for leg in legs if leg.agent is not None}
    return found.union(other.agent for one in decisions for other in one.considered)


def _leg(leg: CallLeg, known: Words) -> LegShape:
    say = known.reader
    ended = leg.answered_at or leg.ended_at
    rang = (ended - leg.rang_at).total_seconds() if ended and leg.rang_at else 0.0
    return LegShape(
        id=leg.leg,
        role=leg.role,
        role_name=say.gettext(ROLES.get(leg.role, leg.role)),
        agent=known.agent(leg.agent),
        phone=leg.phone,
        phone_name=say.gettext(PHONES[leg.phone]) if leg.phone in PHONES else "",
        node=leg.node,
        trunk=leg.trunk,
        caller=leg.caller_number,
        called=leg.called_number,
        began_at=leg.began_at,
        rang_at=leg.rang_at,
        answered_at=leg.answered_at,
        ended_at=leg.ended_at,
        ring_seconds=round(max(0.0, rang), 3),
        talk_seconds=round(leg.talk_seconds, 3),
        hold_seconds=round(leg.hold_seconds, 3),
        cause=leg.cause,
        reason=leg.reason,
        end=_end(leg, say),
        inferred=leg.inferred,
    )


def _end(leg: CallLeg, say: Reader) -> str:
    """Give why a leg ended, in plain words; "" while it is alive or if nothing is known."""
    if leg.ended_at is None:
        return ""
    if leg.reason:
        return say.gettext(REASONS.get(leg.reason, leg.reason))
    if not leg.cause:
        return ""
    if leg.cause in CAUSES:
        return say.gettext(CAUSES[leg.cause])
    return say.say(OTHER_CAUSE, cause=str(leg.cause))


def _considered(one: Considered, known: Words) -> ConsideredShape:
    return ConsideredShape(
        agent=_agent(known, one.agent),
        idle_seconds=round(one.idle_seconds, 3),
        verdict=one.verdict,
        verdict_name=known.reader.gettext(VERDICTS[one.verdict]),
    )


def _why(one: DecisionFact, known: Words) -> str:
    say = known.reader
    places = {"agent": known.agent_name(one.agent), "queue": known.queue(one.queue)}
    others = _names(one, Verdict.LESS_IDLE, known)
    if one.rule is Rule.LONGEST_IDLE and others:
        idle = next((duration(c.idle_seconds) for c in one.considered if c.agent == one.agent), "")
        sentence = say.say(IDLE_THE_LONGEST, **places, idle=idle, others=others)
    else:
        sentence = say.say(WHY[one.rule], **places)
    if passed := _names(one, Verdict.PASSED_OVER, known):
        sentence += " " + say.say(PASSED_OVER, passed=passed)
    return sentence


def _names(one: DecisionFact, verdict: Verdict, known: Words) -> str:
    named = [c.agent for c in one.considered if c.verdict is verdict]
    return known.reader.joined(known.agent_name(agent) for agent in named)


def _agent(known: Words, agent: int) -> Named:
    return Named(id=agent, name=known.agent_name(agent))
