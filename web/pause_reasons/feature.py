"""The manifest of the rules of not-ready reasons."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.pause_reasons import api, pages
from web.pause_reasons.shapes import ReasonRulesBody

FEATURE = Feature(
    name="pause_reasons",
    order=355,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/pause-reasons",
            N_("Not-ready reasons"),
            "coffee",
            frozenset({Right.DICTIONARIES_EDIT}),
            N_("Settings"),
        ),
    ),
    audit=AuditWords(
        actions={"pause_reason.changed": N_("Not-ready reason changed")},
        things={"pause_reasons": N_("Not-ready reason")},
        pages={"pause_reasons": "/pause-reasons/"},
        bodies=(ReasonRulesBody,),
    ),
    tags={"pause-reasons": ApiTag("Settings")},
)
