"""Scenarios of the simulator, as a file and the API give them; the JSON schema is made of this."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from acd.queue import Strategy
from web.kit.bodies import Body

LONGEST_HOURS = 7 * 24.0
MOST_AGENTS = 1000

Hours = Annotated[float, Field(ge=0, le=LONGEST_HOURS)]
Seconds = Annotated[float, Field(ge=0, le=24 * 3600)]
SomeSeconds = Annotated[float, Field(gt=0, le=24 * 3600)]
Key = Annotated[str, Field(min_length=1, max_length=50)]
Level = Annotated[int, Field(ge=1, le=10)]
Levels = Annotated[dict[Key, Level], Field(max_length=100)]
Rank = Annotated[int, Field(ge=1, le=99)]
DestinationText = Annotated[str, Field(max_length=110)]


class ConstantBody(Body):
    """Always the same time."""

    kind: Literal["constant"]
    seconds: Seconds


class ExponentialBody(Body):
    """Times of an exponential distribution."""

    kind: Literal["exponential"]
    mean: SomeSeconds


class LognormalBody(Body):
    """Times of a lognormal distribution, by the mean and the standard deviation of the times."""

    kind: Literal["lognormal"]
    mean: SomeSeconds
    deviation: SomeSeconds


class SeenBody(Body):
    """Times that were seen: each is as likely as the others."""

    kind: Literal["seen"]
    seconds: Annotated[list[Seconds], Field(min_length=1, max_length=5000)]


TimesBody = Annotated[
    ConstantBody | ExponentialBody | LognormalBody | SeenBody, Field(discriminator="kind")
]


class SpanBody(Body):
    """From one hour of the scenario to another: 8.5 is half past eight after its start."""

    start: Hours
    end: Hours


class ArrivalRateBody(SpanBody):
    """Callers who come by chance (Poisson), so many an hour."""

    per_hour: Annotated[float, Field(ge=0, le=20_000)]


class SkillNeedBody(Body):
    """A skill that an agent must have, at this level or a higher one."""

    skill: Key
    level: Level = 1


class ScenarioMemberBody(Body):
    """Agents who serve a queue: all of a group, or those of one entry by its name."""

    group: Key | None = None
    agent: Key | None = None
    rank: Rank = 1


class RelaxBody(Body):
    """A lower level of a needed skill is enough; level 0 drops the need."""

    do: Literal["relax skill"]
    after_seconds: Seconds
    skill: Key
    level: Annotated[int, Field(ge=0, le=10)] = 0


class AddBody(Body):
    """The agents of a group, or the members of another queue, serve too."""

    do: Literal["add members"]
    after_seconds: Seconds
    group: Key | None = None
    queue: Key | None = None
    rank: Rank = 1


class RaiseBody(Body):
    """The callers become more urgent."""

    do: Literal["raise priority"]
    after_seconds: Seconds
    by: Annotated[int, Field(ge=1, le=100)]


class SendBody(Body):
    """The callers go elsewhere; in another queue (`queue:KEY`) they keep their waiting time."""

    do: Literal["send to"]
    after_seconds: Seconds
    destination: DestinationText


StepBody = Annotated[RelaxBody | AddBody | RaiseBody | SendBody, Field(discriminator="do")]


class SimulatedQueueBody(Body):
    """A queue with its settings; without members all agents serve it."""

    key: Key
    name: Annotated[str, Field(max_length=100)] = ""
    members: Annotated[list[ScenarioMemberBody], Field(max_length=MOST_AGENTS)] | None = None
    strategy: Strategy = Strategy.LONGEST_IDLE
    needs: Annotated[list[SkillNeedBody], Field(max_length=20)] = Field(default_factory=list)
    steps: Annotated[list[StepBody], Field(max_length=20)] = Field(default_factory=list)
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    weight: Annotated[float, Field(gt=0, le=100)] = 1.0
    ageing: Annotated[float, Field(ge=0, le=100)] = 0.0
    ring_seconds: Annotated[float, Field(ge=1, le=300)] = 15.0
    wrapup_seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0
    max_misses: Annotated[int, Field(ge=1, le=100)] = 2
    max_wait_seconds: Seconds = 0.0
    timed_out: DestinationText = ""
    max_length: Annotated[int, Field(ge=0, le=10_000)] = 0
    full: DestinationText = ""
    empty: DestinationText = ""
    service_seconds: Annotated[float, Field(ge=1, le=3600)] = 20.0


class AgentsBody(Body):
    """Some agents who are alike."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    count: Annotated[int, Field(ge=0, le=MOST_AGENTS)] = 1
    skills: Levels = Field(default_factory=dict)
    groups: Annotated[list[Key], Field(max_length=500)] = Field(default_factory=list)
    shifts: Annotated[list[SpanBody], Field(max_length=50)] = Field(default_factory=list)


class StreamBody(Body):
    """Callers of one kind. They come by `rates`, or at the given `times` (seconds)."""

    queue: Key
    rates: Annotated[list[ArrivalRateBody], Field(max_length=1000)] = Field(default_factory=list)
    times: Annotated[
        list[Annotated[float, Field(ge=0, le=LONGEST_HOURS * 3600)]], Field(max_length=20_000)
    ] = Field(default_factory=list)
    handling: TimesBody
    patience: TimesBody | None = None
    wrap_up: TimesBody | None = None
    needs: Annotated[list[SkillNeedBody], Field(max_length=20)] = Field(default_factory=list)
    priority: Annotated[int, Field(ge=-100, le=100)] = 0


class ScenarioBody(Body):
    """A scenario: who calls, who answers, and by which rules. Hours count from its start.

    Without patience nobody hangs up; without `wrap_up` it lasts as long as the queue gives.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "hours": 2,
                    "warm_up_hours": 0.5,
                    "queues": [{"key": "support", "wrapup_seconds": 0}],
                    "agents": [{"name": "Agent", "count": 6}],
                    "callers": [
                        {
                            "queue": "support",
                            "rates": [{"start": 0, "end": 2, "per_hour": 60}],
                            "handling": {"kind": "exponential", "mean": 180},
                            "patience": {"kind": "exponential", "mean": 120},
                        }
                    ],
                }
            ]
        },
    )

    name: Annotated[str, Field(max_length=200)] = ""
    hours: Annotated[float, Field(gt=0, le=LONGEST_HOURS)]
    warm_up_hours: Hours = 0.0
    interval_minutes: Annotated[int, Field(ge=5, le=1440)] = 30
    answer_seconds: Annotated[float, Field(ge=0, le=60)] = 0.0
    missed_share: Annotated[float, Field(ge=0, le=0.95)] = 0.0
    queues: Annotated[list[SimulatedQueueBody], Field(min_length=1, max_length=100)]
    agents: Annotated[list[AgentsBody], Field(max_length=MOST_AGENTS)]
    callers: Annotated[list[StreamBody], Field(min_length=1, max_length=500)]
