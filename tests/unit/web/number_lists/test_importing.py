"""Entries of number lists from files: read in any spelling, approved as those by hand, undone."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.imports.importing import ImportWorker, check, counts, run, uploaded, workbook
from unit.web.imports.importing import text as csv_text
from unit.web.number_lists.lists import added, made_list, matched, without_approval
from unit.web.visitor import Visitor

from web.kit.settings import Settings

HEADINGS = ["号码", "方向", "原因", "到期"]


@pytest.fixture
def worker(settings: Settings, database: sessionmaker[Session]) -> ImportWorker:
    with database.begin() as session:
        session.execute(text("DELETE FROM jobs"))
    return ImportWorker(settings, database)


def listed(visitor: Visitor, list_: int) -> list[dict]:
    found = visitor.get(f"/api/v1/number-lists/{list_}/entries")
    assert found.status_code == 200, found.text
    return sorted(found.json()["items"], key=lambda one: one["number"])


def test_entries_of_a_file_wait_for_approval_as_those_by_hand(
    visitor: Visitor, other: Visitor, database: sessionmaker[Session], worker: ImportWorker
) -> None:
    visitor.enter(database, "admin")
    made_list(visitor)
    list_ = made_list(visitor)
    added(visitor, list_, "13800138000")
    rows = [
        HEADINGS,
        ["13800138000", "", "known already", ""],
        ["13900139000", "呼入", "骚扰", "2026/12/31"],
        ["13900139000", "in", "twice in the file", ""],
        ["177*", "双向", "", "2027-01-31 18:00"],
        ["abc", "in", "no number", ""],
        ["13700137000", "sideways", "", ""],
        ["13600136000", "", "", "some day"],
    ]
    made = uploaded(visitor, workbook(rows), "number-list-entries", "list.xlsx")
    assert set(made["mapping"]) == {"number", "direction", "reason", "expires"}
    options = {"list": str(list_)}
    checked = check(visitor, worker, made, options=options)
    assert counts(checked) == (2, 0, 2, 3), checked
    assert len(listed(visitor, list_)) == 1, "a check writes nothing"
    assert counts(run(visitor, worker, made)) == (2, 0, 2, 3)

    old, new, segment = listed(visitor, list_)
    assert old["number"] == "+8613800138000"
    assert (segment["number"], segment["direction"]) == ("+86177*", "both")
    assert segment["expires_at"].startswith("2027-01-31T10:00")
    assert (new["number"], new["direction"], new["reason"]) == ("+8613900139000", "in", "骚扰")
    assert new["expires_at"].startswith("2026-12-31T16:00"), "the last day counts as a whole"
    assert {new["state"], segment["state"]} == {"waiting"}
    mine = visitor.ask(f"/number-lists/entries/{new['id']}/approve")
    assert mine.status_code == 409, "another user must approve them"
    theirs = other.ask(f"/number-lists/entries/{new['id']}/approve")
    assert theirs.status_code == 200, theirs.text
    page = visitor.get(f"/number-lists/entries?import={made['id']}")
    assert "138 0013 8000" not in page.text

    visitor.ask(f"/imports/{made['id']}/undo")
    worker.round()
    assert [one["number"] for one in listed(visitor, list_)] == ["+8613800138000", new["number"]]


def test_entries_of_a_file_take_effect_at_once_where_none_are_approved(
    visitor: Visitor, database: sessionmaker[Session], worker: ImportWorker
) -> None:
    visitor.enter(database, "admin")
    without_approval(database)
    list_ = made_list(visitor)
    made = uploaded(
        visitor, csv_text([["number"], ["13900139001"]], "gb18030"), "number-list-entries"
    )
    check(visitor, worker, made, options={"list": str(list_)})
    assert counts(run(visitor, worker, made)) == (1, 0, 0, 0)

    assert matched(visitor, "13900139001")["black"]["list"]["id"] == list_


def test_the_import_button_of_a_list_chooses_that_list(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    visitor.enter(database, "admin")
    made_list(visitor)
    list_ = made_list(visitor)
    address = f"/imports/new?target=number-list-entries&list={list_}"

    assert address.replace("&", "&amp;") in visitor.get(f"/number-lists/{list_}").text
    assert f'name="list" value="{list_}"' in visitor.get(address).text
    sent = visitor.send_files(
        "/imports/upload",
        {"target": "number-list-entries", "list": str(list_)},
        {"file": ("list.csv", csv_text([["number"], ["13900139002"]]))},
    )
    page = visitor.get(sent.headers["location"])
    assert f'<option value="{list_}" selected' in page.text


def test_a_list_that_is_gone_makes_bad_rows(
    visitor: Visitor, database: sessionmaker[Session], worker: ImportWorker
) -> None:
    visitor.enter(database, "admin")
    list_ = made_list(visitor)
    made = uploaded(visitor, csv_text([["number"], ["13900139003"]]), "number-list-entries")
    check(visitor, worker, made, options={"list": str(list_)})
    with database.begin() as session:
        session.execute(text("DELETE FROM number_lists"))

    assert counts(run(visitor, worker, made)) == (0, 0, 0, 1)
