"""Users' own settings of lists: saved views, chosen columns, and row spacing."""

import json
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Path, Request, Response

from crm.kernel.errors import InvalidError, RefusedError
from crm.people.rights import Right
from crm.preferences.preference import NewView
from crm.preferences.store import delete_view, prefer, save_view
from web.kit.audit import note
from web.kit.auth import InPerson
from web.kit.i18n import N_
from web.kit.listing.page import DENSITY, columns_key
from web.kit.listing.table import address
from web.kit.request import context_of, safe_next
from web.kit.toast import done

router = APIRouter(prefix="/lists")
COLUMNS_MOST = 100

ListName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9._-]{0,40}$")]
ViewId = Annotated[int, Path(ge=1, le=2**31)]


@router.post("/density")
def keep_density(
    request: Request, who: InPerson, density: Annotated[Literal["comfortable", "compact"], Form()]
) -> Response:
    """Save the row spacing, for the user's other browsers too."""
    with context_of(request).database.begin() as session:
        prefer(session, who.user.id, DENSITY, density)
    return Response(status_code=204)


@router.post("/{name}/views")
def keep_view(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request,
    who: InPerson,
    name: ListName,
    title: Annotated[str, Form(alias="name")] = "",
    query: Annotated[str, Form()] = "{}",
    shared: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Save the list's present filters and order under a name, and stay on the list."""
    if shared and not who.may(Right.VIEWS_SHARE):
        raise RefusedError("You don't have permission to do this.")
    new = NewView(name, title, _read_query(query), shared=bool(shared))
    with context_of(request).database.begin() as session:
        saved = save_view(session, who.user.id, new)
        after = {"list": name, "name": saved.name, "shared": saved.shared}
        note(session, request, who, "view.saved", "saved_views", saved.id, after=after)
    place = safe_next(next).partition("?")[0]
    return done(address(place, {**saved.query, "view": str(saved.id)}), N_("View saved."))


@router.post("/{name}/views/{view}/delete")
def drop_view(
    request: Request,
    who: InPerson,
    name: ListName,
    view: ViewId,
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Delete a view of one's own."""
    with context_of(request).database.begin() as session:
        gone = delete_view(session, who.user.id, name, view)
        before = {"list": name, "name": gone.name, "shared": gone.shared}
        note(session, request, who, "view.deleted", "saved_views", view, before=before)
    place, _, asked = safe_next(next).partition("?")
    words = {key: value for key, value in parse_qsl(asked) if (key, value) != ("view", str(view))}
    return done(address(place, words), N_("View deleted."))


@router.post("/{name}/columns")
def keep_columns(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request,
    who: InPerson,
    name: ListName,
    columns: Annotated[list[str] | None, Form()] = None,
    reset: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Store which columns this user wants to see; the list knows the possible ones."""
    chosen = [one[:60] for one in (columns or [])][:COLUMNS_MOST]
    with context_of(request).database.begin() as session:
        prefer(session, who.user.id, columns_key(name), None if reset else chosen)
    return done(safe_next(next), N_("Columns saved."))


def _read_query(text: str) -> Mapping[str, str]:
    try:
        read = json.loads(text[:8000])
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise InvalidError(N_("The saved view could not be read."), field="query")
    return {str(key): str(value) for key, value in read.items()}
