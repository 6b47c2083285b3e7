"""Calls by the steps of call flows that their callers came to."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    and_,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from crm.calls.models import CallEventRow, CallRow
from crm.calls.question import CallFilter, StepChange
from crm.kernel.text import clean
from crm.sql.db import whole_table

_CALLS, _EVENTS = whole_table(CallRow), whole_table(CallEventRow)
_IS_STEP: ColumnElement[str] = literal_column("'step'")  # as its index has it
_NUMBER = cast(func.substring(_EVENTS.c.fact, literal_column("'[0-9]+$'")), BigInteger)


def by_steps(wanted: CallFilter) -> list[ColumnElement[bool]]:
    """Whether the caller came to a flow or a step, or went from one step to another."""
    if wanted.changes is not None:
        return [_went(wanted, wanted.changes) if wanted.changes else false()]
    step = clean(wanted.step)
    if wanted.flow is None and not step:
        return []
    event = _EVENTS.c
    there = select(true()).where(event.call == _CALLS.c.id, *_in_flow(wanted))
    return [(there.where(event.detail["node"].astext == step) if step else there).exists()]


def _in_flow(wanted: CallFilter) -> list[ColumnElement[bool]]:
    """Whether an event is a step of the flow, on the version that is asked for."""
    event = _EVENTS.c
    found: list[ColumnElement[bool]] = [event.kind == _IS_STEP]
    if wanted.flow is not None:
        found.append(event.detail["flow"].astext == str(wanted.flow))
    if wanted.version is not None:
        found.append(event.detail["version"].astext == str(wanted.version))
    return found


def _went(wanted: CallFilter, changes: tuple[StepChange, ...]) -> ColumnElement[bool]:
    """Whether the caller made one of these changes in the period.

    The steps of all calls are read in one go: a look at the next step of each takes longer.
    """
    event = _EVENTS.c
    node = event.detail["node"].astext
    steps = select(
        event.call,
        node.label("node"),
        _next(node).label("later"),
        _next(event.at).label("later_at"),
    ).where(*_in_flow(wanted))
    if wanted.since is not None:
        steps = steps.where(event.at >= wanted.since)
    if wanted.until is not None:
        steps = steps.where(event.at < wanted.until)
    passed = steps.subquery("passed")
    made = (
        and_(
            passed.c.node == clean(one.step),
            passed.c.later == clean(one.to),
            *([] if one.keys is None else [_key_at(passed).in_(sorted(one.keys))]),
        )
        for one in changes
    )
    return _CALLS.c.id.in_(select(passed.c.call).where(or_(*made)))


def _next(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A value of the same call's next step."""
    event = _EVENTS.c
    return func.lead(value).over(partition_by=event.call, order_by=(event.at, _NUMBER))


def _key_at(passed: FromClause) -> ColumnElement[str]:
    """The key that was pressed at a step at the moment it was left; "" is none."""
    pressed = _EVENTS.alias("pressed")
    return (
        select(func.coalesce(func.max(pressed.c.detail["digit"].astext), ""))
        .where(
            pressed.c.call == passed.c.call,
            pressed.c.at == passed.c.later_at,
            pressed.c.kind == "digit",
            pressed.c.detail["node"].astext == passed.c.node,
        )
        .scalar_subquery()
    )
