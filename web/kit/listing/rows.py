"""The rows of a list, and the options of its filters, as HTML.

A list has hundreds of cells, a filter hundreds of options, and drawing them is most of a page's
cost. A template's macro takes some 20 µs for each, these lines one or two; so parts that a page has
once are in `components/table.html`, and parts of each row are here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from web.kit.isolation import isolated_html
from web.kit.listing.table import (
    Button,
    Cell,
    Option,
    RowButton,
    RowForm,
    SortHeading,
    Table,
    TableRow,
)
from web.kit.phone_mark import phone_mark
from web.kit.shapes import Choice

LONG_WORD = re.compile(r"[!-~]{25}")  # an address, a key; Chinese breaks anywhere by itself
Drawn = str  # HTML in which every foreign text is escaped


@lru_cache(maxsize=16_000, typed=True)  # markup is equal to the plain text
def escaped(text: str) -> Drawn:
    """Escape a text; cached, because many rows and pages have the same names and numbers."""
    return str(escape(text))


@lru_cache(maxsize=16_000, typed=True)
def _isolated(text: str) -> Drawn:
    drawn = str(isolated_html(text)) if type(text) is str else escaped(text)
    # Only such a word may be broken anywhere: a narrow column would break every word.
    return f'<span class="long-word">{drawn}</span>' if LONG_WORD.search(text) else drawn


def draw_rows(  # noqa: PLR0913, PLR0917 - what rows are drawn with
    table: Table,
    headings: Sequence[SortHeading],
    icons: str,
    choose: str,
    csrf: str = "",
    move: str = "",
) -> Markup:
    """Draw the rows; `icons` is the address of the icons, `csrf` the token that buttons send back.

    Rows can be chosen if there is something to be done with them: `choose` then names the box of
    each, with a place for the `{row}`'s number, and "" stands for rows without one. `move` names
    the handle of a row that can be moved, with a place for its `{name}`.
    """
    opened = [(one.column.key, _opened(one, first=not at)) for at, one in enumerate(headings)]
    bulk = escaped(f"bulk-{table.name}")
    lines: list[Drawn] = []
    for number, row in enumerate(table.rows, start=1):
        lines.append(_row_opened(row))
        if table.order_url:
            lines.append(_handle(table, icons, move.format(name=row.name)))
        if choose:
            lines.append(_box(row, bulk, choose.format(row=number)))
        lines.extend(_cells(row, opened, icons, csrf))
        lines.append("</tr>\n")
    return Markup("".join(lines))  # noqa: S704 - every part is escaped


def draw_options(options: Iterable[Option | Choice], value: object) -> Markup:
    """Draw what may be chosen in a filter or a field; `value` is the key that is chosen."""
    chosen = str(value)
    return Markup(  # noqa: S704 - every part is escaped
        "\n".join(
            f'<option value="{escaped(str(option.key))}"'
            f"{' selected' if str(option.key) == chosen else ''}>{escaped(option.name)}</option>"
            for option in options
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
            if cell.form:
                yield _form(cell.form, icons, csrf)
        yield "</td>"
        url = ""  # the whole row links to its first cell's address


def _cell(cell: Cell, url: str, icons: str) -> Drawn:
    if cell.html is not None:
        return cell.html
    if cell.phone:
        drawn = str(phone_mark(cell.phone, cell.text, cell.customer, ours=cell.ours))
    else:
        drawn = _isolated(cell.text)
    if cell.one_line:
        drawn = f'<span class="text-nowrap">{drawn}</span>'
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
        drawn = f'{drawn}<div class="cell-note text-secondary">{_isolated(cell.note)}</div>'
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


def _form(form: RowForm, icons: str, csrf: str) -> Drawn:
    hidden = {"csrf": csrf, **form.hidden}
    inputs = "".join(
        f'<input type="hidden" name="{escaped(name)}" value="{escaped(value)}">'
        for name, value in hidden.items()
    )
    return (
        f'<form id="{escaped(form.id)}" class="row-form" method="post" '
        f'action="{escaped(form.url)}">{inputs}'
        f"{''.join(_row_button(one, icons) for one in form.buttons)}</form>"
    )


def _row_button(one: RowButton, icons: str) -> Drawn:
    icon = _icon(one.icon, icons) if one.icon else ""
    label = escaped(one.label)
    name = f' aria-label="{label}"' if one.only_icon else ""
    step = f' data-order-step="{one.step}"' if one.step else ""
    off = " disabled" if one.disabled else ""
    return (
        f'<button class="btn btn-sm{" btn-icon" if one.only_icon else ""}" name="do" '
        f'value="{escaped(one.value)}" data-testid="{escaped(one.value)}"{step}{name}{off}>'
        f"{icon}{'' if one.only_icon else label}</button>"
    )


def _handle(table: Table, icons: str, label: str) -> Drawn:
    return (
        '<td class="order-cell"><button type="button" '
        'class="btn btn-sm btn-icon btn-quiet order-handle" data-order-handle '
        f'data-testid="handle" aria-label="{escaped(label)}" '
        f'aria-describedby="order-{escaped(table.name)}">{_icon("grip-vertical", icons)}'
        "</button></td>"
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
    name = f' data-name="{escaped(row.name)}"' if row.name else ""
    return f'<tr data-testid="row" data-id="{escaped(str(row.id))}"{name}{off}{link}>'


def _box(row: TableRow, bulk: Drawn, label: str) -> Drawn:
    return (
        '<td class="choose"><input class="form-check-input" type="checkbox" name="ids" '
        f'value="{escaped(str(row.id))}" form="{bulk}" aria-label="{escaped(label)}"></td>'
    )
