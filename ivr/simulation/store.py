"""Tests of flows in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from json import dumps
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, MissingError, TakenError
from crm.kernel.names import needed_name
from crm.kernel.text import N_
from ivr.simulation.models import FlowTestRow

MOST_TESTS = 200
LONGEST_NAME = 100
LARGEST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class FlowTest:
    """A call that the flow must lead to the expected place."""

    id: int
    name: str
    scenario: Mapping[str, Any]
    expect: Mapping[str, Any]
    changed_at: datetime | None = None
    changed_by: int | None = None


def flow_tests(session: Session, flow: int) -> list[FlowTest]:
    """Give the tests of a flow by name."""
    query = select(FlowTestRow).where(FlowTestRow.flow_id == flow).order_by(FlowTestRow.name)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return [_test(row) for row in rows]


def flow_test(session: Session, flow: int, id_: int) -> FlowTest:
    """Give one test of a flow; MissingError if there is none."""
    row = session.get(FlowTestRow, id_, populate_existing=True)
    if row is None or row.flow_id != flow:
        raise MissingError(N_("The flow has no such test."))
    return _test(row)


def flows_with_tests(session: Session) -> list[int]:
    """Give the flows that have tests."""
    query = select(FlowTestRow.flow_id).distinct().order_by(FlowTestRow.flow_id)
    return list(session.scalars(query))


def add_test(  # noqa: PLR0913, PLR0917 - a test and who wrote it
    session: Session,
    flow: int,
    name: str,
    scenario: Mapping[str, Any],
    expect: Mapping[str, Any],
    by: int | None,
) -> int:
    """Add a test to a flow, which is locked."""
    name = needed_name(name, LONGEST_NAME)
    _check_size(scenario, expect)
    count = select(func.count()).where(FlowTestRow.flow_id == flow)
    if (session.scalar(count) or 0) >= MOST_TESTS:
        raise ConflictError(N_("A flow has at most {most} tests."), most=MOST_TESTS)
    values = {"name": name, "scenario": dict(scenario), "expect": dict(expect), "changed_by": by}
    added = insert(FlowTestRow).values(flow_id=flow, **values).on_conflict_do_nothing()
    id_ = session.scalars(added.returning(FlowTestRow.id)).one_or_none()
    if id_ is None:
        raise _taken(name)
    return id_


def change_test(  # noqa: PLR0913, PLR0917 - as above
    session: Session,
    flow: int,
    id_: int,
    name: str,
    scenario: Mapping[str, Any],
    expect: Mapping[str, Any],
    by: int | None,
) -> None:
    """Change a test of a flow, which is locked."""
    flow_test(session, flow, id_)
    name = needed_name(name, LONGEST_NAME)
    _check_size(scenario, expect)
    taken = select(FlowTestRow.id).where(
        FlowTestRow.flow_id == flow, FlowTestRow.name == name, FlowTestRow.id != id_
    )
    if session.scalars(taken).first() is not None:
        raise _taken(name)
    values = {"name": name, "scenario": dict(scenario), "expect": dict(expect), "changed_by": by}
    session.execute(
        update(FlowTestRow).where(FlowTestRow.id == id_).values(**values, changed_at=func.now())
    )


def remove_test(session: Session, flow: int, id_: int) -> None:
    """Delete a test; MissingError if there is none."""
    flow_test(session, flow, id_)
    session.execute(delete(FlowTestRow).where(FlowTestRow.id == id_))


def remove_tests(session: Session, flow: int) -> None:
    """Delete all tests of a flow."""
    session.execute(delete(FlowTestRow).where(FlowTestRow.flow_id == flow))


def _check_size(scenario: Mapping[str, Any], expect: Mapping[str, Any]) -> None:
    if len(dumps(dict(scenario))) + len(dumps(dict(expect))) > LARGEST_BYTES:
        raise InvalidError(N_("The test is larger than {most} bytes."), most=LARGEST_BYTES)


def _taken(name: str) -> TakenError:
    return TakenError(N_("The flow has a test named “{name}” already."), "name", name=name)


def _test(row: FlowTestRow) -> FlowTest:
    return FlowTest(row.id, row.name, row.scenario, row.expect, row.changed_at, row.changed_by)
