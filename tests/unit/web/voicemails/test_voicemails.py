"""Voicemails: who hears which, playing, assigning, handling, removing."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.visitor import Visitor
from unit.web.voicemails.messages import CALLER, box, file_of, message

from crm.audit.store import AuditFilter, entries
from crm.notices.store import notices
from crm.people.person import NewUser
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user
from crm.voicemail.boxes.store import boxes
from web.kit.settings import Settings

Database = sessionmaker[Session]


@pytest.fixture
def in_box(database: Database, settings: Settings) -> int:
    """A message in a box of the whole site."""
    return message(database, settings, box(database))


@pytest.fixture
def own_box(database: Database, people: People) -> int:
    """The personal box of li.wei, made once."""
    with database.begin() as session:
        known = [one.id for one in boxes(session) if one.draft.agent == people.li_wei]
    return known[0] if known else box(database, agent=people.li_wei)


def sound_file(database: Database, settings: Settings, id_: int) -> Path:
    return settings.messages_dir / f"{file_of(database, id_)}.wav"


def test_a_supervisor_sees_all_messages_with_their_caller(chen_jing: Visitor, in_box: int) -> None:
    (shown,) = [one for one in listed(chen_jing) if one["id"] == in_box]
    page = chen_jing.get(f"/voicemails/{in_box}")

    assert (shown["caller"], shown["state"], shown["seconds"]) == (CALLER, "new", 0.5)
    assert 'data-phone="+8613900139077"' in chen_jing.get("/voicemails").text
    assert f"/api/v1/voicemails/{in_box}/sound" in page.text


def listed(visitor: Visitor, query: str = "") -> list[dict[str, object]]:
    return list(visitor.get(f"/api/v1/voicemails?limit=500{query}").json()["items"])


def test_an_agent_hears_their_own_box_and_what_is_assigned_to_them(
    li_wei: Visitor, database: Database, settings: Settings, people: People, own_box: int
) -> None:
    others = message(database, settings, box(database))
    assigned = message(
        database, settings, box(database), assigned_to=people.li_wei, state="assigned"
    )
    own = message(database, settings, own_box)

    ids = {one["id"] for one in listed(li_wei)}

    assert {own, assigned} <= ids
    assert others not in ids
    assert li_wei.get(f"/voicemails/{others}").status_code == 404
    assert li_wei.get(f"/api/v1/voicemails/{others}/sound").status_code == 404
    assert li_wei.ask(f"/voicemails/{others}", {"handled": True}, "PATCH").status_code == 404
    assert li_wei.post("/voicemails/handle", {"ids": [others]}).status_code == 303
    li_wei.enter(database, "chen.jing")
    assert li_wei.get(f"/api/v1/voicemails/{others}").json()["state"] == "new"


def test_an_agent_without_the_permission_hears_their_own_box_only(
    visitor: Visitor, database: Database, settings: Settings
) -> None:
    with database.begin() as session:
        role = add_role(session, RoleDraft("Desk only", "", {Right.DESK: Extent.ALL}))
        user = add_user(session, NewUser("desk.only", "Desk", role, "x")).id
    shared = message(database, settings, box(database))
    given = message(database, settings, box(database), assigned_to=user, state="assigned")
    visitor.enter(database, "desk.only")

    assert [one["id"] for one in listed(visitor)] == [given]
    assert visitor.get(f"/voicemails/{shared}").status_code == 404
    page = visitor.get(f"/voicemails/{given}").text
    assert "/remove" not in page
    assert visitor.post(f"/voicemails/{given}/remove").status_code == 403
    refused = visitor.post("/voicemails/remove", {"ids": [given]})
    assert refused.status_code == 403
    assert "You don&#39;t have permission" in refused.text


def test_a_message_is_played_in_parts_and_the_playback_is_logged_once(
    chen_jing: Visitor, in_box: int, database: Database
) -> None:
    whole = chen_jing.get(f"/api/v1/voicemails/{in_box}/sound")
    part = chen_jing.get(f"/api/v1/voicemails/{in_box}/sound", Range="bytes=100-199")

    assert whole.headers["content-type"] == "audio/wav"
    assert whole.content.startswith(b"RIFF")
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    with database.begin() as session:
        heard = AuditFilter(action="voicemail.heard", which=str(in_box))
        assert len(entries(session, heard).items) == 1


def test_a_message_is_downloaded_as_mp3(chen_jing: Visitor, in_box: int) -> None:
    answer = chen_jing.get(f"/api/v1/voicemails/{in_box}/sound?format=mp3")

    assert answer.headers["content-type"] == "audio/mpeg"
    assert 500 < len(answer.content) < 8000


def test_a_header_that_was_never_finished_is_mended_when_it_is_first_read(
    chen_jing: Visitor, in_box: int, database: Database, settings: Settings
) -> None:
    path = sound_file(database, settings, in_box)
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + bytes(4) + whole[8:40] + bytes(4) + whole[44:])

    assert chen_jing.get(f"/api/v1/voicemails/{in_box}/sound").content == whole
    assert path.read_bytes() == whole


@pytest.mark.parametrize("left", [None, b"", b"no sound at all"])
def test_a_message_without_its_file_says_so(
    chen_jing: Visitor, in_box: int, database: Database, settings: Settings, left: bytes | None
) -> None:
    path = sound_file(database, settings, in_box)
    path.unlink()
    if left is not None:
        path.write_bytes(left)

    for form in ("wav", "mp3"):
        answer = chen_jing.get(f"/api/v1/voicemails/{in_box}/sound?format={form}")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "The file of this message is missing."
    if left is None:
        assert "The file of this message is missing." in chen_jing.get(f"/voicemails/{in_box}").text


def test_a_message_is_assigned_handled_and_opened_again(
    chen_jing: Visitor, in_box: int, people: People, database: Database
) -> None:
    form = {"assigned_to": str(people.li_wei), "note": "Please call back."}
    assert chen_jing.post(f"/voicemails/{in_box}", form).status_code == 303
    assigned = chen_jing.get(f"/api/v1/voicemails/{in_box}").json()
    done = chen_jing.ask(f"/voicemails/{in_box}", {"handled": True}, "PATCH").json()
    back = chen_jing.ask(
        f"/voicemails/{in_box}", {"handled": False, "assigned_to": None}, "PATCH"
    ).json()

    assert (assigned["state"], assigned["assigned_to"]["name"]) == ("assigned", "Li Wei")
    assert (done["state"], done["handled_by"]["name"]) == ("handled", "Chen Jing")
    assert (back["state"], back["handled_by"], back["note"]) == ("new", None, "Please call back.")
    with database.begin() as session:
        told = notices(session, people.li_wei).items
        assert told[0].url == f"/voicemails/{in_box}"
        changes = AuditFilter(action="voicemail.changed", which=str(in_box))
        assert len(entries(session, changes).items) == 3


def test_only_users_who_can_open_messages_are_in_charge_of_one(
    chen_jing: Visitor, in_box: int, database: Database
) -> None:
    with database.begin() as session:
        role = add_role(session, RoleDraft("Reader", "", {Right.CALLS_SEE: Extent.ALL}))
        user = add_user(session, NewUser("reader", "Reader", role, "x")).id

    answer = chen_jing.post(f"/voicemails/{in_box}", {"assigned_to": str(user), "note": "kept"})

    assert answer.status_code == 422
    assert "is not one of the options" in answer.text
    assert "kept" in answer.text


def test_another_users_change_is_not_overwritten(chen_jing: Visitor, in_box: int) -> None:
    first = chen_jing.get(f"/api/v1/voicemails/{in_box}")
    chen_jing.ask(f"/voicemails/{in_box}", {"note": "mine"}, "PATCH")

    late = chen_jing.client.patch(
        f"/api/v1/voicemails/{in_box}",
        json={"note": "other"},
        headers={"If-Match": first.headers["etag"], "X-CSRF-Token": chen_jing.word},
    )

    assert late.status_code == 412


def test_chosen_messages_are_handled_and_removed_together(
    chen_jing: Visitor, database: Database, settings: Settings
) -> None:
    place = box(database)
    ids = [message(database, settings, place) for _ in range(2)]
    paths = [sound_file(database, settings, one) for one in ids]

    assert "Select the voicemails first." in chen_jing.post("/voicemails/handle").text
    assert chen_jing.post("/voicemails/handle", {"ids": ids}).status_code == 303
    assert {one["state"] for one in listed(chen_jing, f"&box={place}")} == {"handled"}
    assert chen_jing.post("/voicemails/remove", {"ids": ids}).status_code == 303
    assert listed(chen_jing, f"&box={place}") == []
    assert not any(path.exists() for path in paths)


def test_a_removed_message_is_gone_with_its_file(
    chen_jing: Visitor, in_box: int, database: Database, settings: Settings
) -> None:
    path = sound_file(database, settings, in_box)

    assert chen_jing.ask(f"/voicemails/{in_box}", method="DELETE").status_code == 204
    assert chen_jing.ask(f"/voicemails/{in_box}", method="DELETE").status_code == 404
    assert not path.exists()


def test_the_list_is_filtered_by_state(
    chen_jing: Visitor, database: Database, settings: Settings
) -> None:
    place = box(database)
    handled = message(database, settings, place, state="handled")
    new = message(database, settings, place)

    assert [one["id"] for one in listed(chen_jing, f"&box={place}&state=open")] == [new]
    assert [one["id"] for one in listed(chen_jing, f"&box={place}&state=handled")] == [handled]
    assert listed(chen_jing, f"&box={place}&caller=000000") == []
    assert chen_jing.get("/api/v1/voicemails?state=x").status_code == 422
