"""The audit log: readable in both languages, filtered, exported, and never changed."""

import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import LI_WEIS_CALL
from unit.web.visitor import Visitor

from crm.audit.entry import AuditEntry
from crm.audit.store import note as write
from crm.people.person import Language, UserId
from crm.people.rights import Right
from crm.people.store import set_language
from web.audit.words import action_names, thing_names
from web.kit.clock import now
from web.roles.words import right_groups, right_helps, right_names

NOTED = re.compile(r'note\(\s*session,\s*request,\s*who,\s*"([a-z_.]+)",\s*"([a-z_]+)"')


def renamed(admin: Visitor) -> int:
    """Add a user and change their role and name; give the id."""
    body = {"login": f"a.{secrets.token_hex(4)}", "name": "Before", "role": 1}
    user = int(admin.ask("/users", body).json()["user"]["id"])
    admin.ask(f"/users/{user}", {"name": "After <b>", "role": 2}, "PATCH")
    return user


def test_a_change_is_read_in_words_not_in_keys(admin: Visitor) -> None:
    user = renamed(admin)

    page = admin.get(f"/audit?what=users&which={user}").text

    assert "Before → After &lt;b&gt;" in page
    assert "Agent → Supervisor" in page
    assert f'href="/users/{user}"' in page
    assert "<b>" not in page


def test_a_change_is_read_in_chinese_by_a_chinese_reader(
    admin: Visitor, people: Any, database: sessionmaker[Session]
) -> None:
    user = renamed(admin)
    with database.begin() as session:
        set_language(session, people.admin, Language.CHINESE)
    try:
        page = admin.get(f"/audit?what=users&which={user}").text
    finally:
        with database.begin() as session:
            set_language(session, people.admin, Language.ENGLISH)

    assert "坐席 → 班长" in page
    assert "已修改用户" in page


def test_every_listening_is_noted(admin: Visitor) -> None:
    admin.get(f"/api/v1/calls/{LI_WEIS_CALL}/recording")

    entry = admin.get("/api/v1/audit?action=recording.heard").json()["items"][0]
    assert entry["which"] == LI_WEIS_CALL
    assert entry["user"]["name"] == "Admin"


@pytest.mark.parametrize("form", ["wav", "mp3"])
@pytest.mark.parametrize(
    "part", ["", "bytes=0-", "bytes=00-", "bytes=1-", "bytes=44-", "bytes=-99"]
)
def test_no_part_of_a_recording_is_taken_without_an_entry(
    admin: Visitor, database: sessionmaker[Session], part: str, form: str
) -> None:
    with database.begin() as session:
        session.execute(text("DELETE FROM audit_log WHERE action = 'recording.heard'"))
    path = f"/api/v1/calls/{LI_WEIS_CALL}/recording?format={form}"

    taken = admin.get(path, **({"Range": part} if part else {}))
    noted = len(admin.get("/api/v1/audit?action=recording.heard").json()["items"])
    admin.get(path, Range="bytes=100-")
    further = len(admin.get("/api/v1/audit?action=recording.heard").json()["items"])

    assert taken.status_code in {200, 206}
    assert (noted, further) == (1, 1)


def test_the_log_is_narrowed_by_person_action_thing_and_time(admin: Visitor) -> None:
    user = renamed(admin)
    of_user = f"what=users&which={user}"

    assert len(admin.get(f"/api/v1/audit?{of_user}").json()["items"]) == 2
    assert len(admin.get(f"/api/v1/audit?{of_user}&action=user.added").json()["items"]) == 1
    assert admin.get(f"/api/v1/audit?{of_user}&to=2020-01-01").json()["items"] == []
    assert "After &lt;b&gt;" in admin.get(f"/audit?who=adm&{of_user}").text
    assert "After &lt;b&gt;" not in admin.get(f"/audit?who=wang.fang&{of_user}").text
    assert admin.get("/audit?from=never").status_code == 422


def test_the_log_as_a_file_tells_that_it_was_taken(admin: Visitor) -> None:
    user = renamed(admin)

    file = admin.get(f"/audit/export?what=users&which={user}")

    assert file.text.count("\n") == 3
    assert "Name: Before → After <b>" in file.text
    assert admin.get("/api/v1/audit").json()["items"][0]["action"] == "audit.exported"


def test_every_audit_action_and_every_right_has_a_name() -> None:
    root = Path(__file__).parents[4] / "web"
    noted = {pair for path in root.rglob("*.py") for pair in NOTED.findall(path.read_text())}

    assert len(noted) > 20
    assert {action for action, _ in noted} - action_names().keys() == set()
    assert {thing for _, thing in noted} - thing_names().keys() == set()
    assert set(right_names()) == set(right_helps()) == set(Right)
    assert sorted(right for rights in right_groups().values() for right in rights) == sorted(Right)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
@pytest.mark.parametrize(
    "word", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "\ud800"]
)
def test_no_value_that_a_user_chose_breaks_the_log(
    admin: Visitor, people: Any, database: sessionmaker[Session], word: str, zone: str
) -> None:
    values = {
        name: one
        for name in ("name", "from", "expires_at", "role", "rights", "kind", "language", "format")
        for one in (word,)
    } | {"list": [word], "extent": [[1]], "outbound": {"a": [word]}}
    odd = [values, values | {"rights": {"desk": [1]}}, values | {"rights": [[1], {}]}]
    with database.begin() as session:
        session.execute(
            text("UPDATE users SET timezone = :zone WHERE id = :id"),
            {"zone": zone, "id": people.admin},
        )
        for after in odd:
            entry = AuditEntry(now(), UserId(people.admin), "view.saved", "lists", "0", after=after)
            write(session, entry)
    try:
        answers = [admin.get(one) for one in ("/audit", "/api/v1/audit?limit=5", "/audit/export")]
        answers += [admin.get("/audit?from=9999-12-31&to=9999-12-31")]
    finally:
        with database.begin() as session:
            session.execute(text("UPDATE users SET timezone = ''"))
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text("DELETE FROM audit_log WHERE action = 'view.saved'"))

    assert [one.status_code for one in answers] == [200, 200, 200, 200]
    assert word in answers[0].text or word == "\ud800"


def test_a_time_in_a_name_is_shown_as_it_was_typed(admin: Visitor) -> None:
    body = {"login": f"t.{secrets.token_hex(4)}", "name": "2026-01-01T00:00:00Z", "role": 1}
    user = admin.ask("/users", body).json()["user"]["id"]

    assert "2026-01-01T00:00:00Z" in admin.get(f"/audit?what=users&which={user}").text
