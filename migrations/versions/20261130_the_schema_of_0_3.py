"""The schema of release 0.3: every table, the three roles, and the first options of customers."""

import re
from pathlib import Path

from alembic import op

revision = "20261130s"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def upgrade() -> None:
    """Make the tables, and the rows that a new site starts with."""
    op.get_bind().exec_driver_sql(STATEMENTS)


def downgrade() -> None:
    """Remove all tables: before them there is nothing."""
    tables = re.findall(r"^CREATE TABLE (\w+)", STATEMENTS, re.MULTILINE)
    op.execute(f"DROP TABLE {', '.join(tables)}")
