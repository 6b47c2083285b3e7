"""Customer levels, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.kit.bodies import Body, Id, Key
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items
from web.queues.row_shapes import NeedBody, NeedShape

LevelName = Annotated[str, Field(max_length=30)]
Points = Annotated[int, Field(ge=0, le=10)]
LevelNeeds = Annotated[list[NeedBody], Field(max_length=3)]  # they are saved with each call
Patience = Annotated[int, Field(ge=0, le=3600)]


class LevelSettingsForm(Body):
    """A customer level without the skills that its calls need."""

    name_en: Annotated[LevelName, Input(N_("English name"))] = ""
    name_zh: Annotated[LevelName, Input(N_("Chinese name"))] = ""
    active: Annotated[bool, Input(N_("Active"))] = True
    tier: Annotated[
        Key,
        Input(
            N_("Customers of tier"),
            "select",
            placeholder=N_("None"),
            help=N_("Customers whose record has this tier."),
        ),
    ] = ""
    vip_list: Annotated[
        Id | None,
        Input(
            N_("Numbers on VIP list"),
            "select",
            placeholder=N_("None"),
            help=N_("This goes before the tier. The priority of the list is added too."),
        ),
    ] = None
    priority: Annotated[
        Points,
        Input(N_("Added priority"), help=N_("0 to 10; it counts in every queue of the call.")),
    ] = 5
    queue: Annotated[
        Key,
        Input(
            N_("Wait in another queue"),
            "select",
            placeholder=N_("No, in the called one"),
            help=N_("Only the first queue of a call is replaced, and only while this one is open."),
        ),
    ] = ""
    patience_seconds: Annotated[
        Patience,
        Input(
            N_("Drop the needed skills after (seconds)"),
            help=N_("Then any agent of the queue is offered the call; 0: never."),
        ),
    ] = 60


class LevelBody(LevelSettingsForm):
    """A customer level."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name_en": "VIP", "name_zh": "贵宾", "priority": 5}]},
    )

    needs: LevelNeeds = Field(default_factory=list)


class LevelChange(Body):
    """The fields of a customer level to change; missing ones stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"priority": 8}]})

    name_en: LevelName | None = None
    name_zh: LevelName | None = None
    active: bool | None = None
    tier: Key | None = None
    vip_list: Id | None = None  # null: of no list
    priority: Points | None = None
    queue: Key | None = None
    patience_seconds: Patience | None = None
    needs: LevelNeeds | None = None


class LevelShape(BaseModel):
    """A customer level: which calls have it, and what it changes."""

    id: int
    name: str  # in the reader's language
    name_en: str
    name_zh: str
    active: bool
    tier: str
    tier_name: str
    vip_list: int | None
    vip_list_name: str
    priority: int
    queue: str
    queue_name: str
    patience_seconds: int
    needs: list[NeedShape]


class LevelShapes(Items[LevelShape]):
    """All customer levels."""
