"""Outbound rules, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.agent import Outbound
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import TrunkChoice
from cti.outbound.store import MOST_BEGINNINGS, MOST_DAY_COST, MOST_LIMIT, MOST_REWRITES
from web.kit.bodies import Body, Id, Ids
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named
from web.outbound.words import CHOICES, CHOSEN_CLASSES
from web.people.words import OUTBOUND

LONGEST_BEGINNING = 20
MOST_TRUNKS = 10
RuleName = Annotated[str, Field(min_length=1, max_length=100)]
Beginning = Annotated[str, Field(max_length=LONGEST_BEGINNING)]
Beginnings = Annotated[list[Beginning], Field(max_length=MOST_BEGINNINGS)]
Trunks = Annotated[list[Id], Field(min_length=1, max_length=MOST_TRUNKS)]
Classes = Annotated[list[NumberClass], Field(min_length=1, max_length=len(NumberClass))]
CallerNumber = Annotated[str, Field(max_length=32)]
MostCalls = Annotated[int, Field(ge=0, le=MOST_LIMIT)]
DayCost = Annotated[int, Field(ge=0, le=MOST_DAY_COST)]


class RewriteBody(Body):
    """A change of the number for the carrier: where it begins so, strip and prepend digits."""

    begins: Beginning
    strip: Annotated[int, Field(ge=0, le=LONGEST_BEGINNING)] = 0
    prepend: Beginning = ""


Rewrites = Annotated[list[RewriteBody], Field(max_length=MOST_REWRITES)]


class RuleForm(Body):
    """The fields of a rule, without its trunks and changes of the number."""

    name: Annotated[RuleName, Input(N_("Name"))]
    classes: Annotated[Classes, Input(N_("Kinds of numbers"), names=CHOSEN_CLASSES)]
    begins: Annotated[
        Beginnings,
        Input(
            N_("Only numbers that begin with"),
            "lines",
            help=N_("With the country code, for example +8621. One per line; empty for all."),
        ),
    ] = Field(default_factory=list)
    roles: Annotated[Ids, Input(N_("For these roles"))] = Field(default_factory=list)
    groups: Annotated[Ids, Input(N_("For these groups and departments"))] = Field(
        default_factory=list
    )
    agents: Annotated[
        Ids,
        Input(
            N_("For these agents"),
            help=N_("Without roles, groups and agents the rule is for everyone."),
        ),
    ] = Field(default_factory=list)
    choice: Annotated[TrunkChoice, Input(N_("Choice of the trunk"), names=CHOICES)] = (
        TrunkChoice.ORDER
    )
    caller_number: Annotated[
        CallerNumber,
        Input(N_("Caller ID"), "select", placeholder=N_("The agent's, else the main number")),
    ] = ""
    most_calls: Annotated[
        MostCalls, Input(N_("Maximum calls at the same time"), help=N_("0 for no limit."))
    ] = 0
    per_minute: Annotated[
        MostCalls, Input(N_("Maximum calls per minute"), help=N_("0 for no limit."))
    ] = 0
    day_cost: Annotated[
        DayCost,
        Input(
            N_("Daily cost limit"),
            help=N_("In the currency's unit, of all calls by this rule. 0 for no limit."),
        ),
    ] = 0
    record: Annotated[bool, Input(N_("Record calls"))] = True
    may_hide: Annotated[
        bool,
        Input(
            N_("Agents may hide our number"),
            help=N_("For one call, in the dial box. Only trunks that allow it are used then."),
        ),
    ] = False
    active: Annotated[bool, Input(N_("Active"))] = True


class RuleBody(RuleForm):
    """An outbound rule: who may dial which numbers, over which trunks in which order.

    Without roles, groups and agents it is for everyone.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Shanghai", "classes": ["local", "mobile"], "trunks": [1]}]
        },
    )

    trunks: Trunks
    rewrites: Rewrites = Field(default_factory=list)


class RuleChange(Body):
    """The fields of a rule to change; missing ones stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"most_calls": 5, "active": True}]}
    )

    name: RuleName | None = None
    classes: Classes | None = None
    begins: Beginnings | None = None
    roles: Ids | None = None
    groups: Ids | None = None
    agents: Ids | None = None
    trunks: Trunks | None = None
    choice: TrunkChoice | None = None
    rewrites: Rewrites | None = None
    caller_number: CallerNumber | None = None
    most_calls: MostCalls | None = None
    per_minute: MostCalls | None = None
    day_cost: DayCost | None = None
    record: bool | None = None
    may_hide: bool | None = None
    active: bool | None = None


class RuleOrder(Body):
    """The ids of all rules in the wanted order; the first one that applies decides."""

    keys: Ids


class RuleShape(BaseModel):
    """A rule's settings, with the names of what they refer to."""

    id: int
    name: str
    classes: list[NumberClass]
    begins: list[str]
    roles: list[Named]
    groups: list[Named]
    agents: list[Named]
    trunks: list[Named]
    choice: TrunkChoice
    rewrites: list[RewriteBody]
    caller_number: str
    most_calls: int
    per_minute: int
    day_cost: int
    record: bool
    may_hide: bool
    active: bool


class RuleShapes(Items[RuleShape]):
    """All rules in their order."""


class DialTest(Body):
    """May an agent dial a number? Without an agent: may a route or a call flow."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"agent": 1, "number": "021 6123 4567"}]}
    )

    number: Annotated[str, Field(min_length=1, max_length=40)]
    agent: Id | None = None


class AskedRule(BaseModel):
    """A rule, and why it applies or does not."""

    name: str
    applies: bool
    sentence: str


class WayShape(BaseModel):
    """One try: over which trunk, which digits are dialed, which number is shown."""

    trunk: Named
    digits: str
    caller_number: str


class DialAnswer(BaseModel):
    """Whether the number may be dialed, and how. Busy trunks and limits do not count here."""

    allowed: bool
    sentence: str  # why it is refused; "" if it is allowed
    number: str  # as it is understood
    number_class: NumberClass | None
    rule: str
    ways: list[WayShape]
    rules: list[AskedRule]


class LimitBody(Body):
    """How far an agent may dial out, perhaps until a time; then the outbound rules hold again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"limit": "internal", "until": "2026-12-01T18:00:00+08:00"}]
        },
    )

    limit: Annotated[Outbound, Input(N_("Outbound permission"), names=OUTBOUND)]
    # A local time without a zone is the user's own.
    until: Annotated[
        datetime | None,
        Input(
            N_("Until"),
            "datetime-local",
            help=N_("Then the outbound rules hold again. Empty: until it is changed."),
        ),
    ] = None


class LimitShape(BaseModel):
    """An agent's own limit of calls out."""

    agent: Named
    limit: Outbound
    until: datetime | None
