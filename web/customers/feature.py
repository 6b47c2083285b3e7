"""The manifest of the customers."""

from crm.people.rights import Right
from web.customers import api, pages
from web.customers.demo import add_demo_customers, remove_demo_customers
from web.customers.shapes import CustomerBody
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="customers",
    order=80,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry("/customers", N_("Customers"), "address-book", frozenset({Right.CUSTOMERS_SEE})),
    ),
    rights=(
        RightWords(
            Right.CUSTOMERS_SEE,
            N_("Customers"),
            N_("View customers"),
            N_("Also in the screen pop."),
        ),
        RightWords(
            Right.CUSTOMERS_EDIT,
            N_("Customers"),
            N_("Add and change customers"),
            N_("Name, numbers, tier and all other customer fields."),
        ),
        RightWords(
            Right.CUSTOMERS_EXPORT,
            N_("Customers"),
            N_("Export customers"),
            N_("As a file, with all phone numbers."),
        ),
        RightWords(
            Right.CUSTOMERS_IMPORT,
            N_("Customers"),
            N_("Import customers"),
            N_("From a file; an import can be undone."),
        ),
    ),
    audit=AuditWords(
        actions={
            "customer.added": N_("Customer added"),
            "customer.changed": N_("Customer changed"),
            "customers.exported": N_("Customers exported"),
        },
        things={
            "customers": N_("Customer"),
        },
        pages={"customers": "/customers/"},
        fields={"labels": N_("Number labels")},
        bodies=(CustomerBody,),
    ),
    tags={"customers": ApiTag("Customers", "Customers' files.")},
    examples={
        "company": "Blue Sky",
        "level": "gold",
        "phones": ["+8613800138000"],
    },
    demo=add_demo_customers,
    remove_demo=remove_demo_customers,
)
