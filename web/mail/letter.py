"""The text of a mail in its reader's language, plain and as HTML.

Every header is one line and the recipient is one checked address, so that typed text cannot become
a header or another recipient.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from crm.mail.mail import Mail, MailKind, checked_address
from web.kit.i18n import N_, Reader, duration
from web.kit.sealing import unseal
from web.kit.settings import Settings

TEMPLATES = Path(__file__).resolve().parent / "templates" / "letters"
PURPOSE = "mail"
LONGEST_SUBJECT = 150
SENDER_NAME = "Hotline"
SUBJECTS: Mapping[MailKind, str] = {
    MailKind.PASSWORD: N_("Reset your Hotline password"),
    MailKind.WELCOME: N_("Your Hotline account"),
    MailKind.TEST: N_("Test email from Hotline"),
    MailKind.VOICEMAIL: N_("New voicemail in “{box}” from {caller}"),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str  # "audio/mpeg"
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of a mail."""

    subject: str
    text: str
    html: str
    attachment: Attachment | None = None


def links_of(settings: Settings, said: str) -> str:
    """Give the prefix of links, without a slash: the parameter's, else our own address."""
    return (said or settings.address).rstrip("/")


def write_letter(
    mail: Mail,
    reader: Reader,
    settings: Settings,
    links: str,
    attachment: Attachment | None = None,
) -> Letter:
    """Write the text of a mail, with its sealed values opened."""
    opened = unseal(settings, PURPOSE, mail.sealed, mail.created_at) if mail.sealed else {}
    values = {"url": "", **mail.values, **(opened or {})}
    subject = subject_of(mail, reader)
    shown = {
        "_": reader.gettext,
        "say": reader.say,
        "language": str(reader.language).replace("_", "-"),
        "values": values,
        "words": notice_of(mail, reader),
        "subject": subject,
        "links": links,
        "until": reader.moment(mail.good_until),
        "attached": attachment is not None,
        "moment": lambda text: reader.moment(reader.instant(str(text))),
        "phone": reader.phone,
        "duration": duration,
    }
    return Letter(
        subject,
        _templates().get_template(f"{mail.kind}.txt").render(shown).strip() + "\n",
        _templates().get_template(f"{mail.kind}.html").render(shown),
        attachment,
    )


def notice_of(mail: Mail, reader: Reader) -> str:
    """Give the sentence of a notice with its values; "" for any other mail."""
    fill = {name: value for name, value in mail.values.items() if name not in {"sentence", "url"}}
    return reader.say(str(mail.values.get("sentence", "")), **fill)


def subject_of(mail: Mail, reader: Reader) -> str:
    """Give the subject: one line."""
    if mail.kind is MailKind.NOTICE:
        said = notice_of(mail, reader)
    elif mail.kind is MailKind.VOICEMAIL:
        caller = reader.phone(str(mail.values.get("caller", "")))
        said = reader.say(SUBJECTS[mail.kind], box=mail.values.get("box", ""), caller=caller)
    else:
        said = reader.gettext(SUBJECTS[mail.kind])
    line = " ".join("".join(one if one.isprintable() else " " for one in said).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def envelope(letter: Letter, sender: str, address: str, id_: str, at: datetime) -> EmailMessage:
    """Make the message; InvalidError if sender or recipient is not a plain address.

    `id_` is the mail's permanent name, so that one that arrives twice is recognised.
    """
    sender, address = checked_address(sender, "mail_from"), checked_address(address)
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["Subject"] = letter.subject
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = Address(addr_spec=address)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{id_}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: machines do not answer it
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    if (file := letter.attachment) is not None:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, kind, subtype, filename=file.name)
    return message


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
