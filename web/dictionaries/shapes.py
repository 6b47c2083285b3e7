"""Bodies and answers of the API of dictionaries."""

from typing import Annotated

from pydantic import BaseModel, Field

from web.kit.bodies import Body, ChineseName, EnglishName, Key
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items


class DictionaryChange(Body):
    """The changes of a dictionary of the site's own."""

    name_en: EnglishName | None = None
    name_zh: ChineseName | None = None


class NamesBody(Body):
    """The names of a dictionary or of a choice; one of the two is needed."""

    name_en: EnglishName = ""
    name_zh: ChineseName = ""


class DictionaryBody(NamesBody):
    """A new dictionary of the site's own; without a key it gets one from its name."""

    key: Annotated[
        Key,
        Input(
            N_("Key"),
            help=N_("Used in records and exports. Leave empty to make it from the name."),
        ),
    ] = ""


class ChoiceBody(DictionaryBody):
    """A new choice; without a key it gets one from its name."""


class ChoiceChange(DictionaryChange):
    """The changes of a choice; a disabled one is no longer offered."""

    enabled: bool | None = None


class OrderBody(Body):
    """The keys of a dictionary in the wanted order."""

    keys: Annotated[list[Key], Field(max_length=1000)]


class ChoiceShape(BaseModel):
    """A choice of a dictionary."""

    key: str
    name: str
    name_en: str
    name_zh: str
    position: int
    enabled: bool


class ChoiceList(Items[ChoiceShape]):
    """The choices of a dictionary in their order, those that are switched off too."""


class DictionaryShape(BaseModel):
    """A dictionary in the list."""

    key: str
    name: str
    name_en: str
    name_zh: str
    own: bool  # made by the site
    choices: int
    offered: int


class DictionaryDetail(DictionaryShape):
    """A dictionary with its choices, disabled ones too."""

    items: list[ChoiceShape]


class DictionaryList(Items[DictionaryShape]):
    """All dictionaries."""
