"""Language, times and numbers in the reader's form."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crm.kernel.errors import ConflictError
from crm.people.person import Language
from web.kit.i18n import Reader, choose_language, duration, reader
from web.kit.request import safe_next

CHINESE = Reader(Language.CHINESE, ZoneInfo("Asia/Shanghai"), "CN")
ENGLISH = Reader(Language.ENGLISH, ZoneInfo("Asia/Shanghai"), "CN")
NOON = datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "cookie", "accepted", "chosen"),
    [
        (Language.ENGLISH, "zh_CN", "zh-CN", Language.ENGLISH),
        (None, "zh_CN", "en", Language.CHINESE),
        (None, "klingon", "zh-CN,zh;q=0.9,en;q=0.8", Language.CHINESE),
        (None, None, "zh-Hans-CN", Language.CHINESE),
        (None, None, "de,en;q=0.8,zh;q=0.9", Language.CHINESE),
        (None, None, "en-US,zh;q=0.5", Language.ENGLISH),
        (None, None, "de;q=x,,;q=", Language.ENGLISH),
        (None, None, "", Language.ENGLISH),
    ],
)
def test_the_language_is_the_users_then_the_cookies_then_the_browsers(
    known: Language | None, cookie: str | None, accepted: str, chosen: Language
) -> None:
    assert choose_language(known, cookie, accepted) is chosen


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (59.6, "1:00"), (65, "1:05"), (3723, "1:02:03"), (-3, "0:00"), (None, "")],
)
def test_a_length_of_time(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


def test_times_are_the_readers_own() -> None:
    assert CHINESE.date(NOON) == "2026年11月22日"
    assert CHINESE.time(NOON) == "12:05:06"
    assert "12:05:06" in ENGLISH.moment(NOON)
    assert ENGLISH.moment(None) == ""


def test_numbers_as_people_write_them() -> None:
    assert ENGLISH.number(1234567.5) == "1,234,567.5"
    assert ENGLISH.phone("+8613800138000") == "138 0013 8000"
    assert ENGLISH.phone("") == "Withheld number"


def test_a_sentence_with_a_missing_value_is_still_said() -> None:
    assert ENGLISH.error(ConflictError("Agent {agent} talks.")) == "Agent {agent} talks."


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "\0"])
def test_an_unknown_zone_becomes_the_zone_of_the_site(zone: str) -> None:
    site_zone = ZoneInfo("Asia/Shanghai")

    assert reader(Language.ENGLISH, zone, site_zone, "CN").zone is site_zone


@pytest.mark.parametrize(
    ("wanted", "place"),
    [("/desk", "/desk"), ("/calls?a=1", "/calls?a=1"), ("desk", "/"), ("//x", "/"), ("/\\x", "/")],
)
def test_only_places_of_ours_follow_a_sign_in(wanted: str, place: str) -> None:
    assert safe_next(wanted) == place
