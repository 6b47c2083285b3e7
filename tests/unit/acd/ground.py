"""A floor without calls: its tables, a clock, and its commands and facts."""

from acd import events as floor_events
from acd import floor, seats
from acd import settings as acd_settings
from acd.agent import Phone
from acd.decision import Decision
from acd.lines import Lines
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.work import Medium, Work, WorkId
from crm.kernel.state import RowView, State

SALES, SUPPORT = QueueKey("sales"), QueueKey("support")


class Ground:
    """Handles events one after the other, as the engine would."""

    def __init__(self, agents=(), queues=(SALES, SUPPORT), **settings):
        self.lines = Lines()
        self.state = State(self.lines.agents, self.lines.works, self.lines.queues)
        self.now = 0.0
        self.orders, self.facts, self.decisions = [], [], []
        self.ringing_in_fallback = frozenset()
        self.away = False
        everyone = tuple(map(AgentId, agents))
        for agent in everyone:
            self.step(
                acd_settings.AgentEdited(agent, f"Agent {agent}", str(1000 + agent), enabled=True)
            )
        for key in queues:
            self.step(
                acd_settings.QueueEdited(key, Queue(key, key, members_of(everyone), **settings))
            )

    def step(self, *events):
        for event in events:
            tx = _Transaction(self)
            floor.step(tx, event)
            self.state.write(self.lines.queues, tx.queues.changed)
            self.state.write(self.lines.agents, tx.agents.changed)
            self.state.write(self.lines.works, tx.works.changed)

    def ready(self, *agents, phone=Phone.SIP):
        for agent in agents:
            self.now += 0.001
            self.step(
                seats.AgentSignedIn(AgentId(agent), phone, reachable=True),
                seats.PresenceAsked(AgentId(agent), ready=True),
            )

    def arrive(self, work="w1", queue=SUPPORT, *, since=None, medium=Medium.VOICE, **fields):
        at = self.now if since is None else since
        self.step(floor_events.WorkArrived(Work(WorkId(work), medium, queue, at, **fields)))

    def accept(self, work, agent):
        self.step(floor_events.OfferAccepted(WorkId(work), AgentId(agent)))

    def end_offer(self, work, agent, *, missed):
        self.step(floor_events.OfferEnded(WorkId(work), AgentId(agent), missed))

    def end(self, work, **fields):
        self.step(floor_events.WorkEnded(WorkId(work), "call", **fields))

    def wait(self, seconds):
        self.now += seconds
        for timer in list(self.state.due(self.now)):
            if timer.table == "agents":
                work = WorkId(timer.name.removeprefix("wrap-up/"))
                self.step(seats.WrapUpOver(timer.key, work))
            elif timer.name == "passed over":
                self.step(floor_events.PassOverEnded(timer.key))

    def agent(self, number):
        return self.lines.agents[AgentId(number)]

    def work(self, key):
        return self.lines.works.get(WorkId(key))

    def offered(self, key="w1"):
        """Give the agents at which a work rings."""
        return [offer.agent for offer in self.work(key).offers]

    def states(self, agent):
        return [fact.state.value for fact in self.facts if fact.agent == agent]


class _Transaction:
    def __init__(self, ground):
        self._ground = ground
        self.lines, self.now = ground.lines, ground.now
        self.agents = RowView(self.lines.agents)
        self.works = RowView(self.lines.works)
        self.queues = RowView(self.lines.queues)

    @property
    def away(self):
        return self._ground.away

    @property
    def ringing_in_fallback(self):
        return self._ground.ringing_in_fallback

    def order(self, order):
        self._ground.orders.append(order)

    def record(self, fact):
        kept = self._ground.decisions if isinstance(fact, Decision) else self._ground.facts
        kept.append(fact)
