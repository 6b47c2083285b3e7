"""Lists as files: no formulas get in; Chinese and times are right."""

import asyncio
import csv
import io
import zipfile
from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from crm.people.person import Language
from web.kit.export import export, safe_text
from web.kit.i18n import Reader

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CHINA = ZoneInfo("Asia/Shanghai")


def asked(language=Language.ENGLISH, most=1000):
    parameters = SimpleNamespace(number=lambda _key: most)
    found = SimpleNamespace(parameters=lambda: parameters)
    return SimpleNamespace(
        app=SimpleNamespace(state=SimpleNamespace(context=found)),
        state=SimpleNamespace(reader=Reader(language, CHINA, "CN")),
    )


def sent(answer):
    async def read():
        return b"".join([piece async for piece in answer.body_iterator])

    return asyncio.run(read())


def made(rows, form="csv", **wishes):
    return export(asked(**wishes), "customers", "客户", ("Name", "At"), rows, form)


def lines(answer):
    return list(csv.reader(io.StringIO(sent(answer).decode("utf-8-sig"), newline="")))


def sheet(answer):
    with zipfile.ZipFile(io.BytesIO(sent(answer))) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])  # noqa: RUF001
def test_a_text_never_is_a_formula(bad):
    assert safe_text(bad) == f"'{bad}"
    assert lines(made([[bad]]))[1] == [f"'{bad}"]


def test_a_plain_text_stays_as_it_is():
    assert safe_text("Wang, 1-2") == "Wang, 1-2"


def test_a_negative_number_is_a_number():
    assert lines(made([[-5, -0.5]]))[1] == ["-5", "-0.5"]


def test_a_csv_begins_with_the_mark_that_excel_needs_for_chinese():
    content = sent(made([["王小明"]]))

    assert content.startswith(b"\xef\xbb\xbf")
    assert "王小明" in content.decode("utf-8-sig")


def test_times_are_the_readers_own():
    assert lines(made([[AT, date(2026, 1, 2), None]]))[1] == [
        "2026-11-22 11:00:00",
        "2026-01-02",
        "",
    ]


def test_yes_and_no_are_said_in_the_readers_language():
    assert lines(made([[True, False]], language=Language.CHINESE))[1] == ["是", "否"]


def test_a_file_with_too_many_rows_is_cut_off_and_says_so():
    found = lines(made(([number] for number in range(10)), most=3))

    assert found[1:4] == [["0"], ["1"], ["2"]]
    assert found[4] == ["Only the first 3 rows are in this file."]


def test_a_workbook_holds_numbers_and_dates_and_no_formula():
    found = sheet(made([["=1+1", 5, AT]], "xlsx"))

    assert "<f>" not in found
    assert "=1+1" in found
    assert "<v>5</v>" in found
    assert "<v>46348.45833333" in found


def test_a_file_is_named_by_its_list_and_the_readers_day():
    disposition = made([]).headers["content-disposition"]

    assert 'filename="customers-' in disposition
    assert "filename*=UTF-8''%E5%AE%A2%E6%88%B7" in disposition
    assert made([], "xlsx").headers["content-type"].endswith("spreadsheetml.sheet")


def test_a_mistake_while_reading_leaves_no_half_a_file():
    def broken():
        yield ["first"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        made(broken())
