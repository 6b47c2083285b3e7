"""Refuses to publish a draft with failing tests."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError
from web.flow_tests.naming import Naming
from web.flow_tests.playing import run_tests
from web.flow_tests.words import TEST_FAILS
from web.flows.world import flow_world
from web.kit.i18n import Reader


def check_tests(session: Session, reader: Reader, flow: int, document: Mapping[str, Any]) -> None:
    """Run the tests of a flow on a document; ConflictError names the first one that fails."""
    for one in run_tests(session, flow, document).tested:
        if not one.passed:
            world = flow_world(session, reader)
            naming = Naming(session, reader, world, flow, document)
            why = naming.failures(one)[0]
            raise ConflictError(TEST_FAILS, test=one.test.name, problem=why)
