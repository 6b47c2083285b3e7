"""The life of a call: the table on the full product of stages and turns."""

import itertools

import pytest

from crm.kernel.errors import ImpossibleError
from cti.core.call import TURNS, Stage, Turn, turn


@pytest.mark.parametrize(("stage", "what"), list(itertools.product(Stage, Turn)))
def test_each_stage_meets_each_turn_as_the_table_says_or_refuses_it(stage, what):
    if what in TURNS[stage]:
        assert turn(stage, what) in Stage
        return
    with pytest.raises(ImpossibleError):
        turn(stage, what)


def test_a_call_may_end_at_any_moment_and_twice():
    assert all(turn(stage, Turn.END) is Stage.ENDED for stage in Stage)


def test_nothing_but_its_end_happens_to_a_call_that_has_ended():
    assert set(TURNS[Stage.ENDED]) == {Turn.END}


def test_only_who_waits_is_offered_and_only_who_was_offered_or_parked_is_connected():
    assert [s for s in Stage if Turn.OFFER in TURNS[s]] == [Stage.WAITING]
    assert [s for s in Stage if Turn.CONNECT in TURNS[s]] == [Stage.OFFERED, Stage.PARKED]
