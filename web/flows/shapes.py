"""Flows as the API takes and returns them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from ivr.check import MOST_STEPS
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_

FlowName = Annotated[str, Field(min_length=1, max_length=100)]
Message = Annotated[str, Field(min_length=1, max_length=500)]
Document = Annotated[dict[str, Any], Field(max_length=20)]
Layout = Annotated[dict[str, Any], Field(max_length=2 * MOST_STEPS)]  # step → {x, y}
WELCOME: JsonDict = {
    "start": "greet",
    "nodes": {
        "greet": {"type": "play", "prompts": ["greeting"], "then": "line"},
        "line": {"type": "queue", "queue": "support"},
    },
}


class FlowBody(Body):
    """A new flow."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Night"}]})

    name: Annotated[FlowName, Input(N_("Name"))]


class FlowDraftBody(Body):
    """A flow's document, as the schema at `/flows/schema` describes it, and where steps stand."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"document": WELCOME}]}
    )

    document: Document
    layout: Layout = Field(default_factory=dict)


class CheckBody(Body):
    """A document to be checked without being saved; none: the draft."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"document": WELCOME}]}
    )

    document: Document | None = None


class PublishBody(Body):
    """What a version changes; with `at` the draft is published then and not now."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"message": "New opening hours"}]}
    )

    message: Annotated[Message, Input(N_("What changes?"), kind="text")]
    at: Annotated[
        datetime | None,
        Input(
            N_("Publish at"),
            kind="datetime-local",
            help=N_("Empty: at once. Calls that are in the flow stay on their version."),
        ),
    ] = None


class RollBackBody(Body):
    """The version to go back to, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"version": 1, "message": "The new menu was too long"}]},
    )

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    message: Message


class FlowShape(BaseModel):
    """A flow, its newest version, and whether it was changed since."""

    id: int
    name: str
    numbers: list[str]
    version: int | None
    published_at: datetime | None
    published_by: str
    draft_at: datetime | None


class FlowShapes(BaseModel):
    """All flows."""

    items: list[FlowShape]
    next: str | None = None


class FlowProblemShape(BaseModel):
    """Something that is wrong with a flow; only a warning does not keep it from publishing."""

    step: str | None
    step_name: str
    field: str
    warning: bool
    text: str


class CheckShape(BaseModel):
    """What a check found, errors first."""

    problems: list[FlowProblemShape]


class DraftShape(BaseModel):
    """A flow as it is edited; revision 0 is the newest version unchanged."""

    document: dict[str, Any]
    layout: dict[str, Any]
    revision: int
    changed_at: datetime | None
    changed_by: str
    publish_at: datetime | None
    publish_message: str
    problems: list[FlowProblemShape]


class RevisionShape(BaseModel):
    """Which revision a draft has, who made it, and which version is the newest."""

    revision: int
    changed_at: datetime | None
    changed_by: str
    mine: bool
    version: int | None
    editors: list[str]  # other users who have the flow open for editing


class VersionShape(BaseModel):
    """A version that was published."""

    version: int
    message: str
    published_at: datetime
    published_by: str


class VersionShapes(BaseModel):
    """The versions of a flow, the newest first."""

    items: list[VersionShape]


class DifferenceShape(BaseModel):
    """A step that was added, removed or changed."""

    change: str
    step: str
    field: str
    before: Any
    after: Any
    text: str


class DifferenceShapes(BaseModel):
    """What differs between two versions."""

    items: list[DifferenceShape]
