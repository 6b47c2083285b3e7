"""The list of dictionaries."""

from urllib.parse import quote

from crm.people.rights import Right
from web.dictionaries.actions import lists
from web.dictionaries.shapes import DictionaryShape
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, search


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
        Column(
            "name",
            N_("Name"),
            lambda one, _: one.name,
            order=lambda one: one.name.casefold(),
            required=True,
        ),
        Column(
            "offered",
            N_("Offered"),
            lambda one, _: str(one.offered),
            order=lambda one: one.offered,
            value=lambda one, _: one.offered,
            align="end",
        ),
        Column(
            "choices",
            N_("Choices"),
            lambda one, _: str(one.choices),
            order=lambda one: one.choices,
            value=lambda one, _: one.choices,
            align="end",
        ),
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
