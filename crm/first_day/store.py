"""The set-up after the first sign-in: begun with the first administrator, step by step, ended."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.first_day.models import FirstDayStepRow
from crm.first_day.step import SetupState, SetupStep, StepState
from crm.sql.db import notify


def begin(session: Session) -> None:
    """Open every step of the set-up; steps that exist already stay as they are."""
    rows = [{"step": one.value, "state": StepState.OPEN.value} for one in SetupStep]
    session.execute(insert(FirstDayStepRow).on_conflict_do_nothing(), rows)
    notify(session, "first_day_steps:all")


def state(session: Session) -> SetupState:
    """Give the state of each step; empty if the set-up was never begun, or was ended."""
    found = {row.step: row.state for row in session.scalars(select(FirstDayStepRow))}
    return {one: StepState(found[one]) for one in SetupStep if one in found}


def set_step(session: Session, step: SetupStep, state: StepState, user: int) -> None:
    """Set the state of a step; does nothing where the set-up was never begun or was ended."""
    row = session.get(FirstDayStepRow, step.value)
    if row is not None:
        row.state, row.changed_by = state.value, user
        row.changed_at = func.clock_timestamp()
        notify(session, f"first_day_steps:{step}")


def end(session: Session) -> None:
    """Remove the checklist."""
    session.execute(delete(FirstDayStepRow))
    notify(session, "first_day_steps:all")
