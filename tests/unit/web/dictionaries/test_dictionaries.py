"""Dictionaries: choices are changed on a page and are valid at once."""

import re

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.customers.test_customers import last_note
from unit.web.visitor import Visitor

from acd.store import PauseReason, save_pause_reason

METHODS = "/dictionaries/method/items"


def keys(visitor: Visitor, which: str) -> list[str]:
    found = visitor.get(f"/api/v1/dictionaries/{which}").json()
    return [one["key"] for one in found["items"]]


def test_a_choice_gets_its_key_from_its_name(admin: Visitor) -> None:
    first = admin.ask(METHODS, {"name_en": "By Post!", "name_zh": "邮寄"}).json()
    second = admin.ask(METHODS, {"name_en": "by post"}).json()
    chinese = admin.ask(METHODS, {"name_zh": "传真"}).json()

    assert [one["key"] for one in (first, second, chinese)] == ["by-post", "by-post-2", "传真"]


@pytest.mark.parametrize(
    "wrong",
    [{}, {"name_en": " "}, {"key": "a/b", "name_en": "x"}, {"key": "telex", "name_en": "again"}],
)
def test_a_choice_that_cannot_be_is_refused(admin: Visitor, wrong: dict[str, str]) -> None:
    admin.ask(METHODS, {"key": "telex", "name_en": "Telex"})

    assert admin.ask(METHODS, wrong).status_code == 422


def test_a_choice_is_renamed_and_switched_off_but_never_gone(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    admin.ask("/dictionaries/product/items", {"key": "lamp", "name_en": "Lamp"})
    address = "/dictionaries/product/items/lamp"
    renamed = admin.ask(address, {"name_zh": "灯"}, "PATCH").json()

    off = admin.ask(address, {"enabled": False}, "PATCH").json()

    assert (renamed["name_zh"], off["enabled"]) == ("灯", False)
    assert "lamp" in keys(admin, "product")
    which, before, after = last_note(database, "choice.changed")
    assert (which, before, after) == ("product/lamp", {"enabled": True}, {"enabled": False})


def test_choices_are_put_in_order(admin: Visitor) -> None:
    for name in ("one", "two", "three"):
        admin.ask("/dictionaries/cause/items", {"key": name, "name_en": name})

    answer = admin.ask("/dictionaries/cause/order", {"keys": ["three", "none"]}, "PUT")
    admin.post("/dictionaries/cause/change", {"key": "two", "do": "up"})
    admin.post("/dictionaries/cause/change", {"key": "one", "do": "down"})

    assert [one["key"] for one in answer.json()["items"]] == ["three", "one", "two"]
    assert keys(admin, "cause") == ["three", "two", "one"]


def test_a_choice_is_offered_in_forms_at_once(admin: Visitor) -> None:
    body = {"name": "VIP", "level": "platinum"}
    before = admin.ask("/customers", body).status_code

    admin.post("/dictionaries/customer_level/items", {"name_en": "Platinum", "name_zh": "白金"})

    assert (before, admin.ask("/customers", body).status_code) == (422, 201)
    assert "Platinum" in admin.get("/customers/new").text


def test_choices_are_moved_only_where_all_are_shown_in_their_own_order(admin: Visitor) -> None:
    for name in ("first", "second"):
        admin.ask("/dictionaries/business_type/items", {"key": name, "name_en": name})
    address = "/dictionaries/business_type"

    usual = admin.get(address).text
    others = [admin.get(f"{address}?{words}").text for words in ("sort=key", "limit=1", "q=first")]

    assert f'data-order="/api/v1{address}/order"' in usual
    assert [page for page in others if "data-order=" in page or "data-order-handle" in page] == []
    assert 'name="name_en" form="choice-first"' in others[2]


def test_pause_reasons_are_a_list_like_the_others(admin: Visitor) -> None:
    made = admin.ask("/dictionaries/pause_reason/items", {"name_en": "Fire drill"}).json()
    admin.ask(f"/dictionaries/pause_reason/items/{made['key']}", {"enabled": False}, "PATCH")

    assert "fire-drill" in keys(admin, "pause_reason")
    assert admin.get("/dictionaries/pause_reason").status_code == 200


def test_a_site_makes_a_dictionary_of_its_own(admin: Visitor) -> None:
    made = admin.post("/dictionaries", {"name_en": "Shipping lines", "name_zh": "航运公司"})
    address = made.headers["location"]
    admin.post(f"{address}/items", {"name_en": "Blue Funnel"})
    renamed = admin.ask(address, {"name_en": "Lines"}, "PATCH").json()
    built_in = admin.ask("/dictionaries/cause", {"name_en": "x"}, "PATCH")

    assert (made.status_code, address) == (303, "/dictionaries/shipping-lines")
    assert (renamed["name"], [one["name"] for one in renamed["items"]]) == (
        "Lines",
        ["Blue Funnel"],
    )
    assert built_in.status_code == 422
    assert "Lines" in admin.get("/dictionaries").text
    # All other pages still read the built-in dictionaries.
    assert admin.get("/calls").status_code == 200


def test_the_error_of_a_wrong_name_is_beside_its_choice(admin: Visitor) -> None:
    admin.ask("/dictionaries/outcome/items", {"key": "maybe", "name_en": "Maybe"})

    answer = admin.post("/dictionaries/outcome/change", {"key": "maybe", "do": "rename"})
    nowhere = admin.get("/dictionaries/none")

    assert (answer.status_code, "Enter a name." in answer.text) == (422, True)
    assert nowhere.status_code == 404


def test_a_supervisor_reads_dictionaries_but_changes_none(chen_jing: Visitor) -> None:
    assert chen_jing.get("/api/v1/dictionaries").status_code == 200
    assert chen_jing.get("/dictionaries").status_code == 403
    assert chen_jing.ask(METHODS, {"name_en": "x"}).status_code == 403


def test_a_reason_of_the_system_is_renamed_but_cannot_be_offered(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    with database.begin() as session:
        save_pause_reason(
            session, PauseReason("no answer", "No answer", "无应答", 9, enabled=False)
        )
    address = "/dictionaries/pause_reason/items/no%20answer"

    on = admin.ask(address, {"enabled": True}, "PATCH")
    renamed = admin.ask(address, {"name_en": "Missed call"}, "PATCH")
    page = admin.get("/dictionaries/pause_reason").text
    row = re.search(r'<tr[^>]*data-id="no answer".*?</tr>', page, re.DOTALL)

    assert (on.status_code, renamed.json()["name_en"]) == (422, "Missed call")
    assert row
    assert "Set by the system" in row[0]
    assert 'value="enable"' not in row[0]
