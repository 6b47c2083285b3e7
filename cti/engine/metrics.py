"""The engine's own metrics, counted cheaply and read by Prometheus.

Every event is counted, so counting uses plain integers (some tenths of a microsecond;
prometheus_client's own histogram takes three). They become Prometheus' form only when it reads
them. Labels are names of our own only: nothing that a caller sends makes a new series.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from acd.agent import AgentState
from cti.core.stage import Stage, situation
from cti.core.state import SwitchState

DECISION_SECONDS = (2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 5e-2, 0.2)
LAG_SECONDS = (1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1.0, 5.0)
DISK_SECONDS = (1e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.5)


class Spread:
    """A histogram of durations; one thread writes, any thread reads."""

    __slots__ = ("_bounds", "_counts", "last", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        """`bounds` are the upper ends of the buckets, in seconds."""
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0
        self.last = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self.total += seconds
        self.last = seconds

    @property
    def count(self) -> int:
        """How many durations were counted."""
        return sum(self._counts)

    def family(self, name: str, meaning: str) -> HistogramMetricFamily:
        """Give the histogram as a Prometheus metric."""
        ends = [*map(str, self._bounds), "+Inf"]
        steps = list(zip(ends, map(float, accumulate(self._counts)), strict=True))
        found = HistogramMetricFamily(name, meaning)
        found.add_metric([], steps, self.total)
        return found


class Metrics:
    """The engine's counters and histograms."""

    def __init__(self) -> None:
        """Start at zero."""
        self.events: Counter[str] = Counter()
        self.repairs: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()  # orders, by their kind
        self.decision = Spread(DECISION_SECONDS)
        self.event_lag = Spread(LAG_SECONDS)
        self.loop_lag = Spread(LAG_SECONDS)
        self.journal_sync = Spread(DISK_SECONDS)
        self.ari_links = 0

    def text(self, state: SwitchState, gauges: Mapping[str, float]) -> str:
        """Write everything in Prometheus' text format; `gauges` are values measured elsewhere."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Reading(self, state, gauges))
        return generate_latest(registry).decode()


class _Reading(Collector):
    def __init__(self, metrics: Metrics, state: SwitchState, gauges: Mapping[str, float]) -> None:
        self._metrics = metrics
        self._state = state
        self._gauges = gauges

    def describe(self) -> list[Metric]:
        """Describe nothing beforehand: `collect` is called once."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give every metric."""
        m = self._metrics
        yield m.decision.family("hotline_decision_seconds", "From an event to its orders.")
        yield m.event_lag.family(
            "hotline_event_lag_seconds", "From Asterisk's time of an event until it is heard."
        )
        yield m.loop_lag.family("hotline_loop_lag_seconds", "How late the engine's loop wakes.")
        yield m.journal_sync.family("hotline_journal_sync_seconds", "One fsync of the journal.")
        yield _counted("hotline_events", "Events, by kind.", "kind", m.events)
        yield _counted("hotline_drift_repairs", "Repairs of drift.", "kind", m.repairs)
        yield _counted("hotline_commands_failed", "Orders that failed.", "kind", m.failed)
        yield CounterMetricFamily("hotline_ari_links", "Links made to ARI.", m.ari_links)
        yield from self._alive()
        for name, value in self._gauges.items():
            yield GaugeMetricFamily(f"hotline_{name}", name.replace("_", " "), value)

    def _alive(self) -> Iterator[Metric]:
        state = self._state
        waiting = GaugeMetricFamily(
            "hotline_callers_waiting", "Callers in line, by queue.", labels=["queue"]
        )
        for key in state.queues:
            waiting.add_metric([str(key)], len(state.lines.waiting.line(key)))
        yield waiting
        agents = Counter(agent.state.value for agent in state.agents.values())
        yield _gauge("hotline_agents", "Agents, by state.", AgentState, agents)
        calls = Counter(situation(state, call).stage.value for call in state.calls.values())
        yield _gauge("hotline_calls", "Calls, by stage.", Stage, calls)


def _counted(
    name: str, meaning: str, label: str, counted: Mapping[str, int]
) -> CounterMetricFamily:
    found = CounterMetricFamily(name, meaning, labels=[label])
    for key, count in sorted(counted.items()):
        found.add_metric([key], count)
    return found


def _gauge(
    name: str, meaning: str, states: type[AgentState] | type[Stage], counted: Mapping[str, int]
) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, meaning, labels=["state"])
    for state in states:
        found.add_metric([state.value], counted.get(state.value, 0))
    return found
