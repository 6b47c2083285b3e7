"""Rates: forms with prices as people write them, and files."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.charges.models import RateRow
from crm.charges.store import rates
from crm.imports.importing import NewImport
from crm.imports.row import ReadRow, RowResult, WriteTask
from crm.imports.store import add_import
from crm.kernel.errors import InvalidError
from web.rates.importing import RATES

Database = sessionmaker[Session]
FORM = {"name": "Rate", "first_seconds": "60", "step_seconds": "6", "connection_fee": "0"}


@pytest.fixture(autouse=True)
def no_rates(database: Database) -> Iterator[None]:
    yield
    with database.begin() as session:
        session.execute(delete(RateRow))


def prices(database: Database) -> dict[str, Decimal]:
    with database.begin() as session:
        query = select(RateRow.begins, RateRow.per_minute)
        return {begins: price for begins, price in session.execute(query)}  # noqa: C416


@pytest.mark.parametrize(
    ("begins", "price", "wanted"),
    [("+8613", "0,15", "+8613"), ("0044", "1", "+44"), ("手机", "￥0.2", "mobile")],
)
def test_a_rate_is_added_as_people_write_it(
    admin: Visitor, database: Database, begins: str, price: str, wanted: str
) -> None:
    answer = admin.post("/rates", {**FORM, "begins": begins, "per_minute": price})
    assert answer.status_code == 303, answer.text
    assert list(prices(database)) == [wanted]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("per_minute", "cheap", "Enter a price"),
        ("begins", "somewhere", "Enter the beginning of numbers"),
        ("first_seconds", "0", "1"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    admin: Visitor, field: str, value: str, words: str
) -> None:
    form = {**FORM, "begins": "+1", "per_minute": "1", field: value}
    answer = admin.post("/rates", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert value in answer.text


def test_a_file_adds_and_replaces_rates_and_is_undone(database: Database, people: object) -> None:
    admin = people.admin  # type: ignore[attr-defined]
    columns = {one.key: one for one in RATES.columns}

    def row(number: int, begins: str, price: str) -> ReadRow:
        return ReadRow(
            number,
            {
                "begins": columns["begins"].read(begins, "CN"),
                "per_minute": columns["per_minute"].read(price, "CN"),
                "name": f"Rate {number}",
            },
        )

    def write(*rows: ReadRow, dry: bool = False) -> list[RowResult]:
        with database.begin() as session:
            task = WriteTask(made, {"trunk": "0"}, "CN", dry_run=dry)
            return [one.result for one in RATES.write(session, rows, task)]

    with database.begin() as session:
        made = int(add_import(session, NewImport("rates", "x", "", admin, 3, 2, True, {})))
    first = (row(1, "+1", "0.5"), row(2, "国际", "3"), row(3, "+1", "9"))
    wanted = [RowResult.ADDED, RowResult.ADDED, RowResult.SKIPPED]
    assert write(*first, dry=True) == wanted
    assert prices(database) == {}
    assert write(*first) == wanted
    assert write(row(1, "+1", "0.7"), row(2, "国际", "3")) == [RowResult.CHANGED, RowResult.SKIPPED]
    assert prices(database) == {"+1": Decimal("0.7000"), "international": Decimal("3.0000")}
    assert RATES.undo is not None
    with database.begin() as session:
        assert RATES.undo(session, made, 100) == 1
        assert [one.rate.begins for one in rates(session)] == ["+1"]
    for key, text in (("begins", "x"), ("per_minute", "x"), ("first_seconds", "9999")):
        with pytest.raises(InvalidError):
            columns[key].read(text, "CN")
