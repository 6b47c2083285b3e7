"""Who waited because of which fault."""

from faults.witness import to_normal

STRIKES = [100.0, 109.0]


def test_who_waited_when_a_fault_ended_waited_because_of_it():
    waits = to_normal([(99.9, 101.2), (108.9, 109.9)], STRIKES, STRIKES)

    assert [round(one, 1) for one in waits] == [1.2, 0.9]


def test_who_came_just_before_the_next_fault_did_not_wait_for_the_last():
    assert to_normal([(108.98, 110.3)], STRIKES, STRIKES)[0] == 0.0


def test_who_waited_from_one_fault_into_the_next_waited_for_the_first():
    assert to_normal([(100.5, 110.0)], STRIKES, STRIKES) == [10.0, 0.0]
