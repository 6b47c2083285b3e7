"""A speech service of another maker, in place of our own voices: asked over HTTP, and guarded.

It is sent the JSON that the parameters say, and answers with an audio file. That is converted like
an upload, in a process of its own. If anything fails, our own voice speaks.
"""

import asyncio
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session, sessionmaker

from crm.kernel.errors import InvalidError
from crm.outgoing.sending import OutgoingRequest, Sender
from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters
from web.kit.clock import now
from web.kit.sealing import seal, unseal
from web.kit.settings import Settings
from web.ops.setup.prompts import SpeechService
from web.prompts.converting import convert_file
from web.webhooks.signing import seal_of

URL, HEADERS, BODY = "speech_url", "speech_headers", "speech_body"
PURPOSE = "speech service"
SECONDS = 20.0
MOST_BYTES = 20_000_000

log = structlog.get_logger(__name__)


def service_of(settings: Settings, database: sessionmaker[Session]) -> SpeechService | None:
    """Give the speech service that the parameters name; None without one."""
    with database.begin() as session:
        known = parameters(session)
    if not known.text(URL):
        return None
    sender = Sender(seal_of(settings), now)

    def speak(language: str, text: str, target: Path) -> bool:
        answer = asyncio.run(sender.send(request_of(settings, known, language, text)))
        if answer.failure is not None:
            log.warning("the speech service failed", why=answer.failure.value, status=answer.status)
            return False
        return _take(answer.body, target)

    return speak


def request_of(settings: Settings, known: Parameters, language: str, text: str) -> OutgoingRequest:
    """Make the request for a text."""
    url = known.text(URL)
    hosts = {one.strip().lower() for one in known.text("inside_hosts").split(",")}
    host = (urlsplit(url).hostname or "").lower()
    return OutgoingRequest(
        f"speech-{secrets.token_hex(8)}",
        url,
        host in hosts,
        filled(known.text(BODY), text, language),
        (),
        SECONDS,
        needs_body=True,
        most_bytes=MOST_BYTES,
        headers=_headers(settings, known.text(HEADERS)),
        accept="audio/wav, audio/*",
    )


def filled(template: str, text: str, language: str) -> str:
    """Fill the places of a JSON template."""
    for place, value in (("{language}", language), ("{text}", text)):
        template = template.replace(place, json.dumps(value, ensure_ascii=False)[1:-1])
    return template


def seal_headers(settings: Settings, typed: str) -> str:
    """Seal headers for the database; InvalidError if they are none."""
    if not read_headers(typed):
        raise InvalidError("Enter headers such as Authorization: Bearer …", HEADERS)
    return seal(settings, PURPOSE, {"headers": typed}, now())


def read_headers(typed: str) -> dict[str, str]:
    """Read typed headers; empty if one of them is none."""
    found = {}
    for one in typed.split("|"):
        name, colon, value = (part.strip() for part in one.partition(":"))
        good = name.replace("-", "").isalnum() and name.isascii() and value.isascii()
        if not (colon and value and good and value.isprintable()):
            return {}
        found[name] = value
    return found


def _headers(settings: Settings, sealed: str) -> Mapping[str, str]:
    opened = unseal(settings, PURPOSE, sealed, now()) if sealed else None
    return read_headers(str(opened["headers"])) if opened else {}


def _take(content: bytes, target: Path) -> bool:
    received = target.with_name(f"{target.name}.received")
    try:
        received.write_bytes(content)
        convert_file(received, target)
    except (InvalidError, OSError) as error:
        log.warning("the speech service answered with no audio", why=str(error)[:200])
        return False
    finally:
        received.unlink(missing_ok=True)
    return True
