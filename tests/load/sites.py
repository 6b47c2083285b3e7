"""An installation for load tests: agents, queues, numbers that lead straight to them, customers."""

import contextlib
import json
import secrets
import shutil
import socket
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from installation import running
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from acd.models import AgentRow
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queues.store import save_queue
from crm.customers.models import CustomerPhoneRow, CustomerRow
from crm.customers.store import searchable
from crm.people.models import SessionRow, UserRow
from crm.people.person import Language, SessionKind, UserId, token_hash
from crm.people.rights import BuiltIn
from crm.people.roles.store import role_id
from crm.people.store import named
from crm.sql.db import notify
from ivr import store as ivr
from web.kit.passwords import hash_password
from web.kit.settings import load_settings

FIRST_EXTENSION = 20001
FIRST_NUMBER = 91001  # of the first queue; the second has the next
PASSWORD = "a-floor-full-of-agents"
RTP_PORTS = "10000-19999"  # a test's usual 500 are not enough for 240 channels
PHONES_SECONDS = 300
SESSION_HOURS = 12


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent or a supervisor, with their account and telephone ("" for none)."""

    id: int
    login: str
    name: str
    extension: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """An open session: as a bearer token, or as the cookie `hotline_session`."""

    seat: Seat
    token: str
    csrf: str


@dataclass(slots=True)
class LoadSite:
    """A running installation and its people."""

    installation: object
    seats: tuple[Seat, ...] = ()
    supervisors: tuple[Seat, ...] = ()
    queues: tuple[str, ...] = ()
    numbers: dict[str, str] = field(default_factory=dict)  # a queue's key -> the number to dial

    @property
    def sip_port(self):
        """Asterisk's SIP port, on 127.0.0.1."""
        return int(self.installation.environment["HOTLINE_SIP_PORT"])

    @property
    def run_dir(self):
        """The folder of its sockets."""
        return load_settings(self.installation.environment).run_dir

    @property
    def number(self):
        """The number of the first queue."""
        return self.numbers[self.queues[0]]

    @contextlib.contextmanager
    def database(self):
        """A session that commits at its end."""
        engine = create_engine(self.installation.database_url())
        try:
            with Session(engine) as session, session.begin():
                yield session
        finally:
            engine.dispose()

    def ask_engine(self, name, asked, seconds=60.0):
        """Send the engine the same request for several seats at once, over its own socket.

        `asked` gives (seat, more fields); raises AssertionError with the refusals.
        """
        asked = list(asked)
        path = self.run_dir / "engine.sock"
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(seconds)
            wire.connect(str(path))
            lines = wire.makefile("rb")
            lines.readline()  # the snapshot
            for at, (seat, fields) in enumerate(asked):
                said = {"id": f"k{at}", "ask": name, "agent": seat.id, **fields}
                wire.sendall(json.dumps(said).encode() + b"\n")
            answers = {}
            while len(answers) < len(asked):
                line = lines.readline()
                assert line, "the engine hung up"
                if b'"reply"' in line:
                    told = json.loads(line)
                    answers[told["reply"]] = told
        refused = [one["error"] for one in answers.values() if not one["ok"]]
        assert not refused, f"{name}: {len(refused)} refused, the first: {refused[0]}"


@contextlib.contextmanager
def site(  # noqa: PLR0913 - each is a wish of its own
    agents=20,
    *,
    queues=1,
    supervisors=0,
    record=True,
    wrapup_seconds=0.0,
    ring_seconds=15.0,
    environment=None,
    logs=None,
):
    """Make a new installation with so many agents, shared out evenly among so many queues.

    Each queue has a number with a flow that leads straight to it. The agents have accounts (all
    with the same password) and telephones, pushed to Asterisk, but none is registered or signed in.
    At the end every process's log is copied into the folder `logs`.
    """
    with running({"HOTLINE_RTP_PORTS": RTP_PORTS, **(environment or {})}) as installation:
        made = LoadSite(installation)
        with made.database() as session:
            made.seats = hire(session, agents)
            made.supervisors = hire(session, supervisors, BuiltIn.SUPERVISOR)
            made.queues = tuple(f"load-{at}" for at in range(1, queues + 1))
            for at, key in enumerate(made.queues):
                queue = Queue(
                    QueueKey(key),
                    f"Load {at + 1}",
                    members_of(AgentId(seat.id) for seat in made.seats[at::queues]),
                    ring_seconds=ring_seconds,
                    wrapup_seconds=wrapup_seconds,
                    record=record,
                    fallback=1 + at % 32,
                )
                save_queue(session, queue, f"压测 {at + 1}")
                made.numbers[key] = str(FIRST_NUMBER + at)
                _lead(session, key, made.numbers[key])
            for seat in made.seats:
                notify(session, f"agents:{seat.id}")
        try:
            wait_for_phones(made, made.seats)
            yield made
        finally:
            if logs is not None:
                keep_logs(installation, logs)


def hire(session, count, role=BuiltIn.AGENT, first=1):
    """Add people at once, numbered from `first`: agents with telephones, or supervisors without."""
    if not count:
        return ()
    agents = role is BuiltIn.AGENT
    word = "agent" if agents else "supervisor"
    hashed = hash_password(PASSWORD)  # one for all: each takes 64 MiB and a twentieth of a second
    people = [(f"{word}{at:05d}", f"{word.title()} {at}") for at in range(first, first + count)]
    shared = {
        "password_hash": hashed,
        "role_id": role_id(session, role),
        "language": Language.ENGLISH.value,
        "timezone": "",
        "enabled": True,
    }
    rows = [{"login": login, **named(name), **shared} for login, name in people]
    ids = session.scalars(
        insert(UserRow).returning(UserRow.id, sort_by_parameter_order=True), rows
    ).all()
    made = tuple(
        Seat(
            id_,
            login,
            name,
            str(FIRST_EXTENSION + first - 1 + at) if agents else "",
            # SIPp reads a password that begins with 0x as hexadecimal bytes.
            secrets.token_hex(12) if agents else "",
        )
        for at, (id_, (login, name)) in enumerate(zip(ids, people, strict=True))
    )
    if agents:
        session.execute(
            insert(AgentRow),
            [
                {
                    "user_id": one.id,
                    "extension": one.extension,
                    "sip_secret": one.secret,
                    "enabled": True,
                }
                for one in made
            ],
        )
    return made


def know_customers(session, numbers):
    """Make each of these numbers (as callers send them, of mainland China) a customer's."""
    rows, phones = [], []
    for at, number in enumerate(numbers):
        name, company = f"顾客{at} Customer {at}", f"Company {at % 100}"
        plain = dict.fromkeys(
            ("level", "category", "status", "sex", "address", "email", "note"), ""
        )
        spelt = f"+86{number}"
        rows.append(
            {"name": name, "company": company, **plain, **searchable(name, company, [spelt])}
        )
        phones.append(spelt)
    ids = session.scalars(
        insert(CustomerRow).returning(CustomerRow.id, sort_by_parameter_order=True), rows
    ).all()
    session.execute(
        insert(CustomerPhoneRow),
        [
            {"customer_id": id_, "number": number, "position": 0, "label": ""}
            for id_, number in zip(ids, phones, strict=True)
        ],
    )


def open_sessions(made, seats, kind=SessionKind.API):
    """Open a session for each seat in the database; argon2 would take a twentieth of a second."""
    at = datetime.now(UTC)  # noqa: TID251 - a test is an edge
    opened = [
        OpenSession(seat, secrets.token_urlsafe(32), secrets.token_urlsafe(24)) for seat in seats
    ]
    rows = [
        {
            "token_hash": token_hash(one.token),
            "user_id": UserId(one.seat.id),
            "kind": kind.value,
            "csrf": one.csrf,
            "created_at": at,
            "seen_at": at,
            "expires_at": at + timedelta(hours=SESSION_HOURS),
            "address": "127.0.0.1",
            "user_agent": "load",
        }
        for one in opened
    ]
    if rows:
        with made.database() as session:
            session.execute(insert(SessionRow), rows)
    return opened


def sign_in(made, seats, *, ready=True):
    """Sign agents in at registered SIP telephones, and make them ready."""
    made.ask_engine("signin", ((seat, {"phone": "sip"}) for seat in seats))
    if ready:
        set_state(made, seats, ready=True)


def set_state(made, seats, *, ready):
    """Make agents ready, or pause them."""
    state = {"state": "ready"} if ready else {"state": "paused", "reason": "break"}
    made.ask_engine("state", ((seat, state) for seat in seats))


def keep_logs(installation, folder):
    """Copy every process's log: an installation's home is removed when it ends."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path in (installation.home / "log").glob("*.log"):
        shutil.copy(path, folder)


def _lead(session, key, number):
    flow = ivr.add_flow(session, f"Straight to {key}")
    node = {"type": "queue", "queue": key, "priority": 0}
    ivr.publish(session, flow, {"start": "line", "nodes": {"line": node}}, None)
    ivr.save_number(session, ivr.Number(number, f"Load {key}", flow))


def wait_for_phones(made, seats):
    """Wait until Asterisk knows the telephones of these seats."""
    wanted = {seat.extension for seat in seats}
    end = time.monotonic() + PHONES_SECONDS
    while wanted:
        there = {one["resource"] for one in made.installation.ari("/endpoints/PJSIP")}
        if wanted <= there:
            return
        assert time.monotonic() < end, f"{len(wanted - there)} telephones were not pushed"
        time.sleep(0.3)
