"""More fields of customers, dictionaries made by a site, and search indexes."""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "20261122d"
down_revision = "20261122c"
branch_labels = None
depends_on = None

# list, key, English, Chinese; what a site has under the same keys stays as it is.
CHOICES = (
    ("customer_level", "gold", "Gold", "金卡"),
    ("customer_level", "silver", "Silver", "银卡"),
    ("customer_level", "standard", "Standard", "普通"),
    ("customer_category", "person", "Private customer", "个人客户"),
    ("customer_category", "company", "Company", "企业客户"),
    ("customer_category", "partner", "Partner", "合作伙伴"),
    ("customer_status", "prospect", "Prospect", "潜在客户"),
    ("customer_status", "active", "Active", "正式客户"),
    ("customer_status", "lost", "Lost", "流失客户"),
)
NEW_COLUMNS = (
    ("category", sa.Text(), sa.text("''")),
    ("status", sa.Text(), sa.text("''")),
    ("sex", sa.Text(), sa.text("''")),
    ("version", sa.BigInteger(), sa.text("1")),
)
LAST_TOUCHED = (sa.literal_column("updated_at DESC"), sa.literal_column("id DESC"))


def upgrade() -> None:
    """Go forward: what is there already is cut into its pieces."""
    for name, kind, default in NEW_COLUMNS:
        op.add_column("customers", sa.Column(name, kind, server_default=default, nullable=False))
    op.add_column("customers", sa.Column("haystack", sa.Text(), nullable=True))
    op.add_column("customers", sa.Column("grams", ARRAY(sa.Text()), nullable=True))
    op.add_column(
        "customer_phones",
        sa.Column("label", sa.Text(), server_default=sa.text("''"), nullable=False),
    )
    op.add_column("calls", sa.Column("grams", ARRAY(sa.Text()), nullable=True))
    _cut()
    for table, name in (("customers", "haystack"), ("customers", "grams"), ("calls", "grams")):
        op.alter_column(table, name, nullable=False)
    _customer_indexes()
    _call_indexes()
    op.create_table(
        "dictionaries",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_dictionaries"),
    )
    _choices()


def downgrade() -> None:
    """Go back; the choices stay, as customers' files hold their keys."""
    op.drop_table("dictionaries")
    op.drop_table("call_agents")
    for name in ("grams", "direction", "waited", "talked"):
        op.drop_index(f"ix_calls_{name}", "calls")
    op.drop_column("calls", "grams")
    op.create_index(
        "ix_calls_agent",
        "calls",
        ["agent", sa.literal_column("started_at DESC"), sa.literal_column("id DESC")],
    )
    for name in ("grams", "level", "category", "status", "name", "created_at"):
        op.drop_index(f"ix_customers_{name}", "customers")
    op.drop_column("customer_phones", "label")
    for name in ("grams", "haystack", *(column[0] for column in NEW_COLUMNS)):
        op.drop_column("customers", name)


def _customer_indexes() -> None:
    op.create_index(
        "ix_customers_created_at",
        "customers",
        [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
    )
    op.create_index("ix_customers_name", "customers", ["name", "id"])
    for name in ("level", "category", "status"):
        op.create_index(f"ix_customers_{name}", "customers", [name, *LAST_TOUCHED])
    op.create_index("ix_customers_grams", "customers", ["grams"], postgresql_using="gin")


def _call_indexes() -> None:
    op.drop_index("ix_calls_agent", "calls")
    op.create_index(
        "ix_calls_direction",
        "calls",
        ["direction", sa.literal_column("started_at DESC"), sa.literal_column("id DESC")],
    )
    for name, column in (("waited", "wait_seconds"), ("talked", "talk_seconds")):
        op.create_index(
            f"ix_calls_{name}",
            "calls",
            [sa.literal_column(f"{column} DESC"), sa.literal_column("id DESC")],
        )
    op.create_index("ix_calls_grams", "calls", ["grams"], postgresql_using="gin")
    op.create_table(
        "call_agents",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("agent", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call", "agent", name="pk_call_agents"),
    )
    op.execute(
        "INSERT INTO call_agents (call, agent, at) "
        "SELECT DISTINCT id, unnest(agents), started_at FROM calls"
    )
    op.create_index(
        "ix_call_agents_newest",
        "call_agents",
        ["agent", sa.literal_column("at DESC"), sa.literal_column("call DESC")],
    )


def _choices() -> None:
    statement = sa.text(
        "INSERT INTO dictionary_items (list, key, name_en, name_zh, position, enabled) "
        "VALUES (:list, :key, :en, :zh, :position, true) ON CONFLICT DO NOTHING"
    )
    for position, (which, key, english, chinese) in enumerate(CHOICES):
        op.get_bind().execute(
            statement,
            {"list": which, "key": key, "en": english, "zh": chinese, "position": position},
        )


def _cut() -> None:
    """Cut names and numbers as the program does when it writes them."""
    bind = op.get_bind()
    customers = sa.text(
        "SELECT id, name, company, array(SELECT number FROM customer_phones "
        "WHERE customer_id = customers.id ORDER BY position) AS numbers FROM customers"
    )
    write = sa.text("UPDATE customers SET haystack = :haystack, grams = :grams WHERE id = :id")
    for id_, name, company, numbers in bind.execute(customers).all():
        names, digits = _plain(f"{name} {company}"), [_digits(one) for one in numbers]
        haystack = "\n".join((names, " ".join(digits)))
        bind.execute(write, {"id": id_, "haystack": haystack, "grams": _grams(names, digits)})
    # A number has its triples in SQL itself: there may be a million calls already.
    op.execute(
        "UPDATE calls SET grams = array(SELECT DISTINCT substr(digits, at, 3) FROM "
        "(VALUES (regexp_replace(caller, '[^0-9]', '', 'g')), "
        "(regexp_replace(called, '[^0-9]', '', 'g'))) AS spelt(digits), "
        "generate_series(1, length(digits) - 2) AS at)"
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter in "0123456789")


def _grams(names: str, digits: list[str]) -> list[str]:
    found = {one[at : at + 3] for one in digits for at in range(len(one) - 2)}
    for word in names.split():
        found.add(f"^{word[0]}")
        found |= {letter for letter in word if not letter.isascii()}
        found |= {word[at : at + 2] for at in range(len(word) - 1)}
        found |= {word[at : at + 3] for at in range(len(word) - 2)}
    return sorted(found)
