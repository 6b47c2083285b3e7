"""The results of the search box as HTML."""

from fastapi import APIRouter, Request, Response

from web.kit.auth import Anybody
from web.kit.request import context_of
from web.search.api import Asked, look_for

router = APIRouter(prefix="/search")
BOX = "search-results"  # the element in which the box shows the results


@router.get("")
def search_page(request: Request, who: Anybody, q: Asked = "") -> Response:
    """Show the results: below the box, or as a page."""
    inside = request.headers.get("hx-target") == BOX
    template = "fragments/search.html" if inside else "search.html"
    shown = {"asked": q.strip(), "groups": look_for(request, who, q).groups}
    return context_of(request).pages.page(request, template, shown)
