"""Names are sorted by a key and found by all their spellings; a number may have an extension.

The texts that searches read are made from each row again; `downgrade` makes them as 0.3 did.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from crm.customers.store import searchable
from crm.kernel.names import sort_key, spellings
from crm.sql.grams import digits_of, grams, number_grams

revision = "20261130w"
down_revision = "20261130u"
branch_labels = None
depends_on = None

AT_ONCE = 5_000  # rows of one statement
Columns = Mapping[str, object]


def upgrade() -> None:
    """Go forward."""
    for table in ("customers", "users"):
        key = sa.Column("name_key", sa.Text(collation="C"), server_default="", nullable=False)
        op.add_column(table, key)
    op.add_column(
        "users", sa.Column("name_spellings", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "customer_phones", sa.Column("extension", sa.Text(), server_default="", nullable=False)
    )
    _identify_phones("customer_id", "number", "extension")
    op.drop_index("ix_customers_name", table_name="customers")
    op.drop_index("ix_customers_grams", table_name="customers")
    _write("customers", ("name_key", "haystack", "grams"), _customers(searchable))
    _write("users", ("name_key", "name_spellings"), _users())
    op.create_index("ix_customers_name_key", "customers", ["name_key", "id"])
    op.create_index("ix_customers_grams", "customers", ["grams"], postgresql_using="gin")


def downgrade() -> None:
    """Go back: of several extensions of one number the first stays, without its extension."""
    op.drop_index("ix_customers_name_key", table_name="customers")
    op.drop_index("ix_customers_grams", table_name="customers")
    op.execute(
        "DELETE FROM customer_phones p USING customer_phones q WHERE p.customer_id = q.customer_id"
        " AND p.number = q.number AND (p.position, p.extension) > (q.position, q.extension)"
    )
    _write("customers", ("haystack", "grams"), _customers(_of_customer_before))
    _identify_phones("customer_id", "number")
    op.drop_column("customer_phones", "extension")
    op.drop_column("users", "name_spellings")
    for table in ("users", "customers"):
        op.drop_column(table, "name_key")
    op.create_index("ix_customers_name", "customers", ["name", "id"])
    op.create_index("ix_customers_grams", "customers", ["grams"], postgresql_using="gin")


def _identify_phones(*columns: str) -> None:
    op.drop_constraint(op.f("pk_customer_phones"), "customer_phones")
    op.create_primary_key(op.f("pk_customer_phones"), "customer_phones", columns)


def _of_customer_before(name: str, company: str, numbers: list[str]) -> Columns:
    digits = " ".join(map(digits_of, numbers))
    plain = " ".join(unicodedata.normalize("NFKC", f"{name} {company}").casefold().split())
    pieces = sorted(grams(name, company) | number_grams(*numbers))
    return {"haystack": f"{plain}\n{digits}", "grams": pieces}


def _customers(make: Callable[[str, str, list[str]], Columns]) -> Iterator[Columns]:
    query = (
        "SELECT c.id, c.name, c.company,"
        " array_remove(array_agg(p.number ORDER BY p.position), NULL)"
        " FROM customers c LEFT JOIN customer_phones p ON p.customer_id = c.id"
        " WHERE c.id > :after GROUP BY c.id ORDER BY c.id LIMIT :most"
    )
    for id_, name, company, numbers in _in_parts(query):
        yield {"id": id_, **make(name, company, numbers)}


def _users() -> Iterator[Columns]:
    for id_, name in _in_parts(
        "SELECT id, name FROM users WHERE id > :after ORDER BY id LIMIT :most"
    ):
        yield {"id": id_, "name_key": sort_key(name), "name_spellings": "\n".join(spellings(name))}


def _in_parts(query: str) -> Iterator[sa.Row]:
    after = -(2**63)
    while found := op.get_bind().execute(sa.text(query), {"after": after, "most": AT_ONCE}).all():
        yield from found
        after = found[-1][0]


def _write(table: str, columns: tuple[str, ...], rows: Iterator[Columns]) -> None:
    kinds = {"grams": "text[]"}
    typed = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in columns)
    changed = ", ".join(f"{name} = given.{name}" for name in columns)
    update = sa.text(
        f"UPDATE {table} SET {changed}"  # noqa: S608 - names of this file
        f" FROM jsonb_to_recordset(:rows) AS given (id bigint, {typed})"
        f" WHERE given.id = {table}.id"
    ).bindparams(sa.bindparam("rows", type_=JSONB))
    part: list[Columns] = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            op.get_bind().execute(update, {"rows": part})
            part = []
    if part:
        op.get_bind().execute(update, {"rows": part})
