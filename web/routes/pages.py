"""The pages of routes: the list in its order, and the form."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError
from crm.people.person import SignedIn
from cti.routes import store
from cti.routes.store import RouteSettings
from web.destinations.targets import targets_of
from web.kit.bodies import IdPath
from web.kit.editing import NotSaved, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.routes import actions
from web.routes.api import RouteManager
from web.routes.case_actions import cases_changed_by
from web.routes.case_shapes import ChangedCase
from web.routes.forms import read_form, route_form
from web.routes.listing import ROUTES
from web.routes.views import fault_in, hidden_by

router = APIRouter(prefix="/routes")
SAVE_ANYWAY = "anyway"  # the button that saves although test cases change

add_export(router, ROUTES)


class _CasesChangeError(ConflictError):
    """Saved test cases would go elsewhere, and the user has not said that this is meant."""

    def __init__(self, cases: list[ChangedCase]) -> None:
        super().__init__(
            N_("Test cases whose calls would go elsewhere: {count}. Save anyway?"), count=len(cases)
        )
        self.cases = cases


@router.get("")
def routes_page(request: Request, who: RouteManager) -> Response:
    """List the routes in their order."""
    say = reader_of(request).gettext
    links = [{"url": "/routes/test", "label": say(N_("Test")), "icon": "activity"}]
    return list_page(request, who, ROUTES, shown={"links": links})


@router.get("/new")
def new_route(
    request: Request, _who: RouteManager, copy: Annotated[int | None, Query(ge=1, lt=2**63)] = None
) -> Response:
    """Show the form for a new route; `copy` fills it with the settings of another one."""
    with context_of(request).database.begin() as session:
        copied = store.route_to_change(session, copy) if copy else None
        form = route_form(session, reader_of(request), targets_of(session), None, copied=copied)
        return _show(session, request, None, form)


@router.post("")
def add_route(request: Request, who: RouteManager, sent: SentForm) -> Response:
    """Add a route behind the others."""
    with context_of(request).database.begin() as session:
        form = route_form(session, reader_of(request), targets_of(session), None)
        return _save(session, request, who, None, form, sent)


@router.get("/{route}")
def route_page(request: Request, route: IdPath, _who: RouteManager) -> Response:
    """Show a route's form, and what is wrong with it."""
    with context_of(request).database.begin() as session:
        known = store.route_to_change(session, route)
        form = route_form(session, reader_of(request), targets_of(session), known)
        return _show(session, request, known, form)


@router.post("/{route}")
def change_route(request: Request, route: IdPath, who: RouteManager, sent: SentForm) -> Response:
    """Change a route, unless another user changed it in the meantime."""
    with context_of(request).database.begin() as session:
        known = store.route_to_change(session, route)
        form = route_form(session, reader_of(request), targets_of(session), known)
        return _save(session, request, who, known, form, sent)


@router.post("/{route}/move")
def move_route(request: Request, route: IdPath, who: RouteManager, sent: SentForm) -> Response:
    """Move a route up or down by one place."""
    with context_of(request).database.begin() as session:
        actions.move(session, request, who, route, -1 if sent.one("do") == "up" else 1)
    return done("/routes", N_("Saved."))


@router.post("/{route}/delete")
def delete_route(request: Request, route: IdPath, who: RouteManager) -> Response:
    """Delete a route."""
    with context_of(request).database.begin() as session:
        actions.remove_route(session, request, who, route)
    return done("/routes", N_("Route deleted."))


def _save(  # noqa: PLR0913, PLR0917 - what is saved, and where
    session: Session,
    request: Request,
    who: SignedIn,
    known: RouteSettings | None,
    form: Form,
    sent: Posted,
) -> Response:
    """Save the form; it asks first when test cases would go elsewhere."""
    reader = reader_of(request)
    changed: list[ChangedCase] = []

    def write() -> int:
        body = read_form(sent)
        wanted = actions.read_route(session, request, body, known)
        if not sent.one(SAVE_ANYWAY):
            changed[:] = cases_changed_by(session, reader, wanted)
            if changed:
                raise _CasesChangeError(changed)
        if known is None:
            return actions.make_route(session, request, who, body)
        actions.write_route(session, request, who, known.rule.id, body)
        return known.rule.id

    made = save(session, reader, form, sent, write)
    if not isinstance(made, NotSaved):
        return saved(f"/routes/{made}")
    if changed:
        form.submit, form.submit_name = reader.gettext(N_("Save anyway")), SAVE_ANYWAY
    return _show(session, request, known, form, changed, made.status)


def _show(  # noqa: PLR0913, PLR0917 - what a page shows
    session: Session,
    request: Request,
    known: RouteSettings | None,
    form: Form,
    changed: list[ChangedCase] | None = None,
    status: int = 200,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    shown: dict[str, object] = {"route": None, "form": form, "changed": changed or ()}
    if known is not None:
        removed = cases_changed_by(session, reader, None, known.rule.id)
        shown |= {
            "route": known.rule,
            "active": known.enabled,
            "fault": fault_in(known, targets_of(session), reader),
            "hidden_by": hidden_by(known, store.routes(session)),
            "cases_of_removal": len(removed),
        }
    return context.pages.page(request, "route.html", shown, status=status)
