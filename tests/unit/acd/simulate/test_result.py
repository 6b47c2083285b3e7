"""Figures of runs, their intervals, and what must hold for every run."""

from dataclasses import replace

import pytest
from unit.acd.simulate.scenarios import ONE, at_times, one_queue, scenario, seats
from unit.acd.simulate.test_run import queue

from acd.queue import Strategy
from acd.simulate.draws import draw, generator
from acd.simulate.figures import ALL, FigurePart, figures_of
from acd.simulate.result import simulate
from acd.simulate.run import play
from acd.simulate.scenario import ArrivalRate, Constant, Empirical, Lognormal
from acd.simulate.student import ConfidenceInterval, over_runs, t_quantile
from acd.skills import Need, SkillKey


def test_the_four_service_levels_and_the_shares_of_one_small_run():
    """Answered after 0, 50 and 100 s, hung up after 15 and 25 s; the threshold is 20 s."""
    patient = at_times(0, 10, 20)
    hasty = (at_times(20, patience=Constant(15)), at_times(20, patience=Constant(25)))
    given = scenario(queue(), seats(1), (patient, *hasty))
    figures = figures_of(given, play(given, 1)).parts[ALL]
    assert figures["service_level_1"] == pytest.approx(2 / 5)
    assert figures["service_level_2"] == pytest.approx(1 / 3)
    assert figures["service_level_3"] == pytest.approx(1 / 5)
    assert figures["service_level_4"] == pytest.approx(1 / 4)
    assert figures["asa_seconds"] == 50
    assert figures["longest_wait_seconds"] == 100
    assert figures["abandoned_share"] == pytest.approx(2 / 5)
    assert figures["occupancy"] == pytest.approx(180 / 3600)


def test_figures_by_skill_interval_and_agent():
    mandarin = SkillKey("mandarin")
    staff = (*seats(1), *seats(2, skills={mandarin: 5}))
    needs = at_times(0, 2000, needs=(Need(mandarin, 5),))
    given = scenario(queue((1, 2)), staff, (needs, at_times(10)))
    result = simulate(given, runs=1, seed=1)
    assert result.skills["mandarin"]["offered"].mean == 2
    assert list(result.intervals) == [0, 1800]
    assert result.intervals[0]["offered"].mean == 2
    assert result.queue_intervals[ONE][1800]["offered"].mean == 1
    assert [(one.name, one.share.mean) for one in result.agents] == [
        ("Agent 1", pytest.approx(1 / 3)),
        ("Agent 2", pytest.approx(2 / 3)),
    ]


def test_callers_of_the_warm_up_are_in_no_figure():
    given = scenario(queue(), seats(1), at_times(0, 1000), warm_up=500.0)
    assert figures_of(given, play(given, 1)).parts[ALL]["offered"] == 1


def test_the_same_seed_gives_the_same_result_and_another_one_another():
    given = one_queue(60, 120, 3, 100, hours=3)
    assert simulate(given, runs=3, seed=7) == simulate(given, runs=3, seed=7)
    assert simulate(given, runs=3, seed=7) != simulate(given, runs=3, seed=8)


def test_a_change_of_staff_or_strategy_meets_the_same_callers():
    few, many = one_queue(60, 120, 3), one_queue(60, 120, 5, strategy=Strategy.RANK)
    came = [
        [(one.caller, one.arrived) for one in sorted(play(given, 3).visits, key=lambda v: v.caller)]
        for given in (few, many)
    ]
    assert came[0] == came[1]


def test_more_agents_never_make_it_worse():
    """Callers come at the same times and talk as long, so each run itself is monotone."""
    found = [
        simulate(one_queue(100, 120, count, hours=4), runs=2, seed=3).whole
        for count in (4, 5, 6, 7)
    ]
    waits = [one["mean_wait_seconds"].mean for one in found]
    levels = [one["service_level_3"].mean for one in found]
    assert waits == sorted(waits, reverse=True)
    assert levels == sorted(levels)


def test_littles_law_holds_to_one_percent():
    """The mean number of waiting callers is the rate of arrivals times the mean wait."""
    given = one_queue(120, 120, 5, hours=24, warm_up=0)
    visits = play(given, 5).visits
    changes = sorted([(one.arrived, 1) for one in visits] + [(one.ended, -1) for one in visits])
    area, waiting, before = 0.0, 0, 0.0
    for at, change in changes:
        area += waiting * (at - before)
        waiting, before = waiting + change, at
    length = area / before
    rate = len(visits) / before
    mean = sum(one.wait for one in visits) / len(visits)
    assert length == pytest.approx(rate * mean, rel=0.01)


def test_students_intervals():
    assert over_runs([None, None]) is None
    assert over_runs([2.0, None]) == ConfidenceInterval(2.0)
    both = over_runs([1.0, 3.0])
    assert both.mean == 2
    assert both.half == pytest.approx(12.7062)
    for freedom, exact in ((3, 3.1824), (6, 2.4469), (10, 2.2281), (29, 2.0452), (100, 1.9840)):
        assert t_quantile(freedom) == pytest.approx(exact, abs=0.001)


def test_drawn_times_have_the_mean_and_deviation_that_were_asked_for():
    drawn = draw(Lognormal(200, 100), 20_000, generator(1, 0, 0))
    mean = sum(drawn) / len(drawn)
    spread = (sum((one - mean) ** 2 for one in drawn) / len(drawn)) ** 0.5
    assert mean == pytest.approx(200, rel=0.03)
    assert spread == pytest.approx(100, rel=0.05)
    assert set(draw(Empirical((3.0, 4.0)), 100, generator(1, 0, 0))) == {3, 4}


def test_rates_by_interval_give_callers_in_these_intervals_alone():
    given = one_queue(1, 1, 1, hours=2)
    rates = (ArrivalRate(0, 1800, 600), ArrivalRate(3600, 9000, 1200))
    stream = replace(given.streams[0], arrivals=rates)
    times = [one.arrived for one in play(replace(given, streams=(stream,)), 1).visits]
    assert len([at for at in times if at < 1800]) == pytest.approx(300, rel=0.2)
    assert not [at for at in times if 1800 <= at < 3600]
    assert max(times) < 7200


def test_an_interval_without_calls_in_one_run_counts_as_none():
    given = one_queue(1, 60, 1, hours=4, warm_up=0)
    found = simulate(given, runs=20, seed=1)
    assert found.intervals[0]["offered"].mean == pytest.approx(0.5, abs=0.5)
    assert set(found.queues) == {ONE}
    assert FigurePart.SKILL not in found.skills
