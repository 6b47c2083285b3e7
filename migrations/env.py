"""Alembic's entry point: knows every table, and uses the connection that `crm.sql.db` opened."""

from alembic import context

# A table is known once its module has been imported.
import acd.decisions.models
import acd.models  # noqa: F401
import crm.audit.models
import crm.calls.models
import crm.customers.models
import crm.dictionary.models
import crm.drafts.models
import crm.first_day.models
import crm.idempotency.models
import crm.jobs.models
import crm.mail.models
import crm.notices.models
import crm.parameters.models
import crm.people.models
import crm.preferences.models
import crm.service.models
import crm.webhooks.models  # noqa: F401
import ivr.models  # noqa: F401
import recordings.models  # noqa: F401
from crm.sql.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
