"""The manifest of the imports."""

from web.imports import api, pages
from web.imports.listing import IMPORTS
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="imports",
    order=120,
    pages=(pages.router,),
    api=(api.router,),
    menu=(MenuEntry("/imports", N_("Imports"), "upload", frozenset(IMPORTS.rights)),),
    audit=AuditWords(
        actions={
            "import.added": N_("File uploaded for an import"),
            "import.checked": N_("Import checked"),
            "import.started": N_("Import started"),
            "import.cancelled": N_("Import canceled"),
            "import.undone": N_("Import undone"),
        },
        things={"imports": N_("Import")},
        pages={"imports": "/imports/"},
        fields={
            "target": N_("Import into"),
            "file_name": N_("File"),
            "rows": N_("Rows"),
            "state": N_("State"),
        },
    ),
    tags={
        "imports": ApiTag(
            "Imports", "Workbooks and CSV files: upload, choose columns, check, run, undo."
        )
    },
    examples={
        "file_name": "customers.xlsx",
        "mapping": {"name": 0, "phones": 1},
        "target": "customers",
        "options": {"duplicates": "skip"},
    },
)
