"""Pages and API of customers: the list, the export, the form, and the audit entries."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.site import LI_WEIS_CALL
from unit.web.visitor import Visitor

NUMBER = "+8613800138000"


def added(visitor: Visitor, name: str, **more: object) -> dict[str, object]:
    answer = visitor.ask("/customers", {"name": name, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def names(visitor: Visitor, query: str) -> list[str]:
    answer = visitor.get(f"/api/v1/customers?{query}")
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


def last_note(database: sessionmaker[Session], action: str) -> tuple[object, ...]:
    with database.begin() as session:
        query = "SELECT which, before, after FROM audit_log WHERE action = :a ORDER BY id DESC"
        row = session.execute(text(query), {"a": action}).first()
        assert row is not None
        return tuple(row)


def test_a_customer_is_added_read_and_changed_and_it_is_noted(
    li_wei: Visitor, database: sessionmaker[Session]
) -> None:
    made = added(
        li_wei,
        "Zhou Jie",
        level="gold",
        phones=["", "158 0015 8008"],
        phone_labels=["home", "mobile"],
    )
    changed = li_wei.ask(f"/customers/{made['id']}", {"status": "active"}, "PATCH").json()

    assert (made["level_name"], made["phones"], made["phone_labels"]) == (
        "Gold",
        ["+8615800158008"],
        ["mobile"],
    )
    assert (changed["version"], changed["status_name"]) == (2, "Active")
    assert changed["phone_labels"] == ["mobile"]
    assert last_note(database, "customer.changed") == (
        str(made["id"]),
        {"status": ""},
        {"status": "active"},
    )


def test_a_change_of_an_older_version_is_refused(li_wei: Visitor) -> None:
    made = added(li_wei, "Etag")
    read = li_wei.get(f"/api/v1/customers/{made['id']}")
    word = {"X-CSRF-Token": li_wei.csrf("/calls"), "If-Match": read.headers["etag"]}
    address = f"/api/v1/customers/{made['id']}"

    first = li_wei.client.patch(address, json={"note": "one"}, headers=word)
    second = li_wei.client.patch(address, json={"note": "two"}, headers=word)

    assert (first.status_code, second.status_code) == (200, 412)
    assert li_wei.get(address).json()["note"] == "one"


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "unheard of"},
        {"phones": ["no number"]},
        {"sex": "x"},
        {"name": ""},
        {"phones": [NUMBER] * 11},
    ],
)
def test_invalid_values_are_refused(li_wei: Visitor, wrong: dict[str, object]) -> None:
    assert li_wei.ask("/customers", {"name": "x", **wrong}).status_code == 422


def test_customers_are_listed_narrowed_and_sorted(li_wei: Visitor) -> None:
    for number in range(3):
        added(
            li_wei,
            f"Sorted {number}",
            company="Orchid 兰花",
            category="partner",
            phones=[f"13500001{number:03}"],
        )

    assert names(li_wei, "text=sorted&sort=name") == ["Sorted 0", "Sorted 1", "Sorted 2"]
    assert names(li_wei, "text=兰花&sort=-name&limit=1") == ["Sorted 2"]
    assert names(li_wei, "text=135 0000 1001") == ["Sorted 1"]
    assert names(li_wei, "phone=0001002&category=partner") == ["Sorted 2"]
    assert names(li_wei, "phone=0001002&level=gold") == []
    assert li_wei.get("/api/v1/customers?phone=1").status_code == 422
    assert li_wei.get("/api/v1/customers?sort=age").status_code == 422


def test_the_list_pages_on_and_shows_what_was_typed(li_wei: Visitor) -> None:
    for number in range(12):
        added(li_wei, f"Paged {number:02}")
    page = li_wei.get("/customers?text=paged&sort=name&limit=10")
    link = re.search(r'href="([^"]+)" rel="next"', page.text)
    assert link
    rest = li_wei.get(link[1].replace("&amp;", "&"))
    wrong = li_wei.get("/customers?phone=1&text=<b>")

    assert page.text.count('data-testid="row"') == 10
    assert rest.text.count('data-testid="row"') == 2
    assert "12 results" in page.text
    assert (wrong.status_code, "Type three digits at least." in wrong.text) == (422, True)
    assert "&lt;b&gt;" in wrong.text


def test_several_numbers_in_one_line_are_told_apart(li_wei: Visitor) -> None:
    lines = ["13700001111/13700002222", "", "021-61239876、95188"]
    labels = ["mobile", "home", "office"]
    made = added(li_wei, "Several", phones=lines, phone_labels=labels)

    assert made["phones"] == ["+8613700001111", "+8613700002222", "+862161239876", "95188"]
    assert made["phone_labels"] == ["mobile", "mobile", "office", "office"]
    assert names(li_wei, "phone=021 6123") == ["Several"]


def test_an_extension_stays_beside_its_number(li_wei: Visitor) -> None:
    made = added(li_wei, "Behind", phones=["010-65529988-8001"], phone_labels=["office"])
    page = li_wei.get(str(made["url"]))
    form_page = li_wei.get(f"{made['url']}/edit")
    kept = li_wei.ask(f"/customers/{made['id']}", {"phones": made["phones"]}, "PATCH").json()

    assert made["phones"] == ["+861065529988;ext=8001"]
    assert "010 6552 9988 ext. 8001" in page.text
    assert "+861065529988 ext. 8001" in form_page.text
    assert (kept["phones"], kept["phone_labels"]) == (made["phones"], ["office"])
    assert names(li_wei, "phone=010 6552 9988") == ["Behind"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1380000111113900002222", "more than 15 digits"),
        ("+86", "“+86” is not a phone number."),
        ("0", "“0” is not a phone number."),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(
    li_wei: Visitor, typed: str, sentence: str
) -> None:
    asked = li_wei.ask("/customers", {"name": "Wrong", "phones": [typed]})
    page = li_wei.post("/customers", form(name="Wrong", mobile=typed))

    assert (asked.status_code, page.status_code) == (422, 422)
    assert sentence in asked.text
    assert sentence in page.text


def test_a_name_that_shows_nothing_is_refused(li_wei: Visitor) -> None:
    assert li_wei.ask("/customers", {"name": "\u200b"}).status_code == 422
    assert li_wei.ask("/customers", {"name": "\u3000"}).status_code == 422


def test_customers_are_exported_in_the_order_of_names(chen_jing: Visitor) -> None:
    wanted = ["Émile", "emma", "zack", "Zoë", "阿强", "李四", "张三"]
    for name in sorted(wanted):
        added(chen_jing, name, company="Ordered")

    answer = chen_jing.get("/customers/export?format=csv&text=ordered&sort=name")
    assert [line.split(",")[0] for line in answer.text.strip().splitlines()[1:]] == wanted
    assert names(chen_jing, "text=ordered&sort=name") == wanted


def test_the_page_of_a_customer_shows_their_history(li_wei: Visitor) -> None:
    known = li_wei.get("/api/v1/customers?text=13800138000").json()["items"][-1]

    page = li_wei.get(known["url"])
    history = li_wei.get(f"/api/v1/customers/{known['id']}/history").json()

    assert (page.status_code, "王小明" in page.text) == (200, True)
    assert f"/calls/{LI_WEIS_CALL}" in page.text
    # The colleague's call is listed, but the agent may not open it.
    assert [bool(call["url"]) for call in history["calls"]] == [False, True]


def form(**more: str) -> dict[str, str]:
    names = ("company", "level", "category", "status", "sex", "mobile", "home", "office")
    return dict.fromkeys((*names, "phones", "email", "address", "note", "version"), "") | more


def test_adding_a_customer_with_a_known_number_asks_first(li_wei: Visitor) -> None:
    added(li_wei, "First owner", phones=["13611112222"])
    sent = form(name="Second owner", mobile="136 1111 2222")

    asked = li_wei.post("/customers", sent)
    made = li_wei.post("/customers", sent | {"anyway": "on"})
    page = li_wei.get(made.headers["location"])

    assert (asked.status_code, "First owner" in asked.text) == (422, True)
    assert made.status_code == 303
    assert "First owner" in page.text


def test_two_users_who_edit_one_file_do_not_overwrite_each_other(li_wei: Visitor) -> None:
    made = added(li_wei, "Both", phones=["13622223333"], phone_labels=["office"], note="old")
    address = f"/customers/{made['id']}"
    sent = form(name="Both", office="13622223333", version="1")

    first = li_wei.post(address, sent | {"note": "mine"})
    second = li_wei.post(address, sent | {"note": "the later one"})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "the later one" in second.text
    assert "It is now: mine" in second.text
    kept = li_wei.get(f"/api/v1{address}").json()
    assert (kept["note"], kept["phone_labels"]) == ("mine", ["office"])


def test_several_customers_are_changed_together(
    li_wei: Visitor, database: sessionmaker[Session]
) -> None:
    ids = [str(added(li_wei, f"Together {number}")["id"]) for number in range(2)]

    asked = li_wei.post("/customers/choose", {"ids": ids[0]})
    wrong = li_wei.post("/customers/chosen", {"chosen": ",".join(ids), "level": "none such"})
    done = li_wei.post("/customers/chosen", {"chosen": ",".join(ids), "level": "silver"})

    assert (asked.status_code, wrong.status_code, done.status_code) == (200, 422, 303)
    levels = {li_wei.get(f"/api/v1/customers/{id_}").json()["level"] for id_ in ids}
    assert levels == {"silver"}
    assert last_note(database, "customer.changed")[0] == ids[1]


def test_an_unknown_caller_is_entered_with_their_number(li_wei: Visitor) -> None:
    page = li_wei.get("/customers/new?number=%2B8613999999999")

    assert 'value="+8613999999999"' in page.text


def test_the_page_of_a_customer_shows_their_owner(li_wei: Visitor, people: People) -> None:
    made = added(li_wei, "Owned")
    agent = people.li_wei
    address = f"/api/v1/customers/{made['id']}"

    changed = li_wei.ask(address.removeprefix("/api/v1"), {"owner": agent}, "PATCH")
    wrong = li_wei.ask(address.removeprefix("/api/v1"), {"owner": 999_999}, "PATCH")

    assert changed.json()["owner"] == {"id": agent, "name": "Li Wei"}
    assert (made["owner"], wrong.status_code) == (None, 422)
    assert "Li Wei" in li_wei.get(f"/customers/{made['id']}").text
    assert f'value="{agent}" selected' in li_wei.get(f"/customers/{made['id']}/edit").text


def test_users_with_the_right_export_the_list_and_it_is_audited(
    chen_jing: Visitor, database: sessionmaker[Session]
) -> None:
    added(chen_jing, "=Exported()")

    answer = chen_jing.get("/customers/export?format=csv&text=exported")
    book = chen_jing.get("/customers/export?format=xlsx&text=exported")

    assert answer.text.startswith("\ufeff")
    assert "'=Exported()" in answer.text
    assert len(answer.text.strip().splitlines()) == 2
    assert book.content[:2] == b"PK"
    assert last_note(database, "customers.exported")[2] == {"format": "xlsx", "text": "exported"}


def test_calls_are_exported_as_they_are_listed(chen_jing: Visitor) -> None:
    answer = chen_jing.get("/calls/export?format=csv&result=answered&sort=began")
    lines = answer.text.strip().splitlines()
    ends = next(at for at, line in enumerate(lines) if not line.strip(","))

    assert ends == 3
    assert lines[ends + 1].startswith("Number of calls,2")
    assert LI_WEIS_CALL in lines[1]
