"""Which column of a file is which column of a target."""

import pytest

from crm.imports.mapping import check_mapping, has_header, letters_of, suggest
from crm.imports.row import ImportColumn
from crm.kernel.errors import InvalidError

NAMES = {
    "name": ("Full name", "姓名", "name"),
    "phones": ("Phone numbers", "号码", "phone", "电话", "手机号码"),
    "note": ("Note", "备注"),
}
COLUMNS = (
    ImportColumn("name", "Full name", required=True),
    ImportColumn("phones", "Phone numbers"),
    ImportColumn("note", "Note"),
)


def test_columns_are_suggested_by_english_and_chinese_names() -> None:
    assert suggest(["备注", "Phone", "姓名"], NAMES) == {"note": 0, "phones": 1, "name": 2}
    assert suggest(["* FULL_NAME :", "手机 号码"], NAMES) == {"name": 0, "phones": 1}


def test_a_longer_name_is_suggested_if_no_column_has_the_name_itself() -> None:
    assert suggest(["客户姓名", "联系电话"], NAMES) == {"name": 0, "phones": 1}
    assert suggest(["公司电话", "电话"], NAMES)["phones"] == 1


def test_a_column_of_the_file_is_suggested_once() -> None:
    assert suggest(["name"], {"name": ("name",), "other": ("name",)}) == {"name": 0}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["姓名", "电话"], ["王小明", "13800138000"]], True),
        ([["王小明", "13800138000"], ["李娜", "13900139000"]], False),
        ([["Foo", "Bar"], ["Li", "+86 138 0013 8000"]], True),
        ([["Li"], ["Wang"]], False),
        ([], False),
        ([["", ""]], False),
    ],
)
def test_a_header_is_recognised(rows: list[list[str]], *, found: bool) -> None:
    assert has_header(rows, NAMES) is found


@pytest.mark.parametrize(
    ("mapping", "blamed"),
    [
        ({}, "name"),
        ({"phones": 0}, "name"),
        ({"name": 0, "phones": 0}, "phones"),
        ({"name": 3}, "name"),
        ({"name": -1}, "name"),
        ({"name": 0, "nobody": 1}, "nobody"),
    ],
)
def test_a_wrong_choice_of_columns_names_the_column(mapping: dict[str, int], blamed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_mapping(mapping, COLUMNS, 3)

    assert refused.value.field == blamed


def test_a_good_choice_of_columns_is_kept() -> None:
    assert check_mapping({"name": 2, "note": 0}, COLUMNS, 3) == {"name": 2, "note": 0}


def test_columns_are_named_as_in_a_spreadsheet() -> None:
    assert [letters_of(one) for one in (0, 25, 26, 51, 52, 701, 702)] == [
        *("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA")
    ]
