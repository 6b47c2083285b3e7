"""Prompts as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from crm.people.person import Language
from ivr.prompt_library.prompt import LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_TEXT, PromptSource
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items
from web.prompts.words import PromptKind

PromptPath = Annotated[str, Path(min_length=1, max_length=100)]
LanguageQuery = Annotated[Language, Query()]
VersionQuery = Annotated[int, Query(ge=0, le=2**53)]
PromptName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Description = Annotated[str, Field(max_length=LONGEST_DESCRIPTION)]
SpokenText = Annotated[str, Field(max_length=LONGEST_TEXT)]
NAME_HELP = N_("Letters a to z, digits and hyphens, e.g. summer-hours. Flows call it by this name.")


class PromptBody(Body):
    """A new prompt; what is typed is spoken by a voice."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "summer-hours",
                    "description": "Opening hours in summer",
                    "text_en": "In July we are open from 9 to 17.",
                    "text_zh": "七月的营业时间是9点到17点。",
                }
            ]
        },
    )

    name: Annotated[PromptName, Input(N_("Name"), help=NAME_HELP)]
    description: Annotated[Description, Input(N_("Description"))] = ""
    text_en: Annotated[
        SpokenText,
        Input(
            N_("Text in English"),
            "textarea",
            help=N_("Spoken by a voice. Leave empty to upload or record it on the next page."),
        ),
    ] = ""
    text_zh: Annotated[SpokenText, Input(N_("Text in Chinese"), "textarea")] = ""


class PromptForm(Body):
    """The form of an existing prompt."""

    name: Annotated[PromptName, Input(N_("Name"), help=NAME_HELP)]
    description: Annotated[Description, Input(N_("Description"))] = ""


class PromptChange(Body):
    """The fields of a prompt to change; missing ones stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"description": "Before the menu"}]}
    )

    name: PromptName | None = None
    description: Description | None = None


class TextBody(Body):
    """What a voice says."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "We are closed today."}]}
    )

    text: Annotated[
        Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)],
        Input(N_("Text"), "textarea"),
    ]


class RestoreBody(Body):
    """A version to go back to."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 1}]})

    version: Annotated[int, Field(ge=1, le=2**53)]


class SpokenShape(BaseModel):
    """A prompt in one language; `seconds` is null until it has been spoken."""

    text: str
    seconds: float | None
    source: PromptSource
    version: int | None


class UseShape(BaseModel):
    """A call flow that plays a prompt, with the numbers that lead to it."""

    flow: int
    name: str
    numbers: list[str]
    published: bool
    draft: bool


class PromptShape(BaseModel):
    """A prompt, what there is in each language, and the languages that are missing."""

    name: str
    description: str
    standard: bool
    kind: PromptKind
    languages: dict[Language, SpokenShape]
    missing: list[Language]
    used_by: list[UseShape]


class PromptShapes(Items[PromptShape]):
    """Prompts by name."""


class PromptVersionShape(BaseModel):
    """What a prompt was in a language."""

    version: int
    source: PromptSource
    text: str
    seconds: float
    has_audio: bool
    at: datetime
    by: str
    current: bool


class PromptVersionShapes(BaseModel):
    """The kept versions of a prompt in a language, the newest first."""

    items: list[PromptVersionShape]
