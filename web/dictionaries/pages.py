"""The pages of dictionaries: the list, and one dictionary with its choices."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.dictionary.item import Item
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.dictionaries import actions
from web.dictionaries.api import KeyPath
from web.dictionaries.listing import DICTIONARIES
from web.kit.auth import needs
from web.kit.forms import Field, Form, read_form, typed
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import read_table
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/dictionaries")
Editor = Annotated[SignedIn, Depends(needs(Right.DICTIONARIES_EDIT))]
NAMES = ("name_en", "name_zh")
NEW = ("key", *NAMES)
Given = dict[str, str]

add_export(router, DICTIONARIES, "/all/export")


@router.get("")
def dictionaries_page(request: Request, who: Editor) -> Response:
    """List all dictionaries."""
    return _list_page(request, who, _new_list_form(reader_of(request)))


@router.post("")
async def add_dictionary(request: Request, who: Editor) -> Response:
    """Add a dictionary of the site's own."""
    given = typed(await read_form(request), NEW)
    return await run_in_threadpool(_add_dictionary, request, who, given)


@router.get("/{dictionary}")
def dictionary_page(request: Request, dictionary: KeyPath, _who: Editor) -> Response:
    """Show a dictionary's choices, which can be changed in place."""
    with context_of(request).database.begin() as session:
        return _page(session, request, dictionary)


@router.post("/{dictionary}")
async def rename_dictionary(request: Request, dictionary: KeyPath, who: Editor) -> Response:
    """Rename a dictionary of the site's own."""
    given = typed(await read_form(request), NAMES)

    def rename(session: Session) -> None:
        old = actions.listed(session, reader_of(request), dictionary)
        actions.rename_list(session, request, who, old, (given["name_en"], given["name_zh"]))

    return await run_in_threadpool(_change, request, dictionary, "rename", given, rename)


@router.post("/{dictionary}/items")
async def add_choice(request: Request, dictionary: KeyPath, who: Editor) -> Response:
    """Add a choice at the end."""
    given = typed(await read_form(request), NEW)

    def add(session: Session) -> None:
        new = Item(given["key"], given["name_en"], given["name_zh"])
        actions.add_choice(session, request, who, dictionary, new)

    return await run_in_threadpool(_change, request, dictionary, "add", given, add)


@router.post("/{dictionary}/change")
async def change_choice(request: Request, dictionary: KeyPath, who: Editor) -> Response:
    """Rename, move, disable or enable a choice, as the pressed button says."""
    given = typed(await read_form(request), (*NEW, "do"))

    def change(session: Session) -> None:
        old = actions.choice(session, dictionary, given["key"])
        match given["do"]:
            case "up" | "down" as way:
                keys = [one.key for one in actions.choices(session, dictionary)]
                wanted = actions.moved(keys, old.key, -1 if way == "up" else 1)
                actions.order_choices(session, request, who, dictionary, wanted)
            case "enable" | "disable" as wish:
                changed = replace(old, enabled=wish == "enable")
                actions.change_choice(session, request, who, dictionary, changed)
            case _:
                changed = replace(old, name_en=given["name_en"], name_zh=given["name_zh"])
                actions.change_choice(session, request, who, dictionary, changed)

    return await run_in_threadpool(_change, request, dictionary, "change", given, change)


@router.post("/{dictionary}/order")
async def order_choices(request: Request, dictionary: KeyPath, who: Editor) -> Response:
    """Put the choices in the order to which they were dragged."""
    given = typed(await read_form(request), ("keys",))

    def order(session: Session) -> None:
        keys = given["keys"][:60_000].split("\n")
        actions.order_choices(session, request, who, dictionary, keys)

    return await run_in_threadpool(_change, request, dictionary, "order", given, order)


def _change(
    request: Request, dictionary: str, what: str, given: Given, change: Callable[[Session], None]
) -> Response:
    """Make a change and show the page again, with the typed values if it fails."""
    with context_of(request).database.begin() as session:
        actions.listed(session, reader_of(request), dictionary)
        try:
            with session.begin_nested():
                change(session)
        except InvalidError as error:
            return _page(session, request, dictionary, (what, given, error))
    address = f"/dictionaries/{quote(dictionary, safe='')}"
    return Response(status_code=303, headers={"Location": address})


def _add_dictionary(request: Request, who: SignedIn, given: Given) -> Response:
    reader = reader_of(request)
    try:
        with context_of(request).database.begin() as session:
            names = (given["name_en"], given["name_zh"])
            key = actions.add_list(session, request, who, given["key"], names)
    except InvalidError as error:
        form = _new_list_form(reader)
        form.fill(given)
        form.blame(reader, error)
        return _list_page(request, who, form, status=422)
    address = f"/dictionaries/{quote(key, safe='')}"
    return Response(status_code=303, headers={"Location": address})


def _list_page(request: Request, who: SignedIn, form: Form, *, status: int = 200) -> Response:
    context = context_of(request)
    with context.database.begin() as session:
        table = read_table(session, request, who, DICTIONARIES)
    shown = {"table": table, "form": form}
    status = max(status, table.status)
    return context.pages.page(request, "dictionaries.html", shown, status=status)


def _page(
    session: Session,
    request: Request,
    dictionary: str,
    wrong: tuple[str, Given, InvalidError] | None = None,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    found = actions.listed(session, reader, dictionary)
    url = f"/dictionaries/{quote(dictionary, safe='')}"
    new = Form(
        f"{url}/items", _names(reader, key=True), submit=reader.gettext(N_("Add")), name="add"
    )
    rename = Form(url, _names(reader, key=False), name="rename")
    rename.fill({"name_en": found.name_en, "name_zh": found.name_zh})
    what, given, error = wrong or ("", {}, None)
    if error and what in {"add", "rename"}:
        form = new if what == "add" else rename
        form.fill(given)
        form.blame(reader, error)
    shown = {
        "dictionary": found,
        "url": url,
        "choices": actions.choices(session, dictionary),
        "new": new,
        "rename": rename if found.own else None,
        "wrong_key": given.get("key", "") if what == "change" else "",
        "given": given,
        "error": reader.error(error) if error else "",
    }
    status = 422 if error else 200
    return context.pages.page(request, "dictionary.html", shown, status=status)


def _new_list_form(reader: Reader) -> Form:
    submit = reader.gettext(N_("Make a dictionary"))
    return Form("/dictionaries", _names(reader, key=True), submit=submit, name="add")


def _names(reader: Reader, *, key: bool) -> list[Field]:
    say = reader.gettext
    names = [
        Field("name_en", say(N_("English name")), maxlength=100),
        Field("name_zh", say(N_("Chinese name")), maxlength=100),
    ]
    hint = say(N_("Kept in records and exports; made from the name if left empty."))
    return [*names, Field("key", say(N_("Key")), maxlength=50, help=hint)] if key else names
