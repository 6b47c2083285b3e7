"""A database of the size of a busy year: popular names and rare ones, busy agents, one who left."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from crm.calls.store import searchable as call_columns
from crm.customers.store import searchable as customer_columns

CUSTOMERS, CALLS, AGENTS = 40_000, 100_000, 120
LEFT = 999  # an agent with the first calls only
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
Cursor = Any  # psycopg2's, which has no types
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文"
COMPANIES = ("Northwind Trading", "晨光电子", "华安物流", "Blue Sky", "", "", "")


def fill(cursor: Cursor, chance: Random) -> None:
    """Write all rows, and build the indexes."""
    # An index of a hundred thousand rows is made at once in seconds, row by row in minutes.
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes "
        "WHERE tablename IN ('customers', 'calls') AND indexname LIKE 'ix%'"
    )
    indexes = cursor.fetchall()
    cursor.execute(";".join(f"DROP INDEX {name}" for name, _ in indexes))
    _copy(cursor, "customers", _customers(chance))
    _copy(cursor, "customer_phones", _phones())
    _copy(cursor, "calls", _calls(chance))
    cursor.execute(";".join(made for _, made in indexes))
    cursor.execute(
        "INSERT INTO call_agents (call, agent, at) "
        "SELECT id, unnest(agents), started_at FROM calls;"
        "INSERT INTO call_events (fact, call, at, kind, detail, inferred) "
        "SELECT id || '/' || n, id, started_at + n * interval '1 second', 'step', "
        "jsonb_build_object('flow', 1 + hashtext(id) % 3, 'version', 1, 'node', 's' || n), false "
        "FROM calls, generate_series(1, 2) AS n WHERE id < 'c-15';"
        "INSERT INTO roles (name_en, name_zh, rights) VALUES ('x', 'x', '{}');"
        "INSERT INTO users (login, name, role_id, language, timezone, password_hash, enabled) "
        "SELECT 'u' || n, 'u' || n, (SELECT max(id) FROM roles), 'en', '', 'x', true "
        "FROM generate_series(1, 20) AS n;"
        "INSERT INTO service_records (call, customer_id, agent, service_type, method, "
        "business_type, product, problem_type, cause, note, version) "
        "SELECT 'c-' || n, n % 40000 + 1, (SELECT min(id) FROM users), "
        "'x', '', '', '', '', '', '', 1 "
        "FROM generate_series(1, 40000) AS n;"
        "INSERT INTO scores (call, question, score, at, node, flow) "
        "SELECT id, 'satisfaction', CASE abs(hashtext(id)) % 20 WHEN 0 THEN 1 ELSE 5 END, "
        "started_at, 'score', 1 "
        "FROM calls ORDER BY started_at LIMIT 40000;"
        "INSERT INTO audit_log (at, user_id, action, what, which, address, via, before, after) "
        "SELECT now() - n * interval '1 minute', (SELECT min(id) + n % 20 FROM users), "
        "'customer.changed', 'customers', (n % 5000)::text, '', '', '{}', '{}' "
        "FROM generate_series(1, 40000) AS n;"
        "INSERT INTO login_log (at, login, user_id, address, result, grams) "
        "SELECT now() - n * interval '1 minute', 'u' || n % 20, "
        "(SELECT min(id) + n % 20 FROM users), '10.0.' || n % 250 || '.1', 'signed in', "
        "ARRAY['^u', 'u' || left((n % 20)::text, 1), 'u' || n % 20] "
        "FROM generate_series(1, 40000) AS n"
    )


def _copy(cursor: Cursor, table: str, rows: Iterator[dict[str, object]]) -> None:
    first = next(rows)
    text = io.StringIO()
    for row in (first, *rows):
        text.write("\t".join(_said(value) for value in row.values()) + "\n")
    text.seek(0)
    names = ", ".join(first)
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)


def _said(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, list):
        return "{" + ",".join(json.dumps(one, ensure_ascii=False) for one in value) + "}"
    return str(value).replace("\n", "\\n")


def _number(customer: int) -> str:
    return f"+86138{customer:08}"


def _customers(chance: Random) -> Iterator[dict[str, object]]:
    for id_ in range(1, CUSTOMERS + 1):
        chinese = id_ % 3
        name = (
            chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.randint(1, 2)))
            if chinese
            else f"Lotus {id_}"
        )
        company = chance.choice(COMPANIES)
        at = (NOW - timedelta(minutes=id_)).isoformat()
        yield {
            "id": id_,
            "name": name,
            "company": company,
            "level": chance.choice(("gold", "silver", "standard", "standard", "")),
            "category": chance.choice(("person", "person", "company", "")),
            "status": "active",
            "address": "",
            "email": "",
            "note": "",
            "created_at": at,
            "updated_at": at,
            **customer_columns(name, company, [_number(id_)]),
        }


def _phones() -> Iterator[dict[str, object]]:
    for id_ in range(1, CUSTOMERS + 1):
        yield {"customer_id": id_, "number": _number(id_), "position": 0}


def _calls(chance: Random) -> Iterator[dict[str, object]]:
    for number in range(CALLS):
        at = NOW - timedelta(minutes=2 * (CALLS - number))
        customer = chance.randint(1, CUSTOMERS)
        agent = LEFT if number < 200 else chance.randint(1, AGENTS)
        answered = chance.random() < 0.9 or agent == LEFT
        result = "answered" if answered else chance.choice(("abandoned", "left"))
        caller, called = _number(customer), "+864008001234"
        yield {
            "id": f"c-{number}",
            "direction": "in",
            "via": "trunk",
            "caller": caller,
            "called": called,
            "customer_number": caller,
            "own_number": called,
            "customer": customer if number % 2 else None,
            "started_at": at.isoformat(),
            "ended_at": (at + timedelta(minutes=3)).isoformat(),
            "queue": chance.choice(("sales", "support", "operator")),
            "agent": agent if answered else None,
            "result": "failed" if number % 20_000 == 7 else result,
            "ivr_seconds": 3.0,
            "wait_seconds": round(chance.expovariate(1 / 20), 3),
            "talk_seconds": round(chance.expovariate(1 / 90), 3) if answered else 0.0,
            "hold_seconds": 0.0,
            "inferred": "false",
            "agents": [agent] if answered else [],
            **call_columns(caller, called),
        }
