"""Jobs, mails and deliveries have only states that the code knows.

Lists and senders read a state as an enumeration: one unknown word, written by hand or by a mistake,
would break the whole list.
"""

from alembic import op

revision = "20261130t"
down_revision = "20261130s"
branch_labels = None
depends_on = None

RULES = {
    "jobs": "state IN ('waiting', 'done', 'dead')",
    "mails": "state IN ('waiting', 'sent', 'dead')",
    "webhook_deliveries": "state IN ('waiting', 'delivered', 'dead')",
}


def upgrade() -> None:
    """Go forward; refused if there is another state."""
    for table, rule in RULES.items():
        op.create_check_constraint(op.f(f"ck_{table}_state"), table, rule)


def downgrade() -> None:
    """Go back."""
    for table in RULES:
        op.drop_constraint(op.f(f"ck_{table}_state"), table)
