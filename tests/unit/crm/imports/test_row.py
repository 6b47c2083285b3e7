"""Reading a row of a file as a row of a target."""

from crm.imports.importing import BadRow
from crm.imports.row import BROKEN, FileRow, ImportColumn, ReadRow, read_row
from crm.kernel.typed_phone import typed_numbers

COLUMNS = (
    ImportColumn("name", "Full name", required=True, longest=10),
    ImportColumn("phones", "Phone numbers", read=typed_numbers),
)


def read(*cells: str, fault: str = "") -> ReadRow | BadRow:
    return read_row(FileRow(7, cells, fault), COLUMNS, {"name": 1, "phones": 0}, "CN")


def test_columns_may_stand_in_any_order() -> None:
    found = read("138 0013 8000", " 王小明 ", "more")

    assert isinstance(found, ReadRow)
    assert found.values == {"name": "王小明", "phones": ("+8613800138000",)}


def test_a_wrong_cell_names_its_column_and_keeps_the_row() -> None:
    found = read("none", "Li")

    assert isinstance(found, BadRow)
    assert (found.number, found.column, found.values) == (7, "phones", {"number": "none"})
    assert found.cells == ("none", "Li")


def test_a_missing_or_too_long_cell_is_told() -> None:
    empty, short, long = read("", ""), read("13800138000"), read("", "x" * 11)

    assert isinstance(empty, BadRow)
    assert isinstance(short, BadRow)
    assert isinstance(long, BadRow)
    assert (empty.column, short.column, long.column) == ("name", "name", "name")
    assert long.values == {"longest": 10}


def test_a_row_that_could_not_be_decoded_is_bad() -> None:
    found = read("x", "y", fault=BROKEN)

    assert isinstance(found, BadRow)
    assert found.sentence == BROKEN
