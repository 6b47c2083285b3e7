"""What the API of drafts takes."""

from typing import Annotated

from pydantic import Field

from crm.drafts.draft import FIELDS_MOST, KEY_MOST
from web.kit.bodies import Body

DraftForm = Annotated[str, Field(min_length=1, max_length=KEY_MOST)]
DraftName = Annotated[str, Field(max_length=100)]
DraftText = Annotated[str, Field(max_length=4000)]


class DraftBody(Body):
    """What was typed into one form, by the names of its fields."""

    form: DraftForm
    values: Annotated[dict[DraftName, DraftText], Field(max_length=FIELDS_MOST)]
