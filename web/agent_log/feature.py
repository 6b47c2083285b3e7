"""The manifest of the log of the agents' states."""

from web.agent_log import api, pages
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_

FEATURE = Feature(
    name="agent_log",
    order=93,
    pages=(pages.router,),
    api=(api.router,),
    audit=AuditWords(actions={"agent_log.exported": N_("Agent state log exported")}),
)
