"""Parts of the request bodies and paths of several features."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(max_length=200)]
Key = Annotated[str, Field(max_length=50)]
Note = Annotated[str, Field(max_length=4000)]
# PostgreSQL's bigint ends here; a larger number is no id.
IdPath = Annotated[int, Path(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Query(ge=1, le=500)]


class Body(BaseModel):
    """A request body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")
