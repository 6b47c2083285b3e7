"""The legs of a call for pages and API."""

from collections.abc import Iterable

from crm.calls.leg import CallLeg
from web.calls.leg_words import CAUSES, PHONES, REASONS, ROLES
from web.calls.shapes import LegShape
from web.calls.sound_views import show_sound
from web.calls.views import Words
from web.calls.words import OTHER_CAUSE
from web.kit.i18n import Reader


def show_legs(legs: Iterable[CallLeg], known: Words) -> list[LegShape]:
    """Show a call's legs, the oldest first."""
    return [_leg(leg, known) for leg in legs]


def agents_of(legs: Iterable[CallLeg]) -> set[int]:
    """Give the agents that legs name."""
    return {leg.agent for leg in legs if leg.agent is not None}


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
        sound=show_sound(leg, say),
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
