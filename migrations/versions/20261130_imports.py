"""Imports of tables, uploaded files and the contacts of the address book."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261130z3"
down_revision = "20261130z2"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
EMPTY = sa.text("''")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("in_use", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["users.id"], name=op.f("fk_uploads_owner_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_created_at", "uploads", ["created_at"])
    _imports()
    _contacts()
    op.add_column("customers", sa.Column("import_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_customers_import_id_imports"),
        "customers",
        "imports",
        ["import_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "ix_customers_import_id",
        "customers",
        ["import_id", sa.text("updated_at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.execute(
        "UPDATE roles SET rights = rights ||"
        " jsonb_build_object('customers.import', 'all', 'directory.edit', 'all')"
        " WHERE key = 'supervisor'"
    )


def downgrade() -> None:
    """Go back."""
    op.execute("UPDATE roles SET rights = rights - 'customers.import' - 'directory.edit'")
    op.drop_index("ix_customers_import_id", table_name="customers")
    op.drop_constraint(op.f("fk_customers_import_id_imports"), "customers")
    op.drop_column("customers", "import_id")
    op.drop_table("contact_numbers")
    op.drop_table("contacts")
    op.drop_table("import_bad_rows")
    op.drop_table("imports")
    op.drop_table("uploads")


def _imports() -> None:
    counts = ("done", "added", "changed", "skipped", "bad")
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("upload", sa.Text(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("columns", sa.BigInteger(), nullable=False),
        sa.Column("header", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("options", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)
            for name in counts
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), server_default=EMPTY, nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'checking', 'checked', 'running', 'done', 'cancelled', 'failed',"
            " 'undoing', 'undone')",
            name=op.f("ck_imports_state"),
        ),
        sa.ForeignKeyConstraint(
            ["upload"], ["uploads.id"], name=op.f("fk_imports_upload_uploads"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_imports_created_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(
        "ix_imports_created_at", "imports", [sa.text("created_at DESC"), sa.text("id DESC")]
    )
    op.create_table(
        "import_bad_rows",
        sa.Column("import_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_import_bad_rows_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_bad_rows")),
    )


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("note", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("company_key", sa.Text(collation="C"), server_default=EMPTY, nullable=False),
        sa.Column("haystack", sa.Text(), nullable=False),
        sa.Column("grams", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_contacts_import_id_imports"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index("ix_contacts_name_key", "contacts", ["name_key", "id"])
    op.create_index("ix_contacts_company_key", "contacts", ["company_key", "id"])
    op.create_index(
        "ix_contacts_updated_at", "contacts", [sa.text("updated_at DESC"), sa.text("id DESC")]
    )
    op.create_index("ix_contacts_grams", "contacts", ["grams"], postgresql_using="gin")
    op.create_index(
        "ix_contacts_import_id",
        "contacts",
        ["import_id"],
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_table(
        "contact_numbers",
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), server_default=EMPTY, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_contact_numbers_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "number", name=op.f("pk_contact_numbers")),
    )
    op.create_index("ix_contact_numbers_number", "contact_numbers", ["number"])
