"""What happens to voicemails by themselves: mailed with their sound, removed when they are old."""

import os
from datetime import timedelta
from threading import Event

import soundfile
from sqlalchemy.orm import Session, sessionmaker
from unit.web.mail.mailroom import ADMIN, CHEN, MailWorker
from unit.web.mail.post_office import PostOffice
from unit.web.voicemails.messages import CALLER, box, file_of, message

from crm.mail.mail import MailKind, NewMail
from crm.mail.store import put
from crm.people.person import Language
from crm.voicemail.messages.store import files_among
from web.kit.clock import now
from web.kit.jobs import JobContext
from web.kit.settings import Settings
from web.voicemails import jobs

Database = sessionmaker[Session]


def mail(database: Database, to: str, language: Language, file: str) -> None:
    values = {
        "box": "After hours",
        "caller": CALLER,
        "at": "2026-11-22T08:00:00+00:00",
        "seconds": 65.0,
        "file": file,
        "url": "/voicemails/7",
    }
    with database.begin() as session:
        put(session, [NewMail(MailKind.VOICEMAIL, to, language, values)])


def test_a_message_is_mailed_with_its_sound_and_a_link(
    office: PostOffice, mail_sender: MailWorker, database: Database, settings: Settings
) -> None:
    file = file_of(database, message(database, settings, box(database)))
    mail(database, ADMIN, Language.ENGLISH, file)
    mail(database, CHEN, Language.CHINESE, file)
    mail_sender.round()

    english, chinese = sorted(office.letters, key=lambda one: one.recipient)
    assert english.message["Subject"] == "New voicemail in “After hours” from 139 0013 9077"
    assert "1:05" in english.text
    assert "https://calls.example.com/voicemails/7" in english.text
    assert "The message is attached." in english.text
    assert "留言见附件" in chinese.html
    (sound,) = english.message.iter_attachments()
    assert (sound.get_content_type(), sound.get_filename()) == ("audio/mpeg", "voicemail.mp3")
    assert len(sound.get_content()) > 500
    assert english.raw.isascii()


def test_a_mail_without_its_file_has_the_link_alone(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    mail(database, ADMIN, Language.ENGLISH, "voicemail/gone-1")
    mail_sender.round()

    (letter,) = office.letters
    assert list(letter.message.iter_attachments()) == []
    assert "attached" not in letter.text
    assert "https://calls.example.com/voicemails/7" in letter.text


def test_old_messages_are_removed_with_their_sound(database: Database, settings: Settings) -> None:
    place = box(database, keep_days=7)
    old = message(database, settings, place, at=now() - timedelta(days=8))
    young = message(database, settings, place, at=now() - timedelta(days=6))
    gone, kept = file_of(database, old), file_of(database, young)

    jobs.remove_old_voicemails(JobContext(settings, database, Event()))

    with database.begin() as session:
        assert files_among(session, [gone, kept]) == {kept}
    assert not (settings.messages_dir / f"{gone}.wav").exists()
    assert soundfile.info(settings.messages_dir / f"{kept}.wav").duration == 0.5


def test_files_that_no_message_names_are_removed_after_a_month(
    database: Database, settings: Settings
) -> None:
    known = file_of(database, message(database, settings, box(database)))
    folder = settings.messages_dir / "voicemail"
    for name in ("stray-old", "stray-new"):
        (folder / f"{name}.wav").write_bytes(b"x")
    month_ago = (now() - timedelta(days=31)).timestamp()
    for path in (folder / "stray-old.wav", settings.messages_dir / f"{known}.wav"):
        os.utime(path, (month_ago, month_ago))

    jobs.remove_unknown_sounds(JobContext(settings, database, Event()))

    assert not (folder / "stray-old.wav").exists()
    assert (folder / "stray-new.wav").exists()
    assert (settings.messages_dir / f"{known}.wav").exists()
