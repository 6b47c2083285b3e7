"""No page shows English to a reader of Chinese: each page of the application is read."""

import re
from html.parser import HTMLParser

from sqlalchemy import update
from unit.web.endpoints import endpoints_of
from unit.web.site import LI_WEIS_CALL
from unit.web.visitor import Visitor
from walks.own_site import OwnSite, own_site

from crm.people.models import UserRow
from web.prompts.words import STANDARD

# Words that are the same on a Chinese page: names, abbreviations, and keys for programs.
PLAIN = set(
    """
    Hotline SIP API URL WAV ID IP CSV XLSX JSON TLS HTTP HTTPS https http POST QR PIN OK EN English
    XLS Webhook Webhooks Standard standardwebhooks com webhook id timestamp signature Asterisk
    CNY PostgreSQL nginx ARI AMI CEL RTP STUN TURN WebSocket OIDC TOTP Excel JavaScript CPU Python
    asterisk kB MB GB
    admin li wei wang fang chen jing example
    UDP TCP Web main testclient PBX IMS SBC DTMF SRTP RFC
    Ctrl Esc Enter Shift Alt Tab Space Home End STARTTLS age
    """.split()  # noqa: SIM905 - a list would have seventy lines
)
# For programs and developers: these show samples and schemas.
NOT_FOR_READERS = ("/api/", "/static", "/components")
# Names of the people in the test data, what they have written, and the names of prompts.
PROMPTS = "|".join(sorted(STANDARD["en"], key=len, reverse=True))
WRITTEN = re.compile(
    rf"(?<![\w.-])({PROMPTS})(?![\w.-])|Authorization: Bearer|\W(text|language)\W|"
    r"bin/hotline administrator|HOTLINE_EXTERNAL_ADDRESS|bin/\w+|hotline (backup(-key)?|restore)|"
    r"From 头|all well|Blue Sky|Support|Li Wei|Wang Fang|Chen Jing|Admin\b"
)
# Addresses, numbers, paths and keys are the same in every language.
ANYHOW = re.compile(
    r"[\w.+-]*@[\w.-]+|\+?\d[\w./:-]*|[a-z_]+\.[a-z_.]+|/[\w/.-]*|https?://\S+|F\d+"
)


def test_no_page_shows_english_to_a_reader_of_chinese(
    server_url: str, quick_passwords: None
) -> None:
    """On a site without data of other tests; its administrator reads Chinese."""
    assert quick_passwords is None
    with own_site(server_url, "chinese") as site:
        with site.database.begin() as session:
            chinese = update(UserRow).where(UserRow.login == "admin").values(language="zh_CN")
            session.execute(chinese)
        reader_of_chinese = Visitor(site.client)
        reader_of_chinese.enter(site.database, "admin")
        _walk_in_chinese(reader_of_chinese, site)


def _walk_in_chinese(reader_of_chinese: Visitor, site: OwnSite) -> None:
    english: list[str] = []
    seen = 0
    for endpoint in endpoints_of(site.app):
        path = endpoint.path
        if endpoint.method != "GET" or path.startswith(NOT_FOR_READERS):
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


def test_the_english_words_of_an_english_page_are_found(admin: Visitor) -> None:
    assert "Filter" in english_words(admin.get("/calls").text)


class VisibleText(HTMLParser):
    """The visible and read-out parts of a page: texts, and some attributes."""

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
    reading = VisibleText()
    reading.feed(page)
    found = []
    for text in reading.texts:
        words = re.findall(r"[A-Za-z]{2,}", ANYHOW.sub(" ", WRITTEN.sub(" ", text)))
        found += [word for word in words if word not in PLAIN]
    return sorted(set(found))
