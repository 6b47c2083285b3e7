"""Answers to questions of steps that need no other system: opening hours, and lots."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b

from crm.hours.group import TimeGroup, TimeGroupId, is_open
from ivr.step import Answered, Failed
from ivr.steps import hours, share

LOTS = 10_000


def opening(
    groups: Mapping[TimeGroupId, TimeGroup], detail: Mapping[str, str], at: datetime
) -> Answered | Failed:
    """Whether the time group that a step asks for is open."""
    group = groups.get(TimeGroupId(int(detail.get("group", "0"))))
    if group is None:
        return Failed("no such time group")
    return Answered(hours.OPEN if is_open(group, at) else "closed")


def lot(call: str, flow: int, step: str) -> float:
    """Draw a number from 0 to below 100: the same one for the same call at the same step."""
    drawn = blake2b(f"{call} {flow} {step}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn) % LOTS * share.WHOLE / LOTS
