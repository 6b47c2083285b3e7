"""The simulator against queueing theory: golden values, and Erlang C by pyworkforce."""

import pytest
from unit.acd.simulate.scenarios import one_queue

from acd.simulate.result import simulate
from acd.simulate.student import ConfidenceInterval

NAMES = ("delayed_share", "mean_wait_seconds", "abandoned_share", "service_level_3")

# calls an hour, handling s, agents, mean patience s: P(wait), mean wait s, P(abandon), served
# within 20 s of all. Exact for M/M/N+M (Erlang A; without patience Erlang C).
GOLDEN = {
    (100, 180, 6, None): (0.5875, 105.75, 0, 0.4742),
    (240, 240, 18, None): (0.5312, 63.74, 0, 0.5502),
    (240, 240, 18, 180): (0.3206, 10.11, 0.0561, 0.7888),
    (240, 240, 15, 120): (0.5406, 18.01, 0.1501, 0.6030),
    (600, 300, 50, 120): (0.4111, 8.27, 0.0689, 0.7833),
    (600, 300, 55, None): (0.3845, 23.07, 0, 0.7241),
    (1200, 300, 100, 60): (0.3281, 3.30, 0.0550, 0.9083),
}
SHORT = ((240, 240, 15, 120), (240, 240, 18, 180))
RUNS = 30
RARE = 1.5  # of a 95 % interval: a true value is outside once in 200 times


def figures(case, hours, warm_up=1):
    found = simulate(one_queue(*case, hours=hours, warm_up=warm_up), runs=RUNS, seed=20)
    return [
        (name, found.whole[name], value) for name, value in zip(NAMES, GOLDEN[case], strict=True)
    ]


def holds(interval, value, times=1.0):
    """Whether a value, which is rounded, lies in so many times the 95 % interval."""
    return abs(interval.mean - value) <= interval.half * times + 0.0005 * max(1.0, value)


@pytest.mark.parametrize("case", SHORT, ids=str)
def test_golden_values_are_met_by_short_runs(case):
    found = figures(case, hours=1.25, warm_up=0.5)
    assert [row for row in found if not holds(*row[1:], RARE)] == []


def warm_up(case):
    """Give the hours until an empty queue is what it will be: longer if nobody hangs up."""
    return 4 if case[3] is None else 1


@pytest.mark.long
def test_golden_values_lie_in_the_intervals():
    """Of 28 values in 95 % intervals one or two are outside by chance, and none far outside."""
    found = [
        (case, *row)
        for case in GOLDEN
        for row in figures(case, warm_up(case) + 2000 / case[0], warm_up(case))
    ]
    assert [row for row in found if not holds(*row[2:], 2)] == []
    outside = [row for row in found if not holds(*row[2:])]
    assert len(outside) <= 3, outside


@pytest.mark.long
def test_erlang_c_of_pyworkforce_agrees():
    """The package is in a dependency group of its own: it brings a solver of 100 MB."""
    erlang = pytest.importorskip("pyworkforce.queuing.erlang")
    rule = erlang.ErlangC(transactions=100, aht=3, interval=60, asa=20 / 60, shrinkage=0)
    found = simulate(one_queue(100, 180, 6, hours=30), runs=30, seed=4).whole
    assert holds(found["service_level_3"], rule.service_level(positions=6))
    assert holds(found["delayed_share"], rule.waiting_probability(positions=6))
    assert holds(found["occupancy"], rule.achieved_occupancy(positions=6))


def test_an_interval_holds_its_own_mean():
    assert ConfidenceInterval(1.0, 0.1).holds(1.05)
    assert not ConfidenceInterval(1.0, 0.1).holds(1.2)
    assert not ConfidenceInterval(1.0).holds(1.0)
