"""Words of the queues' pages."""

from collections.abc import Mapping

from acd.queue import Strategy
from acd.queues.check import Doubt
from acd.waiting.reason import Blocked
from web.kit.i18n import N_

STRATEGIES: Mapping[Strategy, str] = {
    Strategy.LONGEST_IDLE: N_("Longest idle"),
    Strategy.ROUND_ROBIN: N_("In turn"),
    Strategy.FEWEST_CALLS: N_("Fewest calls today"),
    Strategy.LEAST_TALK_TIME: N_("Least talk time today"),
    Strategy.MOST_IDLE_SHARE: N_("Most idle today"),
    Strategy.BEST_SKILLED: N_("Best skilled"),
    Strategy.RANK: N_("Fixed order"),
    Strategy.RING_ALL: N_("Ring all"),
}

STRATEGY_HELP: Mapping[Strategy, str] = {
    Strategy.LONGEST_IDLE: N_("The agent who has waited longest since their last call."),
    Strategy.ROUND_ROBIN: N_("One after the other: the agent whose last offer is longest ago."),
    Strategy.FEWEST_CALLS: N_("The agent who has taken the fewest calls today."),
    Strategy.LEAST_TALK_TIME: N_("The agent who has talked the least today."),
    Strategy.MOST_IDLE_SHARE: N_(
        "The agent who was ready for the greatest part of their time signed in today."
    ),
    Strategy.BEST_SKILLED: N_("The agent with the highest levels of the skills that are needed."),
    Strategy.RANK: N_("Always the first free agent by rank; the others help out."),
    Strategy.RING_ALL: N_("The phones of all free agents ring together; the first to answer wins."),
}

RELAX, ADD, RAISE, SEND = "relax skill", "add members", "raise priority", "send to"
STEPS: Mapping[str, str] = {
    RELAX: N_("Lower a skill"),
    ADD: N_("Add agents"),
    RAISE: N_("Raise the priority"),
    SEND: N_("Send callers elsewhere"),
}

DOUBTS: Mapping[Doubt, str] = {
    Doubt.NO_MEMBERS: N_("This queue has no agents: nobody answers its callers."),
    Doubt.NOBODY_HAS: N_("No agent of this queue has {skill} at level {level} or more."),
    Doubt.NOBODY_HAS_ALL: N_("No agent of this queue has all the skills that are needed."),
    Doubt.FROM_STEP: N_("Before step {step} no agent of this queue has the needed skills."),
    Doubt.EMPTY_STEP: N_("Step {step} adds nobody: the skill group or queue has no active agents."),
    Doubt.AFTER_SENT: N_("Step {step} never comes: step {other} sends the callers elsewhere."),
    Doubt.AFTER_LONGEST: N_("Step {step} never comes: the longest wait is over by then."),
    Doubt.STEP_ORDER: N_(
        "Step {step} comes before step {other}. They are sorted by time on saving."
    ),
    Doubt.CIRCLE: N_("Callers can go round in a circle: {queues}."),
    Doubt.NOBODY_SIGNED_IN: N_("No agent of this queue is signed in now."),
}
# A queue may be set up in the evening, when nobody is signed in.
MILD = frozenset({Doubt.NOBODY_SIGNED_IN, Doubt.FROM_STEP, Doubt.STEP_ORDER})
ALL_WELL = N_("Nothing doubtful.")
UNREADABLE = N_("The check comes when all fields can be read.")

BLOCKED: Mapping[Blocked, str] = {
    Blocked.NO_MEMBERS: N_("the queue has no agents"),
    Blocked.NOBODY_SIGNED_IN: N_("no agent of the queue is signed in"),
    Blocked.LACKS_SKILL: N_("no agent who is signed in has the needed skills"),
    Blocked.PASSED_OVER: N_("the free agents just missed or declined the call"),
    Blocked.UNREACHABLE: N_("the phones of the free agents are not connected"),
    Blocked.NOT_READY: N_("no agent of the queue is ready"),
    Blocked.BUSY: N_("all agents who could take the call are busy"),
}

WAITED_IN = N_("Callers wait in this queue. Choose the queue in which they wait on.")

USES: Mapping[str, str] = {
    "numbers": N_("Numbers"),
    "flows": N_("Call flows"),
    "routes": N_("Call routes"),
    "forced": N_("Forced handling"),
    "ring_groups": N_("Ring groups"),
    "forwards": N_("Forwarded extensions"),
    "number_lists": N_("Number lists"),
    "custom": N_("Custom destinations"),
    "service_levels": N_("Customer levels"),
    "queues": N_("Other queues"),
}
