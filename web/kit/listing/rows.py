"""The rows of a list, and the options of its filters, as HTML.

A list has hundreds of cells, a filter hundreds of options, and drawing them is most of a page's
cost. A template's macro takes some 20 µs for each, these lines one or two; so parts that a page has
once are in `components/table.html`, and parts of each row are here.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from web.kit.listing.table import Button, Cell, FilterField, SortHeading, Table, TableRow

Drawn = str  # HTML in which every foreign text is escaped


@lru_cache(maxsize=16_000, typed=True)  # markup is equal to the plain text
def escaped(text: str) -> Drawn:
    """Escape a text; cached, because many rows and pages have the same names and numbers."""
    return str(escape(text))


def draw_rows(
    table: Table, headings: Sequence[SortHeading], icons: str, choose: str, csrf: str = ""
) -> Markup:
    """Draw the rows; `icons` is the address of the icons, `csrf` the token that buttons send back.

    Rows can be chosen if there are actions for them: `choose` then labels the checkbox of each,
    with a place for the `{row}`'s number; "" is for rows without one.
    """
    opened = [(one.column.key, _opened(one, first=not at)) for at, one in enumerate(headings)]
    bulk = escaped(f"bulk-{table.name}")
    lines: list[Drawn] = []
    for number, row in enumerate(table.rows, start=1):
        lines.append(_row_opened(row))
        if choose:
            lines.append(_box(row, bulk, choose.format(row=number)))
        lines.extend(_cells(row, opened, icons, csrf))
        lines.append("</tr>\n")
    return Markup("".join(lines))  # noqa: S704 - every part is escaped


def draw_options(one: FilterField) -> Markup:
    """Draw the options of a filter."""
    chosen = str(one.value)
    return Markup(  # noqa: S704 - every part is escaped
        "\n".join(
            f'<option value="{escaped(str(option.key))}"'
            f"{' selected' if str(option.key) == chosen else ''}>{escaped(option.name)}</option>"
            for option in one.options
        )
    )


def _cells(
    row: TableRow, opened: Sequence[tuple[str, Drawn]], icons: str, csrf: str
) -> Iterator[Drawn]:
    cells, url = row.cells, row.url
    for key, beginning in opened:
        yield beginning
        if (cell := cells.get(key)) is not None:
            yield _cell(cell, url, icons)
            if cell.button:
                yield _button(cell.button, csrf)
        yield "</td>"
        url = ""  # the whole row links to its first cell's address


def _cell(cell: Cell, url: str, icons: str) -> Drawn:
    if cell.html is not None:
        return cell.html
    drawn = escaped(cell.text)
    if cell.badge:
        drawn = f'<span class="badge tone-badge" data-tone="{escaped(cell.badge)}">{drawn}</span>'
    if cell.icon:
        drawn = f"{_icon(cell.icon, icons)}{drawn}"
    url = cell.url or url
    if url and (cell.text or cell.icon):
        drawn = f'<a class="cell-link" href="{escaped(url)}"{_named(cell)}>{drawn}</a>'
    elif cell.title:
        title = escaped(cell.title)
        unseen = "" if cell.text else f'<span class="visually-hidden">{title}</span>'
        drawn = f'<span title="{title}">{drawn}{unseen}</span>'
    if cell.note:
        drawn = f'{drawn}<div class="cell-note text-secondary">{escaped(cell.note)}</div>'
    return drawn


def _button(button: Button, csrf: str) -> Drawn:
    asks = f' data-confirm="{escaped(button.confirm)}"' if button.confirm else ""
    danger = " data-danger" if button.danger else ""
    classes = escaped(button.look) + (" btn-outline-danger" if button.danger else "")
    return (
        f'<form class="d-inline" method="post" action="{escaped(button.url)}">'
        f'<input type="hidden" name="csrf" value="{escaped(csrf)}">'
        f'<button class="{classes}"{asks}{danger} data-testid="{escaped(button.name)}">'
        f"{escaped(button.label)}</button></form>"
    )


def _named(cell: Cell) -> Drawn:
    """Give a link its title, which is also its accessible name if it has no words."""
    title = escaped(cell.title)
    return (f' title="{title}"' if title else "") + ("" if cell.text else f' aria-label="{title}"')


def _icon(name: str, icons: str) -> Drawn:
    return (
        '<svg class="icon" aria-hidden="true" focusable="false">'
        f'<use href="{escaped(icons)}#{escaped(name)}"></use></svg>'
    )


def _opened(heading: SortHeading, *, first: bool) -> Drawn:
    column = heading.column
    classes = "text-end numeric" if column.align == "end" else ""
    beginning = " first-cell" if first else ""
    return f'<td data-label="{escaped(column.label)}" class="{classes}{beginning}">'


def _row_opened(row: TableRow) -> Drawn:
    off = ' class="row-off"' if row.disabled else ""
    link = " data-row-link" if row.url else ""
    return f'<tr data-testid="row" data-id="{escaped(str(row.id))}"{off}{link}>'


def _box(row: TableRow, bulk: Drawn, label: str) -> Drawn:
    return (
        '<td class="choose"><input class="form-check-input" type="checkbox" name="ids" '
        f'value="{escaped(str(row.id))}" form="{bulk}" aria-label="{escaped(label)}"></td>'
    )
