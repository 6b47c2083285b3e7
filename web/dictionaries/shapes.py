"""Bodies and answers of the API of dictionaries."""

from typing import Annotated

from pydantic import BaseModel, Field

from web.kit.bodies import Body

Name = Annotated[str, Field(max_length=100)]


class DictionaryBody(Body):
    """A new dictionary of the site's own; without a key it gets one from its name."""

    key: Annotated[str, Field(max_length=50)] = ""
    name_en: Name = ""
    name_zh: Name = ""


class DictionaryChange(Body):
    """The changes of a dictionary of the site's own."""

    name_en: Name | None = None
    name_zh: Name | None = None


class ChoiceBody(Body):
    """A new choice; without a key it gets one from its name."""

    key: Annotated[str, Field(max_length=50)] = ""
    name_en: Name = ""
    name_zh: Name = ""


class ChoiceChange(Body):
    """The changes of a choice; a disabled one is no longer offered."""

    name_en: Name | None = None
    name_zh: Name | None = None
    enabled: bool | None = None


class OrderBody(Body):
    """The keys of a dictionary in the wanted order."""

    keys: Annotated[list[Annotated[str, Field(max_length=50)]], Field(max_length=1000)]


class ChoiceShape(BaseModel):
    """A choice of a dictionary."""

    key: str
    name: str
    name_en: str
    name_zh: str
    position: int
    enabled: bool


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


class DictionaryList(BaseModel):
    """All dictionaries."""

    items: list[DictionaryShape]
    next: str | None = None
