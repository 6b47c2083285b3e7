"""The job of call flows: publishing drafts at the time that was set."""

import contextlib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, HotlineError, MissingError
from crm.people.person import Language
from ivr.check import Weight, check_flow
from ivr.drafts import store
from ivr.drafts.alarms.store import end_stopped, raise_stopped
from web.flow_tests.playing import run_tests
from web.flows.addresses import forbidden_addresses
from web.flows.nodes import nodes_of
from web.flows.world import flow_world
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob

STEP_WRONG = N_("The check finds an error at the step “{step}”.")
_NOBODY = Reader(Language.ENGLISH, ZoneInfo("UTC"), "")  # names are not shown

log = structlog.get_logger(__name__)


def publish_due(context: JobContext) -> None:
    """Publish each draft that is due; one that is wrong by now is left, with an alarm."""
    with context.database.begin() as session:
        flows = store.due(session, now())
    for flow in flows:
        try:
            with context.database.begin() as session:
                store.flow_name(session, flow, lock=True)
                draft = store.draft(session, flow)
                if draft.publish_at is None or draft.publish_at > now():
                    continue
                _check(session, draft.document)
                _check_tests(session, flow, draft.document)
                store.publish_document(
                    session,
                    flow,
                    draft.document,
                    draft.layout,
                    draft.publish_message,
                    draft.changed_by,
                )
                store.drop_draft(session, flow)
                end_stopped(session, flow, now())
        except HotlineError as error:
            log.warning("a planned flow was not published", flow=flow, why=str(error)[:200])
            with context.database.begin() as session:
                _leave(session, flow, error)


def _leave(session: Session, flow: int, error: HotlineError) -> None:
    """Leave the draft as it is, without its plan, and tell those who publish flows."""
    with contextlib.suppress(MissingError):  # it was deleted just now
        name = store.flow_name(session, flow, lock=True)
        store.unplan(session, flow)
        raise_stopped(session, flow, name, error, now())


def _check(session: Session, document: Mapping[str, Any]) -> None:
    """Raise ConflictError for the first error: what the flow names may be gone by now."""
    world, nodes = flow_world(session, _NOBODY), nodes_of(document)
    found = (
        *forbidden_addresses(nodes, world.inside_hosts),
        *check_flow(document, world.for_check()),
    )
    for one in found:
        if one.weight is Weight.ERROR and one.step:
            title = str(nodes.get(one.step, {}).get("name") or one.step)
            raise ConflictError(STEP_WRONG, step=title)
        if one.weight is Weight.ERROR:
            raise ConflictError(one.sentence, **one.values)


def _check_tests(session: Session, flow: int, document: Mapping[str, Any]) -> None:
    for one in run_tests(session, flow, document).tested:
        if not one.passed:
            raise ConflictError(N_("The test “{test}” of the flow fails."), test=one.test.name)


JOBS = FeatureJobs(repeated=(RepeatedJob(publish_due, minutes=1, at_start=True),))
