"""People's text from right to left does not reorder what stands beside it."""

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from crm.kernel.errors import InvalidError
from crm.people.person import Language
from web.kit.i18n import Reader, site_zone
from web.kit.isolation import IsolatingExtension, Sentence, isolated
from web.kit.listing.rows import draw_rows
from web.kit.listing.table import Cell, Heading, SortHeading, Table, TableRow

ARABIC = "شركة الأمل"
NUMBER = "021 6123 9876"
WRAPPED = f"<bdi>{ARABIC}</bdi>"
TOLD = f"\u2068{ARABIC}\u2069"


def drawn(template: str, **values: object) -> str:
    templates = Environment(
        loader=DictLoader({"page": template}),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[IsolatingExtension],
    )
    return templates.get_template("page").render({"name": ARABIC, "number": NUMBER, **values})


def test_what_is_printed_between_tags_is_isolated_without_being_asked() -> None:
    assert drawn("<p>{{ name }} {{ number }}</p>") == f"<p>{WRAPPED} {NUMBER}</p>"
    assert drawn("{{ name if number else '' }}") == WRAPPED
    assert drawn("{% if number %}<b>{{ name }}{% endif %}</b>") == f"<b>{WRAPPED}</b>"


@pytest.mark.parametrize(
    "page",
    [
        '<a title="{{ name }}">x</a>',
        "<a title='x > {{ name }}'>x</a>",
        '<input value="{{ name }}">',
        '<a{% if number %} title="{{ name }}"{% endif %}>x</a>',
        "<title>{{ name }} · x</title>",
        "<textarea>{{ name }}</textarea>",
        "<option>{{ name }}</option>",
        "<script>a < b; {{ name }}</script>",
    ],
)
def test_within_a_tag_and_where_there_is_no_markup_a_value_stays_as_it_is(page: str) -> None:
    assert ARABIC in drawn(page)
    assert "<bdi>" not in drawn(page)


def test_after_such_a_place_values_are_isolated_again() -> None:
    page = '<textarea>{{ name }}</textarea><input value="{{ name }}">{{ name }}'

    assert drawn(page).endswith(f'">{WRAPPED}')
    assert drawn(page).count("<bdi>") == 1


def test_markup_and_other_texts_stay_as_they_are() -> None:
    assert drawn("{{ name }}", name=Markup("<b>ש</b>")) == "<b>ש</b>"
    assert drawn("{{ name }}", name="王 <b> José") == "王 &lt;b&gt; José"
    assert drawn("{{ name }}", name=7) == "7"
    assert drawn("{{ ', ' if not number }}") == ""
    assert drawn("{{ name }}", name=f"{ARABIC} <b>") == f"<bdi>{ARABIC} &lt;b&gt;</bdi>"


def test_what_fills_a_sentence_is_isolated() -> None:
    reader = Reader(Language.ENGLISH, site_zone("CN"), "CN")
    template = "<p>{{ sentence.format(name=name) }}</p>"

    assert reader.say("{name} called {number}.", name=ARABIC, number=NUMBER) == (
        f"{TOLD} called {NUMBER}."
    )
    assert reader.error(InvalidError("No {name}.", name=ARABIC)) == f"No {TOLD}."
    assert reader.joined([ARABIC, "Li Wei"]) == f"{TOLD}, Li Wei"
    assert f"Ask {TOLD}?" in drawn(template, sentence=Sentence("Ask {name}?"))
    assert isolated("José 王") == "José 王"


def test_a_cell_of_a_list_is_isolated_from_its_note() -> None:
    column = Heading("name", "Name")
    row = TableRow("1", {"name": Cell(ARABIC, note=NUMBER)})
    table = Table("people", "/people", "People", (column,), (row,))

    assert f"{WRAPPED}<div" in draw_rows(table, [SortHeading(column, "", "")], "", "")
