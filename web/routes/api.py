"""The API of routes: where calls go that arrive."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from cti.routes import store
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.routes import actions, case_actions
from web.routes.case_shapes import CaseBody, CaseShape, CaseShapes, RouteTestBody, RouteTestShape
from web.routes.listing import ROUTE_CASES, ROUTES
from web.routes.shapes import RouteBody, RouteChange, RouteLines, RouteOrder, RouteShape
from web.routes.views import version_of

router = APIRouter(prefix="/routes")
RouteManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_routes(
    request: Request, query: Annotated[ListQuery, Depends(asked(ROUTES))]
) -> RouteLines:
    """List the routes in their order; a call takes the first one that applies."""
    return answer_page(request, ROUTES, query, RouteLines)


@router.put("/order")
def order_routes(request: Request, body: RouteOrder, who: RouteManager) -> RouteLines:
    """Put the routes into another order; name each of them once."""
    with context_of(request).database.begin() as session:
        actions.order(session, request, who, body.keys)
        return RouteLines(items=actions.show_routes(session, reader_of(request)), next=None)


@router.post("/test")
def run_test(request: Request, body: RouteTestBody, _who: RouteManager) -> RouteTestShape:
    """Say where a call would go, and by which setting; nothing is changed.

    With a changed or a removed route in the body: as if that were saved, and which saved cases
    would then go elsewhere.
    """
    with context_of(request).database.begin() as session:
        return case_actions.test(session, request, body)


@router.get("/cases")
def list_cases(
    request: Request, query: Annotated[ListQuery, Depends(asked(ROUTE_CASES))]
) -> CaseShapes:
    """List the saved test cases, each with where its call goes now."""
    return answer_page(request, ROUTE_CASES, query, CaseShapes)


@router.post("/cases", status_code=201)
def add_case(request: Request, body: CaseBody, who: RouteManager) -> CaseShape:
    """Save a test case."""
    with context_of(request).database.begin() as session:
        made = case_actions.make_case(session, request, who, body)
        shown = case_actions.show_cases(session, reader_of(request))
    return next(one for one in shown if one.id == made)


@router.delete("/cases/{case}", status_code=204)
def delete_case(request: Request, case: IdPath, who: RouteManager) -> None:
    """Delete a test case."""
    with context_of(request).database.begin() as session:
        case_actions.remove_case(session, request, who, case)


@router.post("", status_code=201)
def add_route(
    request: Request, response: Response, body: RouteBody, who: RouteManager
) -> RouteShape:
    """Add a route behind the others."""
    with context_of(request).database.begin() as session:
        made = actions.make_route(session, request, who, body)
        show_tag(request, response, version_of(store.route_to_change(session, made)))
        return actions.show_one(session, reader_of(request), made)


@router.get("/{route}")
def read_route(
    request: Request, response: Response, route: IdPath, _who: RouteManager
) -> RouteShape:
    """Show a route; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        show_tag(request, response, version_of(store.route_to_change(session, route)))
        return actions.show_one(session, reader_of(request), route)


@router.put("/{route}")
def replace_route(
    request: Request, response: Response, route: IdPath, body: RouteBody, who: RouteManager
) -> RouteShape:
    """Replace a route's settings; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        check_match(request, etag_of(version_of(store.route_to_change(session, route))))
        actions.write_route(session, request, who, route, body)
        show_tag(request, response, version_of(store.route_to_change(session, route)))
        return actions.show_one(session, reader_of(request), route)


@router.patch("/{route}")
def change_route(
    request: Request, response: Response, route: IdPath, body: RouteChange, who: RouteManager
) -> RouteShape:
    """Change the given fields of a route; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        known = store.route_to_change(session, route)
        check_match(request, etag_of(version_of(known)))
        whole = actions.changed_body(known, body)
        actions.write_route(session, request, who, route, whole)
        show_tag(request, response, version_of(store.route_to_change(session, route)))
        return actions.show_one(session, reader_of(request), route)


@router.delete("/{route}", status_code=204)
def delete_route(request: Request, route: IdPath, who: RouteManager) -> None:
    """Delete a route."""
    with context_of(request).database.begin() as session:
        check_match(request, etag_of(version_of(store.route_to_change(session, route))))
        actions.remove_route(session, request, who, route)
