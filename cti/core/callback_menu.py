"""What a caller is asked about a callback: at which number, and when.

Pure: it takes how far the questions are and what was heard, and gives how far they are then and
what is to be done. `cti.core.callback_offer` does it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum

from acd.queue import QueueKey
from ivr import digits
from ivr.digits import DigitProgress, DigitRules, Typed
from ivr.speak.languages import speech_in

MOST_NUMBERS = 2
"""How often a caller may enter a number."""

NUMBER = DigitRules(most=20, first_seconds=15.0, next_seconds=6.0)
"""The digits of another number, ended by #; * begins anew."""

KEY_SECONDS = 8.0
"""How long after a question a caller may press a key."""

OWN, OTHER = "1", "2"
RIGHT, AGAIN = "1", "2"
AT_TURN = "1"

THANKS, THANKS_LATER = ("callback-thanks",), ("callback-thanks-later",)


class OfferStage(StrEnum):
    """The question that a caller hears; the values are saved."""

    OFFER = "o"  # at this number, at another, or not at all
    NUMBER = "n"  # the other number
    CONFIRM = "c"  # whether it was heard right
    TIME = "t"  # when
    STAYS = "s"  # no question: the caller is told that they go on waiting


@dataclass(frozen=True, slots=True)
class CallbackOffer:
    """A caller who is asked about a callback."""

    queue: QueueKey
    stage: OfferStage = OfferStage.OFFER
    number: str = ""  # to be called, as far as it is known
    typed: str = field(default="", repr=False)
    tries: int = 0  # numbers that were entered in vain


# ---- what is heard


@dataclass(frozen=True, slots=True)
class OfferKey:
    """A key."""

    key: str


@dataclass(frozen=True, slots=True)
class NumberChecked:
    """The number that was typed, E.164; "" if it cannot be called."""

    number: str


@dataclass(frozen=True, slots=True)
class NoKey:
    """No key came in time."""


Heard = OfferKey | NumberChecked | NoKey

# ---- what is to be done


@dataclass(frozen=True, slots=True)
class AskCaller:
    """Play prompts; then wait for a key."""

    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwaitKey:
    """Be silent until the next key."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Check:
    """Find out whether the number that was typed can be called."""

    typed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keep:
    """The callback is wanted; `time` is the key of a time, "" as soon as it is the turn."""

    number: str
    time: str = ""


@dataclass(frozen=True, slots=True)
class StayThere:
    """The caller goes on waiting on the line."""


Order = AskCaller | AwaitKey | Check | Keep | StayThere
Asked = tuple[CallbackOffer, Order]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a caller can be offered now: their own number, and which times by their keys.

    `language` is the one in which a number is read back.
    """

    own: str = ""  # E.164; "" if it is hidden or cannot be called
    times: Collection[str] = ()
    language: str = ""


def enter(offer: CallbackOffer, choices: Choices) -> Asked:
    """Ask the question at which the caller is, from its beginning."""
    match offer.stage:
        case OfferStage.OFFER:
            return offer, AskCaller(("callback-offer" if choices.own else "callback-offer-number",))
        case OfferStage.NUMBER:
            return replace(offer, typed=""), AskCaller(("callback-number",))
        case OfferStage.CONFIRM:
            read = speech_in(choices.language).telephone(offer.typed)
            return offer, AskCaller(("callback-entered", *read, "callback-confirm"))
        case OfferStage.TIME:
            times = (f"callback-when-{key}" for key in sorted(choices.times))
            return offer, AskCaller(("callback-when", *times))
        case OfferStage.STAYS:
            return offer, StayThere()


def seconds_for(offer: CallbackOffer) -> float:
    """How long a key is waited for after the question."""
    return NUMBER.first_seconds if offer.stage is OfferStage.NUMBER else KEY_SECONDS


def hear(offer: CallbackOffer, heard: Heard, choices: Choices) -> Asked | None:
    """What follows from what was heard; None: nothing."""
    match offer.stage:
        case OfferStage.OFFER:
            return _offered(offer, heard, choices)
        case OfferStage.NUMBER:
            return _number(offer, heard, choices)
        case OfferStage.CONFIRM:
            return _confirm(offer, heard, choices)
        case OfferStage.TIME:
            return _time(offer, heard, choices)
        case OfferStage.STAYS:
            return None if isinstance(heard, OfferKey) else (offer, StayThere())


def _offered(offer: CallbackOffer, heard: Heard, choices: Choices) -> Asked:
    if heard == OfferKey(OWN) and choices.own:
        return _when(replace(offer, number=choices.own), choices)
    if heard == OfferKey(OTHER):
        return enter(replace(offer, stage=OfferStage.NUMBER), choices)
    return offer, StayThere()


def _number(offer: CallbackOffer, heard: Heard, choices: Choices) -> Asked | None:
    match heard:
        case OfferKey(key=key):
            return _typed(offer, digits.press(NUMBER, offer.typed, key), key, choices)
        case NumberChecked(number=number) if number:
            sure = replace(offer, stage=OfferStage.CONFIRM, number=number)
            return enter(sure, choices)
        case NumberChecked():
            return _in_vain(offer, choices, "callback-refused")
        case NoKey():
            return _typed(offer, digits.time_over(NUMBER, offer.typed), "", choices)


def _typed(offer: CallbackOffer, typed: Typed, key: str, choices: Choices) -> Asked:
    match typed.progress:
        case DigitProgress.DONE:
            return replace(offer, typed=typed.digits), Check(typed.digits)
        case DigitProgress.MORE if key == NUMBER.clear:
            return enter(offer, choices)
        case DigitProgress.MORE:
            return replace(offer, typed=typed.digits), AwaitKey(NUMBER.next_seconds)
        case _:
            return _in_vain(offer, choices)


def _confirm(offer: CallbackOffer, heard: Heard, choices: Choices) -> Asked | None:
    match heard:
        case OfferKey(key=key) if key == RIGHT:
            return _when(offer, choices)
        case OfferKey(key=key) if key == AGAIN:
            return _in_vain(offer, choices)
        case OfferKey():
            return None
        case _:
            return _stays(offer)


def _in_vain(offer: CallbackOffer, choices: Choices, *prompts: str) -> Asked:
    """The number is not to be called: another one, or back into the queue."""
    offer = replace(offer, tries=offer.tries + 1, number="")
    if offer.tries >= MOST_NUMBERS:
        return _stays(offer, *prompts)
    again, order = enter(replace(offer, stage=OfferStage.NUMBER), choices)
    asked = order.prompts if isinstance(order, AskCaller) else ()
    return again, AskCaller((*prompts, *asked))


def _stays(offer: CallbackOffer, *prompts: str) -> Asked:
    return replace(offer, stage=OfferStage.STAYS), AskCaller((*prompts, "callback-stays"))


def _when(offer: CallbackOffer, choices: Choices) -> Asked:
    if not choices.times:
        return offer, Keep(offer.number)
    return enter(replace(offer, stage=OfferStage.TIME), choices)


def _time(offer: CallbackOffer, heard: Heard, choices: Choices) -> Asked | None:
    """A caller who wants a callback and chooses no time is called at their turn."""
    match heard:
        case OfferKey(key=key) if key in choices.times:
            return offer, Keep(offer.number, key)
        case OfferKey(key=key) if key != AT_TURN:
            return None
        case _:
            return offer, Keep(offer.number)
