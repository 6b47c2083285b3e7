"""The states of an import."""

import pytest

from crm.imports.importing import (
    ACTIVE,
    TRANSITIONS,
    ImportAction,
    ImportCounts,
    ImportState,
    state_after,
)
from crm.kernel.errors import ConflictError


@pytest.mark.parametrize("state", ImportState)
@pytest.mark.parametrize("action", ImportAction)
def test_every_action_changes_the_state_or_is_refused(
    state: ImportState, action: ImportAction
) -> None:
    if (state, action) in TRANSITIONS:
        assert state_after(state, action) is not state
    else:
        with pytest.raises(ConflictError):
            state_after(state, action)


def test_a_job_ends_every_state_that_it_works_in() -> None:
    for state in ACTIVE:
        assert state_after(state, ImportAction.FINISH) not in ACTIVE
        assert state_after(state, ImportAction.FAIL) is ImportState.FAILED


def test_an_import_is_not_run_twice() -> None:
    for state in (ImportState.RUNNING, ImportState.DONE, ImportState.DRAFT):
        with pytest.raises(ConflictError):
            state_after(state, ImportAction.RUN)


def test_the_share_of_the_rows_that_are_done() -> None:
    assert ImportCounts(rows=8, done=2).percent == 25
    assert ImportCounts(rows=0, done=0).percent == 0
    assert ImportCounts(rows=3, done=5).percent == 100
