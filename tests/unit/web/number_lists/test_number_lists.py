"""Number lists: typed in any spelling, approved by another user, and told by what they match."""

import secrets
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.number_lists.lists import added, made_list, matched, without_approval
from unit.web.visitor import Visitor

from crm.number_lists.entries.store import expire_entries
from crm.number_lists.store import live_entries
from crm.parameters.store import save
from web.kit.clock import now


def test_an_entry_takes_effect_when_another_user_approves_it(
    admin: Visitor, other: Visitor, database: sessionmaker[Session]
) -> None:
    (entry,) = added(other, made_list(other), "138 0013 8000", reason="Nuisance")
    url = f"/number-lists/entries/{entry['id']}"
    assert (entry["state"], entry["number"]) == ("waiting", "+8613800138000")
    assert matched(admin, "13800138000")["black"] is None

    own = other.ask(f"{url}/approve")
    assert own.status_code == 409
    assert "another user must approve" in own.json()["detail"]

    approved = admin.ask(f"{url}/approve")
    assert approved.json()["state"] == "active"
    assert approved.json()["decided_by"]["name"] == "Admin"
    assert matched(other, "0086 13800138000")["black"]["id"] == entry["id"]
    assert admin.ask(f"{url}/approve").status_code == 409  # it no longer waits
    with database.begin() as session:
        assert [one.id for one in live_entries(session)] == [entry["id"]]


def test_a_rejected_entry_has_no_effect_and_can_be_added_again(
    admin: Visitor, other: Visitor
) -> None:
    list_ = made_list(other)
    (entry,) = added(other, list_, "138*")
    again = other.ask(f"/number-lists/{list_}/entries", {"numbers": ["+86 138*"]})
    assert again.status_code == 409

    rejected = admin.ask(f"/number-lists/entries/{entry['id']}/reject").json()

    assert rejected["state"] == "rejected"
    assert matched(admin, "13800138000")["black"] is None
    assert len(added(other, list_, "138*")) == 1


def test_entries_are_approved_and_removed_together_on_the_page(
    admin: Visitor, other: Visitor, database: sessionmaker[Session]
) -> None:
    list_ = made_list(other)
    found = added(other, list_, "138*", "139*")
    (own,) = added(admin, list_, "137*")
    ids = [str(one["id"]) for one in (*found, own)]

    answer = admin.post("/number-lists/entries/approve", {"ids": ids})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/number-lists/entries?state=waiting"
    with database.begin() as session:
        assert len(live_entries(session)) == 2  # one's own still waits
    assert "Pending approval (1)" in admin.get("/number-lists").text
    assert admin.post("/number-lists/entries/remove", {"ids": ids}).status_code == 303
    with database.begin() as session:
        assert live_entries(session) == []
    refused = admin.post("/number-lists/entries/remove", {"ids": ids})
    assert refused.status_code == 409
    assert "neither active nor waiting" in refused.text
    nothing = admin.post("/number-lists/entries/approve", {})
    assert nothing.status_code == 422
    assert "Select the entries" in nothing.text


def test_the_buttons_of_a_row_are_those_that_the_user_may_press(
    admin: Visitor, other: Visitor
) -> None:
    list_ = made_list(other)
    (entry,) = added(other, list_, "138*")

    mine, theirs = other.get(f"/number-lists/{list_}"), admin.get(f"/number-lists/{list_}")

    assert 'value="approve"' not in mine.text
    assert 'value="approve"' in theirs.text
    pressed = admin.post(f"/number-lists/entries/{entry['id']}", {"do": "approve"})
    assert pressed.headers["location"] == f"/number-lists/{list_}"
    assert 'value="approve"' not in admin.get(f"/number-lists/{list_}").text


def test_numbers_are_typed_into_a_form_in_any_spelling(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    without_approval(database)
    list_ = made_list(admin)
    form = {"numbers": "138 0013 8000\n+86139*\n13700000000-13700009999", "direction": "both"}

    assert admin.post(f"/number-lists/{list_}/entries", form).status_code == 303

    page = admin.get(f"/number-lists/{list_}").text
    for shown in ("138 0013 8000", "+86139*", "+8613700000000-+8613700009999"):
        assert shown in page
    wrong = admin.post(f"/number-lists/{list_}/entries", {**form, "numbers": "138<b>\nhello"})
    assert wrong.status_code == 422
    assert "is not a phone number" in wrong.text
    assert "138&lt;b&gt;" in wrong.text
    for more in ({"effect": "queue"}, {"effect": "priority"}, {"expires": "soon"}):
        typed = {**form, "numbers": "13600136000", **more}
        assert admin.post(f"/number-lists/{list_}/entries", typed).status_code == 422, more


def test_entries_are_found_by_their_beginning_and_by_a_number_that_they_cover(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    without_approval(database)
    list_ = made_list(admin)
    added(admin, list_, "13800138000", "1380013*", "13700000000-13700009999", "95500-95549")

    def found(typed: str) -> set[str]:
        answer = admin.get(f"/api/v1/number-lists/{list_}/entries?number={typed}").json()
        return {one["number"] for one in answer["items"]}

    assert found("1380013") == {"+8613800138000", "+861380013*"}
    assert found("138 0013 8001") == {"+861380013*"}
    assert found("13700001234") == {"+8613700000000-+8613700009999"}
    assert found("95510") == {"95500-95549"}
    assert found("x") == set()


def test_an_expired_entry_ends_and_its_number_can_be_added_again(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    without_approval(database)
    list_ = made_list(admin)
    soon = (now() + timedelta(hours=1)).isoformat()
    added(admin, list_, "138*", expires_at=soon)
    assert matched(admin, "13800138000")["black"]
    with database.begin() as session:
        session.execute(text("UPDATE number_list_entries SET expires_at = now()"))
        assert live_entries(session) == []
    listed = admin.get(f"/api/v1/number-lists/{list_}/entries?state=expired").json()["items"]
    assert [one["state"] for one in listed] == ["expired"]

    added(admin, list_, "138*")

    with database.begin() as session:
        assert expire_entries(session, now()) == 0
        assert len(live_entries(session)) == 1


def test_the_default_expiry_counts_unless_another_is_given(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    with database.begin() as session:
        save(session, {"list_days": 30}, None)
    list_ = made_list(admin)

    (suggested,) = added(admin, list_, "138*")
    (never,) = added(admin, list_, "139*", expires_at=None)

    assert suggested["expires_at"] is not None
    assert never["expires_at"] is None


def test_an_entry_has_the_effect_of_its_list_and_a_list_that_of_the_site(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    without_approval(database)
    black, vip = made_list(admin), made_list(admin, "vip")
    added(admin, black, "138*")
    added(admin, vip, "138*", effect="queue", queue="support")

    def effects() -> list[str]:
        with database.begin() as session:
            return [str(one.effect) for one in live_entries(session)]

    assert effects() == ["refuse", "queue:support"]
    admin.ask(f"/number-lists/{black}", {"effect": "busy"}, "PATCH")
    assert effects() == ["busy", "queue:support"]
    with database.begin() as session:
        save(session, {"black_list_effect": "message"}, None)
    admin.ask(f"/number-lists/{black}", {"effect": None}, "PATCH")
    assert effects() == ["message", "queue:support"]


def test_an_effect_that_does_not_fit_is_refused(admin: Visitor) -> None:
    for kind, effect in (
        ("black", {"effect": "priority", "priority": 5}),
        ("vip", {"effect": "busy"}),
        ("white", {"effect": "refuse"}),
        ("black", {"effect": "queue", "queue": "nowhere"}),
        ("vip", {"effect": "priority"}),
    ):
        body = {"name": secrets.token_hex(4), "kind": kind, **effect}
        assert admin.ask("/number-lists", body).status_code == 422, body


def test_a_white_list_lifts_a_black_one(admin: Visitor, database: sessionmaker[Session]) -> None:
    without_approval(database)
    added(admin, made_list(admin), "138*")
    added(admin, made_list(admin, "white"), "13800138000")

    found = matched(admin, "13800138000")

    assert (found["black"], found["white"]["number"]) == (None, "+8613800138000")
    assert matched(admin, "13800138001")["black"]["number"] == "+86138*"


def test_a_list_is_changed_and_removed(admin: Visitor) -> None:
    list_ = made_list(admin)
    added(admin, list_, "138*")
    name = secrets.token_hex(4)

    answer = admin.post(f"/number-lists/{list_}", {"name": name, "effect": "busy"})

    assert answer.status_code == 303
    assert admin.get(f"/api/v1/number-lists/{list_}").json()["effect"] == "busy"
    assert name in admin.get(f"/number-lists/{list_}/edit").text
    assert admin.post(f"/number-lists/{list_}/remove").status_code == 303
    assert admin.get(f"/number-lists/{list_}").status_code == 404


def test_agents_see_no_lists(li_wei: Visitor) -> None:
    for path in ("/number-lists", "/number-lists/entries", "/api/v1/number-lists/match?number=1"):
        assert li_wei.get(path).status_code == 403


def test_a_change_of_one_part_of_an_effect_keeps_the_others(admin: Visitor) -> None:
    list_ = made_list(admin, "vip", effect="priority", priority=5)
    read = admin.get(f"/api/v1/number-lists/{list_}")

    changed = admin.ask(f"/number-lists/{list_}", {"priority": 7}, "PATCH")

    assert (changed.json()["effect"], changed.json()["priority"]) == ("priority", 7)
    assert changed.headers["etag"] != read.headers["etag"]
    assert changed.headers["etag"] == admin.get(f"/api/v1/number-lists/{list_}").headers["etag"]


def test_a_form_that_says_nothing_to_do_changes_nothing(admin: Visitor) -> None:
    (entry,) = added(admin, made_list(admin), "138*")

    assert admin.post(f"/number-lists/entries/{entry['id']}", {}).status_code == 422
    still = admin.get(f"/api/v1/number-lists/entries/{entry['id']}").json()
    assert still["state"] == "waiting"


def test_a_thousand_numbers_are_added_at_once_and_no_more(admin: Visitor) -> None:
    list_ = made_list(admin)
    numbers = [f"1380013{number:04}" for number in range(1000)]

    assert len(added(admin, list_, *numbers)) == 1000
    lines = [",".join(numbers[at : at + 20]) for at in range(0, 1000, 20)]
    more = {"numbers": [*lines, "13900139000"]}
    assert admin.ask(f"/number-lists/{list_}/entries", more).status_code == 422
