"""Importing customers: from a file of any kind to its result."""

import io
import secrets
from typing import Any

import pytest
import python_calamine
from sqlalchemy import text as sql
from sqlalchemy.orm import Session, sessionmaker
from unit.web.imports import importing as them
from unit.web.imports.importing import ImportWorker, check, counts, now, run, text, uploaded
from unit.web.visitor import Visitor

from web.kit.settings import Settings

Database = sessionmaker[Session]


@pytest.fixture
def worker(settings: Settings, database: Database) -> ImportWorker:
    with database.begin() as session:
        session.execute(sql("DELETE FROM jobs"))
    return ImportWorker(settings, database)


def number() -> str:
    return f"138{secrets.randbelow(10**8):08}"


def customers(database: Database, import_id: int) -> list[tuple[Any, ...]]:
    query = "SELECT name, version FROM customers WHERE import_id = :id ORDER BY id"
    with database.begin() as session:
        return [tuple(row) for row in session.execute(sql(query), {"id": import_id})]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("utf-16", "\t"),
        ("gb18030", ","),
    ],
)
def test_a_text_in_any_character_set_is_imported(
    admin: Visitor, worker: ImportWorker, database: Database, encoding: str, delimiter: str
) -> None:
    rows = [["备注", "客户姓名", "手机号"], ["老客户", "王小明", number()], ["", "李娜", number()]]
    made = uploaded(admin, text(rows, encoding, delimiter))

    assert made["mapping"] == {"note": 0, "name": 1, "mobile": 2}
    assert (made["header"], made["rows"], made["state"]) == (True, 2, "draft")
    checked = check(admin, worker, made)
    assert (checked["state"], counts(checked)) == ("checked", (2, 0, 0, 0))
    assert customers(database, made["id"]) == []
    done = run(admin, worker, made)
    assert (done["state"], counts(done), done["done"]) == ("done", (2, 0, 0, 0), 2)
    assert customers(database, made["id"]) == [("王小明", 1), ("李娜", 1)]


def test_a_workbook_is_imported_and_its_numbers_stay_whole(
    admin: Visitor, worker: ImportWorker
) -> None:
    mine = int(number())
    made = uploaded(admin, them.workbook([["Name", "Phone"], ["Zoe Workbook", mine]]), name="a.txt")
    check(admin, worker, made)
    run(admin, worker, made)

    found = admin.get(f"/api/v1/customers?import={made['id']}").json()["items"]
    assert [(one["name"], one["phones"]) for one in found] == [("Zoe Workbook", [f"+86{mine}"])]
    assert "a.txt (" in admin.get(f"/customers?import={made['id']}").text


def test_bad_rows_are_given_back_with_their_reasons(admin: Visitor, worker: ImportWorker) -> None:
    rows = [
        ["name", "phone", "level"],
        ["", number(), ""],
        ["=1+1", "none", ""],
        ["Good One", number(), "Gold"],
        ["Nobody", number(), "no such tier"],
    ]
    content = text(rows) + b"Br\xff" + f",{number()},\r\n".encode()
    made = uploaded(admin, content)
    checked = check(admin, worker, made)

    assert counts(checked) == (1, 0, 0, 4)
    answer = admin.get(f"/imports/{made['id']}/bad-rows")
    assert "attachment" in answer.headers["content-disposition"]
    sheet = python_calamine.load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0)
    head, *lines = sheet.to_python()
    assert head == ["name", "phone", "level", "Row", "Reason"]
    assert [line[3] for line in lines] == [2, 3, 5, 6]
    assert [line[4] for line in lines] == [
        "Full name: This cell is empty.",
        "Phone numbers: “none” is not a phone number.",
        "Tier: “no such tier” is not one of the options.",
        "The row contains characters that cannot be read.",
    ]
    assert lines[1][0] == "=1+1"


def test_duplicates_are_skipped_updated_or_added_as_chosen(
    admin: Visitor, worker: ImportWorker, database: Database
) -> None:
    mine = number()
    admin.ask("/customers", {"name": "Old Name", "phones": [mine], "company": "Kept"})
    twice = ["Twice", number()]
    rows = [["name", "phone"], ["New Name", mine], twice, twice]
    options = {"duplicates": "skip"}
    made = uploaded(admin, text(rows))

    assert counts(check(admin, worker, made, options=options)) == (1, 0, 2, 0)
    assert counts(check(admin, worker, made, options={"duplicates": "add"})) == (3, 0, 0, 0)
    options = {"duplicates": "update"}
    assert counts(check(admin, worker, made, options=options)) == (1, 1, 1, 0)
    done = run(admin, worker, made)
    assert counts(done) == (1, 1, 1, 0)
    assert customers(database, made["id"]) == [("New Name", 2), ("Twice", 1)]
    found = admin.get(f"/api/v1/customers?phone={mine}").json()["items"][0]
    assert (found["name"], found["company"]) == ("New Name", "Kept")


def test_an_import_is_undone_except_for_rows_that_were_changed_since(
    admin: Visitor, worker: ImportWorker, database: Database
) -> None:
    rows = [["name", "phone"], ["Stays", number()], ["Goes", number()]]
    made = uploaded(admin, text(rows))
    check(admin, worker, made)
    assert run(admin, worker, made)["can_undo"]
    stays = next(
        one
        for one in admin.get(f"/api/v1/customers?import={made['id']}").json()["items"]
        if one["name"] == "Stays"
    )
    admin.ask(f"/customers/{stays['id']}", {"note": "called"}, "PATCH")
    them.ask(admin, made, "undo")
    worker.round()

    assert now(admin, made)["state"] == "undone"
    assert customers(database, made["id"]) == [("Stays", 2)]


def test_a_stopped_import_goes_on_where_it_was_and_imports_no_row_twice(
    admin: Visitor,
    worker: ImportWorker,
    settings: Settings,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.imports.runner.ROWS_AT_ONCE", 4)
    rows = [["name", "phone"], *([f"No {at}", number()] for at in range(10))]
    made = uploaded(admin, text(rows))
    check(admin, worker, made, options={"duplicates": "add"})
    them.ask(admin, made, "run")
    steps = worker.runner._step  # noqa: SLF001 - the process ends after the first rows

    def step_and_stop(*given: Any) -> Any:
        worker.stop.set()
        return steps(*given)

    monkeypatch.setattr(worker.runner, "_step", step_and_stop)
    worker.round()
    assert now(admin, made)["done"] == 4
    ImportWorker(settings, database).round()

    done = now(admin, made)
    assert (done["state"], done["done"], counts(done)) == ("done", 10, (10, 0, 0, 0))
    assert [name for name, _ in customers(database, made["id"])] == [f"No {at}" for at in range(10)]


def test_a_running_import_is_cancelled_and_what_is_imported_stays(
    admin: Visitor, worker: ImportWorker, database: Database
) -> None:
    made = uploaded(admin, text([["name", "phone"], ["Li", number()]]))
    check(admin, worker, made)
    them.ask(admin, made, "run")
    them.ask(admin, made, "cancel")
    worker.round()

    assert now(admin, made)["state"] == "cancelled"
    assert customers(database, made["id"]) == []
    assert admin.ask(f"/imports/{made['id']}/run").status_code == 409


def test_a_row_that_the_database_refuses_is_bad_and_the_others_are_imported(
    admin: Visitor, worker: ImportWorker, database: Database
) -> None:
    with database.begin() as session:
        session.execute(sql("ALTER TABLE customers ADD CONSTRAINT odd CHECK (name <> 'Odd')"))
    try:
        rows = [["name", "phone"], ["Even", number()], ["Odd", number()], ["Last", number()]]
        made = uploaded(admin, text(rows))
        check(admin, worker, made)
        done = run(admin, worker, made)
    finally:
        with database.begin() as session:
            session.execute(sql("ALTER TABLE customers DROP CONSTRAINT odd"))

    assert (done["state"], counts(done)) == ("done", (2, 0, 0, 1))
    assert customers(database, made["id"]) == [("Even", 1), ("Last", 1)]


def test_an_import_whose_file_is_gone_fails_with_a_sentence(
    admin: Visitor, worker: ImportWorker, settings: Settings
) -> None:
    made = uploaded(admin, text([["name", "phone"], ["Li", number()]]))
    for path in settings.uploads_dir.iterdir():
        path.unlink()
    checked = check(admin, worker, made)

    assert (checked["state"], checked["why"]) == (
        "failed",
        "The file is no longer available. Upload it again.",
    )
    assert admin.get(f"/imports/{made['id']}").status_code == 200
