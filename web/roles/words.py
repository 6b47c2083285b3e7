"""The names of rights, from the manifests of the features, and of how far rights reach."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from crm.people.rights import Extent, Right
from web.features import features
from web.kit.i18n import N_

EXTENTS: Mapping[str, str] = {
    Extent.OWN: N_("Own"),
    Extent.TEAM: N_("Team"),
    Extent.ALL: N_("All"),
}


@cache
def right_names() -> Mapping[str, str]:
    """Give the names of all rights."""
    return {one.right: one.name for feature in features() for one in feature.rights}


@cache
def right_helps() -> Mapping[str, str]:
    """Give a line of help for each right."""
    return {one.right: one.help for feature in features() for one in feature.rights}


@cache
def right_groups() -> Mapping[str, tuple[Right, ...]]:
    """Give the rights by their headings."""
    found: dict[str, list[Right]] = defaultdict(list)
    for feature in features():
        for one in feature.rights:
            found[one.group].append(one.right)
    return {heading: tuple(rights) for heading, rights in found.items()}
