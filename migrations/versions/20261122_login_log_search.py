"""Indexes of the login log: by part of a username, result, address and user."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "20261122f"
down_revision = "20261122e"
branch_labels = None
depends_on = None

# What `crm.sql.grams` cuts a login into: pairs and triples of its letters, its words' beginnings,
# and letters beyond ASCII alone.
PIECES = """
    UPDATE login_log SET grams = ARRAY(
        SELECT DISTINCT piece FROM (
            SELECT substr(word, at, size) AS piece
            FROM regexp_split_to_table(lower(normalize(login, NFKC)), '\\s+') AS word,
                generate_series(1, 3) AS size, generate_series(1, length(word) - size + 1) AS at
            WHERE size > 1 OR ascii(substr(word, at, 1)) > 127
            UNION ALL
            SELECT '^' || left(word, 1)
            FROM regexp_split_to_table(lower(normalize(login, NFKC)), '\\s+') AS word
            WHERE word <> ''
        ) AS pieces ORDER BY piece)
"""


def upgrade() -> None:
    """Go forward."""
    pieces = sa.Column("grams", ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("login_log", pieces)
    op.execute(PIECES)
    op.create_index("ix_login_log_grams", "login_log", ["grams"], postgresql_using="gin")
    newest = [sa.literal_column("at DESC"), sa.literal_column("id DESC")]
    op.create_index("ix_login_log_user_at", "login_log", ["user_id", *newest])
    op.create_index("ix_login_log_result", "login_log", ["result", *newest])
    op.create_index(
        "ix_login_log_address",
        "login_log",
        ["address"],
        postgresql_ops={"address": "text_pattern_ops"},
    )
    op.drop_index("ix_login_log_user_id", "login_log")


def downgrade() -> None:
    """Go back."""
    op.create_index("ix_login_log_user_id", "login_log", ["user_id"])
    for name in ("grams", "user_at", "result", "address"):
        op.drop_index(f"ix_login_log_{name}", "login_log")
    op.drop_column("login_log", "grams")
