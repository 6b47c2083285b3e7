"""Dictionaries and their choices."""

from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from crm.dictionary.item import Item
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.dictionaries import actions
from web.kit.auth import Anybody, needs
from web.kit.bodies import Body
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/dictionaries")
Editor = Annotated[SignedIn, Depends(needs(Right.DICTIONARIES_EDIT))]
KeyPath = Annotated[str, Path(min_length=1, max_length=50)]
Name = Annotated[str, Field(max_length=100)]


class DictionaryBody(Body):
    """A new dictionary of the site's own; without a key it gets one from its name."""

    key: Annotated[str, Field(max_length=50)] = ""
    name_en: Name = ""
    name_zh: Name = ""


class DictionaryChange(Body):
    """What changes of a dictionary of the site's own."""

    name_en: Name | None = None
    name_zh: Name | None = None


class ChoiceBody(Body):
    """A new choice; without a key it gets one from its name."""

    key: Annotated[str, Field(max_length=50)] = ""
    name_en: Name = ""
    name_zh: Name = ""


class ChoiceChange(Body):
    """What changes of a choice; one that is not enabled is no longer offered."""

    name_en: Name | None = None
    name_zh: Name | None = None
    enabled: bool | None = None


class OrderBody(Body):
    """The keys of a dictionary in the order wanted."""

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
    """A dictionary among the others."""

    key: str
    name: str
    name_en: str
    name_zh: str
    own: bool  # made by the site
    choices: int
    offered: int


class DictionaryDetail(DictionaryShape):
    """A dictionary with its choices, those that are switched off too."""

    items: list[ChoiceShape]


class DictionaryList(BaseModel):
    """All dictionaries."""

    items: list[DictionaryShape]
    next: str | None = None


@router.get("")
def read_dictionaries(request: Request, _who: Anybody) -> DictionaryList:
    """List all dictionaries, and the pause reasons among them."""
    with context_of(request).database.begin() as session:
        found = actions.lists(session, reader_of(request))
    return DictionaryList(items=[DictionaryShape(**asdict(one)) for one in found])


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
        shown = _detail(session, reader_of(request), dictionary)
    show_tag(request, response, shown)
    return shown


@router.patch("/{dictionary}")
def rename_dictionary(
    request: Request, dictionary: KeyPath, body: DictionaryChange, who: Editor
) -> DictionaryDetail:
    """Call a dictionary of the site's own something else."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        old = actions.listed(session, reader, dictionary)
        check_match(request, etag_of(_detail(session, reader, dictionary)))
        english = old.name_en if body.name_en is None else body.name_en
        chinese = old.name_zh if body.name_zh is None else body.name_zh
        actions.rename_list(session, request, who, old, (english, chinese))
        return _detail(session, reader, dictionary)


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
    """Rename a choice, switch it off or on again; what was recorded with it keeps it."""
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
    """Put the choices in another order; those not named come after those that are."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        actions.listed(session, reader, dictionary)
        actions.order_choices(session, request, who, dictionary, body.keys)
        return _detail(session, reader, dictionary)


def _detail(session: Session, reader: Reader, key: str) -> DictionaryDetail:
    found = actions.listed(session, reader, key)
    items = [_shape(reader, one) for one in actions.choices(session, key)]
    return DictionaryDetail(**asdict(found), items=items)


def _shape(reader: Reader, item: Item) -> ChoiceShape:
    return ChoiceShape(name=item.name(reader.language), **asdict(item))
