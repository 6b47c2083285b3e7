"""The timeline of a call, one sentence for each line, in the reader's language."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from crm.calls.record import LEG_KINDS, CallEvent, Detail, Kind
from crm.custom_destinations.custom import REASONS
from crm.dictionary.item import List
from crm.kernel.destination import DestinationKind
from cti.trunks.answers import meaning_of_sip
from web.callbacks.words import OVER, reason_name
from web.calls.level_views import level_sentence
from web.calls.shapes import CallEventShape
from web.calls.sound_views import bad_sound
from web.calls.views import Words
from web.calls.words import (
    CUSTOM_ENDED,
    CUSTOM_FAILED,
    KINDS,
    KINDS_OUT,
    SPECIAL,
    STORY,
    STORY_OUT,
    WORDS,
)
from web.destinations.words import KINDS as KINDS_OF_DESTINATIONS
from web.kit.i18n import Reader, duration


def show_timeline(timeline: Iterable[CallEvent], known: Words) -> list[CallEventShape]:
    """Show the timeline of a call, one sentence per line; single legs have a table of their own."""
    steps: set[str] = set()
    timeline = list(timeline)
    out = any(one.detail.get("direction") == "out" for one in timeline)
    kinds = {**KINDS, **KINDS_OUT} if out else KINDS
    return [
        CallEventShape(
            at=event.at,
            kind=event.kind,
            kind_name=known.reader.gettext(kinds[event.kind]),
            detail=_with_name(event.detail, known),
            text=known.step(event.detail, steps)
            if event.kind is Kind.STEP
            else _sentence(event, known, out=out),
            inferred=event.inferred,
        )
        for event in _told_once(timeline)
        if event.kind not in LEG_KINDS and not _is_vague(event)
    ]


def _is_vague(event: CallEvent) -> bool:
    """Whether a fact is an estimate that could not be said to the caller."""
    return event.kind is Kind.ESTIMATED and "p50" not in event.detail


def _with_name(detail: Detail, known: Words) -> dict[str, str | int | float | bool]:
    """Name the destination in a fact's detail."""
    to = str(detail.get("to", ""))
    name = _place(to, known) if to in known.destinations else ""
    return {**detail, "to_name": name} if name else dict(detail)


def _told_once(timeline: Iterable[CallEvent]) -> Iterator[CallEvent]:
    """Leave out a disposition that was saved again as it was, with the rest of its form."""
    last: CallEvent | None = None
    for event in timeline:
        if event.kind is Kind.OUTCOME:
            if last is not None and last.detail == event.detail:
                continue
            last = event
        yield event


def _sentence(event: CallEvent, known: Words, *, out: bool) -> str:
    say = known.reader
    detail = event.detail
    agent = str(detail.get("agent", ""))
    name = known.agent(int(agent)) if agent.isdecimal() else None
    to = str(detail.get("to", "") or detail.get("recipient", ""))
    places = defaultdict(str, {key: _word(say, value) for key, value in detail.items()})
    places |= {
        "agent": name.name if name else str(detail.get("name", "")),
        "to": _place(to, known),
        "queue": known.queue(str(detail.get("queue", ""))),
        "outcome": known.choice(List.OUTCOME, str(detail.get("outcome", ""))),
        "reason": known.choice(List.DECLINE_REASON, str(detail.get("reason", ""))),
        "caller": say.phone(str(detail.get("caller", ""))),
        "called": say.phone(str(detail.get("called", ""))),
        "number": say.phone(str(detail.get("number", ""))),
        "shown": say.phone(str(detail.get("shown", ""))),
        "due": _at(detail.get("due", 0), say),
    }
    if event.kind is Kind.CALLBACK_OVER and detail.get("state") in OVER:
        why = reason_name(str(detail.get("why", "")), say)
        return say.say(OVER[str(detail["state"])], why=why)
    if event.kind is Kind.SERVICE_LEVEL:
        needs = [one for one in str(detail.get("needs", "")).split(", ") if one]
        said = level_sentence(detail, needs, known.skills, say, places["queue"])
        return say.say(STORY[Kind.SERVICE_LEVEL], name=said)
    if event.kind is Kind.CUSTOM_ANSWERED:
        return _custom_answer(detail, known)
    if event.kind in (Kind.SOUND_BAD, Kind.SOUND_GOOD):
        return bad_sound(detail, places["agent"], say, begins=event.kind is Kind.SOUND_BAD)
    if event.kind is Kind.ESTIMATED:
        places["wait"] = " - ".join(duration(float(detail.get(one, 0))) for one in ("p10", "p90"))
    if event.kind is Kind.ENDED:
        places["by"] = _word(say, detail.get("by", "system"))
    story = {**STORY, **STORY_OUT} if out else STORY
    sentence = _special(event) or story[event.kind]
    told = say.gettext(sentence).format_map(places).strip(" ·")
    if event.kind is Kind.ENDED and (status := int(detail.get("sip", 0))):
        told += f" · {say.gettext(meaning_of_sip(status))}"
    return told


def _at(seconds: object, say: Reader) -> str:
    if not isinstance(seconds, int | float) or not seconds:
        return ""
    return say.moment(datetime.fromtimestamp(seconds, UTC))


def _special(event: CallEvent) -> str:
    """The sentence of a line whose detail says more than usual; "" for the usual one."""
    kind, said = event.kind, event.detail
    return next((one for (of, key), one in SPECIAL.items() if of is kind and said.get(key)), "")


def _custom_answer(detail: Detail, known: Words) -> str:
    """Say where another system sent a call, or why it did not."""
    to, why = str(detail.get("to", "")), str(detail.get("why", ""))
    sentence = STORY[Kind.CUSTOM_ANSWERED]
    if why:
        sentence = CUSTOM_FAILED if to else CUSTOM_ENDED
    return known.reader.say(
        sentence,
        name=detail.get("name", ""),
        seconds=known.reader.number(round(float(detail.get("seconds", 0)), 1)),
        why=known.reader.gettext(REASONS[why]) if why in REASONS else why,
        to=known.destinations.get(to, to),
    )


def _place(text: str, known: Words) -> str:
    """Name a destination of the past; a bare number is an agent."""
    say = known.reader
    kind, _, key = text.partition(":")
    if kind.isdecimal() or kind == DestinationKind.AGENT:
        id_ = key or kind
        return known.agent_name(int(id_)) if id_.isdecimal() and int(id_) else ""
    if kind == DestinationKind.QUEUE:
        return known.queue(key)
    if kind == DestinationKind.NUMBER:
        return say.phone(key)
    if kind in set(DestinationKind):
        name = known.destinations.get(text)
        if name and key:
            return name
        return say.gettext(KINDS_OF_DESTINATIONS[DestinationKind(kind)])
    return _word(say, text)


def _word(say: Reader, value: object) -> str:
    word = str(value)
    return say.gettext(WORDS[word]) if word in WORDS else word
