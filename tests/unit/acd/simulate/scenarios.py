"""Scenarios for tests: one queue with equal agents, and the parts to build others."""

from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.simulate.scenario import ArrivalRate, Constant, Exponential, Scenario, Seat, Stream

ONE = QueueKey("one")


def agents(count, first=1):
    return [AgentId(number) for number in range(first, first + count)]


def seats(*found, **fields):
    return tuple(Seat(agent, f"Agent {agent}", **fields) for agent in found)


def one_queue(  # noqa: PLR0913 - what makes an M/M/N+M queue
    per_hour, handling, count, patience=None, *, hours=20, warm_up=1, **settings
):
    """Calls an hour, handling seconds, agents, mean patience: an M/M/N+M queue."""
    settings = {"wrapup_seconds": 0.0} | settings
    queue = Queue(ONE, "One", members_of(agents(count)), **settings)
    stream = Stream(
        ONE,
        (ArrivalRate(0, hours * 3600, per_hour),),
        Exponential(handling),
        Exponential(patience) if patience else None,
    )
    staff = seats(*agents(count))
    return Scenario(hours * 3600, (queue,), staff, (stream,), warm_up=warm_up * 3600)


def at_times(*times, queue=ONE, handling=60.0, **fields):
    """Callers at these seconds, each handled for so long."""
    return Stream(queue, tuple(map(float, times)), Constant(handling), **fields)


def scenario(queues, staff, streams, **fields):
    queues = queues if isinstance(queues, tuple) else (queues,)
    streams = streams if isinstance(streams, tuple) else (streams,)
    return Scenario(fields.pop("seconds", 3600.0), queues, staff, streams, **fields)
