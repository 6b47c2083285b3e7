"""When the sound of a leg is bad: thresholds over time."""

import pytest

from cti.core.quality import Report, Window

PACKETS = 250  # of five seconds


def play(window, losses, trip=None):
    """Hear a report each five seconds, with these packets lost before it; give all windows."""
    found, lost = [], 0
    for number, gone in enumerate([0, *losses]):
        lost += gone
        report = Report(5.0 * number, "s1", PACKETS * number, lost, 0, trip)
        window = window.heard(report, "ulaw")
        found.append(window)
    return found


def bad(windows):
    return [window.trouble is not None for window in windows]


def test_sound_is_bad_only_when_ten_seconds_were():
    assert bad(play(Window(), [20, 20, 20])) == [False, False, True, True]


def test_one_bad_moment_between_good_ones_is_no_bad_sound():
    assert bad(play(Window(), [0, 0, 10, 0, 0])) == [False] * 6


def test_loss_is_of_the_last_seconds_and_not_of_the_whole_call():
    windows = play(Window(), [0] * 60 + [20, 20])

    assert bad(windows)[-1]
    assert windows[-1].trouble.loss == pytest.approx(0.08)


def test_it_is_good_again_ten_seconds_after_the_last_bad_moment():
    told = bad(play(Window(), [20, 20, 0, 0, 0]))

    assert told == [False, False, True, True, False, False]


def test_a_loss_of_three_percent_is_not_yet_bad():
    assert bad(play(Window(), [7, 8]))[-1] is False
    assert bad(play(Window(), [8, 8]))[-1] is True


def test_a_long_way_is_bad_without_any_loss():
    window = play(Window(), [0, 0], trip=1.0)[-1]

    assert window.trouble.loss == 0.0
    assert window.trouble.mos < 3.5


def test_jitter_is_counted_by_the_clock_of_the_codec():
    first, second = (Report(at, "s", int(at * 50), 0, 480) for at in (0.0, 5.0))

    assert Window().heard(first, "ulaw").heard(second, "ulaw").intervals[0].jitter_ms == 60.0
    assert Window().heard(first, "opus").heard(second, "opus").intervals[0].jitter_ms == 10.0


def test_a_stream_that_begins_anew_is_counted_anew():
    window = play(Window(), [0, 0])[-1]
    again = window.heard(Report(15.0, "s2", 7, 900, 0), "ulaw")

    assert again.intervals == ()
    assert again.heard(Report(20.0, "s2", 257, 900, 0), "ulaw").intervals[0].lost == 0


@pytest.mark.parametrize("packets", [10, 900_000])
def test_a_count_that_jumps_says_nothing(packets):
    window = play(Window(), [20])[-1].heard(Report(10.0, "s1", packets, 900, 0), "ulaw")

    assert (window.intervals, window.trouble) == ((), None)


def test_a_leg_without_sound_is_not_judged_and_a_report_twice_is_once():
    window = play(Window(), [20])[-1]
    same = window.heard(Report(10.0, "s1", PACKETS, 20, 0), "ulaw")

    assert same == window


def test_packets_that_came_twice_are_no_gain():
    window = Window().heard(Report(0.0, "s", 0, 10, 0), "ulaw")

    assert window.heard(Report(5.0, "s", 250, 5, 0), "ulaw").intervals[0].lost == 0


def test_after_a_while_without_reports_nothing_is_said():
    window = play(Window(), [20, 20])[-1]

    assert window.forgotten(25.0).trouble is not None
    assert window.forgotten(31.0).trouble is None


def test_the_worst_ten_seconds_are_kept():
    windows = play(Window(), [0, 0, 40, 40, 0, 0, 0])

    assert windows[-1].worst < 3.0
    assert windows[-1].trouble is None
