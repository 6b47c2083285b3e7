"""SIP answers and causes in words, and after which the next trunk is tried."""

import pytest

from cti.trunks.answers import CAUSES, SIP, goes_to_next_trunk, meaning_of_cause, meaning_of_sip


@pytest.mark.parametrize("status", [408, 488, 500, 502, 503, 504])
def test_the_trunk_is_at_fault_so_the_next_one_is_tried(status):
    assert goes_to_next_trunk(status, forbidden_is_next=False)


@pytest.mark.parametrize("status", [200, 404, 410, 480, 484, 486, 600, 603, 604, 0])
def test_the_number_is_at_fault_so_no_other_trunk_is_tried(status):
    assert not goes_to_next_trunk(status, forbidden_is_next=True)


def test_forbidden_is_a_setting_of_the_trunk():
    assert goes_to_next_trunk(403, forbidden_is_next=True)
    assert not goes_to_next_trunk(403, forbidden_is_next=False)


def test_every_status_means_something_and_nothing_else_does():
    assert all(meaning_of_sip(status).endswith(".") for status in range(100, 700))
    assert not any(map(meaning_of_sip, (0, 99, 700, 7000)))


def test_causes_and_statuses_of_one_kind_have_the_same_words():
    assert meaning_of_cause(17) == meaning_of_sip(486)
    assert meaning_of_cause(1) == meaning_of_sip(404)
    assert meaning_of_cause(999) == ""
    assert all(one.endswith(".") for one in (*SIP.values(), *CAUSES.values()))
