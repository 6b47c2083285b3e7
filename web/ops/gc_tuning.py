"""How a process that answers at once looks for garbage that counting references does not find.

Little of ours ends in circles. Looked for as often as Python does by itself, finding it took an
eighth of the web's time with 500 open desks, and now and then a pause that a caller could hear of.
"""

import gc

# Containers more than before until the young are looked through: some ms of work at most.
YOUNG = 20_000
YOUNGER_THAN_OLD = 20  # so often are the young looked through before those who stayed
OLD = 5


def settle() -> None:
    """Leave all that is made by now out of every later look, and look seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, YOUNGER_THAN_OLD, OLD)
