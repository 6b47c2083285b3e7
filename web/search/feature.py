"""The manifest of the search."""

from web.kit.feature import Feature
from web.kit.openapi import ApiTag
from web.search import api, pages

FEATURE = Feature(
    name="search",
    order=420,
    pages=(pages.router,),
    api=(api.router,),
    tags={"search": ApiTag("Search", "One box for everything.")},
)
