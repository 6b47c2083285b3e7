"""Reasons of failures are in the reader's language; other programs' texts are quoted."""

import errno
from datetime import UTC, datetime

import pytest

from crm.people.person import Language
from web.kit.i18n import N_, Reader
from web.ops.backup import BackupRecord
from web.ops.failure_reason import Reason, quoted, reason_of
from web.ops.health_checks import FAILED_BACKUP
from web.ops.setup.certificate import EXPIRED
from web.ops.setup.steps import SetupError

FAILED = N_("The nightly backup failed: {why}")
ENGLISH = Reader(Language.ENGLISH, UTC, "US")
CHINESE = Reader(Language.CHINESE, UTC, "CN")
AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (OSError(errno.ENOSPC, "No space", "/x"), "no space is left on the disk", "磁盘空间已用尽"),
        (TimeoutError(), "no response", "没有应答"),
        (OSError(13, "Denied", "/x"), "“Denied (/x)”", "系统信息为“Denied (/x)”"),
        (ValueError("first {why}\nsecond"), "“first {why}”", "系统信息为“first {why}”"),
        (
            SetupError(EXPIRED, certificate="/c.pem", day="2026-01-02"),
            "/c.pem expired on 2026-01-02: renew it.",
            "/c.pem 已于 2026-01-02 过期\uff0c请更新证书。",
        ),
    ],
)
def test_a_reason_is_told_in_the_language_of_the_sentence_around_it(
    error: Exception, english: str, chinese: str
) -> None:
    reason = reason_of(error)

    assert str(reason) == english
    assert ENGLISH.say(FAILED, **reason.told()) == f"The nightly backup failed: {english}"
    assert CHINESE.say(FAILED, **reason.told()).endswith(chinese)


def test_a_failed_backup_is_told_in_chinese_on_the_status_page() -> None:
    why = quoted("relation “x” does not exist")
    done = BackupRecord(AT.isoformat(), well=False, why=why.sentence, values=why.values)
    found = FAILED_BACKUP.found(why=done.why, **done.values)

    said = CHINESE.say(found.sentence, **found.values)
    assert "失败" in said
    assert "relation “x” does not exist" in said
    assert "failed" not in said


def test_a_reason_stored_by_an_older_version_is_shown_unchanged() -> None:
    old = BackupRecord(AT.isoformat(), well=False, why="No space left on device (/x)")

    assert "No space left on device (/x)" in CHINESE.say(FAILED, why=old.why, **old.values)
    assert str(Reason(old.why)) == old.why
