"""Where the bars of a call's parties are drawn."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.calls.lanes import Doing
from web.calls.lane_views import drawing
from web.calls.shapes import BarShape, LaneShape

T0 = datetime(2026, 11, 22, 10, tzinfo=UTC)


def bar(begin, end, text="Talk with Li Wei"):
    return BarShape(
        doing=Doing.TALKS,
        doing_name="Talk",
        text=text,
        began_at=T0 + timedelta(seconds=begin),
        ended_at=T0 + timedelta(seconds=end),
        seconds=end - begin,
        others=[],
        muted=False,
    )


def lane(*bars):
    return LaneShape(role="agent", role_name="Agent", agent=None, name="Li Wei", bars=list(bars))


def test_bars_have_their_share_of_the_width():
    found = drawing([lane(bar(0, 25), bar(25, 100))])
    [(_, bars)] = found.lanes

    assert [(one.left, one.width) for one in bars] == [(0, 25), (25, 75)]
    assert [one.wide for one in bars] == [False, True]
    assert found.legend == (("talks", "Talk"),)


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [
        (3, ["0:00", "0:01", "0:02"]),
        (100, ["0:00", "0:30", "1:00", "1:30"]),
        (10_800, ["0:00", "1:00:00", "2:00:00"]),
    ],
)
def test_the_axis_has_a_few_round_marks_for_three_seconds_and_for_three_hours(seconds, labels):
    assert [tick.label for tick in drawing([lane(bar(0, seconds))]).ticks] == labels


def test_a_short_bar_can_be_seen_and_has_no_label():
    [(_, bars)] = drawing([lane(bar(0, 10_799), bar(10_799, 10_800))]).lanes

    assert (bars[1].width, bars[1].label) == (0.4, "")
    assert bars[1].left + bars[1].width == pytest.approx(100)


def test_where_nothing_happened_nothing_is_drawn():
    assert drawing([]) is None
    assert drawing([lane()]) is None
    assert drawing([lane(bar(5, 5))]) is None
