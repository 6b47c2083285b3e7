"""The API of the numbers that callers dial, their call flows, greetings and menus."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from ivr import store
from web.kit.auth import needs
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.numbers.actions import make_number, show_number, write_number
from web.numbers.listing import NUMBERS
from web.numbers.menu_actions import show_menu, write_menu
from web.numbers.shapes import (
    MenuBody,
    MenuShape,
    NumberBody,
    NumberChange,
    NumberShape,
    NumberShapes,
)

router = APIRouter(prefix="/numbers")
NumberManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]
NumberPath = Annotated[str, Path(max_length=32)]


@router.get("")
def list_numbers(
    request: Request, query: Annotated[ListQuery, Depends(asked(NUMBERS))]
) -> NumberShapes:
    """List numbers, the inactive ones too."""
    return answer_page(request, NUMBERS, query, NumberShapes)


@router.get("/{number}")
def read_number(
    request: Request, response: Response, number: NumberPath, _who: NumberManager
) -> NumberShape:
    """Show a number; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_number(session, number))


@router.post("", status_code=201)
def add_number(request: Request, body: NumberBody, who: NumberManager) -> NumberShape:
    """Add a number; without a flow it gets a new one with the standard greeting."""
    with context_of(request).database.begin() as session:
        return show_number(session, make_number(session, request, who, body))


@router.patch("/{number}")
def change_number(
    request: Request, response: Response, number: NumberPath, body: NumberChange, who: NumberManager
) -> NumberShape:
    """Change the given fields of a number; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        store.number_to_change(session, number)
        check_match(request, etag_of(show_number(session, number)))
        write_number(session, request, who, number, body)
        shape = show_number(session, number)
    return show_tag(request, response, shape)


@router.get("/{number}/menu")
def read_menu(
    request: Request, response: Response, number: NumberPath, _who: NumberManager
) -> MenuShape:
    """Show what callers of a number hear; 409 if its flow has other steps than the form knows."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_menu(session, number))


@router.put("/{number}/menu")
def change_menu(
    request: Request, response: Response, number: NumberPath, body: MenuBody, who: NumberManager
) -> MenuShape:
    """Replace greeting and menu; with `If-Match` only if they have not changed."""
    with context_of(request).database.begin() as session:
        store.number_to_change(session, number)
        check_match(request, etag_of(show_menu(session, number)))
        write_menu(session, request, who, number, body)
        shape = show_menu(session, number)
    return show_tag(request, response, shape)
