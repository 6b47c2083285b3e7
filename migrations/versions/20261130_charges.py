"""Rates, the cost of calls, dialling stops, alarms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261130z8"
down_revision = "20261130z7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "rates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("begins", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("per_minute", sa.Numeric(12, 4), nullable=False),
        sa.Column("connection_fee", sa.Numeric(12, 4), nullable=False),
        sa.Column("first_seconds", sa.BigInteger(), nullable=False),
        sa.Column("step_seconds", sa.BigInteger(), nullable=False),
        sa.Column("trunk_id", sa.BigInteger()),
        sa.Column("import_id", sa.BigInteger()),
        sa.Column("changed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("per_minute >= 0 AND connection_fee >= 0", name=op.f("ck_rates_prices")),
        sa.CheckConstraint("first_seconds > 0 AND step_seconds > 0", name=op.f("ck_rates_steps")),
        sa.ForeignKeyConstraint(["trunk_id"], ["trunks.id"], name=op.f("fk_rates_trunk_id_trunks")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_rates_import_id_imports"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rates")),
    )
    op.create_index(op.f("ix_rates_trunk_id"), "rates", ["trunk_id"])
    op.create_index(op.f("ix_rates_import_id"), "rates", ["import_id"])
    op.create_index(
        "uq_rates_begins_trunk",
        "rates",
        ["begins", sa.text("coalesce(trunk_id, 0)")],
        unique=True,
    )
    op.create_table(
        "call_charges",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("leg", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.BigInteger()),
        sa.Column("trunk", sa.BigInteger()),
        sa.Column("trunk_name", sa.Text(), nullable=False),
        sa.Column("rule", sa.BigInteger()),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_class", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("per_minute", sa.Numeric(12, 4)),
        sa.Column("cost", sa.Numeric(14, 4)),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call", "leg", name=op.f("pk_call_charges")),
    )
    newest = sa.text("at DESC")
    op.create_index(
        "ix_call_charges_newest",
        "call_charges",
        [newest, sa.text("call DESC"), sa.text("leg DESC")],
    )
    op.create_index("ix_call_charges_agent", "call_charges", ["agent", newest])
    op.create_index("ix_call_charges_trunk", "call_charges", ["trunk", newest])
    op.create_table(
        "dialling_stops",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("released_by", sa.BigInteger()),
        sa.CheckConstraint("kind IN ('agent', 'trunk')", name=op.f("ck_dialling_stops_kind")),
        sa.ForeignKeyConstraint(
            ["released_by"], ["users.id"], name=op.f("fk_dialling_stops_released_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialling_stops")),
    )
    op.create_index(
        "uq_dialling_stops_open",
        "dialling_stops",
        ["kind", "key"],
        unique=True,
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_index(
        "ix_dialling_stops_newest", "dialling_stops", [sa.text("since DESC"), sa.text("id DESC")]
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.BigInteger()),
        sa.CheckConstraint("level IN ('warning', 'critical')", name=op.f("ck_alarms_level")),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["users.id"], name=op.f("fk_alarms_acknowledged_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["kind", "key"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index("ix_alarms_newest", "alarms", [sa.text("since DESC"), sa.text("id DESC")])
    op.create_table(
        "alarm_settings",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("notice", sa.Boolean(), nullable=False),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("mail_to", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("webhook", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_alarm_settings")),
    )
    op.add_column(
        "outbound_rules",
        sa.Column("day_cost", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.drop_constraint(op.f("ck_outbound_rules_limits"), "outbound_rules")
    op.create_check_constraint(
        op.f("ck_outbound_rules_limits"),
        "outbound_rules",
        "most_calls >= 0 AND per_minute >= 0 AND day_cost >= 0",
    )


def downgrade() -> None:
    """Go back."""
    op.drop_constraint(op.f("ck_outbound_rules_limits"), "outbound_rules")
    op.create_check_constraint(
        op.f("ck_outbound_rules_limits"),
        "outbound_rules",
        "most_calls >= 0 AND per_minute >= 0",
    )
    op.drop_column("outbound_rules", "day_cost")
    op.drop_table("alarm_settings")
    op.drop_table("alarms")
    op.drop_table("dialling_stops")
    op.drop_table("call_charges")
    op.drop_table("rates")
