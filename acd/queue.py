"""A queue's settings as a value, given to the core when they change."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from acd.skills import Need, SkillKey
from crm.hours.group import TimeGroupId
from crm.kernel.destination import Destination

QueueKey = NewType("QueueKey", str)
AgentId = NewType("AgentId", int)
SkillGroupId = NewType("SkillGroupId", int)

NO_QUEUE = QueueKey("")
"""The queue of a work that came from none: an agent's own call, a consultation."""


class Strategy(StrEnum):
    """Which of a queue's free agents is offered the next work; the values are stored.

    Agents of a lower rank number come first in each of them but `RING_ALL`.
    """

    RING_ALL = "ring all"  # all free agents together; the first to accept has it
    ROUND_ROBIN = "round robin"  # the one whose last offer from this queue is the longest ago
    LONGEST_IDLE = "longest idle"
    FEWEST_CALLS = "fewest calls"  # accepted today
    LEAST_TALK_TIME = "least talk time"  # today
    MOST_IDLE_SHARE = "most idle share"  # the greatest part of the time signed in today spent ready
    BEST_SKILLED = "best skilled"  # the highest sum of levels of the skills that the queue needs
    RANK = "rank"  # always the first free agent in the order of the ranks


@dataclass(frozen=True, slots=True)
class QueueMember:
    """An agent who serves a queue; a lower rank number is offered works first."""

    agent: AgentId
    rank: int = 1


def members_of(agents: Iterable[AgentId], rank: int = 1) -> tuple[QueueMember, ...]:
    """Members of one rank."""
    return tuple(QueueMember(agent, rank) for agent in agents)


def best_ranks(members: Iterable[QueueMember]) -> tuple[QueueMember, ...]:
    """Each agent once, with the best of their ranks, by agent."""
    ranks: dict[AgentId, int] = {}
    for one in members:
        ranks[one.agent] = min(one.rank, ranks.get(one.agent, one.rank))
    return tuple(QueueMember(agent, ranks[agent]) for agent in sorted(ranks))


@dataclass(frozen=True, slots=True)
class RelaxSkill:
    """A lower level of a needed skill is enough; level 0 drops the need."""

    skill: SkillKey
    level: int = 0


@dataclass(frozen=True, slots=True)
class AddMembers:
    """The members of a skill group or of another queue serve too.

    `members` are resolved when the settings are read for the engine.
    """

    group: SkillGroupId | None = None
    queue: QueueKey | None = None
    rank: int = 1  # of all of them
    members: tuple[QueueMember, ...] = ()


@dataclass(frozen=True, slots=True)
class RaisePriority:
    """The work becomes more urgent."""

    by: int


@dataclass(frozen=True, slots=True)
class SendTo:
    """The work leaves the queue; another queue keeps the time of its arrival. The last step."""

    destination: Destination


StepAction = RelaxSkill | AddMembers | RaisePriority | SendTo


@dataclass(frozen=True, slots=True)
class OverflowStep:
    """What happens to a work that has waited in a queue for so long."""

    after_seconds: float
    action: StepAction


@dataclass(frozen=True, slots=True)
class Preferred:
    """Agents who are offered a customer's call first, for a while, before all others."""

    last_agent_days: int = 0  # the one who spoke with the customer in the last days; 0: off
    owner: bool = False  # the customer's owner, before the last agent
    patience_seconds: float = 30.0

    @property
    def is_used(self) -> bool:
        """Whether any agent is preferred."""
        return self.owner or self.last_agent_days > 0


NO_PREFERENCE = Preferred()


@dataclass(frozen=True, slots=True)
class Announcements:
    """What callers hear beside the music while they wait; nothing at all by default."""

    ahead: bool = False  # how many callers are ahead
    waited: bool = False  # how long they have been waiting
    estimate: bool = False  # how long they will still wait, where that can be said
    text_en: str = ""  # the queue's own words before all that
    text_zh: str = ""
    first_seconds: float = 20.0  # after the caller came into the queue
    every_seconds: float = 60.0  # from one to the next; 0: only once

    @property
    def is_used(self) -> bool:
        """Whether anything is announced."""
        return self.ahead or self.waited or self.estimate or bool(self.text_en or self.text_zh)

    def has_text(self, language: str) -> bool:
        """Whether the queue has words of its own in a language."""
        return bool(self.text_zh if language == "zh_CN" else self.text_en)


MUSIC_ONLY = Announcements()
OWN_WORDS = "queue-own-"
"""How the name of the prompt begins with a queue's own words; the queue's key follows."""


@dataclass(frozen=True, slots=True)
class CallbackRule:
    """How often, and when, customers who asked a queue for a callback are called."""

    tries: int = 3  # how often a customer who does not answer is called
    pause_seconds: float = 300.0  # after a call that was not answered, until the next one
    choose_time: bool = False  # callers may choose when they are called


USUAL_CALLBACKS = CallbackRule()


@dataclass(frozen=True, slots=True)
class Queue:
    """The settings of one queue."""

    key: QueueKey
    name: str
    members: tuple[QueueMember, ...] = ()  # each agent once: named directly, or of a skill group
    ring_seconds: float = 15.0  # an offer rings this long, then it is a miss
    wrapup_seconds: float = 30.0  # after a talk, until the agent is ready again
    max_misses: int = 2  # this many misses in a row pause the agent with reason "no answer"
    priority: int = 0  # higher is served first, across the queues of one agent
    record: bool = True
    music: str = "default"  # Asterisk's class of music on hold
    fallback: int = 1  # number of the static fallback queue, 1..32
    strategy: Strategy = Strategy.LONGEST_IDLE
    needs: tuple[Need, ...] = ()
    weight: float = 1.0  # between queues of equal priority: a wait counts so many times
    ageing: float = 0.0  # points of priority for each minute waited
    steps: tuple[OverflowStep, ...] = ()  # by their time
    max_wait_seconds: float = 0.0  # then callers go to `timed_out`; 0: no limit
    timed_out: Destination | None = None
    max_length: int = 0  # with so many waiting, callers go to `full`; 0: no limit
    full: Destination | None = None
    hours: TimeGroupId | None = None  # when the queue is open; None: always
    closed: Destination | None = None  # out of these hours
    empty: Destination | None = None  # with no member signed in
    service_seconds: float = 20.0  # service level: so many are answered within this time
    service_share: float = 0.8  # 0 to 1
    preferred: Preferred = NO_PREFERENCE
    announcements: Announcements = MUSIC_ONLY
    callback: CallbackRule = USUAL_CALLBACKS

    @property
    def agents(self) -> tuple[AgentId, ...]:
        """The members without their ranks."""
        return tuple(one.agent for one in self.members)
