"""One job queue: when mails and messages to webhooks are due moves from their tables into it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261130"
down_revision = "20261123"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Go forward."""
    _jobs()
    # A mail that is sent keeps its number of attempts, which people see.
    op.execute(
        "INSERT INTO jobs"
        " (kind, key, state, due_at, attempts, last_error, created_at, finished_at)"
        " SELECT 'mail', CAST(id AS text),"
        "  CASE state WHEN 'sent' THEN 'done' ELSE state END,"
        "  due_at, attempts, coalesce(failure, ''), created_at, done_at FROM mails ORDER BY id"
    )
    op.execute(
        "INSERT INTO jobs (kind, key, lane, state, due_at, attempts, created_at, finished_at)"
        " SELECT 'webhook', CAST(id AS text), CAST(endpoint_id AS text),"
        "  CASE state WHEN 'delivered' THEN 'done' ELSE state END,"
        "  due_at, attempts, created_at, done_at FROM webhook_deliveries ORDER BY id"
    )
    op.drop_index("ix_mails_due", "mails")
    op.drop_index("ix_webhook_deliveries_due", "webhook_deliveries")
    for table in ("mails", "webhook_deliveries"):
        op.drop_column(table, "attempts")
        op.drop_column(table, "due_at")


def downgrade() -> None:
    """Go back; jobs of other kinds are lost."""
    for table, kind in (("mails", "mail"), ("webhook_deliveries", "webhook")):
        number = sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        due = sa.Column(
            "due_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        )
        op.add_column(table, number)
        op.add_column(table, due)
        # A job that is in hand is due when its lease ends, as these tables said it.
        op.execute(
            f"UPDATE {table} SET attempts = jobs.attempts,"  # noqa: S608 - our own names
            " due_at = coalesce(jobs.lease_until, jobs.due_at) FROM jobs"
            f" WHERE jobs.kind = '{kind}' AND jobs.key = CAST({table}.id AS text)"
        )
    op.create_index("ix_mails_due", "mails", ["due_at"], postgresql_where=WAITING)
    op.create_index(
        "ix_webhook_deliveries_due",
        "webhook_deliveries",
        ["endpoint_id", "due_at"],
        postgresql_where=WAITING,
    )
    op.drop_table("jobs")


def _jobs() -> None:
    now = sa.func.now()
    empty = sa.text("''")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), server_default=empty, nullable=False),
        sa.Column("payload", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("due_at", moment, server_default=now, nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("leased_by", sa.Text(), server_default=empty, nullable=False),
        sa.Column("last_error", sa.Text(), server_default=empty, nullable=False),
        sa.Column("created_at", moment, server_default=now, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("kind", "key", name="uq_jobs_kind_key"),
    )
    op.create_index("ix_jobs_due", "jobs", ["kind", "lane", "due_at"], postgresql_where=WAITING)
    op.create_index(
        "ix_jobs_finished",
        "jobs",
        ["finished_at"],
        postgresql_where=sa.text("state <> 'waiting'"),
    )
