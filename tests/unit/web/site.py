"""The test data: two agents, a supervisor, an administrator, a customer, three calls."""

import wave
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from acd import store as acd
from acd.decision import Considered, Rule, Verdict
from acd.decisions.store import DecisionFact, keep_decisions
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queues import store as queue_store
from acd.work import WorkId
from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.store import keep_events
from crm.customers.customer import CustomerDraft
from crm.customers.store import add_customer
from crm.dictionary.item import Item, List
from crm.dictionary.store import save_item
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user
from ivr.store import Number as HotlineNumber
from ivr.store import add_flow, publish, save_number
from web.kit.passwords import hash_password
from web.kit.settings import Secrets, Settings

PASSWORD = "correct horse battery"
BEGAN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LI_WEIS_CALL = "hotline-1-1763775000.1"
WANG_FANGS_CALL = "hotline-1-1763775000.2"
LOST_CALL = "hotline-1-1763775000.3"
RECORDING = "2026/11/22/hotline-1-1763775000.1"


def settings_at(home: Path, database_url: str) -> Settings:
    return Settings(
        home=home,
        host="127.0.0.1",
        http_port=8000,
        sip_port=5060,
        rtp_first=10000,
        rtp_last=10499,
        asterisk_port=8088,
        ami_port=5038,
        external_database_url=database_url,
        demo=True,
        try_it=True,
        region="CN",
        external_address="",
        secrets=Secrets(**{one.name: "s" for one in fields(Secrets)}),
    )


def build_context(session: Session, settings: Settings) -> dict[str, int]:
    password_hash = hash_password(PASSWORD)
    ids: dict[str, int] = {}
    for key, login, name, role in (
        ("li_wei", "li.wei", "Li Wei", BuiltIn.AGENT),
        ("wang_fang", "wang.fang", "Wang Fang", BuiltIn.AGENT),
        ("chen_jing", "chen.jing", "Chen Jing", BuiltIn.SUPERVISOR),
        ("admin", "admin", "Admin", BuiltIn.ADMINISTRATOR),
    ):
        ids[key] = add_user(session, NewUser(login, name, role, password_hash)).id
    acd.add_agent(session, ids["li_wei"], "1001", "s")
    acd.add_agent(session, ids["wang_fang"], "1002", "s")
    members = members_of([AgentId(ids["li_wei"]), AgentId(ids["wang_fang"])])
    queue_store.save_queue(session, Queue(QueueKey("support"), "Support", members), "技术支持")
    acd.save_pause_reason(session, acd.PauseReason("lunch", "Lunch", "午餐"))
    save_item(session, List.OUTCOME, Item("solved", "Solved", "已解决"))
    save_item(session, List.SERVICE_TYPE, Item("complaint", "Complaint", "投诉"))
    customer = add_customer(
        session, CustomerDraft("王小明", "Blue Sky", phones=("+8613800138000",))
    )
    flow = add_flow(session, "main")
    steps = {"start": "s", "nodes": {"s": {"type": "queue", "queue": "support"}}}
    publish(session, flow, steps, None)
    save_number(session, HotlineNumber("+864008001234", "Hotline", flow))
    keep_events(session, talk(LI_WEIS_CALL, ids["li_wei"], customer.id))
    keep_events(session, talk(WANG_FANGS_CALL, ids["wang_fang"], customer.id, hours=1))
    keep_events(session, lost_call())
    keep_decisions(session, [why(LI_WEIS_CALL, ids["li_wei"], ids["wang_fang"])])
    record(settings.recordings_dir / f"{RECORDING}-in.wav", 440, seconds=1.0)
    record(settings.recordings_dir / f"{RECORDING}-out.wav", 880, seconds=0.5)
    return ids


def talk(call: str, agent: int, customer: int, hours: int = 0) -> list[CallEvent]:
    them: Detail = {"agent": agent, "name": "x", "extension": "1001", "leg": "l"}
    whole = call == LI_WEIS_CALL
    file: Detail = {"file": RECORDING if whole else "2026/1/none", "late": 0.0 if whole else 3.4}
    full = (71, Kind.RECORDING_FAILED, {"why": "the disk for recordings is full"})
    return _facts(
        call,
        BEGAN + timedelta(hours=hours),
        (0, Kind.ARRIVED, {"caller": "+8613800138000", "called": "+864008001234"}),
        (1, Kind.ANSWERED, {}),
        (1, Kind.CUSTOMER, {"customer": customer, "name": "王小明"}),
        (3, Kind.DIGIT, {"digit": "2", "node": "menu", "choice": "support"}),
        (4, Kind.QUEUED, {"queue": "support", "priority": 0}),
        (5, Kind.OFFERED, them),
        (8, Kind.CONNECTED, them),
        (8, Kind.RECORDING, file),
        (40, Kind.HELD, {"agent": agent, "by": "desk"}),
        (50, Kind.RESUMED, {"agent": agent}),
        (70, Kind.ENDED, {"by": "caller", "cause": 16}),
        (70, Kind.LEG_ENDED, {"leg": "l", "reason": "normal"}),
        *(() if whole else (full,)),
        (75, Kind.OUTCOME, {"agent": agent, "outcome": "solved", "note": "all well"}),
    )


def why(call: str, agent: int, other: int) -> DecisionFact:
    considered = (
        Considered(AgentId(agent), 60.0, Verdict.CHOSEN),
        Considered(AgentId(other), 20.0, Verdict.LESS_IDLE),
    )
    at, support = BEGAN + timedelta(seconds=5), QueueKey("support")
    said = (CallId(call), at, support, AgentId(agent), Rule.LONGEST_IDLE, 1.0, considered)
    return DecisionFact(FactId(f"{call}/d/1"), WorkId(call), *said)


def lost_call() -> list[CallEvent]:
    return _facts(
        LOST_CALL,
        BEGAN + timedelta(hours=2),
        (0, Kind.ARRIVED, {"caller": "+8613900139000", "called": "+864008001234"}),
        (1, Kind.QUEUED, {"queue": "support", "priority": 0}),
        (20, Kind.ENDED, {"by": "caller", "cause": 16}),
    )


def record(path: Path, hertz: int, seconds: float, rate: int = 8000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    at = np.arange(int(rate * seconds)) / rate
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes())


def _facts(call: str, began: datetime, *lines: tuple[float, Kind, Detail]) -> list[CallEvent]:
    return [
        CallEvent(
            FactId(f"{call}/b/{number}"),
            CallId(call),
            began + timedelta(seconds=at),
            kind,
            {"direction": "in", "via": "trunk", **detail} if kind is Kind.ARRIVED else detail,
        )
        for number, (at, kind, detail) in enumerate(lines)
    ]
