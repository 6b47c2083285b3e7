"""A changed backup, with checksums that fit, runs nothing and fills our tables only."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from stores.test_backup import files, home, other

from web.kit.settings import Settings
from web.ops import archive, backup
from web.ops.setup.steps import SetupError

__all__ = ["home", "other"]


def changed(path: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write a backup that was changed by hand, with checksums that fit."""
    with tarfile.open(path) as tar:
        found = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    manifest = json.loads(found.pop(archive.MANIFEST))
    found["manifest"] = json.dumps(manifest["database"]).encode()
    change(found)
    database = json.loads(found.pop("manifest"))
    with archive.packing(target, {**manifest, "database": database}) as made:
        for name, sound in found.items():
            info = tarfile.TarInfo(name)
            info.size = len(sound)
            made.tar.addfile(info, io.BytesIO(sound))
            made.members[name] = hashlib.sha256(sound).hexdigest()
    return target


@pytest.mark.parametrize(
    "name",
    [
        "home/venv/lib/python3.11/site-packages/sitecustomize.py",
        "home/cache/asterisk-root/usr/sbin/asterisk",
        "home/asterisk/etc/asterisk/modules.conf",
        "home/secrets.json/../../evil",
        "home/",
        "journal/../venv/bin/python",
        "journal/deep/er.jsonl",
        "database/../evil.copy",
        "recordings/../venv/bin/python",
        "sounds/../../evil",
        "evil",
        "/home/secrets.json",
    ],
)
def test_a_changed_backup_writes_nothing_that_could_be_run(
    home: Settings, other: Settings, tmp_path: Path, name: str
) -> None:
    backup.back_up(home, tmp_path / "b.tar")
    evil = changed(tmp_path / "b.tar", tmp_path / "evil.tar", lambda one: one.update({name: b"x"}))

    with pytest.raises(SetupError, match="which no backup of ours has"):
        backup.restore(other, evil, replace=False)
    archive.unpack(evil, {"home": other.home, "journal": other.journal_dir})

    written = files(other.home)
    assert not [one for one in written if "python" in one or "evil" in one or "asterisk" in one]
    assert not (tmp_path / "evil").exists()


def test_a_backup_is_not_written_through_a_link_out_of_its_folder(
    home: Settings, other: Settings, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    other.sounds_dir.symlink_to(tmp_path / "outside")
    (tmp_path / "outside" / "hotline").symlink_to(tmp_path)

    backup.back_up(home, tmp_path / "b.tar")
    with pytest.raises(SetupError, match="leads out of"):
        backup.restore(other, tmp_path / "b.tar", replace=False)

    assert not (tmp_path / "en" / "hello.wav").exists()


def _another_table(found: dict[str, bytes]) -> None:
    database = json.loads(found["manifest"])
    database["tables"].append({"name": "pg_proc", "columns": ["proname"], "rows": 0})
    found |= {"manifest": json.dumps(database).encode(), "database/pg_proc.copy": b""}


def _a_path_for_a_table(found: dict[str, bytes]) -> None:
    database = json.loads(found["manifest"])
    database["tables"].append({"name": "../../../etc/passwd", "columns": ["a"], "rows": 0})
    found["manifest"] = json.dumps(database).encode()


@pytest.mark.parametrize("change", [_another_table, _a_path_for_a_table])
def test_a_changed_backup_fills_no_table_but_ours(
    home: Settings, other: Settings, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    backup.back_up(home, tmp_path / "b.tar")
    evil = changed(tmp_path / "b.tar", tmp_path / "evil.tar", change)

    with pytest.raises(SetupError, match="is no table or sequence of this version"):
        backup.restore(other, evil, replace=False)
