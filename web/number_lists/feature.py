"""The manifest of the number lists."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.number_lists import api, pages
from web.number_lists.demo import add_demo_number_lists, remove_demo_number_lists
from web.number_lists.shapes import EntriesForm, ListBody

FEATURE = Feature(
    name="number_lists",
    order=280,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/number-lists",
            N_("Number lists"),
            "ban",
            frozenset({Right.LISTS_EDIT, Right.LISTS_APPROVE}),
            N_("Call routing"),
        ),
    ),
    rights=(
        RightWords(
            Right.LISTS_EDIT,
            N_("Call routing"),
            N_("Edit number lists"),
            N_("Black, VIP and white lists and their numbers."),
        ),
        RightWords(
            Right.LISTS_APPROVE,
            N_("Call routing"),
            N_("Approve number lists"),
            N_("Entries that other users added."),
        ),
    ),
    audit=AuditWords(
        actions={
            "number_list.added": N_("Number list added"),
            "number_list.changed": N_("Number list changed"),
            "number_list.removed": N_("Number list deleted"),
            "number_list.entries_added": N_("List entries added"),
            "number_list.entries_approved": N_("List entries approved"),
            "number_list.entries_rejected": N_("List entries rejected"),
            "number_list.entries_removed": N_("List entries removed"),
        },
        things={"number_lists": N_("Number list")},
        pages={"number_lists": "/number-lists/"},
        fields={"expires_at": N_("Expires"), "entries": N_("Entries")},
        bodies=(ListBody, EntriesForm),
    ),
    tags={"number-lists": ApiTag("Call routing")},
    demo=add_demo_number_lists,
    remove_demo=remove_demo_number_lists,
)
