"""Strategies, ranks, skills, skill groups and overflow steps of queues; owners of customers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261130z97"
down_revision = "20261130z93m"
branch_labels = None
depends_on = None

STRATEGIES = (
    "'ring all', 'round robin', 'longest idle', 'fewest calls', 'least talk time',"
    " 'most idle share', 'best skilled', 'rank'"
)
ACTIONS = "'relax skill', 'add members', 'raise priority', 'send to'"

NUMBERS = {
    "weight": (sa.Double(), "1"),
    "ageing": (sa.Double(), "0"),
    "max_wait_seconds": (sa.Double(), "0"),
    "max_length": (sa.BigInteger(), "0"),
    "service_seconds": (sa.Double(), "20"),
    "service_share": (sa.Double(), "0.8"),
    "last_agent_days": (sa.BigInteger(), "0"),
    "patience_seconds": (sa.Double(), "30"),
}
DESTINATIONS = ("timed_out", "full_to", "closed_to", "empty_to")
CHECKS = {
    "strategy": f"strategy IN ({STRATEGIES})",
    "weight": "weight > 0 AND ageing >= 0",
    "limits": "max_wait_seconds >= 0 AND max_length >= 0",
    "service": "service_seconds > 0 AND service_share BETWEEN 0 AND 1",
    "preferred": "last_agent_days >= 0 AND patience_seconds >= 0",
}


def upgrade() -> None:
    """Go forward."""
    _add_skills()
    _add_to_queues()
    op.create_table(
        "queue_skill_groups",
        _key("queue_id"),
        _key("group_id"),
        _rank(),
        sa.CheckConstraint("rank BETWEEN 1 AND 99", name=op.f("ck_queue_skill_groups_rank")),
        _foreign("queue_skill_groups", "queue_id", "queues.id", ondelete="CASCADE"),
        _foreign("queue_skill_groups", "group_id", "skill_groups.id"),
        sa.PrimaryKeyConstraint("queue_id", "group_id", name=op.f("pk_queue_skill_groups")),
    )
    op.create_table(
        "queue_needs",
        _key("queue_id"),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 10", name=op.f("ck_queue_needs_level")),
        _foreign("queue_needs", "queue_id", "queues.id", ondelete="CASCADE"),
        _foreign("queue_needs", "skill", "skills.key"),
        sa.PrimaryKeyConstraint("queue_id", "skill", name=op.f("pk_queue_needs")),
    )
    _add_steps()
    for table, column in (
        ("queue_skill_groups", "group_id"),
        ("queue_needs", "skill"),
        ("queue_steps", "skill"),
        ("queue_steps", "group_id"),
        ("queue_steps", "backup_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.add_column(
        "decisions", sa.Column("works", JSONB(), server_default=sa.text("'[]'"), nullable=False)
    )
    for name, usual in (("step", "0"), ("rule_version", "1")):
        column = sa.Column(name, sa.BigInteger(), server_default=sa.text(usual), nullable=False)
        op.add_column("decisions", column)
    op.add_column("customers", sa.Column("owner", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_customers_owner_users"), "customers", "users", ["owner"], ["id"])
    op.create_index(op.f("ix_customers_owner"), "customers", ["owner"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_customers_owner"), table_name="customers")
    op.drop_column("customers", "owner")
    op.drop_column("decisions", "rule_version")
    op.drop_column("decisions", "step")
    op.drop_column("decisions", "works")
    op.drop_table("queue_steps")
    op.drop_table("queue_needs")
    op.drop_table("queue_skill_groups")
    op.drop_column("queue_members", "rank")
    for column in ("strategy", "prefer_owner", "time_group_id", *NUMBERS, *DESTINATIONS):
        op.drop_column("queues", column)
    op.drop_table("skill_group_members")
    op.drop_table("skill_groups")
    op.drop_table("agent_skills")
    op.drop_table("skills")


def _add_skills() -> None:
    op.create_table(
        "skills",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_skills")),
    )
    op.create_table(
        "agent_skills",
        _key("agent_id"),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 10", name=op.f("ck_agent_skills_level")),
        _foreign("agent_skills", "agent_id", "agents.user_id", ondelete="CASCADE"),
        _foreign("agent_skills", "skill", "skills.key"),
        sa.PrimaryKeyConstraint("agent_id", "skill", name=op.f("pk_agent_skills")),
    )
    op.create_index(op.f("ix_agent_skills_skill"), "agent_skills", ["skill"])
    op.create_table(
        "skill_groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_skill_groups_name")),
    )
    op.create_table(
        "skill_group_members",
        _key("group_id"),
        _key("agent_id"),
        _foreign("skill_group_members", "group_id", "skill_groups.id"),
        _foreign("skill_group_members", "agent_id", "agents.user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "agent_id", name=op.f("pk_skill_group_members")),
    )
    op.create_index(op.f("ix_skill_group_members_agent_id"), "skill_group_members", ["agent_id"])


def _add_to_queues() -> None:
    strategy = sa.Column(
        "strategy", sa.Text(), server_default=sa.text("'longest idle'"), nullable=False
    )
    owner = sa.Column("prefer_owner", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("queues", strategy)
    op.add_column("queues", owner)
    for name, (kind, usual) in NUMBERS.items():
        column = sa.Column(name, kind, server_default=sa.text(usual), nullable=False)
        op.add_column("queues", column)
    for name in DESTINATIONS:
        column = sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
        op.add_column("queues", column)
    op.add_column("queues", sa.Column("time_group_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_queues_time_group_id_time_groups"),
        "queues",
        "time_groups",
        ["time_group_id"],
        ["id"],
    )
    for name, check in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_queues_{name}"), "queues", check)
    op.add_column("queue_members", _rank())
    op.create_check_constraint(
        op.f("ck_queue_members_rank"), "queue_members", "rank BETWEEN 1 AND 99"
    )


def _add_steps() -> None:
    op.create_table(
        "queue_steps",
        _key("queue_id"),
        _key("position"),
        sa.Column("after_seconds", sa.Double(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=True),
        sa.Column("level", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("backup_id", sa.BigInteger(), nullable=True),
        _rank(),
        sa.Column("priority", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("destination", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(f"action IN ({ACTIONS})", name=op.f("ck_queue_steps_action")),
        sa.CheckConstraint("after_seconds > 0", name=op.f("ck_queue_steps_after")),
        _foreign("queue_steps", "queue_id", "queues.id", ondelete="CASCADE"),
        _foreign("queue_steps", "skill", "skills.key"),
        _foreign("queue_steps", "group_id", "skill_groups.id"),
        _foreign("queue_steps", "backup_id", "queues.id"),
        sa.PrimaryKeyConstraint("queue_id", "position", name=op.f("pk_queue_steps")),
    )


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _rank() -> sa.Column[int]:
    return sa.Column("rank", sa.BigInteger(), server_default=sa.text("1"), nullable=False)


def _foreign(table: str, column: str, to: str, **more: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [to], name=name, ondelete=more.get("ondelete"))
