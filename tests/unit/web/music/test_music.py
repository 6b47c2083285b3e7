"""Music on hold: filled with files, played by queues, never deleted under their callers."""

import os
import secrets
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor
from walks.prompt_requests import tone

from ivr.prompt_library.music import store
from web.kit.settings import Settings
from web.music import files
from web.music.files import music_dir, settle_music
from web.ops.setup.prompts import masters_dir

Database = sessionmaker[Session]


@pytest.fixture
def music(admin: Visitor) -> dict[str, Any]:
    answer = admin.ask("/music", {"name": f"Music {secrets.token_hex(4)}"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def send(admin: Visitor, music: dict[str, Any], content: bytes) -> Any:
    where = f"/music/{music['id']}/files"
    return admin.send_files(where, {}, {"file": ("钢琴.wav", content)})


def played(settings: Settings, music: dict[str, Any]) -> list[Path]:
    """Give what Asterisk is told to play as the music; nothing: it plays the standard music."""
    declared = (music_dir(settings) / "classes.conf").read_text()
    _, _, lines = declared.partition(f"[{music['key']}]\n")
    entries = [line for line in lines.partition("\n[")[0].splitlines() if "entry = " in line]
    return [Path(line.removeprefix("entry = ")) for line in entries]


def pitches(settings: Settings, music: dict[str, Any]) -> list[int]:
    """Give the tones that callers hear, one after the other."""
    found = []
    for stem in played(settings, music):
        samples, rate = soundfile.read(f"{stem}.wav")
        found.append(round(int(np.argmax(np.abs(np.fft.rfft(samples)))) * rate / len(samples)))
    return found


def ids(admin: Visitor, music: dict[str, Any]) -> list[int]:
    found = admin.client.get(f"/api/v1/music/{music['id']}").json()["files"]
    return [one["id"] for one in found]


def long_ago(mark: Path) -> None:
    os.utime(mark, (1, 1))


def test_callers_hear_the_files_in_the_order_that_they_are_put_in(
    admin: Visitor, database: Database, settings: Settings, music: dict[str, Any]
) -> None:
    for hertz in (440, 600, 1000):
        send(admin, music, tone(hertz))
    settle_music(settings, database)
    assert pitches(settings, music) == [440, 600, 1000]

    where, first = f"/music/{music['id']}", ids(admin, music)
    answer = admin.ask(f"{where}/order", {"keys": [first[2]]}, "PUT")
    assert answer.status_code == 200, answer.text
    settle_music(settings, database)
    assert pitches(settings, music) == [1000, 440, 600]
    # An address of before leads to no other file.
    assert admin.post(f"{where}/files/{first[0]}/remove").status_code == 409

    moved = admin.post(f"{where}/files/{ids(admin, music)[2]}/move", {"do": "up"})
    assert moved.status_code == 303
    settle_music(settings, database)
    assert pitches(settings, music) == [1000, 600, 440]
    page = admin.get(moved.headers["location"]).text
    assert page.count("data-focus") == 1
    top = admin.post(f"{where}/files/{ids(admin, music)[0]}/move", {"do": "up"})
    assert top.status_code == 303
    assert admin.ask(f"{where}/order", {"keys": [first[0]]}, "PUT").status_code == 404
    stale = ids(admin, music)
    assert admin.ask(f"{where}/order", {"keys": stale}, "PUT").json()["files"][0]["id"] == stale[0]


def test_music_whose_files_are_all_lost_is_not_declared_so_callers_hear_the_standard_music(
    admin: Visitor, database: Database, settings: Settings, music: dict[str, Any]
) -> None:
    send(admin, music, tone(440))
    send(admin, music, tone(600))
    settle_music(settings, database)
    stems = played(settings, music)
    with database.begin() as session:
        masters = [one.master for one in store.music_class(session, music["id"]).files]
    for stem, master in zip(stems, masters, strict=True):
        (masters_dir(settings) / f"{master}.flac").rename(settings.home / f"{master}.kept")
        Path(f"{stem}.wav").unlink()
        settle_music(settings, database)
        assert stem not in played(settings, music)
    declared = (music_dir(settings) / "classes.conf").read_text()
    assert f"[{music['key']}]" not in declared

    for master in masters:
        (settings.home / f"{master}.kept").rename(masters_dir(settings) / f"{master}.flac")
    settle_music(settings, database)
    assert pitches(settings, music) == [440, 600]


def test_the_last_file_of_music_in_use_stays_and_a_deleted_one_is_heard_to_its_end(
    admin: Visitor, database: Database, settings: Settings, music: dict[str, Any]
) -> None:
    send(admin, music, tone(440))
    send(admin, music, tone(600))
    settle_music(settings, database)
    (gone, left), (first, second) = played(settings, music), ids(admin, music)
    assert admin.ask("/queues/support", {"music": music["key"]}, "PATCH").status_code == 200
    where = f"/music/{music['id']}/files"
    assert admin.ask(f"{where}/{first}", None, "DELETE").status_code == 204
    refused = admin.post(f"{where}/{second}/remove")
    assert (refused.status_code, "Support" in refused.text) == (409, True)

    settle_music(settings, database)
    assert played(settings, music) == [left]
    assert gone.with_suffix(".wav").exists()
    long_ago(gone.with_suffix(".unused"))
    settle_music(settings, database)
    assert not gone.with_suffix(".wav").exists()
    assert left.with_suffix(".wav").exists()

    assert admin.ask("/queues/support", {"music": "default"}, "PATCH").status_code == 200
    assert admin.ask(f"{where}/{second}", None, "DELETE").status_code == 204
    settle_music(settings, database)
    assert played(settings, music) == []
    assert admin.ask("/queues/support", {"music": music["key"]}, "PATCH").status_code == 422


def test_the_standard_music_is_listed_and_heard_but_not_changed(
    admin: Visitor, settings: Settings
) -> None:
    folder, told = settings.home / "moh", settings.asterisk_dir / "etc" / "musiconhold.conf"
    for one in (folder, told.parent):
        one.mkdir(parents=True, exist_ok=True)
    (folder / "calm.wav").write_bytes(tone())
    told.write_text(f"[default]\nmode = files\ndirectory = {folder}\n")

    first = admin.client.get("/api/v1/music").json()["items"][0]
    assert (first["id"], first["key"], first["built_in"]) == (None, "default", True)
    assert [one["name"] for one in first["files"]] == ["calm"]
    assert "Support" in first["queues"]
    assert admin.client.get("/api/v1/music/default").json() == first
    assert 'href="/music/default"' in admin.get("/music").text
    page = admin.get("/music/default").text
    assert ("calm" in page, 'data-testid="remove"' in page) == (True, False)
    for where in ("/music/default/files/1", "/api/v1/music/default/files/1"):
        assert admin.client.get(where).content.startswith(b"RIFF")
    assert admin.client.get("/api/v1/music/default/files/2").status_code == 404
    assert admin.ask("/music/default", {"name": "Mine"}, "PATCH").status_code == 422
    assert admin.ask("/music/default", None, "DELETE").status_code == 422


def test_queues_are_offered_music_by_name_once_it_has_files(
    admin: Visitor,
    database: Database,
    settings: Settings,
    music: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(files, "reload_module", lambda _, name: told.append(name) or True)
    monkeypatch.setattr(files, "_told", [])
    change = {"music": music["key"]}
    assert admin.ask("/queues/support", change, "PATCH").status_code == 422
    assert send(admin, music, tone()).status_code == 303
    assert f">{music['name']}</option>" in admin.get("/queues/support").text
    assert admin.ask("/queues/support", change, "PATCH").status_code == 200

    settle_music(settings, database)
    settle_music(settings, database)
    assert told == ["res_musiconhold"]
    declared = (music_dir(settings) / "classes.conf").read_text()
    assert f"[{music['key']}]\nmode = playlist\nentry = " in declared
    kinds = {path.suffix for path in (music_dir(settings) / music["key"]).iterdir()}
    assert kinds == {".wav", ".wav16"}

    page = admin.get(f"/music/{music['id']}").text
    assert "钢琴.wav" in page
    assert "Support" in page
    refused = admin.post(f"/music/{music['id']}/remove")
    assert (refused.status_code, "Support" in refused.text) == (409, True)
    file = admin.client.get(f"/api/v1/music/{music['id']}").json()["files"][0]["id"]
    assert admin.post(f"/music/{music['id']}/files/{file}/remove").status_code == 409
    heard = admin.client.get(f"/music/{music['id']}/files/{file}")
    assert heard.content.startswith(b"fLaC")

    admin.ask("/queues/support", {"music": "default"}, "PATCH")
    assert admin.post(f"/music/{music['id']}/remove").status_code == 303
    settle_music(settings, database)
    assert told == ["res_musiconhold", "res_musiconhold"]
    assert played(settings, music) == []
    # Callers who wait since before hear their list to its end.
    folder = music_dir(settings) / music["key"]
    assert {path.suffix for path in folder.iterdir()} == {".wav", ".wav16", ".unused"}
    long_ago(folder / "all.unused")
    settle_music(settings, database)
    assert not folder.exists()


def test_music_in_random_order_is_declared_so(
    admin: Visitor, database: Database, settings: Settings, music: dict[str, Any]
) -> None:
    send(admin, music, tone())
    form = {"name": music["name"], "shuffled": "on"}
    assert admin.post(f"/music/{music['id']}", form).status_code == 303
    settle_music(settings, database)
    declared = (music_dir(settings) / "classes.conf").read_text()
    assert "sort = random" in declared.partition(f"[{music['key']}]")[2]
    assert admin.post("/music", {"name": music["name"]}).status_code == 422
    assert send(admin, music, b"no sound").status_code == 422
