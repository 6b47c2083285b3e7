"""Means over runs with their 95 % confidence intervals, by Student's t distribution."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_FEW = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 6: 2.4469}
_NORMAL = 1.959963984540054  # the 97.5 % quantile of the standard normal distribution


@dataclass(frozen=True, slots=True)
class ConfidenceInterval:
    """A mean, and half the width of its 95 % interval; None after a single run."""

    mean: float
    half: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value lies in the interval."""
        return self.half is not None and abs(value - self.mean) <= self.half


def over_runs(values: Sequence[float | None]) -> ConfidenceInterval | None:
    """Give mean and interval of a figure's values, one a run; runs without the figure are left out.

    None if no run has it.
    """
    known = [value for value in values if value is not None]
    count = len(known)
    if not count:
        return None
    mean = sum(known) / count
    if count == 1:
        return ConfidenceInterval(mean)
    variance = sum((value - mean) ** 2 for value in known) / (count - 1)
    return ConfidenceInterval(mean, t_quantile(count - 1) * math.sqrt(variance / count))


def t_quantile(freedom: int) -> float:
    """Give the 97.5 % quantile of Student's t distribution.

    Above six degrees of freedom by the expansion of Cornish and Fisher, right to 0.001.
    """
    if freedom in _FEW:
        return _FEW[freedom]
    z = _NORMAL
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))
