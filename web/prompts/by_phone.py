"""Recording a prompt by phone: a code that works once, and the file that the phone has recorded.

The dialplan compares code and PIN (`hotline-record-prompt` in `asterisk-conf/extensions.conf`),
with global variables that are set here; the page that shows the code asks whether the recording is
done.
Nothing of it is stored: a page that is closed gives the recording up.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crm.kernel.errors import ConflictError, InvalidError
from crm.people.person import Language, SignedIn
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.sealing import seal, unseal
from web.kit.settings import Settings
from web.ops.asterisk_requests import set_variable, variable
from web.ops.setup.prompts import place
from web.prompts.audio import Master
from web.prompts.converting import make_master
from web.prompts.words import is_joined

DIALLED = "*96"
GOOD_FOR = timedelta(minutes=10)
PURPOSE = "recording by phone"
CODE_DIGITS, PIN_DIGITS = 6, 4
EXPIRED = N_("The code has expired. Ask for another one.")
NO_ANSWER = N_("The phone server is not responding. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class PhoneSlot:
    """A code with its PIN, and the sealed form in which the page keeps it."""

    code: str
    pin: str
    sealed: str


def open_slot(settings: Settings, who: SignedIn, name: str, language: Language) -> PhoneSlot:
    """Give a code for recording a prompt; ConflictError if Asterisk does not answer."""
    code, pin = _digits(CODE_DIGITS), _digits(PIN_DIGITS)
    until = int((now() + GOOD_FOR).timestamp())
    spoken = place(settings, who.user.language or Language.ENGLISH)
    told = set_variable(settings, "HOTLINE_SOUNDS", str(spoken))
    if not told or not set_variable(settings, f"HOTLINE_RECORD_{code}", f"{pin}-{until}"):
        raise ConflictError(NO_ANSWER)
    kept = {"name": name, "language": language.value, "code": code, "user": who.user.id}
    return PhoneSlot(code, pin, seal(settings, PURPOSE, kept, now()))


def take_recording(
    settings: Settings, who: SignedIn, name: str, language: Language, sealed: str
) -> Master | None:
    """Give what the phone has recorded; None as long as it has not, ConflictError once too late."""
    kept = unseal(settings, PURPOSE, sealed, now(), GOOD_FOR)
    wanted = {"name": name, "language": language.value, "user": who.user.id}
    if kept is None or any(kept.get(key) != value for key, value in wanted.items()):
        raise ConflictError(EXPIRED)
    code = str(kept["code"])
    if not variable(settings, f"HOTLINE_RECORDED_{code}"):
        return None
    taken = recorded_file(settings, code).with_suffix(".taken")
    try:
        # Only one of two pages that ask at the same time can do this.
        recorded_file(settings, code).rename(taken)
    except FileNotFoundError:
        return None
    set_variable(settings, f"HOTLINE_RECORDED_{code}", "")
    try:
        master, seconds = make_master(settings, str(taken), trimmed=is_joined(name))
    except InvalidError as error:
        raise ConflictError(error.sentence) from None
    finally:
        taken.unlink(missing_ok=True)
    return Master(master, seconds, f"{code}.wav")


def recorded_file(settings: Settings, code: str) -> Path:
    """Give the place where the phone's recording is written."""
    return settings.messages_dir / "prompt" / f"{code}.wav16"


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))
