"""The layout of the workspace, as the API takes and returns it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.workspace.layout import Area, Panel
from web.kit.bodies import Body

Panels = Annotated[list[Panel], Field(max_length=50)]


class LayoutBody(Body):
    """The order of the panels and those that are hidden. Panels that are not named come last."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"order": ["day", "todo"], "hidden": ["last_calls"]}]},
    )

    order: Panels = Field(default_factory=list[Panel])
    hidden: Panels = Field(default_factory=list[Panel])


class PanelShape(BaseModel):
    """A panel of the workspace."""

    panel: Panel
    name: str  # in the reader's language
    area: Area
    shown: bool


class LayoutShape(BaseModel):
    """The panels in their order."""

    items: list[PanelShape]
