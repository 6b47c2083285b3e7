"""Fill a database with a large site's year: a million calls, 200,000 customers, 500 agents.

    PYTHONPATH=.:tests python -m load.million ADDRESS [--calls N] [--customers N] [--agents N]

ADDRESS is a database with our tables, such as `Installation.database_url()` gives one. Rows go in
by COPY without indexes, which are made again afterwards; then everything is analysed. The same
seed, sizes and last day make the same rows.
"""

import argparse
import io
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from load import year, year_customers
from load.year_legs import DECISION_COLUMNS, LEG_COLUMNS, RECORDING_COLUMNS
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from acd.decisions.store import decisions_of
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queues import store as queue_store
from crm.calls.leg import CallLeg, fold_legs
from crm.calls.legs.store import legs_of
from crm.calls.record import CallRecord, Kind, fold
from crm.calls.store import call, timeline
from crm.people.groups import store as groups
from crm.people.groups.group import GroupDraft
from crm.people.store import named
from crm.sql.grams import grams
from recordings.recording import fold_recordings
from recordings.store import recordings_of
from web.kit.clock import now

PIECE = 20_000  # calls that are told before they are written
OF_CALLS = ("calls", "call_events", "call_agents", "call_legs", "decisions", "recordings")
TABLES = ("customers", "customer_phones", *OF_CALLS)
MORE = ("service_records", "audit_log", "login_log")
Row = TypeVar("Row", CallRecord, CallLeg)
ACTIONS = ("customer.changed", "customer.added", "recording.heard", "user.changed")


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows are made."""

    calls: int = 1_000_000
    customers: int = 200_000
    agents: int = 500
    audit: int = 300_000
    logins: int = 300_000
    seed: int = 4008001234

    def small(self, share: float) -> "Size":
        """Give the same site, so much smaller."""
        return Size(
            int(self.calls * share),
            int(self.customers * share),
            max(24, int(self.agents * share)),
            int(self.audit * share),
            int(self.logins * share),
            self.seed,
        )


@dataclass(slots=True)
class StepTimes:
    """Seconds by step."""

    steps: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.steps.append((name, time.perf_counter() - began))


class Copier:
    """Copies lines into tables in a thread of its own, while the next ones are made."""

    def __init__(self, engine: Engine) -> None:
        self._raw = engine.raw_connection()
        self._pool = ThreadPoolExecutor(1)
        self._waiting: Future[None] | None = None

    def copy(self, table: str, columns: str, lines: list[str]) -> None:
        """Write lines, as soon as the earlier ones are written."""
        self.wait()
        self._waiting = self._pool.submit(self._copy, table, columns, lines)

    def wait(self) -> None:
        """Wait until all lines are written."""
        if self._waiting is not None:
            self._waiting.result()
        self._waiting = None

    def close(self) -> None:
        self.wait()
        self._raw.commit()
        self._raw.close()
        self._pool.shutdown()

    def _copy(self, table: str, columns: str, lines: list[str]) -> None:
        written = io.BytesIO("\n".join([*lines, ""]).encode())
        with self._raw.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", written, 1 << 20)


def fill(address: str, size: Size | None = None, until: date | None = None) -> StepTimes:
    """Fill a database; it may have a demo's rows already. Gives how long each step took."""
    size, until, took = size or Size(), until or now().date(), StepTimes()
    chance = Random(size.seed)
    engine = create_engine(
        address,
        connect_args={
            "options": "-c timezone=UTC -c synchronous_commit=off -c maintenance_work_mem=768MB "
            "-c session_replication_role=replica"
        },
    )
    with took.step("people"), Session(engine) as session:
        people = _people(session, chance, size)
        session.commit()
    with _without_indexes(engine, took):
        with took.step("customers"):
            first, names = _customers(engine, chance, size, until)
        with took.step("calls"):
            maker = year.CallMaker(chance, people, size.customers, first, names)
            _calls(engine, chance, size, until, maker)
        with took.step("logs"):
            _logs(engine, chance, size, until)
    alone = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with took.step("vacuum and analyse"), alone as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
    with took.step("compare some"), Session(engine) as session:
        _compare(session, Random(1), min(size.calls, 200))
    engine.dispose()
    return took


def _people(session: Session, chance: Random, size: Size) -> year.People:
    """Hire agents and a supervisor for each team of twenty; give the agents of each queue."""
    roles = dict(session.execute(text("SELECT key, id FROM roles WHERE key <> ''")).all())
    hire = text(
        "INSERT INTO users (login, name, name_key, name_spellings, role_id, language, timezone,"
        " password_hash, enabled) VALUES (:login, :name, :name_key, :name_spellings, :role,"
        " :language, '', '', true) RETURNING id"
    )
    names: dict[int, str] = {}
    teams = -(-size.agents // 20)
    for place in range(size.agents + teams):
        agent, name = place < size.agents, year_customers.a_name(chance)
        said = {
            "login": f"agent{place}" if agent else f"supervisor{place - size.agents}",
            **named(name),
            "role": roles["agent" if agent else "supervisor"],
            "language": "en" if name.isascii() else "zh_CN",
        }
        names[session.execute(hire, said).scalar_one()] = name
    ids = list(names)
    agents, supervisors = ids[: size.agents], ids[size.agents :]
    extensions = {agent: str(2001 + place) for place, agent in enumerate(agents)}
    session.execute(
        text(
            "INSERT INTO agents (user_id, extension, sip_secret, enabled) "
            "VALUES (:agent, :extension, :secret, true)"
        ),
        [
            {"agent": agent, "extension": one, "secret": f"secret-{one}"}
            for agent, one in extensions.items()
        ],
    )
    department = groups.add_group(session, GroupDraft("一年 The whole year"))
    for team in range(teams):
        made = groups.add_group(session, GroupDraft(f"Team {team + 1}", parent=department.id))
        groups.set_members(
            session, made.id, [*agents[team * 20 : team * 20 + 20], supervisors[team]]
        )
    left, keys = agents[-1], list(year.QUEUES)
    serving: dict[str, list[int]] = {key: [] for key in keys}
    for place, agent in enumerate(agents[:-1]):
        for one in {place % len(keys), place * 7 % len(keys)}:
            serving[keys[one]].append(agent)
    for place, (key, (english, chinese)) in enumerate(year.QUEUES.items(), start=1):
        members = members_of(AgentId(agent) for agent in serving[key])
        queue_store.save_queue(
            session, Queue(QueueKey(key), english, members, fallback=place), chinese
        )
    return year.People({agent: names[agent] for agent in agents}, extensions, serving, left)


def _customers(engine: Engine, chance: Random, size: Size, until: date) -> tuple[int, list[str]]:
    """Write customers and their numbers; give the first one's id, and the names in order."""
    with engine.begin() as connection:
        first = connection.scalar(text("SELECT coalesce(max(id), 0) + 1 FROM customers")) or 1
    copier, names = Copier(engine), []
    for start in range(0, size.customers, PIECE):
        places = range(start, min(start + PIECE, size.customers))
        lines = [year_customers.customer_line(chance, first + one, one, until) for one in places]
        names += [line.split("\t", 2)[1] for line in lines]
        copier.copy("customers", year_customers.CUSTOMER_COLUMNS, lines)
        phones = [
            f"{first + one}\t{number}\t{place}\t{('mobile', 'office', 'home')[place]}"
            for one in places
            for place, number in enumerate(year_customers.numbers_of(one))
        ]
        copier.copy("customer_phones", "customer_id, number, position, label", phones)
    copier.close()
    with engine.begin() as connection:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence('customers', 'id'), max(id)) FROM customers")
        )
    return first, names


def _calls(engine: Engine, chance: Random, size: Size, until: date, maker: year.CallMaker) -> None:
    copier, number = Copier(engine), 0
    for place, (day, times) in enumerate(year.days(chance, size.calls, until)):
        maker.begin(day, place)
        for at in times:
            number += 1
            maker.tell(at, number)
        if len(maker.lines.calls) >= PIECE or place == year.DAYS - 1:
            lines, maker.lines = maker.lines, year.Lines()
            copier.copy("call_events", year.EVENT_COLUMNS, lines.call_events)
            copier.copy("calls", year.CALL_COLUMNS, lines.calls)
            copier.copy("call_agents", "call, agent, at", lines.call_agents)
            copier.copy("call_legs", LEG_COLUMNS, lines.call_legs)
            copier.copy("decisions", DECISION_COLUMNS, lines.decisions)
            copier.copy("recordings", RECORDING_COLUMNS, lines.recordings)
            copier.copy("service_records", year.RECORD_COLUMNS, lines.service_records)
    copier.close()


def _logs(engine: Engine, chance: Random, size: Size, until: date) -> None:
    """Write a year's audit log and login log, the oldest lines first."""
    with engine.begin() as connection:
        users = connection.execute(text("SELECT id, login FROM users ORDER BY id")).all()
    copier = Copier(engine)
    for table, columns, count, told in (
        ("audit_log", "at, user_id, action, what, which, address, via, before, after",
         size.audit, _audited),
        ("login_log", "at, login, user_id, address, result, grams", size.logins, _came),
    ):  # fmt: skip
        for start in range(0, count, PIECE):
            lines = []
            for place in range(start, min(start + PIECE, count)):
                back = timedelta(seconds=int((count - place) * year.DAYS * 86_400 / count))
                day, second = until - timedelta(days=back.days), 86_399 - back.seconds
                at = f"{day} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}+00"
                user = users[int(len(users) * chance.random())]
                lines.append(f"{at}\t{told(chance, place, user)}")
            copier.copy(table, columns, lines)
    copier.close()


def _audited(chance: Random, place: int, user: Sequence[object]) -> str:
    action = ACTIONS[int(chance.random() ** 2 * 4)]
    what = {"customer": "customers", "recording": "calls", "user": "users"}
    where = f"10.0.{place % 250}.{place % 200}"
    return (
        f"{user[0]}\t{action}\t{what[action.partition('.')[0]]}\t{int(chance.random() * 9000) + 1}"
        f'\t{where}\tbrowser\t{{"note": "before {place}"}}\t{{"note": "after {place}"}}'
    )


def _came(chance: Random, place: int, user: Sequence[object]) -> str:
    result = "signed in" if chance.random() < 0.6 else "signed out"
    result = "wrong" if chance.random() < 0.03 else result
    id_ = "\\N" if result == "wrong" else user[0]
    pieces = ",".join(f'"{piece}"' for piece in sorted(grams(str(user[1]))))
    return f"{user[1]}\t{id_}\t10.0.{place % 250}.{place % 200}\t{result}\t{{{pieces}}}"


@contextmanager
def _without_indexes(engine: Engine, took: StepTimes) -> Iterator[None]:
    """Drop the indexes and make them again: at once in seconds, row by row in minutes."""
    with engine.begin() as connection:
        keys = connection.execute(
            text(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
                "FROM pg_constraint WHERE contype = 'p' AND conrelid::regclass::text = ANY(:names)"
            ),
            {"names": ["customer_phones", *OF_CALLS]},
        ).all()
        for table, name, _ in keys:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        indexes = connection.execute(
            text(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:names) "
                "AND indexname LIKE 'ix%'"
            ),
            {"names": [*TABLES, *MORE]},
        ).all()
        for name, _ in indexes:
            connection.execute(text(f"DROP INDEX {name}"))
    yield
    with took.step("indexes"), engine.begin() as connection:
        for table, name, made in keys:
            connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}"))
        for _, made in indexes:
            connection.execute(text(made))


def _compare(session: Session, chance: Random, count: int) -> None:
    """Check that some records, legs and recordings are what their timelines fold into."""
    ids = session.scalars(
        text("SELECT id FROM calls TABLESAMPLE SYSTEM (1) WHERE id LIKE 'hotline-1-17%'")
    ).all()
    for id_ in chance.sample(sorted(ids), min(count, len(ids))):
        events = timeline(session, id_)
        folded, kept = fold(events, now()), call(session, id_)
        # Seconds are added up there and taken from whole milliseconds here.
        assert _rounded(folded) == _rounded(kept), (folded, kept)
        legs = [_rounded(leg) for leg in fold_legs(events, now())]
        assert legs == [_rounded(leg) for leg in legs_of(session, id_)], legs
        assert fold_recordings(events) == recordings_of(session, id_)
        offers = sum(one.kind is Kind.OFFERED for one in events)
        assert offers == len(decisions_of(session, id_))


def _rounded(row: Row) -> Row:
    names = ("ivr_seconds", "wait_seconds", "talk_seconds", "hold_seconds")
    seconds = {one: round(getattr(row, one), 3) for one in names if hasattr(row, one)}
    return replace(row, **seconds)


def main() -> None:
    """Read the command line, fill the database, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    for name in ("calls", "customers", "agents"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Size(), name))
    parser.add_argument("--until", type=date.fromisoformat, default=None, help="the last day")
    asked = parser.parse_args()
    took = fill(asked.address, Size(asked.calls, asked.customers, asked.agents), asked.until)
    for name, seconds in took.steps:
        print(f"{name:20} {seconds:7.1f} s")
    print(f"{'in all':20} {sum(seconds for _, seconds in took.steps):7.1f} s")


if __name__ == "__main__":
    main()
