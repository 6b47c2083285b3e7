"""Random stories from a fixed seed: events of four calls and three agents."""

import random

from acd.agent import Phone
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId
from cti.core import events as e
from cti.core import requests as r

AGENTS = (1, 2, 3)
CALLS = ("c1", "c2", "c3", "c4")
QUEUES = ("sales", "support", "operator")
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


def story(seed: int) -> list[list]:
    """Give the acts of one story: a name and plain arguments each."""
    dice = random.Random(seed)  # noqa: S311 - the same story for the same seed
    return [_act(dice) for _ in range(dice.randint(8, 60))]


def _act(dice: random.Random) -> list:
    call, agent = dice.choice(CALLS), dice.choice(AGENTS)
    name = dice.choice(LIKELY)
    some = {
        "wait": [dice.choice([0.1, 1.0, 3.0, 5.0, 13.0, 16.0, 40.0])],
        "press": [call, dice.choice("0129*")],
        "leg ends": [call, dice.choice([16, 17, 20, 44])],
        "late end": [call, dice.randint(1, 3), dice.choice([0, 16, 17, 19, 20])],
        "late answer": [call, dice.randint(1, 3)],
        "reachable": [agent, dice.choice(list(Phone)).value, dice.random() < 0.6],
        "sign in": [agent, dice.choice(list(Phone)).value, dice.random() < 0.7],
        "ready": [agent, dice.choice(list(Phone)).value],
        "hold": [call, dice.random() < 0.6],
        "phone hold": [call, dice.random() < 0.6],
        "recorder": [dice.random() < 0.5],
        "queue removed": [dice.choice(QUEUES)],
        "queue edited": [dice.choice(QUEUES), sorted(dice.sample(AGENTS, dice.randint(0, 3)))],
        "hang up": [agent, call],
        "decline": [agent, call],
        "outcome": [agent, call],
        "away": [],
        "back": [],
    }
    ofagent = {"pause", "sign out", "page loaded", "drifted"}
    return [name, *some.get(name, [agent] if name in ofagent else [call])]


def play(fake, name, *args):  # noqa: PLR0912, PLR0915 - one line an act
    call = CallId(str(args[0])) if args else CallId("")
    match name:
        case "dial" if not fake.kinds(call):
            fake.dial(call)
        case "to queue" if not fake.kinds(call):
            fake.dial(call)
            fake.prompts_end(call)
            fake.press(call, "2")
        case "press":
            if fake.rings_or_is_up(call):
                fake.press(call, args[1])
        case "prompts end":
            if fake.hears_prompts(call):
                fake.prompts_end(call)
        case "pick up" if fake.agent_leg(call):
            fake.pick_up(call)
        case "leg ends" if fake.agent_leg(call):
            fake.leg_ends(call, args[1])
        case "gone":
            fake.caller_hangs_up(call)
        case "late answer":
            fake.tell_answered(f"{call}-a{args[1]}")
        case "late end":
            fake.tell_ended(f"{call}-a{args[1]}", args[2])
        case "phone hold" if fake.agent_leg(call):
            fake.tell_held(fake.agent_leg(call), args[1])
        case "comes back" if fake.rings_or_is_up(call):
            fake.comes_back(call)
        case "wait":
            fake.wait(args[0])
        case "reachable":
            fake.hear(e.PhoneReachable(AgentId(args[0]), Phone(args[1]), args[2]))
        case "sign in":
            fake.hear(r.SignInAsked(AgentId(args[0]), Phone(args[1]), args[2]))
        case "ready":
            fake.hear(r.SignInAsked(AgentId(args[0]), Phone(args[1]), reachable=True))
            fake.hear(r.StateAsked(AgentId(args[0]), ready=True))
        case "pause":
            fake.hear(r.StateAsked(AgentId(args[0]), ready=False, reason="lunch"))
        case "sign out":
            fake.hear(r.SignOutAsked(AgentId(args[0])))
        case "page loaded":
            fake.hear(e.PhoneStarted(AgentId(args[0])))
        case "hold":
            fake.hear(r.HoldAsked(fake.agent_of(call) or AgentId(1), call, args[1]))
        case "hang up":
            fake.hear(r.HangUpAsked(AgentId(args[0]), CallId(args[1])))
        case "decline":
            fake.hear(r.DeclineAsked(AgentId(args[0]), CallId(args[1])))
        case "outcome":
            fake.hear(r.OutcomeChosen(AgentId(args[0]), CallId(args[1]), "solved"))
        case "drifted":
            fake.hear(e.AgentDrifted(AgentId(args[0])))
        case "recorder":
            fake.recorder = args[0]
        case "queue removed":
            fake.hear(e.QueueChanged(QueueKey(args[0]), None))
        case "queue edited":
            key, members = QueueKey(args[0]), tuple(AgentId(a) for a in args[1])
            fake.hear(e.QueueChanged(key, Queue(key, key, members)), e.LineOpened(key))
        case "away":
            fake.hear(e.AsteriskAway())
        case "back":
            fake.hear(e.AsteriskBack())
