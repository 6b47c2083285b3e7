"""The estimate of the wait, replayed on simulated queues: does it keep its promise?"""

import math
from collections import defaultdict

import pytest
from unit.acd.simulate.scenarios import agents, one_queue, seats

from acd.estimate import LineHistory, Wait, estimate, forecast, quantile
from acd.queue import Queue, QueueKey, members_of
from acd.simulate.run import VisitOutcome, play
from acd.simulate.scenario import ArrivalRate, Exponential, Scenario, Stream

# Queues in which callers wait long enough for an announcement to be of use.
CROWDED = {
    (240, 240, 15, 120): 10,  # calls an hour, handling s, agents, patience s: hours
    (600, 300, 50, 120): 5,
    (240, 240, 18, None): 12,
    (240, 240, 12, 240): 10,
}
WIDE = {(600, 300, 50, 120), (240, 240, 18, None)}


def told(scenario):
    """Give (wait, abandoned, forecast, estimate) of each caller who had to wait."""
    serving = {queue.key: set(queue.agents) for queue in scenario.queues}
    histories = dict.fromkeys(serving, LineHistory())
    waiting, said = defaultdict(dict), []
    for at, kind, what in events_of(play(scenario, 11)):
        if kind == "freed":
            agent, queue, seconds = what
            for key, its in serving.items():
                if agent in its:
                    own = key == queue
                    histories[key] = histories[key].with_handling(seconds, at, own=own)
        elif kind == "ended":
            guess, spoken = waiting[what.queue].pop(what.caller)
            abandoned = what.outcome is VisitOutcome.ABANDONED
            wait = Wait(what.wait, abandoned, guess)
            histories[what.queue] = histories[what.queue].with_wait(wait)
            said.append((what.wait, abandoned, guess, spoken))
        else:
            line, history = waiting[what.queue], histories[what.queue]
            guess = forecast(history, len(line), len(serving[what.queue]), at)
            line[what.caller] = guess, estimate(history, guess, widest=math.inf)
    return [row for row in said if row[3] is not None]


def events_of(played):
    """Give what the engine would see, in its order: at one moment an agent is free first."""
    found = [(end, 0, "freed", (agent, key, end - at)) for agent, key, at, end in played.freed]
    for visit in played.visits:
        if visit.wait > 0:
            found += [(visit.ended, 1, "ended", visit), (visit.arrived, 2, "came", visit)]
    return [(at, kind, what) for at, _, kind, what in sorted(found, key=lambda one: one[:2])]


def coverage(rows, value):
    """The share of waits within a value, by Kaplan & Meier: callers who hung up are censored."""
    ratios = [(wait / value(spoken), abandoned) for wait, abandoned, _, spoken in rows]
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if quantile(ratios, middle) <= 1 else (low, middle)
    return low


def is_narrow(spoken):
    return spoken.high - spoken.low <= spoken.middle


def error(rows):
    """The root mean square error of the middle over the mean wait, of the answered callers."""
    answered = [row for row in rows if not row[1]]
    mean = sum(row[0] for row in answered) / len(answered)
    square = sum((row[0] - row[3].middle) ** 2 for row in answered) / len(answered)
    return math.sqrt(square) / mean


@pytest.mark.parametrize(
    "case",
    [pytest.param(one, marks=[pytest.mark.long] if one in WIDE else []) for one in CROWDED],
    ids=str,
)
def test_nine_of_ten_callers_wait_no_longer_than_the_end_of_the_range(case):
    rows = told(one_queue(*case, hours=CROWDED[case], warm_up=0))
    assert coverage(rows, lambda one: one.high) == pytest.approx(0.9, abs=0.03)
    assert coverage(rows, lambda one: one.middle) == pytest.approx(0.5, abs=0.06)


def test_it_holds_for_queues_that_share_some_of_their_agents():
    hours, patience = 10, Exponential(300)
    first, second = QueueKey("first"), QueueKey("second")
    staff = agents(18)
    queues = tuple(
        Queue(key, key, members_of(members), wrapup_seconds=0.0)
        for key, members in ((first, [*staff[:8], *staff[10:]]), (second, staff[8:]))
    )
    streams = tuple(
        Stream(key, (ArrivalRate(0, hours * 3600, count),), Exponential(240), patience)
        for key, count in ((first, 300), (second, 60))
    )
    rows = told(Scenario(hours * 3600, queues, seats(*staff), streams))
    assert len(rows) > 2000
    assert coverage(rows, lambda one: one.high) == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize(
    ("case", "hours", "most"), [((240, 240, 8, 400), 10, 0.4), ((600, 300, 40, 300), 5, 0.35)]
)
def test_what_is_said_in_an_overloaded_queue_is_near_the_wait(case, hours, most):
    rows = told(one_queue(*case, hours=hours, warm_up=0))
    said = [row for row in rows if is_narrow(row[3])]
    assert len(said) > 500
    assert coverage(said, lambda one: one.high) == pytest.approx(0.9, abs=0.03)
    assert error(said) <= most
