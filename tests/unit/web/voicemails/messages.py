"""Messages for the tests: a row in a box, with or without its file."""

import secrets
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import record

from crm.voicemail.box import BoxDraft
from crm.voicemail.boxes.store import add_box
from crm.voicemail.models import VoicemailRow
from web.kit.settings import Settings

Database = sessionmaker[Session]
CALLER = "+8613900139077"


def box(database: Database, **more: Any) -> int:
    with database.begin() as session:
        return int(add_box(session, BoxDraft(f"Box {secrets.token_hex(4)}", **more)))


def message(
    database: Database, settings: Settings, box: int, *, sound: bool = True, **more: Any
) -> int:
    """Leave a message of half a second; give its id."""
    file = f"voicemail/{secrets.token_hex(4)}-1"
    row = {"box_id": box, "call": "c", "file": file, "caller": CALLER, "called": "", "seconds": 0.5}
    if sound:
        record(settings.messages_dir / f"{file}.wav", 440, seconds=0.5)
    with database.begin() as session:
        added = insert(VoicemailRow).values(row | more).returning(VoicemailRow.id)
        return int(session.scalars(added).one())


def file_of(database: Database, message: int) -> str:
    with database.begin() as session:
        row = session.get_one(VoicemailRow, message)
        return row.file
