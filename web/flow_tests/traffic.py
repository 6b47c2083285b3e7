"""Real calls through flows: counted, played again on a draft, and the path of one."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from crm.calls.record import CallId
from crm.calls.store import call, timeline, visible
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from ivr.drafts import store as drafts
from ivr.flow import Flow, FlowId
from ivr.simulation.run import End
from ivr.simulation.traffic import store
from ivr.simulation.traffic.passage import Passage, end_of, read_passage, ways_of_passage
from ivr.simulation.traffic.replay import ReplayedCall, ReplayResult, replay
from web.flow_tests.naming import Naming
from web.flow_tests.playing import draft_of, simulated
from web.flow_tests.shapes import EndShape
from web.flow_tests.traffic_shapes import (
    FlowReplayBody,
    HeatShape,
    PathShape,
    ReplayedShape,
    ReplayShape,
    StepHeatShape,
    WayHeatShape,
)
from web.flow_tests.views import show_way
from web.flow_tests.words import REPLAYED
from web.flows.world import flow_world
from web.kit.auth import reach_of
from web.kit.clock import now
from web.kit.i18n import N_, Reader

MOST_CALLS, MOST_SECONDS = 10_000, 20.0
MOST_LISTED = 200
USUAL_DAYS, LONGEST_DAYS = 7, 92
_ONE_REPLAY = Lock()  # of a process: it takes a core, and a connection to the database
Versions = dict[tuple[FlowId, int], Flow]


def show_heat(  # noqa: PLR0913, PLR0917 - what of which period
    session: Session,
    who: SignedIn,
    flow: int,
    since: datetime | None,
    until: datetime | None,
    version: int | None,
) -> HeatShape:
    """Count the calls through a version; by default the newest that was used in the period."""
    drafts.flow_name(session, flow)
    until = until or now()
    since = since or until - timedelta(days=USUAL_DAYS)
    if not timedelta(0) <= until - since <= timedelta(days=LONGEST_DAYS):
        raise InvalidError(N_("Choose at most {most} days."), "from", most=LONGEST_DAYS)
    versions = store.versions_used(session, flow, since, until)
    version = version or next(iter(versions), 0)
    shown = HeatShape(
        version=version,
        versions=versions,
        calls=0,
        since=since,
        until=until,
        calls_url=_calls_url(flow, version, since, until) if who.may(Right.CALLS_SEE) else "",
        steps=[],
        ways=[],
    )
    read = store.flow_versions(session, [(FlowId(flow), version)]).get((FlowId(flow), version))
    if read is None or version not in versions:
        return shown
    found = store.heat(session, read, since, until)
    shown.calls = found.calls
    shown.steps = [
        StepHeatShape(step=one.step, entered=one.entered, gave_up=one.gave_up)
        for one in found.steps
    ]
    shown.ways = [
        WayHeatShape(step=way.step, output=way.output, to=way.to, calls=count)
        for way, count in found.ways
    ]
    return shown


def _calls_url(flow: int, version: int, since: datetime, until: datetime) -> str:
    times = {"from": since.isoformat(), "to": until.isoformat()}
    return "/calls?" + urlencode({"flow": flow, "version": version, **times})


def show_path(session: Session, reader: Reader, who: SignedIn, flow: int, id_: str) -> PathShape:
    """Show the way of a call through a flow."""
    drafts.flow_name(session, flow)
    if not who.may(Right.CALLS_SEE):
        raise MissingError(N_("The call did not come to this flow."))
    call(session, id_, reach_of(session, who, Right.CALLS_SEE))
    found = read_passage(timeline(session, id_), flow)
    if found is None:
        raise MissingError(N_("The call did not come to this flow."))
    versions = _versions(session, {}, found)
    read = versions.get((FlowId(flow), found.version))
    end = end_of(found, versions)
    document = drafts.version(session, flow, found.version).document if read else {}
    naming = Naming(session, reader, flow_world(session, reader), flow, document)
    return PathShape(
        version=found.version,
        steps=[visit.step for visit in found.visits if visit.flow == flow],
        ways=[show_way(way) for way in ways_of_passage(read, found)] if read else [],
        ended=_end(naming, end) if end is not None else None,
    )


def _end(naming: Naming, end: End) -> EndShape:
    return EndShape(kind=end.kind, target=end.target, text=naming.end(end))


def _versions(session: Session, known: Versions, passage: Passage) -> Versions:
    """Read the versions that a call was on, if they are not known yet."""
    wanted = {(visit.flow, visit.version) for visit in passage.visits} - known.keys()
    known |= store.flow_versions(session, wanted) if wanted else {}
    return known


def show_replay(
    session: Session, reader: Reader, who: SignedIn, flow: int, body: FlowReplayBody
) -> ReplayShape:
    """Play the calls of some days again on the draft or on a version; one user at a time."""
    if not _ONE_REPLAY.acquire(blocking=False):
        raise ConflictError(N_("Calls are being played again for someone else. Try again soon."))
    try:
        return _replay(session, reader, who, flow, body)
    finally:
        _ONE_REPLAY.release()


def _replay(
    session: Session, reader: Reader, who: SignedIn, flow: int, body: FlowReplayBody
) -> ReplayShape:
    began = monotonic()
    drafts.flow_name(session, flow)
    document = (
        drafts.version(session, flow, body.version).document
        if body.version is not None
        else drafts.draft(session, flow).document
    )
    read = draft_of(session, flow, document)
    site, until = simulated(session, read), now()
    since = until - timedelta(days=body.days)
    calls = store.calls_through(session, flow, since, until, MOST_CALLS + 1)
    cut, versions, counts = len(calls) > MOST_CALLS, Versions(), Counter[ReplayResult]()
    elsewhere: list[tuple[ReplayedCall, datetime]] = []
    for passage in store.passages(session, flow, calls[:MOST_CALLS]):
        if monotonic() - began > MOST_SECONDS:
            cut = True
            break
        if passage.left is None:
            continue
        found = replay(site, read.id, passage, _versions(session, versions, passage))
        counts[found.what] += 1
        if found.what is ReplayResult.ELSEWHERE:
            elsewhere.append((found, passage.visits[0].at))
    naming = Naming(session, reader, flow_world(session, reader), flow, document)
    total = sum(counts.values())
    text = reader.say(REPLAYED, calls=reader.number(total), count=reader.number(len(elsewhere)))
    return ReplayShape(
        calls=total,
        same=counts[ReplayResult.SAME],
        elsewhere=counts[ReplayResult.ELSEWHERE],
        unknown=counts[ReplayResult.UNKNOWN],
        cut=cut,
        text=text,
        items=_listed(session, naming, who, elsewhere[:MOST_LISTED]),
    )


def _listed(
    session: Session,
    naming: Naming,
    who: SignedIn,
    calls: list[tuple[ReplayedCall, datetime]],
) -> list[ReplayedShape]:
    """Name the calls that the user may see."""
    if not who.may(Right.CALLS_SEE):
        return []
    reach = reach_of(session, who, Right.CALLS_SEE)
    seen = visible(session, [CallId(one.call) for one, _ in calls], reach)
    return [
        ReplayedShape(
            call=one.call,
            url=f"/calls/{quote(one.call, safe='')}",
            at=at,
            before=_end(naming, one.before),
            after=_end(naming, one.after),
        )
        for one, at in calls
        if one.call in seen and one.before is not None and one.after is not None
    ]
