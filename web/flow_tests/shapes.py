"""Scenarios, tests and their results as the API takes and returns them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from ivr.simulation.scenario import MOST_ACTS
from web.kit.bodies import Body

Word = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(max_length=500)]
Texts = Annotated[dict[Word, Text], Field(max_length=50)]
Scalar = Text | bool | int | Annotated[float, Field(allow_inf_nan=False)]
Lot = Annotated[float, Field(ge=0, lt=100, allow_inf_nan=False)]
Document = Annotated[dict[str, Any], Field(max_length=20)]
TestName = Annotated[str, Field(min_length=1, max_length=100)]


class AnswerBody(Body):
    """What another system answers: a value, or why it fails (`time-out`, or any other word)."""

    value: Text | Annotated[dict[Word, Scalar], Field(max_length=50)] | None = None
    fails: Text = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.value is None) == (not self.fails):
            raise ValueError("give either a value or why it fails")
        return self


class ActBody(Body):
    """One thing that the caller does; `early`: before the prompts are over."""

    press: Annotated[str, Field(pattern="^[0-9*#]$")] | None = None
    wait: bool = False
    hang_up: bool = False
    early: bool = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.press is not None) + self.wait + self.hang_up != 1:
            raise ValueError("give one of press, wait and hang_up")
        return self


class CallScenarioBody(Body):
    """A call to be played; without `clock` it comes now. A customer of {} is not known."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"does": [{"press": "1"}]}]}
    )

    caller: Annotated[str, Field(max_length=64)] = ""
    called: Annotated[str, Field(max_length=64)] = ""
    language: Literal["en", "zh_CN"] = "en"
    clock: AwareDatetime | None = None
    variables: Texts = Field(default_factory=dict)
    customer: Texts | None = None
    answers: Annotated[
        dict[Word, Annotated[list[AnswerBody], Field(max_length=50)]], Field(max_length=200)
    ] = Field(default_factory=dict)
    lots: Annotated[dict[Word, Lot], Field(max_length=200)] = Field(default_factory=dict)
    does: Annotated[list[ActBody], Field(max_length=MOST_ACTS)] = Field(default_factory=list)


class SimulateBody(Body):
    """A scenario, and the document that it is played on; without one on the draft."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"scenario": {"does": [{"press": "1"}]}}]},
    )

    document: Document | None = None
    scenario: CallScenarioBody


class EndBody(Body):
    """Where a call ends: the kind of a destination (`queue`), and which one."""

    kind: Word
    target: Annotated[str, Field(max_length=100)] = ""


class ExpectBody(Body):
    """What must come of the call; what is left out may be anything."""

    ends: EndBody | None = None
    passes: Annotated[list[Word], Field(max_length=200)] = Field(default_factory=list)
    variables: Texts = Field(default_factory=dict)


class FlowTestBody(Body):
    """A test: a call, and what must come of it."""

    __test__ = False  # pytest collects no model
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Key 1 leads to sales",
                    "scenario": {"does": [{"press": "1"}]},
                    "expect": {"ends": {"kind": "queue", "target": "sales"}},
                }
            ]
        },
    )

    name: TestName
    scenario: CallScenarioBody
    expect: ExpectBody


class LineShape(BaseModel):
    """A line of a trace."""

    kind: str
    flow: int
    step: str
    step_name: str
    text: str
    values: dict[str, str] = Field(default_factory=dict)


class FlowWayShape(BaseModel):
    """A way that the call took."""

    step: str
    output: str
    to: str


class NamedWayShape(FlowWayShape):
    """A way with its names."""

    step_name: str
    output_name: str
    to_name: str


class HeardPromptShape(BaseModel):
    """A prompt that the caller heard."""

    name: str
    text: str
    language: str


class EndShape(BaseModel):
    """Where the call ended, with a sentence."""

    kind: str
    target: str
    text: str


class MissingShape(BaseModel):
    """A question of a step that the scenario does not answer, and the names of its values."""

    step: str
    step_name: str
    question: str
    names: list[str]


class PlayedShape(BaseModel):
    """What became of the call."""

    trace: list[LineShape]
    ways: list[FlowWayShape]
    at: str
    at_name: str
    waits_for: str
    variables: dict[str, str]
    prompts: list[HeardPromptShape]
    ended: EndShape | None
    missing: list[MissingShape]


class FlowTestShape(BaseModel):
    """A test with its result on the draft."""

    __test__ = False

    id: int
    name: str
    scenario: dict[str, Any]
    expect: dict[str, Any]
    passed: bool
    why: list[str]
    changed_at: datetime | None
    changed_by: str


class CoverageShape(BaseModel):
    """How many ways of the draft the passing tests take, and which none takes."""

    ways: int
    taken: int
    missing: list[NamedWayShape]


class FlowTestShapes(BaseModel):
    """The tests of a flow, with their results on the draft."""

    __test__ = False

    items: list[FlowTestShape]
    coverage: CoverageShape
    next: str | None = None
