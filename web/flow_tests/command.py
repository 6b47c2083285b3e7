"""The command `hotline flow test`: run the tests of flows, of a file or of the database."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.people.person import Language
from crm.sql import db
from ivr.drafts import store as drafts
from ivr.simulation.reading import read_draft
from ivr.simulation.run import site_of
from ivr.simulation.store import flows_with_tests
from web.flow_tests.actions import tests_of
from web.flow_tests.naming import Naming
from web.flow_tests.playing import TestRun, run_on, run_tests
from web.flows.world import FlowWorld, flow_world
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.settings import Settings
from web.ops.backup import database_running

READER = Reader(Language.ENGLISH, UTC, "")
MOST_WAYS = 20


def command(settings: Settings, path: Path | None, flow: int | None) -> int:
    """Run tests and print a line for each; exit code 1 if one fails.

    A file's tests run on its document: without `flow` by themselves, with it as a draft of that
    flow, with the opening hours and other flows of the database. Without a file all flows with
    tests are tested.
    """
    told = read(path) if path is not None else {}
    with ExitStack() as opened:
        if path is not None and flow is None:
            return _print([_alone(told)])
        opened.enter_context(database_running(settings))
        engine = db.connect(settings.database_url, pool_size=1, statement_timeout_ms=60_000)
        opened.callback(engine.dispose)
        session = opened.enter_context(Session(engine))
        if path is None:
            flows = [flow] if flow is not None else flows_with_tests(session)
            return _print(_stored(session, one) for one in flows)
        return _print([_as_draft(session, flow or 0, told)])


def read(path: Path) -> Mapping[str, Any]:
    """Read a file of `{"document": …, "tests": […]}`; InvalidError if it is none."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("document"), dict):
        raise InvalidError("{file} is no file of a flow with its tests.", file=path)
    return told


Found = tuple[str, TestRun, Naming]


def _alone(told: Mapping[str, Any]) -> Found:
    document = told["document"]
    flow = read_draft(1, "", document)
    run = run_on(site_of({flow.id: flow}, {}, now()), flow, tests_of(told))
    return "", run, Naming(None, READER, FlowWorld({}, {}), 1, document)


def _as_draft(session: Session, flow: int, told: Mapping[str, Any]) -> Found:
    name, document = drafts.flow_name(session, flow), told["document"]
    run = run_tests(session, flow, document, tests_of(told))
    return name, run, Naming(session, READER, flow_world(session, READER), flow, document)


def _stored(session: Session, flow: int) -> Found:
    name, document = drafts.flow_name(session, flow), drafts.draft(session, flow).document
    run = run_tests(session, flow, document)
    return name, run, Naming(session, READER, flow_world(session, READER), flow, document)


def _print(found: Any) -> int:
    failed = 0
    for name, run, naming in found:
        failed += sum(not one.passed for one in run.tested)
        sys.stdout.write("\n".join(_lines(name, run, naming)) + "\n")
    return 1 if failed else 0


def _lines(name: str, run: TestRun, naming: Naming) -> Iterator[str]:
    if name:
        yield f"{name}:"
    for one in run.tested:
        why = " ".join(naming.failures(one))
        yield f"  passed  {one.test.name}" if one.passed else f"  FAILED  {one.test.name}: {why}"
    covered = run.coverage
    yield f"  {len(covered.taken)} of {len(covered.ways)} ways are covered."
    for way in covered.missing[:MOST_WAYS]:
        step, output = naming.step(way.step), naming.output(way.step, way.output)
        yield f"    not covered: {step}: {output}"
    if (more := len(covered.missing) - MOST_WAYS) > 0:
        yield f"    and {more} more"
