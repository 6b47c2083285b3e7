"""The customer levels of the demo: gold customers are served sooner, by agents with English."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from acd.service_level import ServiceLevel, ServiceLevelId
from acd.service_levels.store import LevelSettings, add_service_level
from crm.dictionary.item import List
from crm.dictionary.store import items
from crm.people.person import User

LEVELS = (
    ServiceLevel(ServiceLevelId(0), "Gold", "金卡", 5, tier="gold"),
    ServiceLevel(ServiceLevelId(0), "Silver", "银卡", 2, tier="silver"),
)


def add_demo_service_levels(session: Session, _users: Mapping[str, User]) -> None:
    """Add a level for each of two tiers, if there are such."""
    known = {one.key for one in items(session, List.CUSTOMER_LEVEL)}
    for level in LEVELS:
        if level.tier in known:
            add_service_level(session, LevelSettings(level))
