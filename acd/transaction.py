"""One step's transaction on the floor: the lines, with the step's own changes over them."""

from dataclasses import replace

from acd.agent import Agent, Task
from acd.decision import Decision
from acd.lines import Lines
from acd.orders import FloorOrder, NoteAgent
from acd.queue import AgentId
from crm.kernel.state import RowView


class FloorTransaction:
    """Reads and writes the lines; orders leave through `order`, facts through `record`."""

    def __init__(self, lines: Lines, now: float) -> None:
        """Begin with nothing changed."""
        self.lines = lines
        self.now = now
        self.agents = RowView(lines.agents)
        self.works = RowView(lines.works)
        self.queues = RowView(lines.queues)

    @property
    def away(self) -> bool:
        """Whether nothing can be offered: commands would not be carried out now."""
        return False

    @property
    def ringing_in_fallback(self) -> frozenset[AgentId]:
        """Agents whose phone the fallback queue is ringing: they are offered nothing."""
        return frozenset()

    def order(self, order: FloorOrder) -> None:
        """Carry out a command at once; facts that follow from it come after the earlier ones."""
        raise NotImplementedError

    def record(self, fact: NoteAgent | Decision) -> None:
        """Record a fact."""
        raise NotImplementedError

    def put_agent(self, agent: Agent, cause: str, *, inferred: bool = False) -> None:
        """Store an agent's new value; a change of the shown state is a fact."""
        old = self.agents.get(agent.id)
        before = (old.state, old.shown_reason) if old is not None else None
        after = (agent.state, agent.shown_reason)
        if before != after:
            agent = replace(agent, since=self.now)
        self.agents.put(agent)
        then = old.pause_to_come if old is not None else None
        changed = before != after or old is None or old.phone is not agent.phone
        if not changed and then == agent.pause_to_come:
            return
        task = agent.main_task
        call = task.call if task is not None else None
        self.record(
            NoteAgent(
                agent.id,
                *after,
                cause,
                call,
                agent.phone,
                inferred=inferred,
                detail=_detail(agent, task),
            )
        )


def _detail(agent: Agent, task: Task | None) -> dict[str, str]:
    said = {}
    if task is not None:
        said["queue"] = str(task.queue)
        if str(task.work) != task.call:
            said["work"] = str(task.work)
    if agent.pause_to_come is not None:
        said["then"] = agent.pause_to_come
    return said
