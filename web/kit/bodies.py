"""Parts of the request bodies and paths of several features."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from web.kit.body_form import Input
from web.kit.i18n import N_

Line = Annotated[str, Field(max_length=200)]
Key = Annotated[str, Field(max_length=50)]
Note = Annotated[str, Field(max_length=4000)]
Email = Annotated[str, Field(max_length=254)]
Zone = Annotated[str, Field(max_length=64)]
EnglishName = Annotated[str, Field(max_length=100), Input(N_("English name"))]
ChineseName = Annotated[str, Field(max_length=100), Input(N_("Chinese name"))]
# The largest bigint of PostgreSQL; a larger number is not an id.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Ids = Annotated[list[Id], Field(max_length=2000)]
IdPath = Annotated[int, Path(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Query(ge=1, le=500)]


class Body(BaseModel):
    """A request body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")
