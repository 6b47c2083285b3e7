"""The files that go with mails: a voicemail's sound, if it is small."""

from crm.mail.mail import Mail, MailKind
from web.kit.settings import Settings
from web.mail.letter import Attachment
from web.voicemails.sound import NoSoundError, find_sound, mp3_of

LARGEST_BYTES = 5_000_000
"""Many mail servers refuse more than 10 MB, and an attachment grows by a third on its way."""


def attachment_of(settings: Settings, mail: Mail) -> Attachment | None:
    """Give the file of a mail; None for one without, or if it is missing or too large."""
    if mail.kind is not MailKind.VOICEMAIL:
        return None
    try:
        sound = mp3_of(find_sound(settings, str(mail.values.get("file", ""))))
    except NoSoundError:
        return None
    if len(sound) > LARGEST_BYTES:
        return None
    return Attachment("voicemail.mp3", "audio/mpeg", sound)
