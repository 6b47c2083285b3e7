"""The words of the audit log: actions, things, and their fields.

Each feature names its own in its manifest; words that several share are here.
"""

from collections.abc import Mapping
from functools import cache

from web.features import features
from web.kit.body_form import labels_of
from web.kit.i18n import N_

SHARED_FIELDS: Mapping[str, str] = {
    "name": N_("Name"),
    "name_en": N_("English name"),
    "name_zh": N_("Chinese name"),
    "language": N_("Language"),
    "timezone": N_("Time zone"),
    "enabled": N_("Active"),
    "kind": N_("Type"),
    "note": N_("Note"),
    "count": N_("Count"),
    "rows": N_("Rows"),
    "format": N_("File"),
    "status": N_("Status"),
    "position": N_("Place"),
    "key": N_("Key"),
    "number": N_("Phone number"),
    "address": N_("Address"),
    "query": N_("Filter"),
    "value": N_("Value"),
    "expires_at": N_("Expires"),
}


@cache
def action_names() -> Mapping[str, str]:
    """Give the names of all actions, by their keys such as `user.added`."""
    return {key: name for one in features() for key, name in one.audit.actions.items()}


@cache
def thing_names() -> Mapping[str, str]:
    """Give the names of the things that can be changed, by table."""
    return {key: name for one in features() for key, name in one.audit.things.items()}


@cache
def thing_pages() -> Mapping[str, str]:
    """Give the address of a thing's page, by table; its id is added."""
    return {key: page for one in features() for key, page in one.audit.pages.items()}


@cache
def field_names() -> Mapping[str, str]:
    """Give the names of the members of things: a feature's own, the shared ones, those of forms."""
    bodies = [body for one in features() for body in one.audit.bodies]
    own = {key: name for one in features() for key, name in one.audit.fields.items()}
    return {**labels_of(*bodies), **SHARED_FIELDS, **own}
