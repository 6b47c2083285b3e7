"""The way of a call flow that a list of calls is filtered by: the version, a step, its output."""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crm.calls.question import StepChange
from crm.kernel.errors import InvalidError, MissingError
from ivr.drafts.store import version
from ivr.flow import Flow, FlowId
from ivr.simulation.traffic.passage import changes_by
from ivr.simulation.traffic.store import flow_versions
from ivr.step import StepId
from web.flows.nodes import Nodes, nodes_of
from web.flows.titles import output_title, step_title
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import ListQuery

TOOK = N_(
    "Calls that left the step “{step}” by “{output}” for “{to}”,"
    " on version {version} of the call flow “{flow}”."
)


@dataclass(frozen=True, slots=True)
class ChosenWay:
    """An output of a step of one version of a flow."""

    flow: FlowId
    version: int
    step: StepId
    output: str


def way_of(query: ListQuery) -> ChosenWay | None:
    """Read the way from a list's filters; None if they name no output, or not all around it."""
    flow, number = query.id("flow"), query.id("version")
    step, output = query.text("step"), query.text("output")
    if flow is None or number is None or not step or not output:
        return None
    return ChosenWay(FlowId(flow), number, StepId(step), output)


def changes_of(session: Session, query: ListQuery) -> tuple[StepChange, ...] | None:
    """The changes of steps by the way that is asked for; None: for no way, (): there is none.

    InvalidError if an output is named alone.
    """
    if not query.text("output"):
        return None
    way = way_of(query)
    if way is None:
        raise InvalidError(N_("Name the call flow, its version and the step, too."), "output")
    found = _flow(session, way)
    return changes_by(found, way.step, way.output) if found is not None else ()


def output_name(session: Session, reader: Reader, way: ChosenWay) -> str:
    """What the output of a way is called."""
    return output_title(reader, _nodes(session, way).get(way.step, {}), way.output)


def sentence_of(session: Session, query: ListQuery) -> str:
    """Say which way the listed calls took; "" if they are not filtered by one."""
    way, reader = way_of(query), query.reader
    flow = _flow(session, way) if way is not None else None
    there = flow.steps.get(way.step) if way is not None and flow is not None else None
    if way is None or flow is None or there is None or way.output not in there.outputs:
        return ""
    to = there.outputs[way.output]
    nodes = _nodes(session, way)
    return reader.say(
        TOOK,
        step=step_title(reader, way.step, nodes.get(way.step, {})),
        output=output_title(reader, nodes.get(way.step, {}), way.output),
        to=step_title(reader, to, nodes.get(to, {})),
        version=way.version,
        flow=flow.name,
    )


def _flow(session: Session, way: ChosenWay) -> Flow | None:
    key = (way.flow, way.version)
    return flow_versions(session, [key]).get(key)


def _nodes(session: Session, way: ChosenWay) -> Nodes:
    with suppress(MissingError):
        return nodes_of(version(session, way.flow, way.version).document)
    return {}
