"""Every sentence a person sees has its Chinese, in the words of the trade, on every page."""

import importlib.util
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker
from stores.conftest import new_database
from unit.web.doors import doors_of
from unit.web.house import LI_WEIS_CALL, furnish, settings_at
from unit.web.visitor import Visitor

from crm.db import connect, sessions
from crm.people.models import UserRow
from crm.people.person import Language
from web.app import create_app
from web.i18n import Reader

ROOT = Path(__file__).resolve().parents[3]
HAN = re.compile(r"[\u4e00-\u9fff]")
# An English word of the trade, and the Chinese that a sentence with it must hold one of.
TERMS = {
    r"\bcustomers?\b": ("客户",),
    r"\bagents?\b": ("坐席",),
    r"\broles?\b": ("角色",),
    r"\brecordings?\b": ("录音", "录制", "漏录"),
    r"\bparameters?\b": ("参数",),
    r"\bdictionar(y|ies)\b": ("字典",),
    r"\bqueues?\b": ("队列", "排队"),
    r"\blogin log\b": ("登录日志",),
    r"\baudit log\b": ("审计日志",),
    r"\buser groups?\b": ("用户组",),
    r"\bdepartments?\b": ("部门",),
    r"\bwrap-up\b": ("话后处理",),
    r"\bon hold\b": ("保持",),
    r"\bsupervisors?\b": ("班长", "监管"),  # a person, or the process that starts the others
    r"\bservice records?\b": ("服务记录",),
    r"\btime zones?\b": ("时区",),
    r"\bpasswords?\b": ("密码",),
}
# Words that stand on a Chinese page as they are: names, abbreviations, and keys for programs.
PLAIN = set(
    """
    Hotline SIP API URL WAV ID IP CSV XLSX JSON TLS HTTP HTTPS https http POST QR PIN OK EN English
    Webhook Webhooks Standard standardwebhooks com webhook id timestamp signature Asterisk
    PostgreSQL nginx ARI AMI CEL RTP STUN TURN WebSocket OIDC TOTP Excel JavaScript CPU Python
    asterisk kB MB GB
    admin li wei wang fang chen jing example
    Ctrl Esc Enter Shift Alt Tab Space Home End
    """.split()  # noqa: SIM905 - a list would have seventy lines
)
# For programs and for who builds pages: these show samples and schemas.
NOT_FOR_READERS = ("/api/", "/static", "/components")
# What people of the house for the tests are called and have written.
WRITTEN = re.compile(
    r"bin/\w+|hotline (backup|restore)|all well|Blue Sky|Li Wei|Wang Fang|Chen Jing|Support|Admin\b"
)
# A page's own language, the other one's name, and what comes from outside are not ours to say.
ANYHOW = re.compile(
    r"[\w.+-]*@[\w.-]+|\+?\d[\w./:-]*|[a-z_]+\.[a-z_.]+|/[\w/.-]*|https?://\S+|F\d+"
)


@pytest.fixture(scope="module")
def extract() -> ModuleType:
    spec = importlib.util.spec_from_file_location("extract", ROOT / "web/locale/extract.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_sentence_of_the_sources_is_in_the_chinese_catalogue(extract: ModuleType) -> None:
    kept = {message.id for message in extract.read_chinese()}
    said = {message.id for message in extract.extract() if message.id}

    assert said - kept == set(), "run python web/locale/extract.py and translate what is new"


def test_every_sentence_is_translated_and_keeps_its_places(extract: ModuleType) -> None:
    assert extract.untranslated(extract.read_chinese()) == []


def test_every_translation_is_chinese(extract: ModuleType) -> None:
    spoken = [(m.id, one) for m in extract.read_chinese() if m.id for one in strings(m.string)]

    assert [pair for pair in spoken if pair[0] == pair[1]] == []
    assert [pair for pair in spoken if not HAN.search(pair[1])] == []


def test_what_is_counted_has_as_many_forms_as_chinese_has(extract: ModuleType) -> None:
    counted = [m for m in extract.read_chinese() if isinstance(m.id, tuple | list)]

    assert [m.id for m in counted if len(strings(m.string)) != 1] == []


def test_no_room_translates_a_sentence_of_another_room_otherwise(extract: ModuleType) -> None:
    known: dict[str, str] = {}
    twice = []
    for path in sorted(extract.CHINESE.parent.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                key, said = str(message.id), str(message.string)
                if message.id and known.setdefault(key, said) != said:
                    twice.append((key, known[key], said))

    assert twice == []


@pytest.mark.parametrize("english", TERMS)
def test_the_words_of_the_trade_are_used(extract: ModuleType, english: str) -> None:
    word = re.compile(english, re.IGNORECASE)
    wrong = [
        (message.id, message.string)
        for message in extract.read_chinese()
        if word.search(re.sub(r"\{\w+\}", "", str(message.id)))
        and not any(chinese in str(message.string) for chinese in TERMS[english])
    ]

    assert wrong == []


def test_the_catalogue_holds_nothing_that_nobody_says_any_more(extract: ModuleType) -> None:
    kept = {message.id for message in extract.read_chinese() if message.id}
    said = {message.id for message in extract.extract()}

    assert kept - said == set()


def test_babel_finds_every_sentence_of_the_scripts_and_templates(extract: ModuleType) -> None:
    """Its reading of TypeScript is a guess: nested templates have hidden a sentence from it."""
    found = {message.id for message in extract.extract()}
    scripts = (ROOT / "web/client/src").glob("*.ts")
    templates = (ROOT / "web/templates").rglob("*.html")
    said = {
        *_spoken(scripts, r'\bt\(\s*"((?:[^"\\]|\\.)*)"'),
        *_spoken(templates, r'\b_\(\s*"([^"]*)"'),
        *_spoken(templates, r"\b_\(\s*'([^']*)'"),
    }

    assert said - found == set()


# Pages


@pytest.fixture
def chinese_house(server_url: str, quick_passwords: None) -> Iterator[FastAPI]:
    """A house that no other test has written in, whose administrator reads Chinese."""
    assert quick_passwords is None
    with tempfile.TemporaryDirectory(prefix="hl-zh-") as home:
        settings = settings_at(Path(home), new_database(server_url, "chinese", migrated=True))
        engine = connect(settings.database_url, pool_size=2, statement_timeout_ms=5000)
        with sessions(engine).begin() as session:
            furnish(session, settings)
        _speak(sessions(engine), "zh_CN")
        engine.dispose()
        yield create_app(settings)


def test_no_page_speaks_english_to_who_reads_chinese(chinese_house: FastAPI) -> None:
    app = chinese_house
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        reader_of_chinese = Visitor(client)
        reader_of_chinese.enter(app.state.house.database, "admin")
        _walk_in_chinese(reader_of_chinese, app)


def _walk_in_chinese(reader_of_chinese: Visitor, app: FastAPI) -> None:
    english: list[str] = []
    seen = 0
    for door in doors_of(app):
        path = door.path
        if door.method != "GET" or path.startswith(NOT_FOR_READERS):
            continue
        address = path.replace("{call}", LI_WEIS_CALL)
        answer = reader_of_chinese.get(re.sub(r"\{\w+\}", "1", address))
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        seen += answer.status_code == 200
        if words := english_words(answer.text):
            english.append(f"{path}: {' '.join(words)}")

    assert seen > 10
    assert not english, "\n".join(english)


def test_a_page_for_who_reads_english_is_found_to_speak_it(admin: Visitor) -> None:
    assert "Filter" in english_words(admin.get("/calls").text)


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
    """The first call began at 03:00 UTC; his zone counts, not the machine's or the browser's."""
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


class Visible(HTMLParser):
    """What a person sees or hears of a page: texts, and the attributes that are read out."""

    SILENT = frozenset({"script", "style", "code", "pre", "svg", "kbd", "option", "noscript"})
    SPOKEN = frozenset({"aria-label", "title", "placeholder", "alt", "data-confirm", "data-label"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self.SILENT
        self.texts += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append(data.strip())


def english_words(page: str) -> list[str]:
    reading = Visible()
    reading.feed(page)
    found = []
    for text in reading.texts:
        words = re.findall(r"[A-Za-z]{2,}", ANYHOW.sub(" ", WRITTEN.sub(" ", text)))
        found += [word for word in words if word not in PLAIN]
    return sorted(set(found))


def strings(string: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [string or ""] if isinstance(string, str) or string is None else list(string)


def _speak(database: sessionmaker[Session], language: str, zone: str = "") -> None:
    with database.begin() as session:
        session.execute(
            update(UserRow).where(UserRow.login == "admin").values(language=language, timezone=zone)
        )


def _spoken(files: Iterable[Path], call: str) -> set[str]:
    return {m for path in files for m in re.findall(call, path.read_text())}
