"""What-if questions: what a supervisor would change, and the scenario with the change."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from acd.queue import Strategy
from crm.kernel.errors import InvalidError
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.queues.words import STRATEGIES
from web.simulations.scenario_shapes import (
    AgentsBody,
    Key,
    Level,
    ScenarioBody,
    ScenarioMemberBody,
    SimulatedQueueBody,
    SpanBody,
    StreamBody,
)

# The first and last day that are taken for real: a day is added to them.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
MORE = "more agents"  # the entry of agents who are not there now
LONGEST_DAYS = 7
LEAST_CALLS = 30
MOST_RUNS = 30
LEAST_RUNS = 5
CALLS_OF_RUNS = 40_000  # of both variants together: a minute or two of one core


class StaffingBody(Body):
    """What would be different on the chosen days."""

    queue: Annotated[str, Field(max_length=50), Input(N_("Queue"), "select")] = ""
    first: Annotated[Day, Input(N_("From day"), "date")]
    last: Annotated[Day, Input(N_("To day"), "date", help=N_("At most 7 days."))]
    more: Annotated[int, Field(ge=0, le=50), Input(N_("More agents"))] = 0
    from_hour: Annotated[int, Field(ge=0, le=23), Input(N_("From (hour)"))] = 9
    to_hour: Annotated[int, Field(ge=1, le=24), Input(N_("Until (hour)"))] = 18
    skills: Annotated[
        list[Key], Field(max_length=100), Input(N_("Skills of these agents"), "multiselect")
    ] = Field(default_factory=list)
    level: Annotated[Level, Input(N_("Level of these skills"))] = 5
    strategy: Annotated[
        Strategy | None, Input(N_("Distribution"), names=STRATEGIES, placeholder=N_("As now"))
    ] = None
    no_needs: Annotated[bool, Input(N_("Callers need no skills"))] = False
    volume: Annotated[
        int,
        Field(ge=10, le=500),
        Input(N_("Calls (percent)"), help=N_("100: as many calls as there were.")),
    ] = 100


def check(body: StaffingBody) -> None:
    """Refuse questions that make no sense; InvalidError names the field."""
    if body.last < body.first:
        raise InvalidError(N_("The end is before the beginning."), "last")
    if (body.last - body.first).days >= LONGEST_DAYS:
        raise InvalidError(N_("Choose at most {days} days."), "last", days=LONGEST_DAYS)
    if body.more and body.to_hour <= body.from_hour:
        raise InvalidError(N_("The end is before the beginning."), "to_hour")
    if not body.more and not body.strategy and not body.no_needs and body.volume == 100:  # noqa: PLR2004
        raise InvalidError(
            N_("Change at least one thing, for example the number of agents."), "more"
        )


def changed(scenario: ScenarioBody, body: StaffingBody, start_hour: float = 0.0) -> ScenarioBody:
    """Give the scenario with the change. `start_hour` is the hour of the day at which it starts.

    The further agents serve the chosen queue, or all; so do strategy, needs and volume apply.
    """
    more = _more(scenario, body, start_hour)
    queues = [
        _queue(one, body, more) if body.queue in {"", one.key} else one for one in scenario.queues
    ]
    callers = [
        _stream(one, body) if body.queue in {"", one.queue} else one for one in scenario.callers
    ]
    agents = [*scenario.agents, *more]
    parts = {"queues": queues, "callers": callers, "agents": agents}
    return scenario.model_copy(update=parts)


def runs_for(calls: float) -> int:
    """Give how many runs fit, of a scenario with the given number of calls in each."""
    return max(LEAST_RUNS, min(MOST_RUNS, int(CALLS_OF_RUNS / (2 * max(1.0, calls)))))


def _more(scenario: ScenarioBody, body: StaffingBody, start_hour: float) -> Sequence[AgentsBody]:
    days = range(int((scenario.hours + start_hour) // 24) + 1)
    spans = [
        (day * 24 + body.from_hour - start_hour, day * 24 + body.to_hour - start_hour)
        for day in days
    ]
    shifts = [
        SpanBody(start=max(0.0, start), end=min(scenario.hours, end))
        for start, end in spans
        if end > 0 and start < scenario.hours
    ]
    if not body.more or not shifts:
        return ()
    skills = dict.fromkeys(body.skills, body.level)
    return (AgentsBody(name=MORE, count=body.more, skills=skills, shifts=shifts),)


def _queue(
    queue: SimulatedQueueBody, body: StaffingBody, more: Sequence[AgentsBody]
) -> SimulatedQueueBody:
    change: dict[str, Any] = {}
    if body.strategy is not None:
        change["strategy"] = body.strategy
    if body.no_needs:
        change["needs"] = []
    if more and queue.members is not None:
        change["members"] = [*queue.members, ScenarioMemberBody(agent=MORE)]
    return queue.model_copy(update=change)


def _stream(stream: StreamBody, body: StaffingBody) -> StreamBody:
    rates = [
        one.model_copy(update={"per_hour": one.per_hour * body.volume / 100})
        for one in stream.rates
    ]
    change: dict[str, Any] = {"rates": rates}
    if body.no_needs:
        change["needs"] = []
    return stream.model_copy(update=change)
