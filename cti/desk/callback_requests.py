"""Requests of pages about callbacks, as events for the engine."""

from collections.abc import Callable, Mapping
from typing import Any

from acd.queue import QueueKey
from crm.calls.record import CallId
from cti.core.callback_requests import (
    CallbackAdded,
    CallbackCanceled,
    CallbackChanged,
    CallbackRequest,
)

LONGEST_NOTE = 500


def _canceled(fields: Mapping[str, Any]) -> CallbackCanceled:
    return CallbackCanceled(_id(fields))


def _changed(fields: Mapping[str, Any]) -> CallbackChanged:
    number = str(fields["number"])[:64] if "number" in fields else None
    return CallbackChanged(_id(fields), number, moves="at" in fields, at=_at(fields))


def _added(fields: Mapping[str, Any]) -> CallbackAdded:
    return CallbackAdded(
        _id(fields),
        str(fields.get("number", ""))[:64],
        QueueKey(str(fields.get("queue", ""))[:100]),
        _at(fields),
        str(fields.get("note") or "")[:LONGEST_NOTE],
        _whole(fields, "by"),
        _whole(fields, "customer"),
    )


def _id(fields: Mapping[str, Any]) -> CallId:
    return CallId(str(fields.get("callback", ""))[:150])


def _at(fields: Mapping[str, Any]) -> float | None:
    at = fields.get("at")
    return float(at) if isinstance(at, int | float) else None


def _whole(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    return value if isinstance(value, int) else 0


OF_CALLBACKS: Mapping[str, Callable[[Mapping[str, Any]], CallbackRequest]] = {
    "add callback": _added,
    "change callback": _changed,
    "cancel callback": _canceled,
}
