"""Rows and options as HTML, mark by mark."""

import pytest
from markupsafe import Markup

from web.kit.listing.rows import draw_options, draw_rows
from web.kit.listing.table import (
    Button,
    Cell,
    Heading,
    Option,
    SortHeading,
    Table,
    TableRow,
)

NAME = SortHeading(Heading("name", "Name & more"))
AGE = SortHeading(Heading("age", "Age", align="end"))
ICONS = "/static/icons.svg"
ICON = '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
FIRST = '<td data-label="Name &amp; more" class=" first-cell">{}</td>'


def drawn(*rows, headings=(NAME,), choose="", csrf=""):
    columns = [one.column for one in headings]
    table = Table("people", "/people", "People", columns, rows)
    return str(draw_rows(table, headings, ICONS, choose, csrf))


def cell(one, url=""):
    """Give the content of the first cell of a row."""
    text = drawn(TableRow(1, {"name": one}, url=url))
    return text[text.index('first-cell">') + len('first-cell">') : text.index("</td>")]


def test_a_row_has_a_cell_for_each_column_and_knows_its_labels():
    text = drawn(TableRow(7, {"name": Cell("Li Wei"), "age": Cell("31")}), headings=(NAME, AGE))

    assert text == (
        '<tr data-testid="row" data-id="7">'
        '<td data-label="Name &amp; more" class=" first-cell">Li Wei</td>'
        '<td data-label="Age" class="text-end numeric">31</td></tr>\n'
    )


def test_a_column_without_a_cell_stays_empty():
    assert FIRST.format("") in drawn(TableRow(1, {}))


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (Cell("a < b"), "a &lt; b"),
        (Cell("Outbound call to support"), "Outbound call to support"),
        (Cell("139 1234", one_line=True), '<span class="text-nowrap">139 1234</span>'),
        (Cell("/" * 25), f'<span class="long-word">{"/" * 25}</span>'),
        (Cell(html=Markup("<b>a</b>"), text="no"), "<b>a</b>"),
        (
            Cell("Ready", badge="ready"),
            '<span class="badge tone-badge" data-tone="ready">Ready</span>',
        ),
        (Cell("Li", "/users/1"), '<a class="cell-link" href="/users/1">Li</a>'),
        (Cell("Li", "/u?a=1&b=2"), '<a class="cell-link" href="/u?a=1&amp;b=2">Li</a>'),
        (
            Cell("Li", "/users/1", title='L"i'),
            '<a class="cell-link" href="/users/1" title="L&#34;i">Li</a>',
        ),
        (Cell("", "/users/1"), ""),
        (Cell("Li", title="Li Wei"), '<span title="Li Wei">Li</span>'),
        (Cell("Li", note="x > y"), 'Li<div class="cell-note text-secondary">x &gt; y</div>'),
        (
            Cell(icon="volume", url="/calls/1", title="Recording"),
            '<a class="cell-link" href="/calls/1" title="Recording" aria-label="Recording">'
            + ICON.format(ICONS, "volume")
            + "</a>",
        ),
        (
            Cell(icon="volume", title="Recording"),
            '<span title="Recording">'
            + ICON.format(ICONS, "volume")
            + '<span class="visually-hidden">Recording</span></span>',
        ),
    ],
)
def test_a_cell_is_drawn_as_what_it_is(one, wanted):
    assert cell(one) == wanted


def test_the_whole_row_leads_where_its_first_cell_does():
    text = drawn(
        TableRow(1, {"name": Cell("Li"), "age": Cell("31")}, url="/users/1"), headings=(NAME, AGE)
    )

    assert " data-row-link>" in text
    assert text.count('href="/users/1"') == 1
    assert cell(Cell("Li", "/calls/2"), url="/users/1").startswith(
        '<a class="cell-link" href="/calls/2"'
    )


def test_a_row_that_is_off_says_so():
    assert '<tr data-testid="row" data-id="1" class="row-off">' in drawn(
        TableRow(1, {}, disabled=True)
    )


def test_rows_can_be_chosen_by_a_box_with_a_name():
    text = drawn(TableRow("a&b", {}), TableRow(2, {}), choose="Select row {row}")

    assert (
        '<td class="choose"><input class="form-check-input" type="checkbox" name="ids" '
        'value="a&amp;b" form="bulk-people" aria-label="Select row 1"></td>'
    ) in text
    assert 'aria-label="Select row 2"' in text


def test_what_looks_like_markup_is_only_text_although_equal_markup_was_drawn_before():
    assert cell(Cell(Markup("<i>"))) == "<i>"
    assert cell(Cell("<i>")) == "&lt;i&gt;"


def test_the_chosen_option_is_marked():
    options = [Option("a", "A & B"), Option("7", "Li Wei")]

    assert str(draw_options(options, "7")) == (
        '<option value="a">A &amp; B</option>\n<option value="7" selected>Li Wei</option>'
    )


def test_a_button_in_a_cell_asks_first_and_sends_the_csrf_token():
    button = Button("Revoke", "/tokens/1?a=1&b=2", 'Revoke "x"?', danger=True, name="revoke")

    text = drawn(TableRow(1, {"name": Cell(button=button)}), csrf="c<f")

    assert (
        '<form class="d-inline" method="post" action="/tokens/1?a=1&amp;b=2">'
        '<input type="hidden" name="csrf" value="c&lt;f">'
        '<button class="btn btn-sm btn-outline-danger" data-confirm="Revoke &#34;x&#34;?"'
        ' data-danger data-testid="revoke">Revoke</button></form>'
    ) in text
