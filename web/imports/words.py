"""The names and tones of the states of imports."""

from collections.abc import Mapping

from crm.imports.importing import ImportState
from web.kit.i18n import N_

IMPORT_STATES: Mapping[str, str] = {
    ImportState.DRAFT: N_("Select columns"),
    ImportState.CHECKING: N_("Checking"),
    ImportState.CHECKED: N_("Checked"),
    ImportState.RUNNING: N_("Importing"),
    ImportState.DONE: N_("Imported"),
    ImportState.CANCELLED: N_("Canceled"),
    ImportState.FAILED: N_("Failed"),
    ImportState.UNDOING: N_("Undoing"),
    ImportState.UNDONE: N_("Undone"),
}
IMPORT_TONES: Mapping[str, str] = {
    ImportState.CHECKING: "info",
    ImportState.CHECKED: "info",
    ImportState.RUNNING: "info",
    ImportState.DONE: "ready",
    ImportState.FAILED: "danger",
    ImportState.UNDOING: "info",
}
