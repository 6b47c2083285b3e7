"""Ring groups, as the API takes and returns them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.ring_group import LEAST_RING_SECONDS, MOST_MEMBERS, MOST_RING_SECONDS, RingOrder
from web.kit.bodies import Body, Id
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named

GroupName = Annotated[str, Field(min_length=1, max_length=100)]
RingSeconds = Annotated[int, Field(ge=LEAST_RING_SECONDS, le=MOST_RING_SECONDS)]
Members = Annotated[list[Id], Field(min_length=1, max_length=MOST_MEMBERS)]
DestinationText = Annotated[str, Field(max_length=150)]  # `queue:support`, `hangup`

ORDERS: Mapping[RingOrder, str] = {
    RingOrder.TOGETHER: N_("All together"),
    RingOrder.IN_TURN: N_("One after the other"),
}


class RingGroupForm(Body):
    """The fields of a ring group, without its destinations."""

    name: Annotated[GroupName, Input(N_("Name"))]
    members: Annotated[
        Members,
        Input(
            N_("Agents"),
            help=N_("Their phones ring, if they are ready and free. The others are left out."),
        ),
    ]
    order: Annotated[RingOrder, Input(N_("Ring"), names=ORDERS)] = RingOrder.TOGETHER
    ring_seconds: Annotated[
        RingSeconds,
        Input(N_("Ring time (seconds)"), help=N_("Of all together, or of each in turn.")),
    ] = 20
    record: Annotated[bool, Input(N_("Record calls"))] = True
    active: Annotated[bool, Input(N_("Active: takes calls"))] = True


class RingGroupBody(RingGroupForm):
    """A ring group; `then` is the destination of a call that nobody takes, "" for an end.

    With `in turn` the members ring in the order of the list.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Front office", "members": [1], "then": "voicemail:1"}]
        },
    )

    then: DestinationText = ""


class RingGroupChange(Body):
    """The fields of a ring group to change; missing ones stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"ring_seconds": 30}]}
    )

    name: GroupName | None = None
    members: Members | None = None
    order: RingOrder | None = None
    ring_seconds: RingSeconds | None = None
    record: bool | None = None
    active: bool | None = None
    then: DestinationText | None = None


class RingGroupShape(BaseModel):
    """A ring group."""

    id: int
    name: str
    members: list[Named]  # in the order in which they ring
    order: RingOrder
    order_name: str
    ring_seconds: int
    record: bool
    then: str
    then_name: str  # in the reader's language
    active: bool


class RingGroupShapes(Items[RingGroupShape]):
    """All ring groups."""
