"""Order, page and filters of a list, read from an address or from the API."""

import inspect
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.sql.page import MOST
from web.kit.auth import needs
from web.kit.date_input import until_end, when
from web.kit.i18n import Reader
from web.kit.listing.declaration import Filter, FilterKind, Listing, ListQuery
from web.kit.request import reader_of

LARGEST_ID = 2**63 - 1  # of PostgreSQL's bigint
PAGE_ROWS = 50
CURSOR_LONGEST = 1000
LONGEST_PART = 7  # digits of hours, minutes or seconds


def read_sort(asked: str, known: Collection[str], default: str) -> tuple[str, bool]:
    """Read an order, and whether it is descending; an unknown one is the default."""
    word = asked if asked.removeprefix("-") in known else default
    return word.removeprefix("-"), word.startswith("-")


def read_filters(
    filters: Iterable[Filter[Any]], typed: Mapping[str, str], reader: Reader
) -> tuple[dict[str, Any], list[InvalidError]]:
    """Read the filters' texts; each error names the wrong filter."""
    values: dict[str, Any] = {}
    errors: list[InvalidError] = []
    for one in filters:
        text = typed.get(one.name, "").strip()[: one.longest]
        if not text:
            continue
        try:
            value = _value(one, text, reader)
        except InvalidError as error:
            errors.append(error)
        else:
            if value is not None:
                values[one.name] = value
    return values, errors


def asked(
    listing: Listing[Any], guard: Callable[..., Awaitable[SignedIn]] | None = None
) -> Callable[..., ListQuery]:
    """Make the dependency of an API endpoint that reads a list's query.

    It requires the list's right unless another guard is given, and documents each filter as a
    parameter. InvalidError names the parameter that is wrong.
    """
    guard = guard or needs(*listing.opened_by, in_person=listing.in_person)
    filters = {f"filter_{place}": one for place, one in enumerate(listing.filters)}

    def read(
        request: Request, who: SignedIn, limit: int, cursor: str, sort: str = "", **sent: object
    ) -> ListQuery:
        reader = reader_of(request)
        if sort and sort.removeprefix("-") not in listing.sorts:
            raise InvalidError("“{key}” is not one of the options.", "sort", key=sort)
        word, descending = read_sort(sort, listing.sorts, listing.sort)
        typed = {filters[key].name: _as_typed(value) for key, value in sent.items()}
        values, errors = read_filters(listing.filters, typed, reader)
        if errors:
            raise errors[0]
        return ListQuery(
            who=who,
            reader=reader,
            right=listing.right,
            sort=word,
            descending=descending,
            limit=limit,
            cursor=cursor or None,
            typed=typed,
            values=values,
            place=request.path_params,
            state=request.app.state,
        )

    rows = MOST if listing.rows else PAGE_ROWS
    ordered = {"sort": (Annotated[str, Query(max_length=21)], "")} if listing.sorts else {}
    _sign(
        read,
        {
            "request": (Request, inspect.Parameter.empty),
            "who": (Annotated[SignedIn, Depends(guard)], inspect.Parameter.empty),
            **{key: _parameter(one) for key, one in filters.items()},
            **ordered,
            "limit": (Annotated[int, Query(ge=1, le=MOST)], rows),
            "cursor": (Annotated[str, Query(max_length=CURSOR_LONGEST)], ""),
        },
    )
    return read


def _value(one: Filter[Any], text: str, reader: Reader) -> str | float | bool | datetime | None:
    match one.kind:
        case FilterKind.SINCE:
            return when(text, reader, one.name)
        case FilterKind.UNTIL:
            return until_end(text, reader, one.name)
        case FilterKind.FLAG:
            return text not in {"0", "off", "false"} or None
        case FilterKind.ID:
            return _id(one, text)
        case FilterKind.LENGTH:
            return _length(one, text)
        case FilterKind.CHOICE if not callable(one.options) and text not in one.options:
            raise InvalidError("“{key}” is not one of the options.", one.name, key=text)
        case _:
            return text


def _id(one: Filter[Any], text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()) or int(text) > LARGEST_ID:
        raise InvalidError("“{key}” is not one of the options.", one.name, key=text)
    return int(text) or None  # 0 means all


def _length(one: Filter[Any], text: str) -> float:
    """Read seconds, minutes and seconds, or hours, minutes and seconds."""
    parts = text.strip().replace("\uff1a", ":").split(":")
    good = all(part.isascii() and part.isdecimal() and len(part) < LONGEST_PART for part in parts)
    if not good or len(parts) > len(("hours", "minutes", "seconds")):
        raise InvalidError("Enter seconds, or minutes and seconds such as 1:30.", one.name)
    seconds = 0
    for part in parts:
        seconds = 60 * seconds + int(part)
    return float(seconds)


def _as_typed(value: object) -> str:
    return {True: "on", False: ""}[value] if isinstance(value, bool) else str(value)


def _parameter(one: Filter[Any]) -> tuple[Any, object]:
    if one.kind is FilterKind.FLAG:
        return Annotated[bool, Query(alias=one.name, description=one.label)], False
    keys = () if callable(one.options) else tuple(one.options)
    described = Query(
        alias=one.name,
        description=one.label,
        max_length=one.longest,
        json_schema_extra={"enum": ["", *keys]} if keys else None,
    )
    return Annotated[str, described], ""


def _sign(function: Callable[..., object], parameters: Mapping[str, tuple[Any, object]]) -> None:
    """Give a function the parameters that FastAPI reads and documents."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, keyword, annotation=annotation, default=default)
            for name, (annotation, default) in parameters.items()
        ]
    )
