"""The skills of the demo, and the levels of its agents."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from acd.queue import AgentId
from acd.skill_levels.store import Skill, add_skill, set_levels
from acd.skills import SkillKey
from crm.people.person import User

MANDARIN, ENGLISH, BILLING = SkillKey("mandarin"), SkillKey("english"), SkillKey("billing")
SKILLS = (
    Skill(MANDARIN, "Mandarin", "普通话"),
    Skill(ENGLISH, "English", "英语"),
    Skill(BILLING, "Billing", "账务"),
)
LEVELS: Mapping[str, Mapping[SkillKey, int]] = {
    "li.wei": {MANDARIN: 10, ENGLISH: 6, BILLING: 4},
    "wang.fang": {MANDARIN: 10, BILLING: 8},
    "zhang.min": {MANDARIN: 9, ENGLISH: 3},
    "john.smith": {ENGLISH: 10, MANDARIN: 4},
}


def add_demo_skills(session: Session, users: Mapping[str, User]) -> None:
    """Add three skills, and who has them."""
    for skill in SKILLS:
        add_skill(session, skill)
    for login, levels in LEVELS.items():
        if login in users:
            set_levels(session, AgentId(users[login].id), levels)
