"""The shapes of what may be sent to the API; anything more is refused."""

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from acd.agent import Phone
from crm.customers.customer import Label, Sex

Line = Annotated[str, Field(max_length=200)]
Key = Annotated[str, Field(max_length=50)]
Note = Annotated[str, Field(max_length=4000)]
CallPath = Annotated[str, Path(min_length=1, max_length=150)]
# PostgreSQL's bigint ends here; beyond it a number is nobody's id.
IdPath = Annotated[int, Path(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Query(ge=1, le=500)]


class Body(BaseModel):
    """What all bodies have in common."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Body):
    """Who wants to come in."""

    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    code: Annotated[str, Field(max_length=100)] = ""


class DeskSignIn(Body):
    """Which telephone the agent takes his calls on."""

    phone: Phone = Phone.BROWSER


class DeskState(Body):
    """Ready for calls, or paused and why (a key of the pause reasons)."""

    state: Literal["ready", "paused"]
    reason: Key = ""


class Outcome(Body):
    """How a call came out (a key of the outcomes)."""

    outcome: Annotated[str, Field(min_length=1, max_length=50)]
    note: Note = ""


class ServiceRecordBody(Body):
    """What was taken down of a call; keys of the dictionaries of the same names."""

    service_type: Key
    method: Key = ""
    business_type: Key = ""
    product: Key = ""
    problem_type: Key = ""
    cause: Key = ""
    note: Note = ""
    customer: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class CustomerBody(Body):
    """A new customer; numbers as people write them."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    company: Line = ""
    level: Key = ""
    category: Key = ""
    status: Key = ""
    sex: Sex = Sex.UNKNOWN
    address: Annotated[str, Field(max_length=500)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    note: Note = ""
    phones: Annotated[list[Line], Field(max_length=10)] = []
    phone_labels: Annotated[list[Label], Field(max_length=10)] = []


class CustomerChange(Body):
    """What changes of a customer; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    company: Line | None = None
    level: Key | None = None
    category: Key | None = None
    status: Key | None = None
    sex: Sex | None = None
    address: Annotated[str, Field(max_length=500)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    note: Note | None = None
    phones: Annotated[list[Line], Field(max_length=10)] | None = None
    phone_labels: Annotated[list[Label], Field(max_length=10)] | None = None


class CustomerQuery(BaseModel):
    """What a list of customers is narrowed to, and how it is sorted (`-` in front: downwards)."""

    text: Annotated[str, Field(max_length=100)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    level: Key = ""
    category: Key = ""
    status: Key = ""
    sort: Annotated[str, Field(max_length=20)] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=1000)] = ""


class CallQuery(BaseModel):
    """What a list of calls is narrowed to; times are ISO 8601, local ones the reader's."""

    caller: Annotated[str, Field(max_length=64)] = ""
    called: Annotated[str, Field(max_length=64)] = ""
    customer: Annotated[str, Field(max_length=20)] = ""
    direction: Annotated[str, Field(max_length=20)] = ""
    result: Annotated[str, Field(max_length=20)] = ""
    agent: Annotated[str, Field(max_length=20)] = ""
    queue: Annotated[str, Field(max_length=64)] = ""
    since: Annotated[str, Field(max_length=40, alias="from")] = ""
    until: Annotated[str, Field(max_length=40, alias="to")] = ""
    sort: Annotated[str, Field(max_length=20)] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=400)] = ""
