"""The menu of a voicemail box on a telephone: number, PIN, messages and their keys.

Pure: the state in the menu and an event give the next state and what is to be done.
`cti.core.box_calls` does it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm.voicemail.box import BoxId
from crm.voicemail.by_phone.access import BoxAnswer, Mark, PlayedMessage
from crm.voicemail.message import MessageId

MOST_WRONG = 3
"""The number of wrong PINs that ends a call."""

MOST_DIGITS = 10
"""Of a PIN, and of the number of a box."""

MOST_REPEATS = 2
"""The choices are said so often to somebody who presses nothing."""

KEY_SECONDS = 10.0
DIGIT_SECONDS = 4.0
"""How long a key is waited for, and the next digit of a number."""

ANSWER_SECONDS = 6.0
"""How long an answer of the database is waited for."""

MOST_COUNTED = 9
"""More new messages than this are “many”."""


class BoxState(StrEnum):
    """The caller's place in the menu."""

    NUMBER = "number"  # types the number of a box
    PIN = "pin"  # types its PIN
    OPENING = "opening"  # the PIN is checked, the messages are read
    PLAYING = "playing"  # hears a message
    CHOOSING = "choosing"  # hears the choices, or is to choose
    MARKING = "marking"  # a message is being saved or deleted
    OVER = "over"


class MenuChoice(StrEnum):
    """What a key means while a message plays and after it."""

    AGAIN = "again"
    SAVE = "save"
    DELETE = "delete"
    CALL_BACK = "call back"
    NEXT = "next"
    LEAVE = "leave"


CHOICES: Mapping[str, MenuChoice] = {
    "1": MenuChoice.AGAIN,
    "2": MenuChoice.SAVE,
    "3": MenuChoice.DELETE,
    "4": MenuChoice.CALL_BACK,
    "5": MenuChoice.NEXT,
    "*": MenuChoice.LEAVE,
}
KEYS: Mapping[BoxState, Mapping[str, MenuChoice]] = {
    BoxState.PLAYING: CHOICES,
    BoxState.CHOOSING: CHOICES,
}
"""The keys of each state. In a number and a PIN digits are digits; else keys mean nothing."""


@dataclass(frozen=True, slots=True)
class BoxVisit:
    """A caller's visit to the menu of a box."""

    state: BoxState
    box: BoxId | None = None
    own: bool = False  # the agent's own box, from the agent's own phone
    granted: bool = False  # no PIN is needed any more
    typed: str = field(default="", repr=False)
    wrong: int = 0  # wrong PINs in this call
    messages: tuple[PlayedMessage, ...] = ()
    at: int = 0
    repeats: int = 0  # how often the choices were said
    mark: Mark | None = None  # what is being done to the message
    resume: MessageId | None = None  # begin with this one: an engine died while it played

    @property
    def message(self) -> PlayedMessage | None:
        """The message that plays, or played last."""
        return self.messages[self.at] if self.at < len(self.messages) else None


# ---- what is heard


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key."""

    key: str


@dataclass(frozen=True, slots=True)
class PromptsEnded:
    """The prompts, or the message, came to their end."""


@dataclass(frozen=True, slots=True)
class WaitedLong:
    """No key, or no answer, came in time."""


@dataclass(frozen=True, slots=True)
class BoxSaid:
    """The answer to a question."""

    answer: BoxAnswer
    messages: tuple[PlayedMessage, ...] = ()


Heard = Pressed | PromptsEnded | WaitedLong | BoxSaid

# ---- what is to be done


@dataclass(frozen=True, slots=True)
class SayPrompts:
    """Play prompts and then a message, if one is named."""

    prompts: tuple[str, ...]
    message: PlayedMessage | None = None


@dataclass(frozen=True, slots=True)
class WaitForKey:
    """Be silent until a key is pressed."""

    seconds: float


@dataclass(frozen=True, slots=True)
class OpenWith:
    """Ask for the messages of the box; with a PIN where one is needed."""

    pin: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkIt:
    """Ask that a message is saved or deleted."""

    message: MessageId
    mark: Mark


@dataclass(frozen=True, slots=True)
class CallBack:
    """Call the sender of the message."""

    number: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Play last words and end the call."""

    prompts: tuple[str, ...]


Order = SayPrompts | WaitForKey | OpenWith | MarkIt | CallBack | Goodbye


@dataclass(frozen=True, slots=True)
class MenuOutcome:
    """The caller's new place in the menu, and what is to be done."""

    visit: BoxVisit
    order: Order


BYE = ("goodbye",)


def begin(visit: BoxVisit) -> MenuOutcome:
    """Enter the menu, or enter it again after an engine has died."""
    visit = replace(visit, typed="", repeats=0)
    if visit.box is None:
        return MenuOutcome(replace(visit, state=BoxState.NUMBER), SayPrompts(("box-number",)))
    if not visit.granted:
        return MenuOutcome(replace(visit, state=BoxState.PIN), SayPrompts(("box-pin",)))
    return MenuOutcome(replace(visit, state=BoxState.OPENING), OpenWith(None))


def hear(visit: BoxVisit, heard: Heard) -> MenuOutcome | None:
    """Give what follows from an event; None if it means nothing in this state."""
    match heard:
        case Pressed(key=key):
            return _press(visit, key)
        case PromptsEnded():
            return _prompts_ended(visit)
        case WaitedLong():
            return _waited(visit)
        case BoxSaid():
            return _answered(visit, heard)


def not_callable(visit: BoxVisit) -> MenuOutcome:
    """The sender cannot be called: say so, and let something else be chosen."""
    return _choose(replace(visit, repeats=0), "box-no-call")


# ---- keys


def _press(visit: BoxVisit, key: str) -> MenuOutcome | None:
    if visit.state in (BoxState.NUMBER, BoxState.PIN):
        return _type(visit, key)
    choice = KEYS.get(visit.state, {}).get(key)
    return None if choice is None else _CHOSEN[choice](visit)


def _type(visit: BoxVisit, key: str) -> MenuOutcome:
    if key == "*":
        return begin(visit) if visit.typed else _leave(visit)
    if key == "#":
        return _typed(visit)
    visit = replace(visit, typed=visit.typed + key)
    if len(visit.typed) >= MOST_DIGITS:
        return _typed(visit)
    return MenuOutcome(visit, WaitForKey(DIGIT_SECONDS))


def _typed(visit: BoxVisit) -> MenuOutcome:
    """A number or a PIN is complete; an empty one leaves."""
    typed = "".join(one for one in visit.typed if one in "0123456789")
    if not typed:
        return _leave(visit)
    if visit.state is BoxState.NUMBER:
        return begin(replace(visit, box=BoxId(int(typed))))
    return MenuOutcome(replace(visit, state=BoxState.OPENING, typed=""), OpenWith(typed))


def _again(visit: BoxVisit) -> MenuOutcome:
    return _play(visit, ())


def _save(visit: BoxVisit) -> MenuOutcome:
    return _mark(visit, Mark.HEARD)


def _delete(visit: BoxVisit) -> MenuOutcome:
    return _mark(visit, Mark.DELETED)


def _mark(visit: BoxVisit, mark: Mark) -> MenuOutcome:
    message = visit.message
    if message is None:
        return _leave(visit)
    visit = replace(visit, state=BoxState.MARKING, mark=mark)
    return MenuOutcome(visit, MarkIt(message.id, mark))


def _call_back(visit: BoxVisit) -> MenuOutcome:
    message = visit.message
    if message is None or not visit.own or not message.caller:
        return not_callable(visit)
    return MenuOutcome(replace(visit, state=BoxState.CHOOSING), CallBack(message.caller))


def _next(visit: BoxVisit) -> MenuOutcome:
    return _play_at(visit, visit.at + 1, ())


def _leave(visit: BoxVisit) -> MenuOutcome:
    return _end(visit, BYE)


_CHOSEN: Mapping[MenuChoice, Callable[[BoxVisit], MenuOutcome]] = {
    MenuChoice.AGAIN: _again,
    MenuChoice.SAVE: _save,
    MenuChoice.DELETE: _delete,
    MenuChoice.CALL_BACK: _call_back,
    MenuChoice.NEXT: _next,
    MenuChoice.LEAVE: _leave,
}

# ---- the end of prompts, and of patience


def _prompts_ended(visit: BoxVisit) -> MenuOutcome | None:
    match visit.state:
        case BoxState.NUMBER | BoxState.PIN | BoxState.CHOOSING:
            return MenuOutcome(visit, WaitForKey(KEY_SECONDS))
        case BoxState.PLAYING:
            return _choose(replace(visit, repeats=0))
        case _:
            return None


def _waited(visit: BoxVisit) -> MenuOutcome | None:
    match visit.state:
        case BoxState.NUMBER | BoxState.PIN:
            return _typed(visit)
        case BoxState.OPENING:
            return _end(visit, ("box-unavailable", *BYE))
        case BoxState.MARKING:
            return _choose(replace(visit, mark=None), "box-unavailable")
        case BoxState.PLAYING:
            return _choose(visit)
        case BoxState.CHOOSING:
            return _choose(visit) if visit.repeats < MOST_REPEATS else _leave(visit)
        case BoxState.OVER:
            return None


# ---- answers


def _answered(visit: BoxVisit, heard: BoxSaid) -> MenuOutcome | None:
    if visit.state is BoxState.MARKING:
        done = heard.answer is BoxAnswer.DONE
        return _marked(visit) if done else _choose(replace(visit, mark=None), "box-unavailable")
    if visit.state is not BoxState.OPENING:
        return None
    match heard.answer:
        case BoxAnswer.DONE:
            return _opened(replace(visit, granted=True, messages=heard.messages, at=0))
        case BoxAnswer.WRONG_PIN:
            return _wrong(replace(visit, wrong=visit.wrong + 1))
        case BoxAnswer.LOCKED:
            return _end(visit, ("box-locked", *BYE))
        case BoxAnswer.UNAVAILABLE:
            return _end(visit, ("box-unavailable", *BYE))


def _wrong(visit: BoxVisit) -> MenuOutcome:
    if visit.wrong >= MOST_WRONG:
        return _end(visit, ("box-wrong", *BYE))
    visit = replace(visit, state=BoxState.PIN, typed="")
    return MenuOutcome(visit, SayPrompts(("box-wrong", "box-pin")))


def _opened(visit: BoxVisit) -> MenuOutcome:
    for at, message in enumerate(visit.messages):
        if message.id == visit.resume:
            return _play(replace(visit, at=at, resume=None), ())
    visit = replace(visit, resume=None)
    new = sum(1 for one in visit.messages if not one.heard)
    return _play_at(visit, 0, _counted(new), nothing=BYE)


def _counted(new: int) -> tuple[str, ...]:
    if not new:
        return ("box-none",)
    if new > MOST_COUNTED:
        return ("box-many",)
    return ("box-you-have", f"digit-{new}", "box-message" if new == 1 else "box-messages")


def _marked(visit: BoxVisit) -> MenuOutcome:
    """The message is saved or deleted: the next one."""
    mark, visit = visit.mark, replace(visit, mark=None)
    if mark is not Mark.DELETED:
        return _play_at(visit, visit.at + 1, ("box-saved-it",))
    messages = (*visit.messages[: visit.at], *visit.messages[visit.at + 1 :])
    return _play_at(replace(visit, messages=messages), visit.at, ("box-deleted",))


def _play_at(
    visit: BoxVisit,
    at: int,
    first: tuple[str, ...],
    *,
    nothing: tuple[str, ...] = ("box-no-more", *BYE),
) -> MenuOutcome:
    """Go to a message; before the first that was heard earlier, say that such ones follow."""
    visit = replace(visit, at=at)
    if visit.message is None:
        return _end(visit, (*first, *nothing))
    if visit.message.heard and not any(one.heard for one in visit.messages[:at]):
        first = (*first, "box-saved")
    return _play(visit, first)


def _play(visit: BoxVisit, first: tuple[str, ...]) -> MenuOutcome:
    visit = replace(visit, state=BoxState.PLAYING, repeats=0)
    return MenuOutcome(visit, SayPrompts(first, visit.message))


def _choose(visit: BoxVisit, *first: str) -> MenuOutcome:
    visit = replace(visit, state=BoxState.CHOOSING, repeats=visit.repeats + 1)
    return MenuOutcome(visit, SayPrompts((*first, "box-menu" if visit.own else "box-menu-other")))


def _end(visit: BoxVisit, prompts: tuple[str, ...]) -> MenuOutcome:
    return MenuOutcome(replace(visit, state=BoxState.OVER, typed=""), Goodbye(prompts))
