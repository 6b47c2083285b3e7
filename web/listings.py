"""Finds the declared lists of all features: every `Listing` in a `web/*/listing.py`."""

import importlib
from functools import cache
from pathlib import Path
from typing import Any

from web.kit.listing.declaration import Listing

HERE = Path(__file__).resolve().parent


@cache
def listings() -> tuple[Listing[Any], ...]:
    """Give all declared lists by their names.

    They are imported at the first call and not with this module, because a list may show the names
    of the others.
    """
    found = {
        one.name: one
        for path in HERE.glob("*/listing.py")
        for one in vars(importlib.import_module(f"web.{path.parent.name}.listing")).values()
        if isinstance(one, Listing)
    }
    return tuple(found[name] for name in sorted(found))
