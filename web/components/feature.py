"""The manifest of the showcase of components."""

from web.components import pages
from web.kit.feature import Feature

FEATURE = Feature(
    name="components",
    order=450,
    pages=(pages.router,),
)
