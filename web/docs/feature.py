"""The manifest of the API's documentation."""

from web.docs import pages
from web.kit.feature import Feature

FEATURE = Feature(
    name="docs",
    order=460,
    pages=(pages.router,),
)
