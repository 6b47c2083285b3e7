"""The words of scores."""

from collections.abc import Mapping

from crm.satisfaction.score import GOOD, LOW, ScoresBy
from web.kit.i18n import N_

# The first one, agents, is what is shown without a choice.
BY: Mapping[str, str] = {ScoresBy.QUEUE: N_("Queue"), ScoresBy.DAY: N_("Day")}


def tone_of(score: int) -> str:
    """Give the colour of a score's badge."""
    if score <= LOW:
        return "danger"
    return "ready" if score >= GOOD else "info"
