"""Every sentence on a page has a Chinese translation, in the terms of contact centers."""

import importlib.util
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_datetime, format_time
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import LI_WEIS_CALL
from unit.web.visitor import Visitor

from crm.people.models import UserRow
from crm.people.person import Language
from web.kit.i18n import Reader

ROOT = Path(__file__).resolve().parents[4]
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def extract() -> ModuleType:
    spec = importlib.util.spec_from_file_location("extract", ROOT / "web/locale/extract.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def kept(extract: ModuleType) -> Catalog:
    """The Chinese catalogue."""
    found: Catalog = extract.read_chinese()
    return found


@pytest.fixture(scope="module")
def said(extract: ModuleType) -> set[str]:
    """The English sentences of the sources, read once: it takes seconds."""
    return {message.id for message in extract.extract() if message.id}


def test_every_sentence_of_the_sources_is_in_the_chinese_catalogue(
    kept: Catalog, said: set[str]
) -> None:
    known = {message.id for message in kept}

    assert said - known == set(), "run python web/locale/extract.py and translate what is new"


def test_every_sentence_is_translated_and_keeps_its_places(
    extract: ModuleType, kept: Catalog
) -> None:
    assert extract.untranslated(kept) == []


def test_every_translation_is_chinese(kept: Catalog) -> None:
    spoken = [(m.id, one) for m in kept if m.id for one in strings(m.string)]

    assert [pair for pair in spoken if pair[0] == pair[1]] == []
    assert [pair for pair in spoken if not HAN.search(pair[1])] == []


def test_what_is_counted_has_as_many_forms_as_chinese_has(kept: Catalog) -> None:
    counted = [m for m in kept if isinstance(m.id, tuple | list)]

    assert [m.id for m in counted if len(strings(m.string)) != 1] == []


def test_no_catalogue_translates_a_sentence_of_another_one_otherwise(extract: ModuleType) -> None:
    known: dict[str, str] = {}
    twice = []
    for path in sorted(extract.CHINESE.parent.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                key, said = str(message.id), str(message.string)
                if message.id and known.setdefault(key, said) != said:
                    twice.append((key, known[key], said))

    assert twice == []


def test_the_catalogue_holds_no_sentence_that_left_the_sources(
    kept: Catalog, said: set[str]
) -> None:
    known = {message.id for message in kept if message.id}

    assert known - said == set()


def test_babel_finds_every_sentence_of_the_scripts_and_templates(said: set[str]) -> None:
    """Babel guesses when it reads TypeScript: nested templates have hidden a sentence from it."""
    scripts = (ROOT / "web/client/src").rglob("*.ts")
    templates = (ROOT / "web").glob("*/templates/**/*.html")
    spoken = {
        *_spoken(scripts, r'\bt\(\s*"((?:[^"\\]|\\.)*)"'),
        *_spoken(templates, r'\b_\(\s*"([^"]*)"'),
        *_spoken(templates, r"\b_\(\s*'([^']*)'"),
    }

    assert spoken - said == set()


@pytest.mark.parametrize(
    ("zone", "there"),
    [
        ("Asia/Shanghai", "11:00:00"),
        ("America/New_York", "22:00:00"),
        ("Asia/Kathmandu", "8:45:00"),
    ],
)
def test_times_are_the_readers_own_on_pages_and_in_files(
    admin: Visitor, database: sessionmaker[Session], zone: str, there: str
) -> None:
    """The first call began at 03:00 UTC; the user's zone counts, not the machine's."""
    _speak(database, "zh_CN", zone)
    try:
        page = admin.get(f"/calls/{LI_WEIS_CALL}").text
        file = admin.get("/calls/export?format=csv").text
        machine = admin.get(f"/api/v1/calls/{LI_WEIS_CALL}").json()
    finally:
        _speak(database, "en")

    assert there in page
    assert f'data-zone="{zone}"' in page
    assert f"{there:0>8}" in file
    assert machine["started_at"] in {"2026-11-22T03:00:00Z", "2026-11-22T03:00:00+00:00"}


@pytest.mark.parametrize(
    ("accepted", "said"),
    [("zh-CN,zh;q=0.9", "请登录。"), ("en", "Please sign in."), ("fr", "Please sign in.")],
)
def test_a_program_is_answered_in_the_language_that_it_asks_for(
    visitor: Visitor, accepted: str, said: str
) -> None:
    answer = visitor.get("/api/v1/calls", Accept_Language=accepted)

    assert answer.json()["detail"] == said


def test_numbers_and_shares_are_written_as_the_language_does() -> None:
    for language in Language:
        reader = Reader(language, ZoneInfo("Asia/Shanghai"), "CN")

        assert (reader.number(1234567), reader.percent(0.5)) == ("1,234,567", "50%")
    at = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert Reader(Language.CHINESE, ZoneInfo("Asia/Shanghai"), "CN").date(at) == "2026年11月23日"


@given(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(1971, 1, 1)),  # noqa: DTZ001 - its zone is UTC
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Asia/Kathmandu"]),
    st.sampled_from(list(Language)),
)
def test_days_and_times_are_written_as_babel_writes_them(
    at: datetime, zone: str, language: Language
) -> None:
    reader, local = Reader(language, ZoneInfo(zone), "CN"), at.astimezone(ZoneInfo(zone))

    assert reader.date(at) == format_date(local, "medium", locale=str(language))
    assert reader.time(at) == format_time(local, "medium", locale=str(language))
    assert reader.moment(at) == format_datetime(local, "medium", locale=str(language))


def strings(string: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [string or ""] if isinstance(string, str) or string is None else list(string)


def _speak(database: sessionmaker[Session], language: str, zone: str = "") -> None:
    with database.begin() as session:
        session.execute(
            update(UserRow).where(UserRow.login == "admin").values(language=language, timezone=zone)
        )


def _spoken(files: Iterable[Path], call: str) -> set[str]:
    return {m for path in files for m in re.findall(call, path.read_text())}
