"""Words of the faxes' pages."""

from collections.abc import Mapping

from crm.faxes.fax import FaxState
from web.calls.words import WORDS
from web.kit.i18n import N_, Reader

STATES: Mapping[str, str] = {
    FaxState.RECEIVED: N_("Received"),
    FaxState.FAILED: N_("Failed"),
}
TONES: Mapping[str, str] = {FaxState.RECEIVED: "ready", FaxState.FAILED: "danger"}


def why_name(why: str, reader: Reader) -> str:
    """Say why a fax failed: in the reader's language if it is known, else as Asterisk says it."""
    return reader.gettext(WORDS[why]) if why in WORDS else why
