"""The list of dictionaries."""

from urllib.parse import quote

from crm.people.rights import Right
from web.dictionaries.actions import lists
from web.dictionaries.shapes import DictionaryShape
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.usual import number_column, search, text_column


def _made_by(one: DictionaryShape, reader: Reader) -> str:
    return reader.gettext(N_("this site")) if one.own else "Hotline"


DICTIONARIES: Listing[DictionaryShape] = Listing(
    name="dictionaries",
    url="/dictionaries",
    title=N_("Dictionaries"),
    note=N_(
        "The choices that forms offer. A choice is switched off, never deleted, so that old records"
        " stay readable."
    ),
    right=Right.DICTIONARIES_EDIT,
    rows=lambda session, query: lists(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        number_column("offered", N_("Offered"), lambda one: one.offered),
        number_column("choices", N_("Choices"), lambda one: one.choices),
        Column("own", N_("Made by"), _made_by, order=lambda one: one.own),
    ),
    filters=(
        search(),
        Filter(
            "own",
            N_("Made by"),
            FilterKind.CHOICE,
            {"yes": N_("this site"), "no": "Hotline"},
            of=lambda one: "yes" if one.own else "no",
        ),
    ),
    row_id=lambda one: one.key,
    row_url=lambda one: f"/dictionaries/{quote(one.key, safe='')}",
)
