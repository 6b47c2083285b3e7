"""Routes of calls, forced handling and outbound rules; new agents dial by the rules.

Supervisors switch forced handling and limit their agents' calls out.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261130z4"
down_revision = "20261130z3"
branch_labels = None
depends_on = None

RIGHTS = ("forced.switch", "outbound.limit")
LEVELS = ("none", "internal", "national", "international")


def upgrade() -> None:
    """Go forward."""
    _make_routes()
    _make_rules()
    _index_calls()
    op.drop_constraint(op.f("ck_agents_outbound"), "agents", type_="check")
    op.alter_column("agents", "outbound", server_default=sa.text("'by rule'"))
    op.create_check_constraint(op.f("ck_agents_outbound"), "agents", _among(("by rule", *LEVELS)))
    op.add_column("agents", sa.Column("outbound_until", sa.DateTime(timezone=True)))
    number = sa.Column("outside_number", sa.Text(), server_default=sa.text("''"), nullable=False)
    op.add_column("agents", number)
    for right in RIGHTS:
        give = sa.text(
            "UPDATE roles SET rights = rights || jsonb_build_object(CAST(:name AS text), 'all')"
            " WHERE key = 'supervisor'"
        )
        op.execute(give.bindparams(name=right))


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_call_legs_trunk", "call_legs")
    for column in ("customer_number", "own_number"):
        op.drop_index(f"ix_calls_{column}", "calls")
    op.drop_column("agents", "outside_number")
    for right in RIGHTS:
        op.execute(sa.text("UPDATE roles SET rights = rights - :name").bindparams(name=right))
    op.drop_column("agents", "outbound_until")
    op.drop_constraint(op.f("ck_agents_outbound"), "agents", type_="check")
    op.execute("UPDATE agents SET outbound = 'internal' WHERE outbound = 'by rule'")
    op.alter_column("agents", "outbound", server_default=sa.text("'internal'"))
    op.create_check_constraint(op.f("ck_agents_outbound"), "agents", _among(LEVELS))
    for table in (
        "outbound_rule_trunks",
        "outbound_rules",
        "forced_handling",
        "route_cases",
        "routes",
    ):
        op.drop_table(table)


def _among(levels: tuple[str, ...]) -> str:
    return f"outbound IN ({', '.join(repr(one) for one in levels)})"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _enabled() -> sa.Column[bool]:
    return sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False)


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _index_calls() -> None:
    """Lists of calls ask for the customer's number, for ours, and for the trunk."""
    for column in ("customer_number", "own_number"):
        newest = [column, sa.text("started_at DESC"), sa.text("id DESC")]
        op.create_index(f"ix_calls_{column}", "calls", newest)
    op.create_index(
        "ix_call_legs_trunk",
        "call_legs",
        ["trunk", sa.text("began_at DESC")],
        postgresql_where=sa.text("trunk <> ''"),
    )


def _make_routes() -> None:
    op.create_table(
        "routes",
        _id(),
        _text("name"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _text("called"),
        _text("caller"),
        sa.Column("time_group_id", sa.BigInteger()),
        _text("destination"),
        _text("closed"),
        _enabled(),
        sa.ForeignKeyConstraint(
            ["time_group_id"], ["time_groups.id"], name=op.f("fk_routes_time_group_id_time_groups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routes")),
    )
    op.create_index(op.f("ix_routes_time_group_id"), "routes", ["time_group_id"])
    op.create_table(
        "route_cases",
        _id(),
        _text("called"),
        _text("caller"),
        _time("at", nullable=False),
        _text("destination"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_cases")),
    )
    op.create_table(
        "forced_handling",
        _id(),
        _text("number"),
        _text("destination"),
        _text("reason"),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        _time("until"),
        sa.Column("begun_by", sa.BigInteger(), nullable=False),
        _time("ended_at"),
        sa.Column("ended_by", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["users.id"], name=op.f("fk_forced_handling_begun_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["users.id"], name=op.f("fk_forced_handling_ended_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forced_handling")),
    )
    op.create_index(
        "uq_forced_handling_number",
        "forced_handling",
        ["number"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _make_rules() -> None:
    integers = postgresql.ARRAY(sa.Integer())
    op.create_table(
        "outbound_rules",
        _id(),
        _text("name"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("roles", integers, nullable=False),
        sa.Column("groups", integers, nullable=False),
        sa.Column("agents", integers, nullable=False),
        sa.Column("begins", postgresql.ARRAY(sa.Text()), nullable=False),
        _text("choice"),
        sa.Column("rewrites", postgresql.JSONB(), nullable=False),
        _text("caller_number"),
        sa.Column("most_calls", sa.BigInteger(), nullable=False),
        sa.Column("per_minute", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.Boolean(), nullable=False),
        _enabled(),
        sa.CheckConstraint(
            "choice IN ('order', 'round robin', 'random', 'least used')",
            name=op.f("ck_outbound_rules_choice"),
        ),
        sa.CheckConstraint(
            "most_calls >= 0 AND per_minute >= 0", name=op.f("ck_outbound_rules_limits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_rules")),
        sa.UniqueConstraint("name", name=op.f("uq_outbound_rules_name")),
    )
    op.create_table(
        "outbound_rule_trunks",
        sa.Column("rule_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("trunk_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["outbound_rules.id"],
            name=op.f("fk_outbound_rule_trunks_rule_id_outbound_rules"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["trunk_id"], ["trunks.id"], name=op.f("fk_outbound_rule_trunks_trunk_id_trunks")
        ),
        sa.PrimaryKeyConstraint("rule_id", "trunk_id", name=op.f("pk_outbound_rule_trunks")),
    )
    op.create_index(op.f("ix_outbound_rule_trunks_trunk_id"), "outbound_rule_trunks", ["trunk_id"])
