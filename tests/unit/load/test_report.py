"""Tables and percentiles as the measuring programs print them."""

import math

from load.report import percentile, spread, table


def test_numbers_are_aligned_right_and_words_left():
    told = table(("way", "calls", "p95"), [("dial", 1200, 22.41), ("hotline", 60, math.nan)])

    assert told.splitlines() == [
        "way      calls   p95",
        "-------  -----  ----",
        "dial     1,200  22.4",
        "hotline     60     -",
    ]


def test_a_table_without_rows_has_its_headers():
    assert table(("way", "calls"), []).splitlines()[0] == "way  calls"


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(one) for one in range(1, 101)]

    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert spread([0.004]) == (4.0, 4.0, 4.0, 4.0)


def test_a_missing_measurement_is_shown_as_such():
    assert all(math.isnan(one) for one in spread([]))
