"""Calls and service records for pages and API: names in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import quote

from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallRecord, CallResult, Detail, segments
from crm.charges.calls.store import costs_of
from crm.charges.rate import amount_of
from crm.customers.store import customer_names
from crm.dictionary.item import List
from crm.people.store import names
from crm.service.service_record import ServiceRecord
from crm.service.store import FIELDS
from web.calls.shapes import CallShape, FieldShape, RecordShape, SegmentShape
from web.calls.words import (
    CANCELED,
    FIRST_STEPS,
    LABELS,
    OTHER_CAUSE,
    OTHER_STEP,
    RESULTS,
    SEGMENTS,
    STEPS,
    UNANSWERED,
)
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Named


@dataclass(frozen=True, slots=True)
class Words:
    """Names of keys and ids in the reader's language; read once for a page, as costs are."""

    reader: Reader
    queues: Mapping[str, str]
    choices: Mapping[List, Mapping[str, str]]
    agents: Mapping[int, str] = field(default_factory=dict)
    customers: Mapping[int, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    costs: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)  # by call
    destinations: Mapping[str, str] = field(default_factory=dict)  # by their texts
    skills: Mapping[str, str] = field(default_factory=dict)

    def queue(self, key: str | None) -> str:
        """Give a queue's name; its key if it is gone."""
        return self.queues.get(key, key) if key else ""

    def choice(self, which: List, key: str | None) -> str:
        """Give an option's name, also if it is disabled by now."""
        return self.choices[which].get(key, key) if key else ""

    def step(self, detail: Detail, seen: set[str]) -> str:
        """Say which step of a flow the caller came to: by its name, its queue's, or its key.

        `seen` holds the types of the steps before it, and is added to.
        """
        node, kind = str(detail.get("node", "")), str(detail.get("type", ""))
        if node not in self.steps and kind in FIRST_STEPS and kind not in seen:
            sentence = FIRST_STEPS[kind]
        else:
            sentence = STEPS.get(kind, OTHER_STEP)
        seen.add(kind)
        queue = self.queues.get(node, "") if "queue" in kind else ""
        name = self.steps.get(node) or queue or node
        return self.reader.gettext(sentence).format_map({"name": name})

    def agent(self, id_: int | None) -> Named | None:
        """Give an agent's id and name."""
        return Named(id=id_, name=self.agent_name(id_)) if id_ is not None else None

    def agent_name(self, id_: int | None) -> str:
        """Give an agent's name."""
        return self.agents.get(id_, f"#{id_}") if id_ is not None else ""

    def customer(self, id_: int | None) -> Named | None:
        """Give a customer's id and name; None if the customer is gone."""
        name = self.customers.get(id_) if id_ is not None else None
        return Named(id=id_, name=name) if id_ is not None and name is not None else None


def words(
    session: Session,
    reader: Reader,
    calls: Iterable[CallRecord] = (),
    records: Iterable[ServiceRecord] = (),
    agents: Iterable[int] = (),
) -> Words:
    """Read the names that some calls and records need, in three queries."""
    calls = list(calls)
    known, language = vocabulary(session), reader.language
    wanted = {call.agent for call in calls} | {record.draft.agent for record in records}
    return Words(
        reader,
        known.queue_names(language),
        {
            which: {one.key: one.name(language) for one in items}
            for which, items in known.choices.items()
        },
        names(session, {id_ for id_ in wanted if id_ is not None} | set(agents)),
        customer_names(session, [call.customer for call in calls if call.customer is not None]),
        costs=costs_of(session, [call.id for call in calls if call.answered_at]) if calls else {},
    )


def address_of_call(call: str) -> str:
    """Give the address of a call's page."""
    return f"/calls/{quote(call, safe='')}"


def show_call(call: CallRecord, known: Words) -> CallShape:
    """Show a call as a line of a list."""
    address = address_of_call(call.id)
    cost, currency = known.costs.get(call.id, (None, ""))
    return CallShape(
        id=call.id,
        url=address,
        direction=call.direction,
        via=call.via,
        caller=call.caller,
        called=call.called,
        customer_number=call.customer_number,
        own_number=call.own_number,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        queue=call.queue,
        queue_name=known.queue(call.queue),
        agent=known.agent(call.agent),
        result=call.result,
        result_name=known.reader.gettext(RESULTS[call.result]),
        wait_seconds=round(call.wait_seconds, 3),
        talk_seconds=round(call.talk_seconds, 3),
        hold_seconds=round(call.hold_seconds, 3),
        ivr_seconds=round(call.ivr_seconds, 3),
        customer=known.customer(call.customer),
        outcome=call.outcome,
        outcome_name=known.choice(List.OUTCOME, call.outcome),
        recording=f"/api/v1{address}/recording" if call.recording else None,
        recording_failed=call.recording_failed,
        ended_by=call.ended_by,
        cause=call.cause,
        unanswered_name=_why_unanswered(call, known.reader),
        inferred=call.inferred,
        mos=call.mos,
        cost=None if cost is None else amount_of(cost),
        currency=currency,
    )


def _why_unanswered(call: CallRecord, say: Reader) -> str:
    if call.result is not CallResult.UNANSWERED:
        return ""
    if call.ended_by == "agent":
        return say.gettext(CANCELED)
    if call.cause is None:
        return ""
    meant = UNANSWERED.get(call.cause)
    return say.gettext(meant) if meant else say.say(OTHER_CAUSE, cause=str(call.cause))


def show_segments(timeline: Sequence[CallEvent], known: Words) -> list[SegmentShape]:
    """Cut a call into segments, each with its share of the whole."""
    cut = segments(timeline, now())
    if not cut:
        return []
    whole = max((cut[-1].ended_at - cut[0].started_at).total_seconds(), 0.001)
    shown = []
    for one in cut:
        seconds = (one.ended_at - one.started_at).total_seconds()
        offset = (one.started_at - cut[0].started_at).total_seconds()
        agent = known.agent(one.agent)
        shown.append(
            SegmentShape(
                kind=one.kind,
                kind_name=known.reader.gettext(SEGMENTS[one.kind]),
                started_at=one.started_at,
                ended_at=one.ended_at,
                seconds=round(seconds, 3),
                queue=one.queue,
                queue_name=known.queue(one.queue),
                agent=one.agent,
                agent_name=agent.name if agent else "",
                offset_permille=round(1000 * offset / whole),
                permille=round(1000 * seconds / whole),
            )
        )
    return shown


def show_record(record: ServiceRecord, known: Words) -> RecordShape:
    """Show a service record with the names of its options."""
    draft = record.draft
    chosen = [(which, str(getattr(draft, which.value))) for which in FIELDS]
    return RecordShape(
        id=record.id,
        version=record.version,
        call=draft.call,
        agent=known.agent(draft.agent) or Named(id=draft.agent, name=""),
        customer=draft.customer,
        at=record.created_at,
        updated_at=record.updated_at,
        subject=known.choice(List.SERVICE_TYPE, draft.service_type),
        fields=[
            FieldShape(
                name=which.value,
                label=known.reader.gettext(LABELS[which]),
                key=key,
                value=known.choice(which, key),
            )
            for which, key in chosen
            if key
        ],
        content=draft.note,
    )
