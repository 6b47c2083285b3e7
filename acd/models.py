"""The tables of agents, queues, pause reasons and the agents' log."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class AgentRow(Base):
    """A user who takes calls, and their phone."""

    __tablename__ = "agents"
    __table_args__ = (
        CheckConstraint(
            "outbound IN ('by rule', 'none', 'internal', 'national', 'international')",
            name="outbound",
        ),
        CheckConstraint("calls_at_once BETWEEN 1 AND 4", name="calls_at_once"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    extension: Mapped[str] = mapped_column(unique=True)
    sip_secret: Mapped[str]
    enabled: Mapped[bool]
    # What the called party sees when this agent calls out; "" is the site's number.
    caller_number: Mapped[str] = mapped_column(server_default=text("''"))
    outbound: Mapped[str] = mapped_column(server_default=text("'by rule'"))
    outbound_until: Mapped[datetime | None]  # then it is 'by rule' again
    calls_at_once: Mapped[int] = mapped_column(server_default=text("1"))  # the rest on hold
    # The number outside at which the agent last took calls.
    outside_number: Mapped[str] = mapped_column(server_default=text("''"))


class ExtensionForwardRow(Base):
    """Where calls to an agent's extension go instead, for one reason."""

    __tablename__ = "extension_forwards"
    __table_args__ = (CheckConstraint("kind IN ('all', 'busy', 'no answer', 'away')", name="kind"),)

    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.user_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    destination: Mapped[str] = mapped_column(index=True)  # `queue:support`


class RingGroupRow(Base):
    """A ring group's settings."""

    __tablename__ = "ring_groups"
    __table_args__ = (CheckConstraint("ring_order IN ('together', 'in turn')", name="ring_order"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    ring_order: Mapped[str]
    ring_seconds: Mapped[int]
    record: Mapped[bool]
    # Where a call goes that no member takes, as `queue:support`; "" for a message and the end.
    destination: Mapped[str] = mapped_column(server_default=text("''"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class RingGroupMemberRow(Base):
    """An agent whose phone rings for a ring group."""

    __tablename__ = "ring_group_members"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("ring_groups.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.user_id", ondelete="CASCADE"), index=True
    )


class QueueRow(Base):
    """A queue's settings."""

    __tablename__ = "queues"
    __table_args__ = (
        CheckConstraint("ring_seconds > 0 AND wrapup_seconds >= 0", name="seconds"),
        CheckConstraint("max_misses >= 1", name="max_misses"),
        CheckConstraint("fallback BETWEEN 1 AND 32", name="fallback"),
        CheckConstraint(
            "strategy IN ('ring all', 'round robin', 'longest idle', 'fewest calls',"
            " 'least talk time', 'most idle share', 'best skilled', 'rank')",
            name="strategy",
        ),
        CheckConstraint("weight > 0 AND ageing >= 0", name="weight"),
        CheckConstraint("max_wait_seconds >= 0 AND max_length >= 0", name="limits"),
        CheckConstraint("service_seconds > 0 AND service_share BETWEEN 0 AND 1", name="service"),
        CheckConstraint("last_agent_days >= 0 AND patience_seconds >= 0", name="preferred"),
        CheckConstraint(
            "announce_first_seconds > 0 AND announce_every_seconds >= 0", name="announce"
        ),
        CheckConstraint("callback_tries >= 1 AND callback_pause_seconds >= 0", name="callback"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_zh: Mapped[str]
    ring_seconds: Mapped[float]
    wrapup_seconds: Mapped[float]
    max_misses: Mapped[int]
    priority: Mapped[int]
    record: Mapped[bool]
    music: Mapped[str]
    fallback: Mapped[int]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    strategy: Mapped[str] = mapped_column(server_default=text("'longest idle'"))
    weight: Mapped[float] = mapped_column(server_default=text("1"))
    ageing: Mapped[float] = mapped_column(server_default=text("0"))
    max_wait_seconds: Mapped[float] = mapped_column(server_default=text("0"))
    max_length: Mapped[int] = mapped_column(server_default=text("0"))
    # Destinations as `queue:support`; "" for none.
    timed_out: Mapped[str] = mapped_column(server_default=text("''"))
    full_to: Mapped[str] = mapped_column(server_default=text("''"))
    closed_to: Mapped[str] = mapped_column(server_default=text("''"))
    empty_to: Mapped[str] = mapped_column(server_default=text("''"))
    time_group_id: Mapped[int | None] = mapped_column(ForeignKey("time_groups.id"))
    service_seconds: Mapped[float] = mapped_column(server_default=text("20"))
    service_share: Mapped[float] = mapped_column(server_default=text("0.8"))
    last_agent_days: Mapped[int] = mapped_column(server_default=text("0"))
    prefer_owner: Mapped[bool] = mapped_column(server_default=text("false"))
    patience_seconds: Mapped[float] = mapped_column(server_default=text("30"))
    announce_ahead: Mapped[bool] = mapped_column(server_default=text("false"))
    announce_waited: Mapped[bool] = mapped_column(server_default=text("false"))
    announce_estimate: Mapped[bool] = mapped_column(server_default=text("false"))
    announce_text_en: Mapped[str] = mapped_column(server_default=text("''"))
    announce_text_zh: Mapped[str] = mapped_column(server_default=text("''"))
    announce_first_seconds: Mapped[float] = mapped_column(server_default=text("20"))
    announce_every_seconds: Mapped[float] = mapped_column(server_default=text("60"))  # 0: once
    callback_tries: Mapped[int] = mapped_column(server_default=text("3"))
    callback_pause_seconds: Mapped[float] = mapped_column(server_default=text("300"))
    callback_choose_time: Mapped[bool] = mapped_column(server_default=text("false"))


class QueueSuccessorRow(Base):
    """The queue to which the callers of a deleted queue have gone, by the keys of both."""

    __tablename__ = "queue_successors"

    key: Mapped[str] = mapped_column(primary_key=True)
    successor: Mapped[str]


class QueueMemberRow(Base):
    """An agent who takes a queue's calls."""

    __tablename__ = "queue_members"
    __table_args__ = (CheckConstraint("rank BETWEEN 1 AND 99", name="rank"),)

    queue_id: Mapped[int] = mapped_column(
        ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.user_id"), primary_key=True, autoincrement=False, index=True
    )
    rank: Mapped[int] = mapped_column(server_default=text("1"))


class SkillRow(Base):
    """A skill that agents can have and queues can need."""

    __tablename__ = "skills"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_zh: Mapped[str]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class AgentSkillRow(Base):
    """How well an agent has a skill."""

    __tablename__ = "agent_skills"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 10", name="level"),)

    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.user_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    skill: Mapped[str] = mapped_column(ForeignKey("skills.key"), primary_key=True, index=True)
    level: Mapped[int]


class SkillGroupRow(Base):
    """A group of agents that queues take as members. It is deactivated, never deleted."""

    __tablename__ = "skill_groups"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(server_default=text("''"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class SkillGroupMemberRow(Base):
    """An agent of a skill group."""

    __tablename__ = "skill_group_members"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("skill_groups.id"), primary_key=True, autoincrement=False
    )
    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.user_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )


class QueueSkillGroupRow(Base):
    """A skill group that serves a queue; all its agents have one rank."""

    __tablename__ = "queue_skill_groups"
    __table_args__ = (CheckConstraint("rank BETWEEN 1 AND 99", name="rank"),)

    queue_id: Mapped[int] = mapped_column(
        ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    group_id: Mapped[int] = mapped_column(
        ForeignKey("skill_groups.id"), primary_key=True, autoincrement=False, index=True
    )
    rank: Mapped[int] = mapped_column(server_default=text("1"))


class QueueNeedRow(Base):
    """A skill that the agents of a queue need."""

    __tablename__ = "queue_needs"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 10", name="level"),)

    queue_id: Mapped[int] = mapped_column(
        ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    skill: Mapped[str] = mapped_column(ForeignKey("skills.key"), primary_key=True, index=True)
    level: Mapped[int]


class QueueStepRow(Base):
    """What happens to callers who have waited in a queue for so long."""

    __tablename__ = "queue_steps"
    __table_args__ = (
        CheckConstraint(
            "action IN ('relax skill', 'add members', 'raise priority', 'send to')", name="action"
        ),
        CheckConstraint("after_seconds > 0", name="after"),
    )

    queue_id: Mapped[int] = mapped_column(
        ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    after_seconds: Mapped[float]
    action: Mapped[str]
    skill: Mapped[str | None] = mapped_column(ForeignKey("skills.key"), index=True)
    level: Mapped[int] = mapped_column(server_default=text("0"))  # 0: the skill is not needed
    group_id: Mapped[int | None] = mapped_column(ForeignKey("skill_groups.id"), index=True)
    backup_id: Mapped[int | None] = mapped_column(ForeignKey("queues.id"), index=True)
    rank: Mapped[int] = mapped_column(server_default=text("1"))
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    destination: Mapped[str] = mapped_column(server_default=text("''"))


class ServiceLevelRow(Base):
    """A level of service and what it changes for the calls of its customers."""

    __tablename__ = "service_levels"
    __table_args__ = (
        CheckConstraint("priority BETWEEN 0 AND 10", name="priority"),
        CheckConstraint("patience_seconds BETWEEN 0 AND 3600", name="patience"),
        Index("uq_service_levels_tier", "tier", unique=True, postgresql_where=text("tier <> ''")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    # An option of the picklist of customer levels; "" for none.
    tier: Mapped[str] = mapped_column(server_default=text("''"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("number_lists.id"), unique=True)
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queues.id"), index=True)
    patience_seconds: Mapped[int] = mapped_column(server_default=text("0"))  # 0: no end


class ServiceLevelNeedRow(Base):
    """A skill that calls of a level need beside those of the queue."""

    __tablename__ = "service_level_needs"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 10", name="level"),)

    service_level_id: Mapped[int] = mapped_column(
        ForeignKey("service_levels.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    skill: Mapped[str] = mapped_column(ForeignKey("skills.key"), primary_key=True, index=True)
    level: Mapped[int]


class PauseReasonRow(Base):
    """A not-ready reason that agents can choose."""

    __tablename__ = "pause_reasons"
    __table_args__ = (
        CheckConstraint(
            "most_minutes BETWEEN 0 AND 1440 AND most_at_once BETWEEN 0 AND 1000", name="limits"
        ),
        CheckConstraint("counted_in IN ('group', 'site')", name="counted_in"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_zh: Mapped[str]
    position: Mapped[int]
    enabled: Mapped[bool]
    paid: Mapped[bool] = mapped_column(server_default=text("true"))
    most_minutes: Mapped[int] = mapped_column(server_default=text("0"))  # 0: no limit
    most_at_once: Mapped[int] = mapped_column(server_default=text("0"))  # 0: no limit
    counted_in: Mapped[str] = mapped_column(server_default=text("'group'"))


class AgentEventRow(Base):
    """A line of an agent's log.

    `number` is the order of arrival: an agent may become ready and be offered a call at the same
    moment, and the clock may be set back.
    """

    __tablename__ = "agent_events"
    __table_args__ = (
        Index("ix_agent_events_agent_at", "agent", text("at DESC"), text("number DESC")),
        Index("ix_agent_events_agent_number", "agent", text("number DESC")),
        Index("ix_agent_events_newest", text("at DESC"), text("number DESC")),
    )

    fact: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    agent: Mapped[int]
    at: Mapped[datetime]
    state: Mapped[str]
    reason: Mapped[str]
    cause: Mapped[str]
    call: Mapped[str | None]
    phone: Mapped[str | None]
    inferred: Mapped[bool]
    detail: Mapped[dict[str, Any]]
