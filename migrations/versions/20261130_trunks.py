"""Trunks: the SIP lines to carriers, providers and other PBXs."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z2"
down_revision = "20261130z1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "trunks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("port", sa.BigInteger(), nullable=False),
        sa.Column("transport", sa.Text(), nullable=False),
        sa.Column("outbound_proxy", sa.Text(), nullable=False),
        sa.Column("registers", sa.Boolean(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("auth_username", sa.Text(), nullable=False),
        sa.Column("realm", sa.Text(), nullable=False),
        sa.Column("inbound", sa.Boolean(), nullable=False),
        sa.Column("addresses", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("number_source", sa.Text(), nullable=False),
        sa.Column("caller_source", sa.Text(), nullable=False),
        sa.Column("from_user", sa.Text(), nullable=False),
        sa.Column("from_domain", sa.Text(), nullable=False),
        sa.Column("caller_id_form", sa.Text(), nullable=False),
        sa.Column("hide_allowed", sa.Boolean(), nullable=False),
        sa.Column("dtmf_mode", sa.Text(), nullable=False),
        sa.Column("codecs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("srtp", sa.Boolean(), nullable=False),
        sa.Column("qualify_seconds", sa.BigInteger(), nullable=False),
        sa.Column("session_seconds", sa.BigInteger(), nullable=False),
        sa.Column("max_channels", sa.BigInteger(), nullable=False),
        sa.Column("forbidden_is_next", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "transport IN ('udp', 'tcp', 'tls', 'tls-unverified')",
            name=op.f("ck_trunks_transport"),
        ),
        sa.CheckConstraint(
            "caller_id_form IN ('pai', 'rpid', 'from')", name=op.f("ck_trunks_caller_id_form")
        ),
        sa.CheckConstraint(
            "number_source IN ('request', 'to')", name=op.f("ck_trunks_number_source")
        ),
        sa.CheckConstraint(
            "caller_source IN ('from', 'pai', 'rpid')", name=op.f("ck_trunks_caller_source")
        ),
        sa.CheckConstraint(
            "dtmf_mode IN ('rfc4733', 'info', 'inband', 'auto')",
            name=op.f("ck_trunks_dtmf_mode"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trunks")),
        sa.UniqueConstraint("name", name=op.f("uq_trunks_name")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("trunks")
