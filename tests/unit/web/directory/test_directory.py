"""The address book: colleagues with their states, contacts, and the search of the dial box."""

import secrets
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.imports.importing import ImportWorker, check, counts, run, text, uploaded
from unit.web.visitor import Visitor

from web.kit.settings import Settings

Database = sessionmaker[Session]


def added(visitor: Visitor, name: str, *numbers: str, **more: object) -> dict[str, Any]:
    body = {"name": name, "numbers": [{"number": one} for one in numbers], **more}
    answer = visitor.ask("/address-book/contacts", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def found(visitor: Visitor, typed: str) -> list[tuple[str, str, str]]:
    answer = visitor.get(f"/api/v1/address-book?q={typed}")
    assert answer.status_code == 200, answer.text
    return [(one["kind"], one["name"], one["number"]) for one in answer.json()["items"]]


def contacts(visitor: Visitor, typed: str) -> list[tuple[str, str, str]]:
    return [one for one in found(visitor, typed) if one[0] == "contact"]


@pytest.fixture
def book(visitor: Visitor, database: Database) -> Visitor:
    """A supervisor, with an empty address book."""
    with database.begin() as session:
        session.execute(sql("DELETE FROM contacts"))
    visitor.enter(database, "chen.jing")
    return visitor


def test_colleagues_come_first_with_what_they_are_doing(
    li_wei: Visitor, people: People, engine: fake.FakeEngine
) -> None:
    engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002", state="talking"))
    first, *_ = li_wei.get("/api/v1/address-book?q=wang").json()["items"]

    assert (first["kind"], first["number"]) == ("colleague", "1002")
    assert (first["presence"], first["presence_name"]) == ("talking", "On call")
    assert found(li_wei, "1002")[0] == ("colleague", "Wang Fang", "1002")
    page = li_wei.get("/address-book").text
    assert "On call" in page
    assert 'data-phone="1002"' in page
    rows = li_wei.get("/address-book/rows", HX_Request="true").text
    assert 'hx-swap-oob="true"' in rows


def test_a_contact_is_found_by_name_pinyin_initials_company_and_number(book: Visitor) -> None:
    added(book, "刘强", "021 6123 0001", "139 1111 0001", company="顺达快递")

    whole = [("contact", "刘强", "+862161230001"), ("contact", "刘强", "+8613911110001")]
    for typed in ("刘", "liuqiang", "lq", "顺达", "shunda", "sdkd"):
        assert contacts(book, typed) == whole, typed
    for typed in ("021 6123", "61230001", "+86 21 61230001", "0086216123"):
        assert contacts(book, typed.replace("+", "%2B")) == whole[:1], typed
    assert contacts(book, "9999999") == []


def test_customers_come_last_with_each_of_their_numbers(book: Visitor) -> None:
    name = f"Zq{secrets.token_hex(3)}"
    added(book, f"{name} Contact", "021 6123 0002")
    book.ask("/customers", {"name": f"{name} Customer", "phones": ["13811112222"]})
    book.ask("/customers", {"name": f"{name} Silent", "phones": []})

    assert found(book, name) == [
        ("contact", f"{name} Contact", "+862161230002"),
        ("customer", f"{name} Customer", "+8613811112222"),
    ]


def test_agents_read_the_address_book_and_do_not_change_it(
    li_wei: Visitor, database: Database
) -> None:
    li_wei.enter(database, "chen.jing")
    made = added(li_wei, "赵丽", "010 6555 0002")
    li_wei.enter(database, "li.wei")

    assert li_wei.get(made["url"]).status_code == 200
    assert "edit-contact" not in li_wei.get(made["url"]).text
    assert "赵丽" in li_wei.get("/address-book/contacts").text
    body = {"name": "x", "numbers": [{"number": "13800138000"}]}
    assert li_wei.ask("/address-book/contacts", body).status_code == 403
    assert li_wei.post(f"{made['url']}/remove").status_code == 403
    assert li_wei.get("/address-book/contacts/export").status_code == 403


def test_a_contact_is_changed_and_deleted_by_its_form(book: Visitor) -> None:
    form = {"name": "Tom", "number_1": "+49 30 5550 10444", "label_1": "Hotline"}
    place = book.post("/address-book/contacts", form).headers["location"]
    edit = book.get(f"{place}/edit").text
    assert 'value="Hotline"' in edit
    again = form | {"number_2": "8001", "label_2": "Extension"}
    assert book.post(place, again).status_code == 303
    shown = book.get(f"/api/v1{place}").json()
    assert shown["numbers"] == [
        {"number": "+4930555010444", "label": "Hotline"},
        {"number": "8001", "label": "Extension"},
    ]
    assert book.post(f"{place}/remove").status_code == 303
    assert book.get(place).status_code == 404


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "number_1": "13800138000"}, "Enter the full name."),
        ({"name": "Tom"}, "Enter a phone number."),
        ({"name": "Tom", "number_1": "13800138000", "number_2": "none"}, "is not a phone number."),
        ({"name": "\u200b", "number_1": "13800138000"}, "Enter a name."),
    ],
)
def test_a_wrong_contact_is_told_at_its_field(
    book: Visitor, form: dict[str, str], sentence: str
) -> None:
    answer = book.post("/address-book/contacts", form | {"note": "typed before"})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "typed before" in answer.text


def test_nobody_overwrites_a_change_of_another_unseen(book: Visitor) -> None:
    made = added(book, "Sarah", "13800138000")
    tag = book.get(f"/api/v1{made['url']}").headers["etag"]
    book.ask(made["url"], {"note": "first"}, "PATCH")
    headers = {"X-CSRF-Token": book.word, "If-Match": tag}
    late = book.client.patch(f"/api/v1{made['url']}", json={"note": "x"}, headers=headers)

    assert late.status_code == 412


def test_contacts_are_imported_updated_and_undone(
    book: Visitor, settings: Settings, database: Database
) -> None:
    with database.begin() as session:
        session.execute(sql("DELETE FROM jobs"))
    worker = ImportWorker(settings, database)
    old = added(book, "Sarah", "13800138000", note="kept")
    rows = [
        ["联系人", "公司名称", "电话", "标签"],
        ["Sarah Collins", "Harbour", "13800138000", "Mobile"],
        ["刘强", "顺达快递", "021 6123 0001", ""],
        ["刘强", "顺达快递", "021 6123 0001", ""],
        ["无号码", "", "", ""],
    ]
    made = uploaded(book, text(rows), "contacts")
    options = {"duplicates": "update"}
    assert counts(check(book, worker, made, options=options)) == (1, 1, 1, 1)
    assert counts(run(book, worker, made)) == (1, 1, 1, 1)
    changed = book.get(f"/api/v1{old['url']}").json()
    assert (changed["name"], changed["note"]) == ("Sarah Collins", "kept")
    assert changed["numbers"] == [{"number": "+8613800138000", "label": "Mobile"}]
    listed = book.get(f"/api/v1/address-book/contacts?import={made['id']}").json()["items"]
    assert [one["name"] for one in listed] == ["Sarah Collins", "刘强"]
    book.ask(f"/imports/{made['id']}/undo")
    worker.round()
    left = book.get("/api/v1/address-book/contacts").json()["items"]
    assert [one["name"] for one in left] == ["Sarah Collins"]
