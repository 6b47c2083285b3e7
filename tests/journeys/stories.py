"""Random stories from a fixed seed: events of four calls and three agents."""

import random

from journeys.acts import AGENTS, CALLS, QUEUES

from acd.agent import Phone
from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId
from cti.core import events as e
from cti.core import requests as r

LIKELY = (
    *("to queue",) * 5,
    *("ready",) * 4,
    *("pick up",) * 12,
    *("wait",) * 4,
    *("leg ends", "reachable", "pause", "hang up") * 2,
    *("hold",) * 5,
    *("phone hold",) * 3,
    "gone",
    *("dial", "press", "prompts end", "decline", "sign out", "page loaded", "late answer"),
    *("late end", "recorder", "comes back", "queue removed", "queue edited"),
    *("outcome", "drifted", "sign in", "away", "back"),
)


def story(seed):
    """Make the acts of one story."""
    dice = random.Random(seed)  # noqa: S311 - the same dice for ever
    return [_act(dice) for _ in range(dice.randint(8, 60))]


def _act(dice):
    call, agent = CallId(dice.choice(CALLS)), AgentId(dice.choice(AGENTS))
    name = dice.choice(LIKELY)
    phone, queue = dice.choice(list(Phone)), QueueKey(dice.choice(QUEUES))
    leg, flag = f"{call}-a{dice.randint(1, 3)}", dice.random() < 0.6
    acts = {
        "wait": ("wait", dice.choice([0.1, 1.0, 3.0, 5.0, 13.0, 16.0, 40.0])),
        "press": ("press", call, dice.choice("0129*")),
        "leg ends": ("leg ends", call, dice.choice([16, 17, 20, 44])),
        "late end": ("leg gone", leg, dice.choice([0, 16, 17, 19, 20])),
        "late answer": ("answer", leg),
        "ready": ("ready", agent, phone),
        "hold": ("hold", call, flag),
        "phone hold": ("phone hold", call, flag),
        "recorder": ("recorder", flag),
        "queue removed": ("queue removed", queue),
        "queue edited": (
            "queue edited",
            queue,
            [AgentId(a) for a in dice.sample(AGENTS, dice.randint(0, 3))],
        ),
        "reachable": ("hear", e.PhoneReachable(agent, phone, flag)),
        "page loaded": ("hear", e.PhoneStarted(agent)),
        "drifted": ("hear", e.AgentDrifted(agent)),
        "away": ("hear", e.AsteriskAway()),
        "back": ("hear", e.AsteriskBack()),
        "sign in": ("hear", r.SignInAsked(agent, phone, flag)),
        "sign out": ("hear", r.SignOutAsked(agent)),
        "pause": ("hear", r.StateAsked(agent, ready=False, reason="lunch")),
        "hang up": ("hear", r.HangUpAsked(agent, call)),
        "decline": ("hear", r.DeclineAsked(agent, call)),
        "outcome": ("hear", r.OutcomeChosen(agent, call, "solved")),
    }
    return acts.get(name, (name, call))
