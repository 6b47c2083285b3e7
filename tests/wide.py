"""The number of examples in random tests: more in `bin/test long` than in other runs."""

import os

TIMES = 10  # as many examples as otherwise


def examples(usual: int) -> int:
    """Give the number for Hypothesis; mark the test `wide`, so that `bin/test long` runs it."""
    return usual * TIMES if os.environ.get("HOTLINE_TEST_LONG") else usual
