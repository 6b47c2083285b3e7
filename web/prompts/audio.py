"""Audio files that users send: taken, converted and stored as masters."""

from dataclasses import dataclass

from starlette.datastructures import UploadFile

from crm.people.person import SignedIn
from crm.uploads.upload import Content
from web.kit.forms import Field
from web.kit.i18n import N_, Reader
from web.kit.settings import Settings
from web.kit.uploads.files import path_of_upload
from web.kit.uploads.form import FIELD, UploadRule, take_file
from web.prompts.converting import REFUSALS, make_master

MEGABYTES = 50
RULE = UploadRule(
    "prompt",
    MEGABYTES,
    frozenset({Content.WAV, Content.MP3, Content.OGG, Content.FLAC}),
    REFUSALS["kind"],
)


@dataclass(frozen=True, slots=True)
class Master:
    """Audio that was taken: the name of its master, its length, and what its file was called."""

    name: str
    seconds: float
    file: str


def file_field(reader: Reader) -> Field:
    """Make the field that takes an audio file."""
    help_ = reader.say(N_("WAV, MP3, OGG or FLAC, up to {most} MB and 30 minutes."), most=MEGABYTES)
    label = reader.gettext(N_("Audio file"))
    return Field(FIELD, label, "file", required=True, help=help_, most=str(MEGABYTES))


def take_audio(
    settings: Settings, who: SignedIn, file: UploadFile | None, *, trimmed: bool = False
) -> Master:
    """Take the audio of a form; InvalidError names the field. Called in a thread.

    `trimmed`: without the silence before and after it.
    """
    new = take_file(settings, who, file, RULE)
    source = path_of_upload(settings, new.id)
    try:
        name, seconds = make_master(settings, str(source), trimmed=trimmed)
    finally:
        source.unlink(missing_ok=True)
    return Master(name, seconds, new.name)
