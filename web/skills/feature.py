"""The manifest of the skills."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.skills import api, pages
from web.skills.demo import add_demo_skills
from web.skills.listing import READERS
from web.skills.shapes import SkillBody

FEATURE = Feature(
    name="skills",
    order=242,
    pages=(pages.router,),
    api=(api.router, api.agent_router),
    menu=(MenuEntry("/skills", N_("Skills"), "star", frozenset(READERS), N_("Call routing")),),
    rights=(
        RightWords(
            Right.SKILLS_MANAGE,
            N_("Call routing"),
            N_("Manage skills"),
            N_("Skills, the agents' levels, and skill groups."),
        ),
    ),
    audit=AuditWords(
        actions={
            "skill.added": N_("Skill added"),
            "skill.changed": N_("Skill changed"),
            "skill.removed": N_("Skill deleted"),
            "agent.skills_changed": N_("Skills of an agent changed"),
        },
        things={"skills": N_("Skill")},
        pages={"skills": "/skills/"},
        fields={"agent_skills": N_("Skills")},
        bodies=(SkillBody,),
    ),
    tags={"skills": ApiTag("Call routing")},
    demo=add_demo_skills,
)
