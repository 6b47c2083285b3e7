"""The screens speak the words of a contact center: the list in docs/development.md."""

import importlib.util
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "docs" / "development.md"
LOCALE = ROOT / "web" / "locale"
HAN = re.compile(r"[\u4e00-\u9fff]")
# What is quoted or code is another's word: a key of the API, a command, a name.
QUOTED = re.compile(r"\{\w+\}|“[^”]*”|`[^`]*`")
# Labels that the screens had before they spoke the words of the trade.
GONE = """
Live floor|Look|As the machine|Row spacing|Narrow the menu|Widen the menu|To the content|Notices
Nothing new.|All notices|These keys|Close what is open|On the telephone|Hold and take back
Microphone off and on|Try it|{count} in all|Part of a number|Save this view as
Share it with everybody|As at first|Nothing is found for “{text}”.|Nothing matches the filter.
To the first page|There is nothing here.|Your role does not allow this.|This is not valid.
That did not work.|Load it|Login name|Login|Log in|Log out|Logged out
The login or the password is not right.|Paused|Talking|Signed in now|Going on
Abandoned in the queue|Left in the menu|Ended by the flow|Began|Ended at|Waited|Talked|Time on hold
How the time was spent|Part|What happened|The caller hears the greeting.|The flow came to “{node}”.
The caller waits in “{queue}”.|{agent} talks with the caller.|The talk is recorded.|All in the list
Waiting callers|Ready agents|Talking agents|Calls in progress|No calls just now.
People and rights|Switched on|Switched off|Switch on|Switch off|Calls out|No calls out
Default caller number|Left empty, the next free one: {number}.|Made here|Every right|Not at all
A tick grants a right, no tick revokes it.|Take calls at a desk|Watch the live floor
Hear recordings|Make tokens for programs|Restart parts of the system|Who holds this role
Nobody yet.|Give them this role|Lies below|Login as typed|What was done|Kind of thing|To what
Before and after|Recording heard|Dictionaries|Offered|Choices|Made by|Make a dictionary|Parameters
Open the Try it page|Requests of a program in a minute|Nightly backups that are kept
Public key that nightly backups are encrypted for|Encryption on the way to the mail server
Where links in mails lead|Shortest password|Log out after this time without activity
Longest session|Who needs a second factor|Maximum rows in an export|There are no webhooks yet.
On its way|Handed over|Given up|Catalogue of events|Inside our network|A test by hand|What is sent
Nothing was sent yet.|The old secret ends|The way out|Parameters of mail|All is well|Well
Seats signed in|Front door|Lets browsers in.|Jobs|Process|Processor|Link for orders (ARI)|linked
Answers within|Events heard|An event comes after|A decision takes|Facts on their way
Repairs of drift|Orders that failed|Tables' version|Its clock against ours
People and scripts signed in|Rows in it|It took|Read settings again|What you may do
Present password|Tokens for programs|Make a token|Good for|Good until|For ever|Notices by mail
Second factor|Where you are logged in|Does sound get through?|Way into the network
Telephone switch|Echo of your voice|in order|Which number?|Outcome|Service record|Service records
Earlier calls|Method|Business type|Cause|Level|Sex|Further numbers|One in each line.
What was changed
"""


@dataclass(frozen=True)
class Word:
    """A line of the word list."""

    english: str
    chinese: tuple[str, ...]
    gone: tuple[str, ...]


def _part_of_the_list() -> str:
    _, _, rest = LIST.read_text().partition("\n## Words\n")
    return rest.partition("\n## ")[0]


def _items(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in cell.split(",") if one.strip())


@cache
def words() -> tuple[Word, ...]:
    """The word list of docs/development.md."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in _part_of_the_list().splitlines()
        if line.startswith("|") and not line.startswith(("| English", "|---"))
    ]
    return tuple(Word(row[0], _items(row[1]), _items(row[2])) for row in rows)


@cache
def never() -> tuple[str, ...]:
    """The words that stand in no sentence at all."""
    (line,) = re.findall(r"Not at all: (.*)\.", _part_of_the_list())
    return _items(line)


@cache
def sentences() -> Mapping[str, str]:
    """All sentences of the screens with their translations."""
    spec = importlib.util.spec_from_file_location("extract", LOCALE / "extract.py")
    assert spec is not None
    assert spec.loader is not None
    extract = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extract)
    here = {_text(said) for _name, said in extract.sentences()}
    kept = {_text(one.id): _text(one.string) for one in extract.read_chinese() if one.id}
    return {said: kept.get(said, "") for said in here}


def test_the_list_has_a_chinese_word_for_each_english_one() -> None:
    assert len(words()) > 40
    assert [one.english for one in words() if not one.chinese] == []


@pytest.mark.parametrize("word", words(), ids=lambda one: one.english)
def test_a_sentence_with_the_english_word_has_the_chinese_one(word: Word) -> None:
    english = _pattern(word.english)
    wrong = [
        (said, chinese)
        for said, chinese in sentences().items()
        if english.search(QUOTED.sub("", said)) and not any(one in chinese for one in word.chinese)
    ]

    assert wrong == []


@pytest.mark.parametrize("gone", [*never(), *(one for word in words() for one in word.gone)])
def test_no_sentence_has_another_word_for_it(gone: str) -> None:
    is_chinese, word = bool(HAN.search(gone)), _pattern(gone)
    wrong = [
        said
        for said, chinese in sentences().items()
        if (gone in chinese if is_chinese else word.search(QUOTED.sub("", said)))
    ]

    assert wrong == []


def test_no_screen_has_a_label_from_before() -> None:
    gone = {one for line in GONE.strip().splitlines() for one in line.split("|")}

    assert sorted(gone & set(sentences())) == []


def test_no_template_has_a_forbidden_word_outside_its_sentences() -> None:
    wrong = [
        (path.name, word)
        for path in sorted((ROOT / "web").glob("*/templates/**/*.html"))
        for word in never()
        if not HAN.search(word)
        and _pattern(word).search(re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL))
    ]

    assert wrong == []


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(word)}s?(?![\w-])", re.IGNORECASE)


def _text(said: str | Iterable[str] | None) -> str:
    return said if isinstance(said, str) else " ".join(said or ())
