"""Rows of the lists of ring groups, skills, voicemail, faxes, appointments and others."""

from sqlalchemy import insert
from sqlalchemy.orm import Session
from unit.web.estimate_rows import add_estimates

from acd.queue import SkillGroupId
from acd.ring_group import RingGroup, RingGroupId
from acd.ring_groups.store import RingGroupSettings, add_ring_group
from acd.service_level import ServiceLevel, ServiceLevelId
from acd.service_levels.store import LevelSettings, add_service_level
from acd.skill_groups.store import SkillGroup, add_skill_group
from acd.skill_levels.store import Skill, add_skill
from acd.skills import SkillKey
from crm.appointments.appointment import AppointmentDraft, Owner
from crm.appointments.store import add_appointment
from crm.custom_destinations.custom import CustomDraft
from crm.custom_destinations.store import add_custom
from crm.faxes.models import FaxRow
from crm.voicemail.box import BoxDraft
from crm.voicemail.boxes.store import add_box
from crm.voicemail.models import VoicemailRow
from ivr.prompt_library.music.store import add_class
from web.kit.clock import now

NO_SKILLS = (
    "DELETE FROM music_classes",
    "DELETE FROM queue_skill_groups",
    "DELETE FROM queue_steps",
    "DELETE FROM queue_needs",
    "DELETE FROM agent_skills",
    "DELETE FROM skill_group_members",
    "DELETE FROM skill_groups",
    "DELETE FROM skills",
)
"""What removes skills and skill groups, and all that uses them."""


def add_skill_rows(session: Session, name: str) -> None:
    """Add a skill and a skill group."""
    key = SkillKey(name.replace(" ", "-"))
    add_skill(session, Skill(key, name))
    add_skill_group(session, SkillGroup(SkillGroupId(0), name))
    add_service_level(session, LevelSettings(ServiceLevel(ServiceLevelId(0), name)))


def add_lines(session: Session, name: str, user: int) -> None:
    add_skill_rows(session, name)
    add_class(session, name, shuffled=False)
    add_estimates(session, "support", name)
    draft = AppointmentDraft(name, now(), Owner(user=user))
    add_appointment(session, draft, user, now())
    group = RingGroup(RingGroupId(0), name, ())
    add_ring_group(session, RingGroupSettings(group))
    box = add_box(session, BoxDraft(name))
    left = {"box_id": box, "call": name, "file": name, "caller": "", "called": ""}
    session.execute(insert(VoicemailRow).values({**left, "seconds": 1}))
    fax = {"call": name, "file": name, "caller": "", "called": "", "state": "received"}
    session.execute(insert(FaxRow).values(fax))
    add_custom(session, CustomDraft(name, "https://example.com/"), "sealed")
