"""An agent's phone settings: the agent's own choice, else the system's default."""

from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from acd.agent import Phone
from acd.store import outside_number
from crm.parameters.parameter import Parameters
from crm.preferences.store import prefer, preference
from web.desk.shapes import PhoneShape
from web.kit.bodies import Body

KEY = "phone"
LAST_KIND = "last_phone"
"""The preference of the kind of phone that an agent connected last."""


class PhoneSettings(Body):
    """Own settings of the softphone; null stands for the system's default."""

    auto_answer: bool | None = None
    ring_volume: Annotated[int, Field(ge=0, le=100)] | None = None  # percent
    call_notice: bool | None = None  # notify of a call while the tab is hidden; usually so


def own_settings(session: Session, user: int) -> PhoneSettings:
    """Give what a user has chosen."""
    kept = preference(session, user, KEY)
    return PhoneSettings.model_validate(kept) if isinstance(kept, dict) else PhoneSettings()


def keep_settings(session: Session, user: int, chosen: PhoneSettings) -> None:
    """Store what a user has chosen, in place of the choice before."""
    kept = chosen.model_dump(exclude_none=True)
    prefer(session, user, KEY, kept or None)


def last_kind(session: Session, user: int) -> Phone:
    """Give the kind of phone that an agent connected last; the softphone before the first time."""
    kept = preference(session, user, LAST_KIND)
    return Phone(kept) if kept in set(Phone) else Phone.BROWSER


def keep_kind(session: Session, user: int, kind: Phone) -> None:
    """Remember the kind of phone that an agent has connected."""
    prefer(session, user, LAST_KIND, kind.value)


def phone_settings(session: Session, user: int, parameters: Parameters) -> PhoneShape:
    """Give the settings that hold for a user, with the system's for what was not chosen."""
    own = own_settings(session, user)
    automatic, volume = own.auto_answer, own.ring_volume
    return PhoneShape(
        auto_answer=parameters.flag("auto_answer") if automatic is None else automatic,
        ring_volume=parameters.number("ring_volume") if volume is None else volume,
        call_notice=own.call_notice is not False,
        screen_pop=parameters.text("screen_pop"),
        kind=last_kind(session, user),
        number=outside_number(session, user),
    )
