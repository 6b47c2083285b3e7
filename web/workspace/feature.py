"""The manifest of the workspace's layout."""

from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.workspace import api, pages

FEATURE = Feature(
    name="workspace",
    order=25,
    pages=(pages.router,),
    api=(api.router,),
    audit=AuditWords(
        actions={"workspace.arranged": N_("Workspace layout changed")},
        things={"workspace_layouts": N_("Workspace layout")},
        fields={"hidden": N_("Hidden")},
    ),
    examples={"area": "side", "panel": "todo"},
)
