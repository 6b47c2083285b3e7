"""Sending webhooks: to a real receiver that answers, hangs, lies, and goes away."""

import asyncio
import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session, sessionmaker
from standardwebhooks import Webhook
from unit.web.conftest import People
from unit.web.webhooks.receiver import Receiver, receiving

from crm.jobs import store as jobs
from crm.jobs.job import Job, JobId
from crm.jobs.models import JobRow
from crm.notices.notice import NoticeKind
from crm.notices.store import notices
from crm.outgoing.answer import Failure, OutgoingAnswer
from crm.outgoing.sending import Sender
from crm.outgoing.signing import Seal, new_secret
from crm.sql.db import connect, sessions
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.models import EndpointRow
from crm.webhooks.store import JOB
from crm.webhooks.webhook import (
    Claim,
    DeliveryFilter,
    DeliveryId,
    DeliveryState,
    DisabledReason,
    EndpointDraft,
    EndpointId,
    EventType,
    event,
)
from web.kit.clock import now
from web.kit.settings import Settings
from web.ops.job_worker import JobWorker
from web.webhooks.sender import AT_ONCE, LEASE, WebhookSender, notify_switched_off, request_of
from web.webhooks.signing import seal_of

SECRET = new_secret()
PATIENCE_SECONDS = 20.0  # the last receiver may be slow if the machine is busy


@pytest.fixture
def seal(settings: Settings) -> Seal:
    return seal_of(settings)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def attempt(
    seal: Seal, url: str, *, inside: bool = True, sealed: str = "", seconds: float = 10.0
) -> OutgoingAnswer:
    claim = Claim(
        job=Job(JobId(1), JOB, "1", "1", {}, 1, now() + LEASE),
        delivery=DeliveryId(1),
        event="evt_1",
        body='{"type":"call.ended","name":"王小明"}',
        endpoint=EndpointId(1),
        url=url,
        inside=inside,
        secrets=(sealed or seal.close(SECRET),),
        failing_since=None,
    )
    request = replace(request_of(claim), seconds=seconds)
    return asyncio.run(Sender(seal, now).send(request))


def test_a_message_arrives_signed_as_the_standard_says(seal: Seal, receiver: Receiver) -> None:
    answer = attempt(seal, receiver.url)

    [(headers, body)] = receiver.heard
    assert (answer.status, answer.failure, answer.text) == (200, None, "ok")
    assert Webhook(SECRET).verify(body, headers)["name"] == "王小明"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(
    ("way", "status", "failure"),
    [
        ("204", 204, None),
        ("large", 200, None),
        ("slow body", 200, None),
        ("500", 500, Failure.STATUS),
        ("410", 410, Failure.STATUS),
        ("redirect", 302, Failure.REDIRECT),
        ("close", None, Failure.CLOSED),
        ("hang", None, Failure.TIMEOUT),
        ("slow head", None, Failure.TIMEOUT),
    ],
)
def test_a_receiver_is_believed_by_its_status_alone(  # noqa: PLR0913, PLR0917 - three are cases
    seal: Seal,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    status: int | None,
    failure: Failure | None,
) -> None:
    monkeypatch.setattr("crm.outgoing.sending.BODY_SECONDS", 0.4)
    receiver.way = way
    began = time.monotonic()

    answer = attempt(seal, receiver.url, seconds=0.4 if way in {"hang", "slow head"} else 10.0)

    assert (answer.status, answer.failure) == (status, failure)
    assert len(answer.text) <= 2048
    assert len(receiver.heard) <= 1
    assert time.monotonic() - began < 10


def test_a_receiver_may_ask_for_time(seal: Seal, receiver: Receiver) -> None:
    receiver.way = "busy"

    assert attempt(seal, receiver.url).wait_seconds == 777


def test_an_absent_receiver_is_a_failure_of_the_connection(seal: Seal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    assert attempt(seal, f"http://127.0.0.1:{port}/").failure is Failure.CONNECT


def test_a_certificate_without_a_known_issuer_is_not_trusted(seal: Seal, tmp_path: Path) -> None:
    with receiving(self_signed(tmp_path)) as receiver:
        answer = attempt(seal, receiver.url)

        assert answer.failure is Failure.TLS
        assert receiver.heard == []


def test_a_secret_of_another_installation_signs_nothing(seal: Seal, receiver: Receiver) -> None:
    assert attempt(seal, receiver.url, sealed="not ours").failure is Failure.SECRET
    assert receiver.heard == []


def test_our_own_network_is_refused_unless_it_is_allowed(seal: Seal, receiver: Receiver) -> None:
    for url in (receiver.url, f"https://127.0.0.1:{receiver.port}/", "https://localhost/"):
        assert attempt(seal, url, inside=False).failure is Failure.ADDRESS, url
    assert receiver.heard == []


def test_a_name_is_asked_for_once_and_that_address_is_connected_to(
    seal: Seal, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int, *_more: object, **_named: object) -> list[object]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    answer = attempt(seal, f"http://crm.example:{receiver.port}/hook")

    assert answer.status == 200
    assert asked.count("crm.example") == 1
    assert receiver.heard[0][0]["host"] == f"crm.example:{receiver.port}"


# The sender


@pytest.fixture
def connections(settings: Settings) -> Iterator[Engine]:
    engine = connect(settings.database_url, pool_size=4, statement_timeout_ms=5000)
    yield engine
    engine.dispose()


@pytest.fixture
def outgoing(database: sessionmaker[Session]) -> Iterator[sessionmaker[Session]]:
    yield database
    with database.begin() as session:
        session.execute(delete(EndpointRow))
        session.execute(delete(JobRow))


def add(database: sessionmaker[Session], seal: Seal, url: str, name: str = "CRM") -> int:
    draft = EndpointDraft(name, url, frozenset({EventType.CALL_ENDED}), inside=True)
    with database.begin() as session:
        return store.add_endpoint(session, draft, seal.close(SECRET)).id


def tell(database: sessionmaker[Session], *calls: str) -> None:
    with database.begin() as session:
        store.announce(session, (event(EventType.CALL_ENDED, now(), {}, one) for one in calls))


class WorkerThread:
    """A worker of webhooks in a thread, as `hotline jobs` runs it."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self.told_off: list[int] = []
        self.stop = threading.Event()
        database = sessions(engine)
        sender = WebhookSender(
            database,
            Sender(seal, now),
            lambda _session, endpoint: self.told_off.append(endpoint),
        )
        worker = JobWorker(database, [sender], look_seconds=0.02)
        self.thread = threading.Thread(target=lambda: asyncio.run(worker.work(self.stop)))

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def states(database: sessionmaker[Session], endpoint: int) -> list[DeliveryState]:
    with database.begin() as session:
        page = outbox.deliveries(session, DeliveryFilter(endpoint=endpoint), limit=500)
    return [one.state for one in page.items]


def test_the_sender_delivers_everything_once(
    connections: Engine, outgoing: sessionmaker[Session], seal: Seal, receiver: Receiver
) -> None:
    there = add(outgoing, seal, receiver.url)
    with WorkerThread(connections, seal), WorkerThread(connections, seal):
        tell(outgoing, *(f"c{number}" for number in range(40)))
        receiver.until(40)
        until(lambda: set(states(outgoing, there)) == {DeliveryState.DELIVERED})

    assert len(set(receiver.ids)) == len(receiver.ids) == 40


def test_a_hanging_receiver_keeps_no_other_waiting(
    connections: Engine,
    outgoing: sessionmaker[Session],
    seal: Seal,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.webhooks.sender.LAST_SECONDS", 0.1)
    with receiving() as hanging:
        hanging.way = "hang"
        add(outgoing, seal, hanging.url, "Hanging")
        add(outgoing, seal, receiver.url)
        with WorkerThread(connections, seal):
            tell(outgoing, *(f"c{number}" for number in range(30)))
            receiver.until(30, PATIENCE_SECONDS)

            assert len(hanging.heard) <= AT_ONCE + 1


def test_a_sender_that_dies_loses_no_message_and_keeps_its_id(
    connections: Engine, outgoing: sessionmaker[Session], seal: Seal, receiver: Receiver
) -> None:
    there = add(outgoing, seal, receiver.url)
    tell(outgoing, "c1")
    with outgoing.begin() as session:
        # Taken on by a process that is killed: its lease ended just now.
        [dead] = outbox.claim(session, there, 9, now(), LEASE)
    asyncio.run(Sender(seal, now).send(request_of(dead)))
    with outgoing.begin() as session:
        assert outbox.claim(session, there, 9, now(), LEASE) == []
        jobs.release(session, [dead.job], now())
    with WorkerThread(connections, seal):
        receiver.until(2)
        until(lambda: states(outgoing, there) == [DeliveryState.DELIVERED])

    assert receiver.ids == [dead.event, dead.event]


def test_a_sender_that_must_stop_gives_its_messages_back(
    connections: Engine,
    outgoing: sessionmaker[Session],
    seal: Seal,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.webhooks.sender.LAST_SECONDS", 0.1)
    there = add(outgoing, seal, receiver.url)
    receiver.way = "hang"
    tell(outgoing, "c1")
    with WorkerThread(connections, seal):
        receiver.until(1)

    with outgoing.begin() as session:
        [claim] = outbox.claim(session, there, 9, now(), LEASE)
    assert claim.job.attempt == 1


def test_a_receiver_that_is_gone_is_switched_off_with_a_notice(
    connections: Engine, outgoing: sessionmaker[Session], seal: Seal, receiver: Receiver
) -> None:
    there = add(outgoing, seal, receiver.url)
    receiver.way = "410"
    tell(outgoing, "c1")
    with WorkerThread(connections, seal) as working:
        until(lambda: working.told_off == [there])

    with outgoing.begin() as session:
        assert store.endpoint(session, there).disabled_because is DisabledReason.GONE


def test_those_who_manage_webhooks_get_a_notice_of_one_that_was_switched_off(
    outgoing: sessionmaker[Session], seal: Seal, people: People
) -> None:
    there = add(outgoing, seal, "https://crm.example/")
    with outgoing() as session:  # nothing of it stays
        notify_switched_off(session, there)
        [found] = [
            one for one in notices(session, people.admin).items if one.kind is NoticeKind.WEBHOOK
        ]
        none = [
            one for one in notices(session, people.li_wei).items if one.kind is NoticeKind.WEBHOOK
        ]

    assert (found.values, found.url) == ({"name": "CRM"}, f"/webhooks/{there}")
    assert none == []


def test_a_failed_message_waits_for_its_next_attempt(
    connections: Engine, outgoing: sessionmaker[Session], seal: Seal, receiver: Receiver
) -> None:
    there = add(outgoing, seal, receiver.url)
    receiver.way = "500"
    tell(outgoing, "c1")
    with WorkerThread(connections, seal):
        receiver.until(1)
        until(lambda: attempts_of(outgoing, there))

    with outgoing.begin() as session:
        [one] = outbox.deliveries(session, DeliveryFilter(endpoint=there)).items
    assert one.last is not None
    assert (one.state, one.last.status, one.last.text) == (DeliveryState.WAITING, 500, "said")
    assert 3.5 < (one.due_at - one.last.at).total_seconds() < 7


def attempts_of(database: sessionmaker[Session], endpoint: int) -> int:
    with database.begin() as session:
        found = outbox.health(session, now() - dt.timedelta(hours=1)).get(endpoint)
    return found.attempts if found else 0


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - dt.timedelta(days=1))
        .not_valid_after(now() + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    private = key.private_bytes(
        form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "cert").write_bytes(certificate.public_bytes(form))
    (folder / "key").write_bytes(private)
    return folder / "cert", folder / "key"
