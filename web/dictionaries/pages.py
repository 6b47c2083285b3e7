"""The pages of dictionaries: the list, and one dictionary with its choices."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from crm.dictionary.item import Item
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.dictionaries import actions
from web.dictionaries.api import KeyPath
from web.dictionaries.listing import CHOICES, DICTIONARIES, WrongChoice, with_wrong
from web.dictionaries.shapes import ChoiceBody, DictionaryBody, DictionaryShape, NamesBody
from web.kit.auth import needs
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, save
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page, read_table
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done

router = APIRouter(prefix="/dictionaries")
Editor = Annotated[SignedIn, Depends(needs(Right.DICTIONARIES_EDIT))]

add_export(router, DICTIONARIES, "/all/export")
add_export(router, CHOICES, "/{dictionary}/items/export")


@router.get("")
def dictionaries_page(request: Request, who: Editor) -> Response:
    """List all dictionaries."""
    shown = {"form": _new_form(reader_of(request))}
    return list_page(request, who, DICTIONARIES, "dictionaries.html", shown)


@router.post("")
def add_dictionary(request: Request, who: Editor, sent: SentForm) -> Response:
    """Add a dictionary of the site's own."""
    form = _new_form(reader_of(request))
    with context_of(request).database.begin() as session:

        def write() -> str:
            body = read_body(DictionaryBody, sent)
            names = (body.name_en, body.name_zh)
            return actions.add_list(session, request, who, body.key, names)

        key = save(session, reader_of(request), form, sent, write)
    if isinstance(key, NotSaved):
        return list_page(
            request, who, DICTIONARIES, "dictionaries.html", {"form": form}, key.status
        )
    return done(_address(key), N_("Picklist created."))


@router.get("/{dictionary}")
def dictionary_page(request: Request, dictionary: KeyPath, who: Editor) -> Response:
    """Show a dictionary's choices, which can be changed in place."""
    with context_of(request).database.begin() as session:
        return _page(session, request, who, dictionary)


@router.post("/{dictionary}")
def rename_dictionary(
    request: Request, dictionary: KeyPath, who: Editor, sent: SentForm
) -> Response:
    """Rename a dictionary of the site's own."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        old = actions.listed(session, reader, dictionary)
        form = _rename_form(reader, old)

        def write() -> None:
            body = read_body(NamesBody, sent)
            actions.rename_list(session, request, who, old, (body.name_en, body.name_zh))

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(session, request, who, dictionary, rename=form, status=outcome.status)
    return done(_address(dictionary), N_("Picklist renamed."))


@router.post("/{dictionary}/items")
def add_choice(request: Request, dictionary: KeyPath, who: Editor, sent: SentForm) -> Response:
    """Add a choice at the end."""
    reader = reader_of(request)
    form = _new_choice_form(reader, dictionary)
    with context_of(request).database.begin() as session:
        actions.listed(session, reader, dictionary)

        def write() -> Item:
            new = Item(**dict(read_body(ChoiceBody, sent)))
            return actions.add_choice(session, request, who, dictionary, new)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(session, request, who, dictionary, new=form, status=outcome.status)
    return done(_address(dictionary), N_("Option added."))


@router.post("/{dictionary}/change")
def change_choice(request: Request, dictionary: KeyPath, who: Editor, sent: SentForm) -> Response:
    """Rename, move, disable or enable a choice, as the pressed button says."""
    key = sent.one("key")
    with context_of(request).database.begin() as session:
        actions.listed(session, reader_of(request), dictionary)
        try:
            with session.begin_nested():
                _change(session, request, who, dictionary, sent)
        except (InvalidError, ValidationError) as error:
            wrong = WrongChoice(key, sent.one("name_en"), sent.one("name_zh"), error)
            return _page(session, request, who, dictionary, wrong=wrong, status=422)
    return done(_address(dictionary), N_("Saved."))


@router.post("/{dictionary}/order")
def order_choices(request: Request, dictionary: KeyPath, who: Editor, sent: SentForm) -> Response:
    """Put the choices in the order to which they were dragged."""
    keys = sent.one("keys")[:60_000].split("\n")
    with context_of(request).database.begin() as session:
        actions.listed(session, reader_of(request), dictionary)
        actions.order_choices(session, request, who, dictionary, keys)
    return done(_address(dictionary), N_("Saved."))


def _change(
    session: Session, request: Request, who: SignedIn, dictionary: str, sent: Posted
) -> None:
    old = actions.choice(session, dictionary, sent.one("key"))
    match sent.one("do"):
        case "up" | "down" as way:
            keys = [one.key for one in actions.choices(session, dictionary)]
            wanted = actions.moved(keys, old.key, -1 if way == "up" else 1)
            actions.order_choices(session, request, who, dictionary, wanted)
        case "enable" | "disable" as wish:
            changed = replace(old, enabled=wish == "enable")
            actions.change_choice(session, request, who, dictionary, changed)
        case _:
            changed = replace(old, **dict(read_body(NamesBody, sent)))
            actions.change_choice(session, request, who, dictionary, changed)


def _page(  # noqa: PLR0913 - what a page shows
    session: Session,
    request: Request,
    who: SignedIn,
    dictionary: str,
    *,
    new: Form | None = None,
    rename: Form | None = None,
    wrong: WrongChoice | None = None,
    status: int = 200,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    found = actions.listed(session, reader, dictionary)
    table = read_table(session, request, who, CHOICES)
    shown = {
        "dictionary": found,
        "url": _address(dictionary),
        "table": with_wrong(table, wrong, reader) if wrong else table,
        "new": new or _new_choice_form(reader, dictionary),
        "rename": (rename or _rename_form(reader, found)) if found.own else None,
    }
    status = max(status, table.status)
    return context.pages.page(request, "dictionary.html", shown, status=status)


def _address(dictionary: str) -> str:
    return f"/dictionaries/{quote(dictionary, safe='')}"


def _new_form(reader: Reader) -> Form:
    submit = reader.gettext(N_("Create picklist"))
    return Form("/dictionaries", _fields(reader, DictionaryBody), submit=submit, name="add")


def _new_choice_form(reader: Reader, dictionary: str) -> Form:
    url = f"{_address(dictionary)}/items"
    return Form(url, _fields(reader, ChoiceBody), submit=reader.gettext(N_("Add")), name="add")


def _rename_form(reader: Reader, found: DictionaryShape) -> Form:
    fields = fields_of(NamesBody, reader, dict(found), {})
    return Form(_address(found.key), fields, name="rename")


def _fields(reader: Reader, body: type[NamesBody]) -> list[Field]:
    return fields_of(body, reader, {}, {})
