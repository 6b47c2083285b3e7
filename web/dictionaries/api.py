"""The API of dictionaries and their choices."""

from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy.orm import Session

from crm.dictionary.item import Item
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.dictionaries import actions
from web.dictionaries.listing import CHOICES, DICTIONARIES
from web.dictionaries.shapes import (
    ChoiceBody,
    ChoiceChange,
    ChoiceList,
    ChoiceShape,
    DictionaryBody,
    DictionaryChange,
    DictionaryDetail,
    DictionaryList,
    OrderBody,
)
from web.kit.auth import Anybody, needs
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.listing.answer import answer_page, read_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/dictionaries")
Editor = Annotated[SignedIn, Depends(needs(Right.DICTIONARIES_EDIT))]
KeyPath = Annotated[str, Path(min_length=1, max_length=50)]


@router.get("")
def read_dictionaries(
    request: Request, query: Annotated[ListQuery, Depends(asked(DICTIONARIES, needs()))]
) -> DictionaryList:
    """List dictionaries, and the pause reasons among them."""
    return answer_page(request, DICTIONARIES, query, DictionaryList)


@router.post("", status_code=201)
def add_dictionary(request: Request, body: DictionaryBody, who: Editor) -> DictionaryDetail:
    """Make a dictionary of the site's own."""
    with context_of(request).database.begin() as session:
        names = (body.name_en, body.name_zh)
        key = actions.add_list(session, request, who, body.key, names)
        return _detail(session, reader_of(request), key)


@router.get("/{dictionary}")
def read_dictionary(
    request: Request, response: Response, dictionary: KeyPath, _who: Anybody
) -> DictionaryDetail:
    """Show a dictionary with its choices."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, _detail(session, reader_of(request), dictionary))


@router.patch("/{dictionary}")
def rename_dictionary(
    request: Request, dictionary: KeyPath, body: DictionaryChange, who: Editor
) -> DictionaryDetail:
    """Rename a dictionary of the site's own."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        old = actions.listed(session, reader, dictionary)
        check_match(request, etag_of(_detail(session, reader, dictionary)))
        english = old.name_en if body.name_en is None else body.name_en
        chinese = old.name_zh if body.name_zh is None else body.name_zh
        actions.rename_list(session, request, who, old, (english, chinese))
        return _detail(session, reader, dictionary)


@router.get("/{dictionary}/items")
def read_choices(
    request: Request,
    dictionary: KeyPath,  # noqa: ARG001 - the list reads it from the address
    query: Annotated[ListQuery, Depends(asked(CHOICES, needs()))],
) -> ChoiceList:
    """List the choices of a dictionary in their order unless another one is asked for."""
    page = read_page(request, CHOICES, query)
    items = [_shape(query.reader, one.item) for one in page.items]
    return ChoiceList(items=items, next=page.next)


@router.post("/{dictionary}/items", status_code=201)
def add_choice(request: Request, dictionary: KeyPath, body: ChoiceBody, who: Editor) -> ChoiceShape:
    """Add a choice at the end."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        actions.listed(session, reader, dictionary)
        new = Item(body.key, body.name_en, body.name_zh)
        return _shape(reader, actions.add_choice(session, request, who, dictionary, new))


@router.patch("/{dictionary}/items/{key}")
def change_choice(
    request: Request, dictionary: KeyPath, key: KeyPath, body: ChoiceChange, who: Editor
) -> ChoiceShape:
    """Rename, disable or enable a choice; older records keep it."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        actions.listed(session, reader, dictionary)
        old = actions.choice(session, dictionary, key)
        check_match(request, etag_of(_shape(reader, old)))
        changed = replace(old, **body.model_dump(exclude_none=True))
        return _shape(reader, actions.change_choice(session, request, who, dictionary, changed))


@router.put("/{dictionary}/order")
def order_choices(
    request: Request, dictionary: KeyPath, body: OrderBody, who: Editor
) -> DictionaryDetail:
    """Put the choices in another order; choices that are not named come last."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        actions.listed(session, reader, dictionary)
        actions.order_choices(session, request, who, dictionary, body.keys)
        return _detail(session, reader, dictionary)


def _detail(session: Session, reader: Reader, key: str) -> DictionaryDetail:
    found = actions.listed(session, reader, key)
    items = [_shape(reader, one) for one in actions.choices(session, key)]
    return DictionaryDetail(**dict(found), items=items)


def _shape(reader: Reader, item: Item) -> ChoiceShape:
    return ChoiceShape(name=item.name(reader.language), **asdict(item))
