"""The manifest of the dictionaries."""

from crm.people.rights import Right
from web.dictionaries import api, pages
from web.dictionaries.demo import add_demo_choices
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="dictionaries",
    order=350,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/dictionaries",
            N_("Picklists"),
            "book",
            frozenset({Right.DICTIONARIES_EDIT}),
            N_("Settings"),
        ),
    ),
    rights=(
        RightWords(
            Right.DICTIONARIES_EDIT,
            N_("Settings"),
            N_("Edit picklists"),
            N_("Options used in forms."),
        ),
    ),
    audit=AuditWords(
        actions={
            "dictionary.added": N_("Picklist added"),
            "dictionary.renamed": N_("Picklist renamed"),
            "dictionary.ordered": N_("Picklist reordered"),
            "choice.added": N_("Option added"),
            "choice.changed": N_("Option changed"),
        },
        things={
            "dictionaries": N_("Picklist"),
            "dictionary_items": N_("Option"),
        },
    ),
    tags={"dictionaries": ApiTag("Settings", "Dictionaries and parameters.")},
    examples={
        "icon": "phone",
        "key": "complaint",
        "label": "Complaint",
        "name_en": "Complaint",
        "name_zh": "投诉",
    },
    demo=add_demo_choices,
)
