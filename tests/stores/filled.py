"""A database with rows in every table, and what is lost from one moment to another."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, Connection, Engine, inspect, text

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
Rows = dict[str, list[str]]
# What the newest schema allows, where the first one allows anything.
CHOSEN: dict[tuple[str, str], list[Any]] = {
    ("jobs", "state"): ["waiting", "dead"],
    ("mails", "state"): ["waiting", "sent"],
    ("webhook_deliveries", "state"): ["waiting", "delivered"],
}

# Made from the other columns of the row: each release makes them for its own searches.
DERIVED = {("customers", "haystack"), ("customers", "grams")}


def fill(connection: Connection) -> None:
    """Put two rows into every table; foreign keys lead to the first rows."""
    looked = inspect(connection)
    order = [name for name, _ in looked.get_sorted_table_and_fkc_names() if name]
    for table in order:
        if table == "alembic_version":
            continue
        led = {
            column: (key["referred_table"], key["referred_columns"][0])
            for key in looked.get_foreign_keys(table)
            for column in key["constrained_columns"]
        }
        for number in (1, 2):
            row = {
                column["name"]: value_of(connection, table, column, led, number)
                for column in looked.get_columns(table)
                if not column.get("identity") and column.get("computed") is None
            }
            names = ", ".join(f'"{name}"' for name in row)
            places = ", ".join(f":{name}" for name in row)
            line = text(f'INSERT INTO "{table}" ({names}) VALUES ({places})')  # noqa: S608
            connection.execute(line, row)


def value_of(
    connection: Connection,
    table: str,
    column: Any,
    led: dict[str, tuple[str, str]],
    number: int,
) -> Any:
    name = column["name"]
    if name in led:
        to, key = led[name]
        found = connection.scalars(
            text(f'SELECT "{key}" FROM "{to}" ORDER BY 1')  # noqa: S608
        ).all()
        return found[min(number, len(found)) - 1] if found else None
    if (table, name) in CHOSEN:
        return CHOSEN[table, name][number - 1]
    if chosen := choices(connection, table, name):
        return chosen[(number - 1) % len(chosen)]
    kind = str(getattr(column["type"], "item_type", column["type"])).partition("(")[0]
    word = f"+86138001380{number:02d}" if "number" in name else f"{name} 值 {number}"
    kinds: dict[str, Any] = {
        "BIGINT": number,
        "INTEGER": number,
        "DOUBLE PRECISION": number + 0.5,
        "BOOLEAN": number == 1,
        "TIMESTAMP": AT,
        "JSONB": json.dumps({"n": number, "文": "字"}),
    }
    value = kinds.get(kind, word)
    return [value] if isinstance(column["type"], ARRAY) else value


def choices(connection: Connection, table: str, column: str) -> list[str]:
    """Read the values that a check of the column's allows: `language IN ('en', 'zh_CN')`."""
    for check in inspect(connection).get_check_constraints(table):
        said = check["sqltext"]
        if said.startswith((f"{column} = ANY", f"({column} = ANY")):
            return [word for word in said.split("'")[1::2] if word]
    return []


def rows(engine: Engine, like: Rows | None = None) -> dict[str, list[str]]:
    """Each table's rows as sorted JSON, of the tables and columns of `like` if it is given."""
    found: Rows = {}
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            if table == "alembic_version" or (like is not None and table not in like):
                continue
            lines = connection.scalars(
                text(f'SELECT to_jsonb(t) FROM "{table}" t')  # noqa: S608
            ).all()
            lines = [{k: v for k, v in one.items() if (table, k) not in DERIVED} for one in lines]
            if like is not None:
                kept = json.loads(like[table][0]).keys()
                lines = [{k: v for k, v in line.items() if k in kept} for line in lines]
            found[table] = sorted(json.dumps(line, sort_keys=True) for line in lines)
    return found


def lost(before: Rows, after: Rows) -> Rows:
    """The rows that are in the first and not in the second, by table."""
    found = {name: sorted(set(lines) - set(after[name])) for name, lines in before.items()}
    return {name: lines for name, lines in found.items() if lines}
