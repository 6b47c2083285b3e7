"""The engine's metrics: right, cheap, and without labels that a caller could make grow."""

import timeit

from prometheus_client.parser import text_string_to_metric_families
from unit.cti.core.test_views import SALES, SUPPORT, agent, scene, state_of, task

from acd.agent import Presence
from cti.asterisk.translate import event_time
from cti.core.stage import Stage
from cti.engine.metrics import Metrics, Spread


def read(text):
    """Give every sample, by its name and labels."""
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_spread_counts_each_time_in_its_step_and_all_steps_above():
    spread = Spread((0.001, 0.01))
    for seconds in (0.0005, 0.001, 0.005, 3.0):
        spread.add(seconds)
    steps = [s.value for s in spread.family("x", "X").samples if s.name == "x_bucket"]

    assert steps == [2, 3, 4]
    assert (spread.count, spread.last) == (4, 3.0)


def test_waiting_callers_and_agents_are_counted_by_queue_and_state():
    alive = state_of(
        scene("c1", queue=SUPPORT),
        scene("c2", queue=SUPPORT),
        scene("c3", Stage.TALKING, queue=SALES),
        agent(7, Presence.READY),
        agent(9, Presence.READY, task(work="c3")),
    )
    found = read(Metrics().text(alive, {"journal_backlog": 3}))

    assert found["hotline_callers_waiting", "support"] == 2
    assert found["hotline_callers_waiting", "sales"] == 0
    assert found["hotline_agents", "ready"] == found["hotline_agents", "talking"] == 1
    assert found["hotline_agents", "paused"] == 0
    assert found["hotline_calls", "waiting"] == 2
    assert found["hotline_journal_backlog",] == 3


def test_no_callers_number_and_no_calls_id_becomes_a_label():
    metrics = Metrics()
    metrics.events["CallArrived"] += 1
    text = metrics.text(state_of(scene("hotline-1-1763775000.1")), {})

    assert 'hotline_events_total{kind="CallArrived"} 1.0' in text
    assert "1763775000" not in text
    assert "138000" not in text


def test_counting_costs_less_than_a_hundredth_of_a_decisions_budget():
    metrics = Metrics()

    def count():
        metrics.events["CallArrived"] += 1
        metrics.decision.add(0.0001)
        metrics.event_lag.add(0.002)

    best = min(timeit.repeat(count, number=2000, repeat=5)) / 2000

    assert best < 20e-6  # it takes about 1 µs; a machine under load gets its share


def test_asterisks_time_is_read_and_nonsense_is_not():
    assert event_time({"timestamp": "2026-02-02T02:40:00.250+0000"}) == 1_770_000_000.25
    assert [event_time(e) for e in ({}, {"timestamp": None}, {"timestamp": "noon"})] == [None] * 3
