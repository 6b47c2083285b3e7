"""An entry of the audit log: who did what to which thing, and what it changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.people.person import UserId


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change that a user made, or a recording that they heard.

    `action` is a key such as `customer.changed`; `what` and `which` name the thing, e.g.
    `customers` and `17`. `before` and `after` hold only the fields that differ, never a secret.
    """

    at: datetime
    user: UserId | None
    action: str
    what: str
    which: str
    address: str = ""
    via: str = ""  # browser, api, token
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Reduce two states of a thing to the fields in which they differ."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )
