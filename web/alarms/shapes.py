"""Alarms and their settings, as the API takes and returns them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from crm.alarms.alarm import AlarmLevel
from crm.alarms.store import MOST_ADDRESSES
from crm.people.rights import Right
from web.alarms.words import AUDIENCES
from web.kit.bodies import Body, Id
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named

KindPath = Annotated[str, Path(min_length=1, max_length=50)]
Addresses = Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=MOST_ADDRESSES)]


class AlarmState(StrEnum):
    """How far an alarm is."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    OVER = "over"


class AlarmAudience(StrEnum):
    """Who is told of a kind of alarm: the holders of a right."""

    LINES = Right.LINES_MANAGE.value
    FLOOR = Right.FLOOR_SEE.value
    STATUS = Right.STATUS_SEE.value
    FLOWS = Right.FLOWS_PUBLISH.value


class AlarmShape(BaseModel):
    """An alarm."""

    id: int
    kind: str
    kind_name: str
    key: str  # what it is about, such as trunk:3
    level: AlarmLevel
    state: AlarmState
    sentence: str
    url: str  # where to look at it; "" for nowhere
    since: datetime
    last: datetime  # when it was last raised
    until: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: Named | None


class AlarmShapes(Items[AlarmShape]):
    """A page of alarms."""


class AcknowledgeBody(Body):
    """The alarms that were seen."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"ids": [1]}]})

    ids: Annotated[list[Id], Field(min_length=1, max_length=500)]


class AlarmSettingsBody(Body):
    """Who is told of a kind of alarm, and how."""

    right: Annotated[AlarmAudience, Input(N_("Who is told"), names=AUDIENCES)]
    notice: Annotated[bool, Input(N_("Send a notification"))] = True
    sound: Annotated[
        bool,
        Input(N_("Sound on open pages"), help=N_("Once, for critical alarms; users can mute it.")),
    ] = True
    mail_to: Annotated[
        Addresses, Input(N_("Email to"), "lines", help=N_("One address per line."))
    ] = Field(default_factory=list)
    webhook: Annotated[bool, Input(N_("Send to webhooks"))] = True


class AlarmSettingsChange(Body):
    """The settings of a kind to change; missing ones stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"mail_to": ["night@example.com"]}]}
    )

    right: AlarmAudience | None = None
    notice: bool | None = None
    sound: bool | None = None
    mail_to: Addresses | None = None
    webhook: bool | None = None


class AlarmKindShape(BaseModel):
    """A kind of alarm with its settings."""

    kind: str
    name: str
    level: AlarmLevel
    right: AlarmAudience
    notice: bool
    sound: bool
    mail_to: list[str]
    webhook: bool


class AlarmKindShapes(Items[AlarmKindShape]):
    """All kinds of alarms."""
