"""From what the stores give to what is shown, in the reader's language."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote

from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallRecord, Detail, Kind, segments
from crm.customers.customer import Customer
from crm.customers.store import customer, customer_names, customers_by_phones, history
from crm.dictionary.item import List
from crm.kernel.errors import MissingError
from crm.people.rights import EVERYBODY, Reach
from crm.people.store import names
from crm.service.service_record import ServiceRecord
from crm.service.store import FIELDS
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.settings_cache import vocabulary
from web.kit.shapes import (
    CallShape,
    CardShape,
    CustomerShape,
    EventShape,
    FieldShape,
    Named,
    RecordShape,
    SegmentShape,
)
from web.kit.words import KINDS, RECORDED_LATE, RESULTS, SEGMENTS, STEPS, STORY, WORDS

CARD_LINES = 10
LABELS: Mapping[str, str] = {
    List.SERVICE_TYPE: N_("Service type"),
    List.METHOD: N_("Method"),
    List.BUSINESS_TYPE: N_("Business type"),
    List.PRODUCT: N_("Product"),
    List.PROBLEM_TYPE: N_("Problem type"),
    List.CAUSE: N_("Cause"),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the call says: a number ("" when withheld), perhaps a customer."""

    number: str
    customer: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What keys and ids are called, in the reader's language; read once for a page."""

    reader: Reader
    queues: Mapping[str, str]
    choices: Mapping[List, Mapping[str, str]]
    agents: Mapping[int, str] = field(default_factory=dict)
    customers: Mapping[int, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)

    def queue(self, key: str | None) -> str:
        """Give a queue's name; its key if it is gone."""
        return self.queues.get(key, key) if key else ""

    def choice(self, which: List, key: str | None) -> str:
        """Give a choice's name, also when it is switched off by now."""
        return self.choices[which].get(key, key) if key else ""

    def step(self, detail: Detail) -> str:
        """Name a step of a flow as people know it: its name, its queue's, or what it is."""
        node, kind = str(detail.get("node", "")), str(detail.get("type", ""))
        if node in self.steps:
            return self.steps[node]
        if "queue" in kind and node in self.queues:
            return self.queues[node]
        return f"{self.reader.gettext(STEPS[kind])} {node}" if kind in STEPS else node

    def agent(self, id_: int | None) -> Named | None:
        """Give an agent's id and name."""
        return Named(id=id_, name=self.agent_name(id_)) if id_ is not None else None

    def agent_name(self, id_: int | None) -> str:
        """Give an agent's name."""
        return self.agents.get(id_, f"#{id_}") if id_ is not None else ""

    def customer(self, id_: int | None) -> Named | None:
        """Give a customer's id and name; None if he is gone."""
        name = self.customers.get(id_) if id_ is not None else None
        return Named(id=id_, name=name) if id_ is not None and name is not None else None


def words(
    session: Session,
    reader: Reader,
    calls: Iterable[CallRecord] = (),
    records: Iterable[ServiceRecord] = (),
    agents: Iterable[int] = (),
) -> Words:
    """Read the names that some calls and records need, two questions of its own."""
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
    )


def address_of_call(call: str) -> str:
    """Give the address of a call's page."""
    return f"/calls/{quote(call, safe='')}"


def show_call(call: CallRecord, known: Words) -> CallShape:
    """Show a call as a line of a list."""
    address = address_of_call(call.id)
    return CallShape(
        id=call.id,
        url=address,
        direction=call.direction,
        via=call.via,
        caller=call.caller,
        called=call.called,
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
        inferred=call.inferred,
    )


def show_timeline(timeline: Iterable[CallEvent], known: Words) -> list[EventShape]:
    """Tell a call's story, a sentence a line."""
    return [
        EventShape(
            at=event.at,
            kind=event.kind,
            kind_name=known.reader.gettext(KINDS[event.kind]),
            detail=dict(event.detail),
            text=_sentence(event, known),
            inferred=event.inferred,
        )
        for event in timeline
    ]


def agents_in(timeline: Iterable[CallEvent]) -> set[int]:
    """Tell whose names a timeline needs."""
    found = {str(event.detail.get("agent", "")) for event in timeline}
    return {int(id_) for id_ in found if id_.isdecimal()}


def steps_in(timeline: Iterable[CallEvent]) -> set[str]:
    """Tell which steps of a flow a timeline names."""
    return {str(event.detail.get("node", "")) for event in timeline if event.kind is Kind.STEP}


def show_segments(timeline: Sequence[CallEvent], known: Words) -> list[SegmentShape]:
    """Cut a call into its stretches and say how much of the whole each is."""
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
    """Show a service record with the names of what was chosen."""
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


def show_customer(found: Customer, known: Words) -> CustomerShape:
    """Show a customer's file with the names of what was chosen for him."""
    draft = found.draft
    return CustomerShape(
        id=found.id,
        version=found.version,
        url=f"/customers/{found.id}",
        name=draft.name,
        company=draft.company,
        level=draft.level,
        level_name=known.choice(List.CUSTOMER_LEVEL, draft.level),
        category=draft.category,
        category_name=known.choice(List.CUSTOMER_CATEGORY, draft.category),
        status=draft.status,
        status_name=known.choice(List.CUSTOMER_STATUS, draft.status),
        sex=draft.sex,
        phones=list(draft.phones),
        phone_labels=[*draft.labels, *("" for _ in draft.phones)][: len(draft.phones)],
        email=draft.email,
        address=draft.address,
        note=draft.note,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def show_card(
    session: Session, reader: Reader, caller: Caller, seen: Reach = EVERYBODY
) -> CardShape:
    """Show who calls: the customer the engine found, or whom we find, or nobody.

    `seen` tells whose calls the reader may open.
    """
    number = caller.number
    # One number may be several people's: a family, a company's switchboard.
    there = customers_by_phones(session, [number])
    whose = next((one for one in there if caller.customer in {None, one.id}), None)
    if whose is None and caller.customer is not None:
        with suppress(MissingError):
            whose = customer(session, caller.customer)
    customer_id = whose.id if whose else None
    past = history(session, whose, number, CARD_LINES)
    known = words(session, reader, past.calls, past.service_records)
    return CardShape(
        known=whose is not None,
        number=number,
        withheld=not number,
        customer=show_customer(whose, known) if whose else None,
        others=[show_customer(one, known) for one in there if one.id != customer_id],
        calls=[show_past(call, known, seen) for call in past.calls],
        service_records=[show_record(record, known) for record in past.service_records],
    )


def show_past(call: CallRecord, known: Words, seen: Reach) -> CallShape:
    """Show a call of the customer's past, without its ways in when it was a colleague's."""
    shown = show_call(call, known)
    if seen.holds(call.agent):
        return shown
    return shown.model_copy(update={"url": "", "recording": None})


def _sentence(event: CallEvent, known: Words) -> str:
    say = known.reader
    detail = event.detail
    agent = str(detail.get("agent", ""))
    name = known.agent(int(agent)) if agent.isdecimal() else None
    places = defaultdict(str, {key: _word(say, value) for key, value in detail.items()})
    places |= {
        "agent": name.name if name else str(detail.get("name", "")),
        "queue": known.queue(str(detail.get("queue", ""))),
        "outcome": known.choice(List.OUTCOME, str(detail.get("outcome", ""))),
        "caller": say.phone(str(detail.get("caller", ""))),
        "called": say.phone(str(detail.get("called", ""))),
    }
    if event.kind is Kind.STEP:
        places["node"] = known.step(detail)
    if event.kind is Kind.ENDED:
        places["by"] = _word(say, detail.get("by", "system"))
    late = event.kind is Kind.RECORDING and detail.get("late")
    sentence = RECORDED_LATE if late else STORY[event.kind]
    return say.gettext(sentence).format_map(places).strip()


def _word(say: Reader, value: object) -> str:
    word = str(value)
    return say.gettext(WORDS[word]) if word in WORDS else word
