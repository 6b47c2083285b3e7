"""Finds what the features declare: the manifest in `feature.py`, and the jobs in `jobs.py`."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from web.kit.jobs import FeatureJobs

if TYPE_CHECKING:  # the jobs processes come here too, and know no pages
    from web.kit.feature import Feature

HERE = Path(__file__).resolve().parent


@cache
def features() -> "tuple[Feature, ...]":
    """Give all manifests by `order`, then by name.

    They are imported at the first call and not with this module, because a feature may read the
    manifests of the others.
    """
    found: list[Feature] = [module.FEATURE for module in _modules("feature")]
    return tuple(sorted(found, key=lambda one: (one.order, one.name)))


@cache
def feature_jobs() -> tuple[FeatureJobs, ...]:
    """Give the jobs of all features, in the order of their names; imports no pages."""
    return tuple(module.JOBS for module in _modules("jobs"))


def _modules(name: str) -> Iterator[ModuleType]:
    for package in pkgutil.iter_modules([str(HERE)]):
        there = package.ispkg and (HERE / package.name / f"{name}.py").exists()
        if there and package.name != "kit":
            yield importlib.import_module(f"web.{package.name}.{name}")
