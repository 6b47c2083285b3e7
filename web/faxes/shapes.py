"""Faxes, as the API takes and returns them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from crm.faxes.fax import FaxState
from web.kit.bodies import Body
from web.kit.shapes import Items, Named


class FaxChange(Body):
    """Whether a fax is handled."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"handled": True}]})

    handled: bool


class FaxShape(BaseModel):
    """A fax. Of one that failed some pages may be there."""

    id: int
    state: FaxState
    why: str
    call: str
    caller: str
    called: str
    customer: Named | None
    at: datetime
    pages: int
    station: str
    handled_by: Named | None
    handled_at: datetime | None


class FaxDetail(FaxShape):
    """One fax, and whether its file is there."""

    has_file: bool


class FaxShapes(Items[FaxShape]):
    """A page of faxes, the newest first unless another order is asked for."""
