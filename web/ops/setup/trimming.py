"""Words that are spoken one after the other are cut where they are silent."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

QUIET = 0.02  # of the peak: below is silence
LEAD_SECONDS, TAIL_SECONDS = 0.02, 0.06
Float = TypeVar("Float", bound=np.floating[Any])


def trimmed(sound: NDArray[Float], rate: int) -> NDArray[Float]:
    """Cut the silence before and after a word, except a short pause at its end."""
    loud = np.flatnonzero(np.abs(sound) > QUIET * np.max(np.abs(sound), initial=0.0))
    if not len(loud):
        return sound
    begin = max(0, int(loud[0]) - round(LEAD_SECONDS * rate))
    return sound[begin : int(loud[-1]) + round(TAIL_SECONDS * rate)]
