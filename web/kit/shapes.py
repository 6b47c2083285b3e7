"""The response shapes that several features share."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel

Item = TypeVar("Item")
Live = dict[str, Any]  # a value of the engine, unchanged


class Named(BaseModel):
    """An id and its name."""

    id: int
    name: str


class Choice(BaseModel):
    """A key of a dictionary and its name in the reader's language."""

    key: str
    name: str


class Items(BaseModel, Generic[Item]):
    """A page of a list; `next` is the cursor of the page after it."""

    items: list[Item]
    next: str | None


class Done(BaseModel):
    """The engine has done it; `value` is its answer."""

    done: bool = True
    value: Live = {}


class ProblemShape(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] = []
