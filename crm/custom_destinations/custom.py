"""Custom destinations: another system is asked where a call goes; the question and the answer.

The answer is JSON: `{"destination": "queue:support"}`, with a `priority` in the queue and with
`variables` for the call flow if the system likes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from crm.kernel.destination import Destination, read_destination
from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from crm.outgoing.answer import FAILURES

CustomId = NewType("CustomId", int)

SEALED_FOR = "custom destinations"
"""The purpose of the key that encrypts their secrets."""

LEAST_SECONDS, MOST_SECONDS = 1, 10
USUAL_SECONDS = 3
MOST_PRIORITY = 100
MOST_VARIABLES = 20
LONGEST_VALUE = 200  # characters
MOST_ANSWER_BYTES = 16_384
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class CustomDestination:
    """A custom destination as the engine uses it."""

    id: CustomId
    name: str
    url: str
    secrets: tuple[str, ...] = field(repr=False)  # sealed; the newest first
    inside: bool = False  # it may be in our own network, and there without TLS
    seconds: int = USUAL_SECONDS  # the longest wait of a caller for the answer
    fallback: Destination | None = None  # where the call goes without an answer


@dataclass(frozen=True, slots=True)
class CustomDraft:
    """What can be set of a custom destination. `fallback` is the text of a destination, or ""."""

    name: str
    url: str
    seconds: int = USUAL_SECONDS
    inside: bool = False
    fallback: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The last answer of a real call: where it led, or why it led nowhere."""

    at: datetime
    seconds: float
    to: str = ""
    why: str = ""
    status: int = 0  # HTTP


@dataclass(frozen=True, slots=True)
class CustomSettings:
    """A stored custom destination."""

    id: CustomId
    draft: CustomDraft
    old_secret_until: datetime | None = None  # both secrets sign until then
    last: LastAnswer | None = None


# ---- the answer


class AnswerFault(StrEnum):
    """Why an answer that arrived leads nowhere; the values are stored."""

    NOT_JSON = "not json"
    NO_DESTINATION = "no destination"
    BAD_DESTINATION = "bad destination"
    BAD_PRIORITY = "bad priority"
    BAD_VARIABLES = "bad variables"
    UNKNOWN = "unknown destination"
    BUSY = "busy"


REASONS: Mapping[str, str] = {
    **FAILURES,
    AnswerFault.NOT_JSON: N_("The response is not a JSON object."),
    AnswerFault.NO_DESTINATION: N_("The response has no destination."),
    AnswerFault.BAD_DESTINATION: N_("The response names something that is not a destination."),
    AnswerFault.BAD_PRIORITY: N_(
        "The priority in the response is not a whole number from 0 to 100."
    ),
    AnswerFault.BAD_VARIABLES: N_("The variables in the response are not valid."),
    AnswerFault.UNKNOWN: N_("The destination in the response does not exist, or is inactive."),
    AnswerFault.BUSY: N_("Too many requests were waiting for a response."),
}
"""Each reason why there is no usable answer, as a sentence."""


class BadAnswerError(Exception):
    """An answer that leads nowhere."""

    def __init__(self, fault: AnswerFault) -> None:
        """Name what is wrong with it."""
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class CustomAnswer:
    """Where another system sends a call."""

    destination: Destination
    priority: int = 0  # in the queue
    variables: Mapping[str, str] = field(default_factory=dict)  # for the call flow


def read_answer(text: str) -> CustomAnswer:
    """Read an answer; BadAnswerError if it leads nowhere. What else is in it is ignored."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BadAnswerError(AnswerFault.NOT_JSON) from None
    if not isinstance(said, dict):
        raise BadAnswerError(AnswerFault.NOT_JSON)
    named = said.get("destination")
    if not named:
        raise BadAnswerError(AnswerFault.NO_DESTINATION)
    try:
        destination = read_destination(named if isinstance(named, str) else "")
    except InvalidError:
        raise BadAnswerError(AnswerFault.BAD_DESTINATION) from None
    return CustomAnswer(
        destination, _priority(said.get("priority")), _variables(said.get("variables"))
    )


def _priority(said: object) -> int:
    if said is None:
        return 0
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= MOST_PRIORITY:
        raise BadAnswerError(AnswerFault.BAD_PRIORITY)
    return said


def _variables(said: object) -> Mapping[str, str]:
    if said is None:
        return {}
    if not isinstance(said, dict) or len(said) > MOST_VARIABLES:
        raise BadAnswerError(AnswerFault.BAD_VARIABLES)
    return {_variable_name(name): _variable_value(value) for name, value in said.items()}


def _variable_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadAnswerError(AnswerFault.BAD_VARIABLES)
    return name


def _variable_value(value: object) -> str:
    """Give a text, a number, or yes and no as a text; variables are texts."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if not isinstance(value, str | int | float) or len(str(value)) > LONGEST_VALUE:
        raise BadAnswerError(AnswerFault.BAD_VARIABLES)
    return str(value)


# ---- the question


def question_body(said: Mapping[str, Any], customer: tuple[int, str] | None, at: datetime) -> str:
    """Give the message that asks where a call goes; `customer` is an id and a name."""
    known = {"id": customer[0], "name": customer[1]} if customer is not None else None
    moment = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = {**said, "customer": known, "at": moment}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
