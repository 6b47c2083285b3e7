"""The tester of routes: its questions, its answers and its saved cases, as the API has them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from cti.routes.rule import Why
from web.kit.bodies import Body, Id
from web.kit.shapes import Items
from web.routes.shapes import DestinationText, RouteBody

TypedNumber = Annotated[str, Field(max_length=40)]


class ChangedRoute(RouteBody):
    """A route as it would be; without an `id` a new one, behind the others."""

    id: Id | None = None


class RouteTestBody(Body):
    """Where would a call go? With a changed or removed route: as if that were saved.

    Without a called number only the saved cases are compared. Without a time it is now.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"called": "4008001234", "caller": "13800138000"}],
        },
    )

    called: TypedNumber = ""
    caller: TypedNumber = ""
    at: datetime | None = None
    route: ChangedRoute | None = None
    removed: Id | None = None


class CaseBody(Body):
    """A test case to save; without a destination the present one is expected."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "called": "4008001234",
                    "caller": "13800138000",
                    "at": "2026-12-01T10:00:00+08:00",
                    "destination": "queue:support",
                }
            ]
        },
    )

    called: Annotated[TypedNumber, Field(min_length=1)]
    caller: TypedNumber = ""
    at: datetime
    destination: DestinationText = ""


class CheckedShape(BaseModel):
    """A setting that was looked at, and why it applies to the call, or does not."""

    kind: str  # "list", "forced", "route" or "number"
    name: str
    applies: bool
    why: Why | None  # null: it was not asked, the decision was made before
    sentence: str


class RouteDecisionShape(BaseModel):
    """Where a call goes, and by which setting."""

    destination: str
    destination_name: str
    by: CheckedShape
    language: str
    priority: int
    cause: int | None  # Q.850, where the call is not even picked up
    message: bool  # the caller hears that the call is not taken
    checked: list[CheckedShape]


class CaseShape(BaseModel):
    """A saved test case, and where its call goes now."""

    id: int
    called: str
    caller: str
    at: datetime
    destination: str  # the expected one
    destination_name: str
    now: str
    now_name: str
    as_expected: bool


class CaseShapes(Items[CaseShape]):
    """The saved test cases."""


class ChangedCase(BaseModel):
    """A saved case whose call would go elsewhere."""

    id: int
    called: str
    caller: str
    at: datetime
    before: str
    before_name: str
    after: str
    after_name: str


class RouteTestShape(BaseModel):
    """The answer of the tester."""

    called: str
    caller: str
    at: datetime
    decision: RouteDecisionShape | None  # null without a called number
    changed_cases: list[ChangedCase]  # by the changed or removed route
