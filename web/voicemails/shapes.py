"""Voicemails, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from crm.voicemail.message import MessageState
from web.kit.bodies import Body, Id, Note
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named


class CareBody(Body):
    """What a user sets for a voicemail: an owner, whether it is handled, and a note."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"handled": True, "note": "Called back."}]},
    )

    assigned_to: Annotated[
        Id | None, Input(N_("Assigned to"), "select", placeholder=N_("Nobody"))
    ] = None
    note: Annotated[Note, Input(N_("Note"))] = ""
    handled: Annotated[bool, Input(N_("Handled"))] = False


class CareChange(Body):
    """The fields of a voicemail to change; missing ones stay. `assigned_to: null` is nobody."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"handled": True}]})

    assigned_to: Id | None = None
    note: Note | None = None
    handled: bool | None = None


class VoicemailShape(BaseModel):
    """A message that a caller left."""

    id: int
    box: Named
    state: MessageState
    call: str
    caller: str
    called: str
    customer: Named | None
    at: datetime
    seconds: float
    assigned_to: Named | None
    handled_by: Named | None
    handled_at: datetime | None
    note: str
    heard_at: datetime | None  # first
    heard_by: Named | None  # null where the box was opened by its PIN
    heard_by_phone: bool


class VoicemailDetail(VoicemailShape):
    """One message, and whether its sound can be played."""

    has_sound: bool


class VoicemailShapes(Items[VoicemailShape]):
    """A page of voicemails, the newest first unless another order is asked for."""
