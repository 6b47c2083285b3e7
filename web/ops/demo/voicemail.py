"""The demo's voicemail: a shared box with two messages, one handled, and an agent's with a new one.

The messages are spoken by the voices of the prompts and stand as FLAC beside this module; `hotline
prompts` records them anew.
"""

# ruff: noqa: RUF001 - Chinese sentences have Chinese commas.

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import soundfile
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.store import keep_events
from crm.customers.customer import Customer
from crm.people.person import Language, User
from crm.voicemail.box import BoxDraft, BoxId
from crm.voicemail.boxes import store as boxes
from crm.voicemail.by_phone.store import mark_heard
from crm.voicemail.message import Care, MessageFilter
from crm.voicemail.messages import store as messages
from crm.voicemail.store import keep_messages
from web.kit.passwords import hash_password
from web.kit.settings import Settings
from web.ops.demo.past_calls import NAMED, NODE
from web.ops.setup.prompts import RATES, resampled
from web.ops.setup.spoken_sentences import Texts

SPOKEN = Path(__file__).with_name("voicemail_sounds")
"""The messages, FLAC by language."""

TEXTS: Texts = {
    "en": {
        "order": (
            "Hello, this is Anna Miller. I would like to know when my order will arrive."
            " Please call me back tomorrow morning. Thank you."
        )
    },
    "zh_CN": {"invoice": "您好，我想咨询一下上个月的发票，请明天上午给我回个电话，谢谢。"},
}
BOX = BoxDraft(
    "After hours",
    language=Language.CHINESE,
    greeting="您好，现在是下班时间。请在提示音后留下您的姓名和电话，我们会尽快回复您。",
)
OWN = BoxDraft("李伟 Li Wei", language=Language.CHINESE)
OWNER = "li.wei"
PIN = "1234"
"""Of both boxes. On a page a PIN that is so easy to guess is refused."""
NOTE = "已回电，发票已重新寄出。"
STRANGER = "+8613910002000"


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """A message of the demo; the newest has no customer."""

    language: str
    name: str
    ago: timedelta
    known: bool  # whether a customer of the demo left it
    handled: bool = False
    own: bool = False  # in the agent's own box

    @property
    def call(self) -> CallId:
        """The call in which it was left."""
        return CallId(f"{NAMED}voicemail-{self.name}{'-own' if self.own else ''}")

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"voicemail/{self.call}-1"


MESSAGES = (
    DemoMessage("zh_CN", "invoice", timedelta(hours=37), known=True, handled=True),
    DemoMessage("en", "order", timedelta(hours=13), known=False),
    DemoMessage("zh_CN", "invoice", timedelta(minutes=40), known=True, own=True),
)


def add_demo_voicemail(  # noqa: PLR0913, PLR0917 - what the messages are made of
    session: Session,
    settings: Settings,
    called: str,
    customer: Customer,
    users: Mapping[str, User],
    now: datetime,
) -> None:
    """Add the boxes, and the calls in which messages were left; their files go into the home."""
    pin = hash_password(PIN)
    shared = boxes.add_box(session, replace(BOX, pin_hash=pin))
    mine = boxes.add_box(session, replace(OWN, pin_hash=pin, agent=users[OWNER].id))
    for one in MESSAGES:
        box, name = (mine, OWN.name) if one.own else (shared, BOX.name)
        seconds = _write_sound(settings, one)
        caller = customer if one.known else None
        events = _events(one, (box, name), called, caller, (now - one.ago, seconds))
        keep_events(session, events)
        keep_messages(session, events)
    user = users["chen.jing"].id
    found = messages.messages(session, MessageFilter(box=shared)).items
    handled = {one.file: one.ago for one in MESSAGES if one.handled}
    for message in found:
        if message.file in handled:
            at = message.at + timedelta(hours=11)
            messages.save_care(session, message, Care(user, handled=True, note=NOTE), user, at)
            mark_heard(session, message.id, user, at, by_phone=False)


def remove_demo_voicemail(session: Session, settings: Settings) -> None:
    """Remove the messages with their sound, and the box unless it was changed or is used."""
    ours = {one.file for one in MESSAGES}
    for box in boxes.boxes(session):
        found = messages.messages(session, MessageFilter(box=box.id)).items
        messages.remove_messages(session, [one.id for one in found if one.file in ours])
        plain = replace(box.draft, pin_hash="", agent=None)
        if plain in (BOX, OWN) and not (box.messages - len(ours & {one.file for one in found})):
            boxes.remove_box(session, box.id)
    for file in ours:
        (settings.messages_dir / f"{file}.wav").unlink(missing_ok=True)


def _write_sound(settings: Settings, one: DemoMessage) -> float:
    """Write a message as Asterisk would, WAV of 8 kHz; give its seconds."""
    samples, rate = soundfile.read(SPOKEN / one.language / f"{one.name}.flac", dtype="float64")
    target = settings.messages_dir / f"{one.file}.wav"
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    narrow = resampled(samples, rate, RATES["wav"])
    soundfile.write(target, narrow, RATES["wav"], subtype="PCM_16")
    return len(narrow) / RATES["wav"]


def _events(
    one: DemoMessage,
    box: tuple[BoxId, str],
    called: str,
    customer: Customer | None,
    when: tuple[datetime, float],
) -> list[CallEvent]:
    began, seconds = when
    caller = customer.draft.phones[0] if customer else STRANGER
    ends = 8 + seconds
    arrived: Detail = {"caller": caller, "called": called, "direction": "in", "via": "trunk"}
    leg: Detail = {"leg": one.call, "role": "customer", "caller": caller, "called": called}
    message: Detail = {"box": box[0], "file": one.file, "seconds": round(seconds, 1)}
    lines: list[tuple[float, Kind, Detail]] = [
        (0, Kind.ARRIVED, arrived),
        (0, Kind.LEG_BEGAN, {**leg, "node": NODE}),
        (0.1, Kind.ANSWERED, {}),
        (0.1, Kind.LEG_ANSWERED, {"leg": one.call}),
        (0.1, Kind.VOICEMAIL, {"box": box[0], "name": box[1]}),
        (ends, Kind.MESSAGE, message),
        (ends, Kind.ENDED, {"by": "caller", "cause": 16}),
        (ends, Kind.LEG_ENDED, {"leg": one.call, "cause": 16}),
    ]
    if customer:
        who: Detail = {"customer": customer.id, "name": customer.draft.name}
        lines.insert(4, (0.1, Kind.CUSTOMER, who))
    return [
        CallEvent(
            FactId(f"{one.call}/{number}"), one.call, began + timedelta(seconds=at), kind, detail
        )
        for number, (at, kind, detail) in enumerate(lines)
    ]
