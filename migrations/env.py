"""Alembic's entry point: knows every table, and uses the connection that `crm.sql.db` opened."""

from alembic import context

import acd.callbacks.models

# A table is known once its module has been imported.
import acd.decisions.models
import acd.models
import acd.wait_estimates.models  # noqa: F401
import crm.alarms.models
import crm.appointments.models
import crm.audit.models
import crm.calls.models
import crm.charges.models
import crm.custom_destinations.models
import crm.customers.models
import crm.dictionary.models
import crm.directory.models
import crm.drafts.models
import crm.faxes.models
import crm.first_day.models
import crm.hours.models
import crm.idempotency.models
import crm.imports.models
import crm.jobs.models
import crm.lost_calls.models
import crm.mail.models
import crm.notices.models
import crm.number_lists.models
import crm.parameters.models
import crm.people.models
import crm.preferences.models
import crm.queue_changes.models
import crm.satisfaction.models
import crm.service.models
import crm.uploads.models
import crm.voicemail.models
import crm.webhooks.models
import crm.workspace.models  # noqa: F401
import cti.bans.models
import cti.outbound.models
import cti.routes.models
import cti.trunks.models  # noqa: F401
import ivr.drafts.models
import ivr.models
import ivr.prompt_library.models
import ivr.simulation.models  # noqa: F401
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
