"""The announced wait: what is said, when nothing is said, and how it learns."""

import pytest

from acd.estimate import (
    Estimate,
    Forecast,
    LineHistory,
    Wait,
    as_range,
    estimate,
    forecast,
    gamma_quantiles,
    quantile,
)

GUESS = Forecast(100, 150, 210)


def waited(count, seconds=150.0, *, abandoned=False):
    return LineHistory(tuple(Wait(seconds, abandoned, GUESS) for _ in range(count)))


def test_a_forecast_of_a_crowded_queue_is_near_the_mean_of_the_formula():
    history = LineHistory(handled=(200.0,) * 10)
    guess = forecast(history, ahead=39, serving=20, now=0.0)
    assert guess.middle == pytest.approx(40 * 200 / 20, rel=0.01)
    assert guess.low < guess.middle < guess.high


def test_callers_who_give_up_shorten_the_forecast():
    patient = LineHistory(handled=(200.0,) * 10)
    hasty = patient
    for _ in range(10):
        hasty = hasty.with_wait(Wait(60, abandoned=True))
    assert hasty.abandonment_rate() == pytest.approx(1 / 60)
    assert forecast(hasty, 9, 5, 0.0).middle < forecast(patient, 9, 5, 0.0).middle


def test_nothing_is_forecast_without_agents_or_before_the_first_call():
    assert forecast(LineHistory(handled=(200.0,)), 3, 0, 0.0) is None
    assert forecast(LineHistory(), 3, 5, 0.0) is None


def test_agents_who_work_for_other_queues_count_by_their_share_of_a_quarter_of_an_hour():
    history = LineHistory()
    for minute in range(10):
        history = history.with_handling(100, minute * 60.0, own=True)
        history = history.with_handling(300, minute * 60.0, own=False)
    assert history.share(600) == pytest.approx((1000 + 100) / (4000 + 100))
    assert history.share(600 + 16 * 60) == 1
    assert history.handled == (100,) * 10


def test_a_clock_that_goes_back_a_little_adds_to_the_last_minute():
    history = LineHistory().with_handling(10, 120, own=True).with_handling(10, 119, own=True)
    assert [(row.number, row.own) for row in history.minutes] == [(2, 20)]


def test_nothing_is_said_before_twenty_waits_are_known():
    assert estimate(waited(19), GUESS) is None
    assert estimate(waited(20), GUESS) == Estimate(150, 150, 150)
    assert estimate(waited(20), None) is None


def test_waits_without_a_forecast_teach_nothing_about_forecasts():
    history = LineHistory(tuple(Wait(100) for _ in range(50)))
    assert estimate(history, GUESS) is None


def test_a_queue_whose_waits_are_twice_as_long_as_forecast_says_twice_as_much():
    history = waited(200, 300)
    assert estimate(history, Forecast(50, 75, 105)).middle == pytest.approx(150)


def test_a_vague_estimate_is_not_said():
    history = LineHistory(
        tuple(Wait(seconds, forecast=GUESS) for seconds in (10, 150, 900) for _ in range(20))
    )
    assert estimate(history, GUESS) is None
    assert estimate(history, GUESS, widest=100) is not None


def test_a_history_stays_small():
    history = LineHistory()
    for second in range(5000):
        history = history.with_wait(Wait(second)).with_handling(5, second, own=True)
    assert (len(history.waits), len(history.handled), len(history.minutes)) == (200, 200, 15)
    assert history.waits[-1].seconds == 4999


@pytest.mark.parametrize(
    ("low", "high", "minutes"),
    [(130, 230, (2, 4)), (0, 20, (0, 1)), (59, 60, (0, 1)), (120, 120, (2, 2)), (121, 121, (2, 3))],
)
def test_a_range_is_told_in_whole_minutes(low, high, minutes):
    assert as_range(Estimate(low, (low + high) / 2, high)) == minutes


@pytest.mark.parametrize(
    ("shape", "exact"),
    [
        (1, (0.105361, 0.693147, 2.302585)),
        (4, (1.744770, 3.672061, 6.680783)),
        (20, (14.525297, 19.667745, 25.902524)),
    ],
)
def test_quantiles_of_the_gamma_distribution(shape, exact):
    low, middle, high = gamma_quantiles(shape, shape)
    assert low == pytest.approx(exact[0], rel=0.07)
    assert middle == pytest.approx(exact[1], rel=0.015)
    assert high == pytest.approx(exact[2], rel=0.015)


def test_those_who_hung_up_count_as_waiting_longer():
    times = [(float(n), n % 2 == 0) for n in range(1, 100)]
    assert quantile(times, 0.5) > 60
    assert quantile([(float(n), False) for n in range(1, 100)], 0.5) == 50
    assert quantile([(1.0, True), (2.0, True)], 0.5) == 2
    assert quantile([], 0.5) == 0
