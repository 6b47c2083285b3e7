"""Legs of calls, decisions, recordings by segment, and which number is the customer's.

Older timelines have no facts of single legs, but offers and talks name agents' legs; the rows are
filled from those, as `crm.calls.leg` folds them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261130a"
down_revision = "20261130"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NEWEST = [sa.literal_column("began_at DESC"), sa.literal_column("leg DESC")]

AGENT = "CASE WHEN detail->>'agent' ~ '^[0-9]{1,18}$' THEN CAST(detail->>'agent' AS bigint) END"
# Facts in their order: by time, then by the number at the end of their names.
NUMBER = "CASE WHEN fact ~ '/[0-9]{1,18}$' THEN CAST(substring(fact FROM '[0-9]+$') AS bigint) END"
# The stretches of each call, as `crm.calls.record.segments` cuts them.
STRETCHES = f"""
    WITH told AS (
        SELECT call, kind, detail, at, {NUMBER} AS number,
            count(*) FILTER (WHERE kind = 'ended')
                OVER (PARTITION BY call ORDER BY at, {NUMBER}
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS over
        FROM call_events
        WHERE kind IN ('arrived', 'queued', 'fallback', 'connected', 'held', 'resumed',
                       'phone lost', 'ended')
    ), cut AS (
        SELECT call, kind, at, number,
            row_number() OVER (PARTITION BY call ORDER BY at, number) - 1 AS segment,
            lead(at, 1, at) OVER (PARTITION BY call ORDER BY at, number) AS until,
            CASE WHEN kind = 'connected'
                THEN coalesce(nullif(detail->>'leg', ''), call || '/' || (detail->>'agent')) END
                AS leg,
            count(*) FILTER (WHERE kind IN ('connected', 'queued'))
                OVER (PARTITION BY call ORDER BY at, number) AS talk
        FROM told WHERE over = 0
    ), stretches AS (
        SELECT call, kind, at, number, until, segment,
            max(leg) OVER (PARTITION BY call, talk) AS leg
        FROM cut WHERE kind <> 'ended'
    )
"""  # noqa: S608 - our own text

AGENTS_LEGS = f""", spent AS (
        SELECT call, leg,
            sum(extract(epoch FROM until - at)) FILTER (WHERE kind IN ('connected', 'resumed'))
                AS talk,
            sum(extract(epoch FROM until - at)) FILTER (WHERE kind = 'held') AS hold
        FROM stretches WHERE leg IS NOT NULL GROUP BY call, leg
    ), named AS (
        SELECT call, kind, at, detail, inferred, {AGENT} AS agent,
            CASE WHEN kind = 'connected'
                THEN coalesce(nullif(detail->>'leg', ''), call || '/' || (detail->>'agent'))
                ELSE nullif(detail->>'leg', '') END AS leg
        FROM call_events
        WHERE kind IN ('offered', 'connected', 'missed', 'withdrawn', 'phone lost')
    ), legs AS (
        SELECT call, leg, max(agent) AS agent, max(detail->>'phone') AS phone,
            max(detail->>'extension') AS extension,
            min(at) FILTER (WHERE kind IN ('offered', 'connected')) AS began,
            min(at) FILTER (WHERE kind = 'connected') AS answered,
            min(at) FILTER (WHERE kind IN ('missed', 'withdrawn', 'phone lost')) AS ended,
            max(CASE kind WHEN 'phone lost' THEN 'phone lost' ELSE detail->>'why' END)
                FILTER (WHERE kind IN ('missed', 'withdrawn', 'phone lost')) AS reason,
            bool_or(inferred) FILTER (WHERE kind IN ('offered', 'connected')) AS inferred
        FROM named WHERE leg IS NOT NULL GROUP BY call, leg
    )
    INSERT INTO call_legs
    SELECT c.id, legs.leg, 'agent', legs.agent, coalesce(legs.phone, ''), '', '',
        c.caller, coalesce(legs.extension, ''), legs.began, NULL, legs.answered,
        coalesce(legs.ended, c.ended_at), NULL, coalesce(legs.reason, ''),
        coalesce(spent.talk, 0), coalesce(spent.hold, 0), legs.inferred
    FROM legs JOIN calls c ON c.id = legs.call
        LEFT JOIN spent ON spent.call = legs.call AND spent.leg = legs.leg
    WHERE legs.began IS NOT NULL
    ON CONFLICT DO NOTHING"""  # noqa: S608 - our own text
SEGMENT_OF_RECORDING = """, begun AS (
        SELECT r.call, max(s.segment) AS segment FROM recordings r
        JOIN stretches s ON s.call = r.call AND s.at <= r.started_at GROUP BY r.call
    )
    UPDATE recordings SET segment = begun.segment FROM begun
    WHERE begun.call = recordings.call"""


def upgrade() -> None:
    """Go forward."""
    for name in ("customer_number", "own_number"):
        op.add_column("calls", sa.Column(name, sa.Text(), nullable=True))
    op.execute(
        "UPDATE calls SET customer_number = CASE direction WHEN 'out' THEN called ELSE caller END,"
        " own_number = CASE direction WHEN 'out' THEN caller ELSE called END"
    )
    for name in ("customer_number", "own_number"):
        op.alter_column("calls", name, nullable=False)
    _decisions()
    _legs()
    _fill_legs()
    _recordings_by_segment()


def downgrade() -> None:
    """Go back; decisions and the times of single legs are lost."""
    # Of several recordings of a call the first with a file is kept.
    op.execute(
        "DELETE FROM recordings WHERE (call, segment) NOT IN (SELECT DISTINCT ON (call)"
        " call, segment FROM recordings ORDER BY call, file IS NULL, segment)"
    )
    op.drop_constraint("pk_recordings", "recordings", type_="primary")
    op.drop_column("recordings", "segment")
    op.create_primary_key("pk_recordings", "recordings", ["call"])
    op.drop_table("decisions")
    op.drop_table("call_legs")
    op.drop_column("calls", "own_number")
    op.drop_column("calls", "customer_number")


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("agent", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("waited_seconds", sa.Double(), nullable=False),
        sa.Column("considered", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("fact", name="pk_decisions"),
    )
    op.create_index("ix_decisions_call_at", "decisions", ["call", "at"])


def _legs() -> None:
    op.create_table(
        "call_legs",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("leg", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agent", sa.BigInteger(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("trunk", sa.Text(), nullable=False),
        sa.Column("caller_number", sa.Text(), nullable=False),
        sa.Column("called_number", sa.Text(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("rang_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("cause", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("talk_seconds", sa.Double(), nullable=False),
        sa.Column("hold_seconds", sa.Double(), nullable=False),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("call", "leg", name="pk_call_legs"),
    )
    op.create_index("ix_call_legs_agent_newest", "call_legs", ["agent", *NEWEST])


def _fill_legs() -> None:
    op.execute(
        "INSERT INTO call_legs"
        " SELECT c.id, c.id, 'customer', NULL, '', '', '', c.caller, c.called, c.started_at, NULL,"
        "  (SELECT min(at) FROM call_events e WHERE e.call = c.id AND e.kind = 'answered'),"
        "  c.ended_at, c.cause, '', c.talk_seconds, c.hold_seconds, c.inferred FROM calls c"
    )
    op.execute(STRETCHES + AGENTS_LEGS)


def _recordings_by_segment() -> None:
    zero = sa.Column("segment", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    op.add_column("recordings", zero)
    # The stretch in which it began: the last one that had begun by then.
    op.execute(STRETCHES + SEGMENT_OF_RECORDING)
    op.alter_column("recordings", "segment", server_default=None)
    op.drop_constraint("pk_recordings", "recordings", type_="primary")
    op.create_primary_key("pk_recordings", "recordings", ["call", "segment"])
