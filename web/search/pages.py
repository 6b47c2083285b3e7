"""The search box: customers, calls and pages by a few letters."""

from fastapi import APIRouter, Request, Response

from web.kit.auth import Anybody
from web.kit.request import context_of
from web.search.api import Asked, look_for

router = APIRouter(prefix="/search")
BOX = "search-results"  # where the box shows what was found


@router.get("")
def search_page(request: Request, who: Anybody, q: Asked = "") -> Response:
    """Show what was found: below the box, or as a page."""
    inside = request.headers.get("hx-target") == BOX
    template = "fragments/search.html" if inside else "search.html"
    shown = {"asked": q.strip(), "groups": look_for(request, who, q).groups}
    return context_of(request).pages.page(request, template, shown)
