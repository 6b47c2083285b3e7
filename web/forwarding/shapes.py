"""The forwarding of an extension, as the API takes and returns it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.forwarding.words import FORWARDS
from web.kit.bodies import Body
from web.kit.body_form import Input

Text = Annotated[str, Field(max_length=120)]


class ForwardsBody(Body):
    """Where calls to an extension go instead: `queue:support`, `agent:3`, `number:+86…`.

    Empty: not forwarded. `voicemail:2` is a voicemail box.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"busy": "queue:support", "away": "number:+861380013800"}]},
    )

    always: Text = ""
    busy: Text = ""
    no_answer: Text = ""
    away: Text = ""


class ForwardsForm(BaseModel):
    """The labels of the form, which has two fields for each destination."""

    always: Annotated[str, Input(FORWARDS["always"])] = ""
    busy: Annotated[str, Input(FORWARDS["busy"])] = ""
    no_answer: Annotated[str, Input(FORWARDS["no_answer"])] = ""
    away: Annotated[str, Input(FORWARDS["away"])] = ""


class ForwardsShape(BaseModel):
    """The forwarding of an extension; an empty text means: not forwarded."""

    user: int
    extension: str
    always: str
    busy: str
    no_answer: str
    away: str
