"""Ask another system over HTTP, and keep parts of its JSON answer in variables."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.asking import by_answer
from ivr.fields import VARIABLE_NAME, FieldKind, spec
from ivr.step import Ask, AtStep, Do, Goto, StepAnswer, StepId, StepType, WaitsFor
from ivr.templates import check_template, fill

QUESTION = "http"
GET, POST, PUT = "GET", "POST", "PUT"
STATUS = "http_status"
LONGEST_SECONDS, MOST_TRIES, MOST_ANSWERS = 10, 3, 20
LONGEST_VALUE = 200  # characters of a variable
SPARE_SECONDS = 1.0  # after the last time-out, until the shell has surely answered
_PATH = re.compile(r"^[^.\s]{1,100}(\.[^.\s]{1,100}){0,9}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpFields:
    """The request, and which parts of the answer are kept."""

    method: str = field(
        default=GET, metadata=spec(N_("HTTP method"), FieldKind.OPTION, options=(GET, POST, PUT))
    )
    url: str = field(
        metadata=spec(
            N_("URL"),
            FieldKind.TEMPLATE,
            hint=N_("Such as https://crm.example.com/find/{digits}"),
        )
    )
    headers: Mapping[str, str] = field(
        default_factory=dict, metadata=spec(N_("Headers"), FieldKind.TEMPLATES)
    )
    body: str = field(default="", metadata=spec(N_("Body (JSON)"), FieldKind.TEMPLATE))
    answers: Mapping[str, str] = field(
        default_factory=dict, metadata=spec(N_("Variables of the answer"), FieldKind.TEMPLATES)
    )
    seconds: float = field(
        default=3.0,
        metadata=spec(
            N_("Seconds to wait for an answer"), FieldKind.NUMBER, least=1, most=LONGEST_SECONDS
        ),
    )
    tries: int = field(
        default=1, metadata=spec(N_("Tries"), FieldKind.INTEGER, least=1, most=MOST_TRIES)
    )
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def check(step: StepId, fields: HttpFields) -> None:
    """Require a host that no caller chooses, times in bounds, and names and paths to keep."""
    if not _is_address(fields.url):
        raise InvalidError(
            "The URL of the step “{node}” must begin with https:// and a host name without "
            "variables.",
            field=step,
            node=step,
        )
    names = (*fields.answers, *fields.answers.values())
    ok = all(re.match(VARIABLE_NAME, name) for name in fields.answers)
    if not ok or len(fields.answers) > MOST_ANSWERS or not all(map(_PATH.match, names)):
        raise InvalidError(
            "The step “{node}” keeps values as variable and path, such as level and data.level.",
            field=step,
            node=step,
        )
    if not (1 <= fields.seconds <= LONGEST_SECONDS and 1 <= fields.tries <= MOST_TRIES):
        raise InvalidError(
            "The step “{node}” waits 1 to 10 seconds and asks 1 to 3 times.", field=step, node=step
        )
    for text in (fields.body, *fields.headers.values()):
        check_template(text)


def enter(fields: HttpFields, at: AtStep) -> StepAnswer:
    """Ask; variables are escaped where they stand."""
    headers = {name: fill(text, at.variables) for name, text in fields.headers.items()}
    detail = {
        "method": fields.method,
        "url": fill(fields.url, at.variables, _in_url, most=2000),
        "headers": json.dumps(headers),
        "body": _body(fields, at.variables),
        "answers": json.dumps(dict(fields.answers)),
        "seconds": str(fields.seconds),
        "tries": str(fields.tries),
    }
    seconds = fields.seconds * fields.tries + SPARE_SECONDS
    return Do(Ask(QUESTION, detail, seconds), WaitsFor.ANSWER)


def _is_address(url: str) -> bool:
    """Whether a scheme and a whole host name stand before the first variable."""
    try:
        parts = urlsplit(url.partition("{")[0])
    except ValueError:
        return False
    whole = "{" not in url or parts.path or parts.query
    return parts.scheme in {"https", "http"} and bool(parts.netloc and whole)


def _body(fields: HttpFields, variables: Mapping[str, str]) -> str:
    return "" if fields.method == GET else fill(fields.body, variables, _in_json, most=8000)


def _in_url(value: str) -> str:
    return quote(value, safe="")


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def follow(fields: HttpFields, value: str) -> StepAnswer:
    """Go on with the values of the answer: an object of texts, as JSON."""
    return Goto("then", _kept(fields, value))


def _kept(fields: HttpFields, value: str) -> Mapping[str, str]:
    try:
        told = json.loads(value)
    except ValueError:
        return {}
    known = {*fields.answers, STATUS}
    found = told.items() if isinstance(told, dict) else ()
    return {name: str(text)[:LONGEST_VALUE] for name, text in found if name in known}


def values_of(answer: str, paths: Mapping[str, str]) -> dict[str, str]:
    """Read parts of a JSON answer: `data.items.0.name`; what is not there is an empty text.

    ValueError if the answer is not JSON.
    """
    try:
        document = json.loads(answer)
    except RecursionError as error:
        raise ValueError from error
    return {name: _text(_part(document, path)) for name, path in paths.items()}


def _part(document: object, path: str) -> object:
    for word in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(word)
        elif isinstance(document, list) and word.isascii() and word.isdecimal() and len(word) < 9:  # noqa: PLR2004
            document = document[int(word)] if int(word) < len(document) else None
        else:
            return None
    return document


def _text(value: object) -> str:
    match value:
        case None | dict() | list():
            return ""
        case bool():
            return "yes" if value else ""
        case _:
            return str(value)[:LONGEST_VALUE]


STEP = StepType(
    "http", N_("HTTP request"), HttpFields, enter, by_answer(follow), check, onward="then"
)
