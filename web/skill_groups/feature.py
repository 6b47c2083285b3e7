"""The manifest of the skill groups."""

from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.skill_groups import api, pages
from web.skill_groups.demo import add_demo_skill_groups
from web.skill_groups.listing import READERS
from web.skill_groups.shapes import SkillGroupBody

FEATURE = Feature(
    name="skill_groups",
    order=244,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/skill-groups", N_("Skill groups"), "users", frozenset(READERS), N_("Call routing")
        ),
    ),
    audit=AuditWords(
        actions={
            "skill_group.added": N_("Skill group added"),
            "skill_group.changed": N_("Skill group changed"),
        },
        things={"skill_groups": N_("Skill group")},
        pages={"skill_groups": "/skill-groups/"},
        bodies=(SkillGroupBody,),
    ),
    tags={"skill-groups": ApiTag("Call routing")},
    demo=add_demo_skill_groups,
)
