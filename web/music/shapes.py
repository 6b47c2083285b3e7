"""Music on hold as the API takes and returns it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ivr.prompt_library.music.store import MOST_FILES
from web.kit.bodies import Body, Id
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items

MusicName = Annotated[str, Field(min_length=1, max_length=100)]


class MusicBody(Body):
    """Music: its name, and whether its files are played by chance."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Piano", "shuffled": True}]}
    )

    name: Annotated[MusicName, Input(N_("Name"))]
    shuffled: Annotated[bool, Input(N_("Play the files in random order"))] = False


class MusicChange(Body):
    """The fields of music to change; missing ones stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"shuffled": True}]})

    name: MusicName | None = None
    shuffled: bool | None = None


class MusicOrder(Body):
    """The ids of the files in the wanted order; those that are not named come last."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"keys": [1]}]})

    keys: Annotated[list[Id], Field(min_length=1, max_length=MOST_FILES)]


class MusicFileShape(BaseModel):
    """A file of music."""

    id: int
    name: str
    seconds: float


class MusicShape(BaseModel):
    """Music, its files, and the queues that play it; queues name it by `key`.

    The standard music is built in: it has no id, and can be heard but not changed.
    """

    id: int | None
    key: str
    name: str
    built_in: bool = False
    shuffled: bool
    files: list[MusicFileShape]
    queues: list[str]


class MusicShapes(Items[MusicShape]):
    """All music: the standard one, then the others by name."""
