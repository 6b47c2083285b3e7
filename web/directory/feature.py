"""The manifest of the address book."""

from crm.people.rights import Right
from web.directory import api, pages
from web.directory.demo import add_demo_contacts, remove_demo_contacts
from web.directory.listing import READERS
from web.directory.shapes import ContactBody
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="directory",
    order=100,
    pages=(pages.router,),
    api=(api.router,),
    menu=(MenuEntry("/address-book", N_("Address book"), "book", frozenset(READERS)),),
    rights=(
        RightWords(
            Right.DIRECTORY_EDIT,
            N_("Work with calls"),
            N_("Edit the address book"),
            N_("Add, change, delete and import external contacts."),
        ),
    ),
    audit=AuditWords(
        actions={
            "contact.added": N_("Contact added"),
            "contact.changed": N_("Contact changed"),
            "contact.removed": N_("Contact deleted"),
        },
        things={"contacts": N_("Contact")},
        pages={"contacts": "/address-book/contacts/"},
        fields={"numbers": N_("Phone numbers")},
        bodies=(ContactBody,),
    ),
    tags={
        "address-book": ApiTag("Address book", "Colleagues, contacts and customers to be called.")
    },
    examples={
        "number": "+8613800138000",
        "number_name": "138 0013 8000",
    },
    demo=add_demo_contacts,
    remove_demo=remove_demo_contacts,
)
