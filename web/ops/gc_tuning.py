"""Settings of the garbage collector for processes that must answer quickly.

Little of our garbage is cyclic. With Python's defaults, the search for it took an eighth of the
web's time with 500 open desks, and caused pauses that delayed calls.
"""

import gc

# New containers until the young generation is collected: some ms of work at most.
YOUNG = 20_000
YOUNGER_THAN_OLD = 20  # collections of the young generation for one of the next
OLD = 5


def settle() -> None:
    """Exclude all present objects from later collections, and collect rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, YOUNGER_THAN_OLD, OLD)
