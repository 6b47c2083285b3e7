"""Number lists and their entries, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from crm.number_lists.lists import EffectKind, EntryState, ListDirection, ListKind
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named
from web.number_lists.words import DIRECTIONS, EFFECTS, KINDS

ListName = Annotated[str, Field(min_length=1, max_length=100)]
ListNote = Annotated[str, Field(max_length=1000)]
Priority = Annotated[int, Field(ge=1, le=100)]
QueueName = Annotated[str, Field(max_length=50)]
Reason = Annotated[str, Field(max_length=500)]
TypedNumber = Annotated[str, Field(min_length=1, max_length=500)]  # or several

EffectField = Annotated[
    EffectKind | None, Input(N_("Effect"), names=EFFECTS, placeholder=N_("System default"))
]
PriorityField = Annotated[
    Priority | None,
    Input(N_("Priority"), help=N_("1 to 100, for the effect “Priority in the queue”.")),
]
QueueField = Annotated[
    QueueName,
    Input(
        N_("Queue"),
        "select",
        help=N_("For the effect “Send to a queue”."),
        placeholder=N_("None"),
    ),
]
DirectionField = Annotated[ListDirection, Input(N_("Direction"), names=DIRECTIONS)]
SegmentField = Annotated[
    bool, Input(N_("Number segment: all numbers that begin with these digits"))
]


class EffectBody(Body):
    """What happens to calls; without an effect the default counts."""

    effect: EffectField = None
    priority: PriorityField = None
    queue: QueueField = ""


class ListBody(EffectBody):
    """A list of numbers. Its type never changes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Nuisance callers", "kind": "black"}]},
    )

    name: Annotated[ListName, Input(N_("Name"))]
    kind: Annotated[ListKind, Input(N_("Type"), names=KINDS)] = ListKind.BLACK
    note: Annotated[ListNote, Input(N_("Note"))] = ""


class ListForm(EffectBody):
    """The form of an existing list, which keeps its type."""

    name: Annotated[ListName, Input(N_("Name"))]
    note: Annotated[ListNote, Input(N_("Note"))] = ""


class ListChange(Body):
    """The fields of a list to change; missing ones stay. `effect: null` is the default."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"effect": "busy"}]})

    name: ListName | None = None
    effect: EffectKind | None = None
    priority: Priority | None = None
    queue: QueueName = ""
    note: ListNote | None = None


class ListShape(BaseModel):
    """A list with the number of its active entries and of those that wait for approval."""

    id: int
    name: str
    kind: ListKind
    effect: EffectKind | None
    priority: int | None
    queue: str
    note: str
    active: int
    waiting: int


class ListShapes(Items[ListShape]):
    """All lists."""


class EntriesBody(EffectBody):
    """Numbers to add to a list: `13800138000`, `138*`, `13800000000-13800009999`.

    Without `expires_at` the site's default counts; `null` is never.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"numbers": ["13800138000", "+86139*"], "reason": "Nuisance calls"}]
        },
    )

    numbers: Annotated[list[TypedNumber], Field(min_length=1, max_length=1000)]
    segment: bool = False  # numbers without `*` are beginnings too
    direction: ListDirection = ListDirection.BOTH
    reason: Reason = ""
    expires_at: AwareDatetime | None = None


class EntriesForm(EffectBody):
    """The form of new entries."""

    numbers: Annotated[
        str,
        Field(min_length=1, max_length=20_000),
        Input(
            N_("Numbers"),
            "textarea",
            help=N_(
                "One on each line, in any spelling. 138* stands for a number segment, "
                "13800000000-13800009999 for a range, “withheld” for callers who hide theirs."
            ),
        ),
    ]
    segment: SegmentField = False
    direction: DirectionField = ListDirection.BOTH
    reason: Annotated[Reason, Input(N_("Reason"), "text")] = ""
    expires: Annotated[
        str,
        Field(max_length=20),
        Input(N_("Expires after"), "date", help=N_("The last day. Empty: never.")),
    ] = ""


class ListEntryShape(BaseModel):
    """An entry of a list."""

    id: int
    list: Named
    kind: ListKind
    number: str  # E.164, a short code, `+86138*` or a range
    segment: bool
    direction: ListDirection
    effect: EffectKind | None  # null: that of the list
    priority: int | None
    queue: str
    reason: str
    state: EntryState
    expires_at: datetime | None
    added_at: datetime
    added_by: Named | None
    decided_at: datetime | None
    decided_by: Named | None


class EntryShapes(Items[ListEntryShape]):
    """Entries, newest first unless another order is asked for."""


class AddedShape(EntryShapes):
    """The entries that were added; numbers that the list has already are left out."""

    left_out: int


class MatchShape(BaseModel):
    """What the lists say of a number; a white entry lifts black ones."""

    number: str
    black: ListEntryShape | None
    vip: ListEntryShape | None
    white: ListEntryShape | None
