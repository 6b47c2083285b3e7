"""Finds the manifests of all features: every `web/*/feature.py`."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from web.kit.feature import Feature

HERE = Path(__file__).resolve().parent


@cache
def features() -> tuple[Feature, ...]:
    """Give all manifests by `order`, then by name.

    They are imported at the first call and not with this module, because a feature may read the
    manifests of the others.
    """
    found = [
        importlib.import_module(f"web.{package.name}.feature").FEATURE
        for package in pkgutil.iter_modules([str(HERE)])
        if package.ispkg and (HERE / package.name / "feature.py").exists() and package.name != "kit"
    ]
    return tuple(sorted(found, key=lambda one: (one.order, one.name)))
