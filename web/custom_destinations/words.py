"""The words for custom destinations."""

from crm.custom_destinations.custom import REASONS, CustomSettings, LastAnswer
from web.kit.i18n import N_, Reader

INACTIVE, ANSWERS, FAILS, NEVER = N_("Inactive"), N_("Answers"), N_("Fails"), N_("Not asked yet")


def state_of(one: CustomSettings, reader: Reader) -> tuple[str, str]:
    """Give the tone and the word for the state of a custom destination."""
    if not one.draft.enabled:
        return "out", reader.gettext(INACTIVE)
    if one.last is None:
        return "wrap", reader.gettext(NEVER)
    return ("danger", reader.gettext(FAILS)) if one.last.why else ("ready", reader.gettext(ANSWERS))


def reason_name(why: str, reader: Reader) -> str:
    """Say why there was no usable answer; "" if there was one."""
    return reader.gettext(REASONS[why]) if why in REASONS else why


def last_reason(last: LastAnswer | None, reader: Reader) -> str:
    """Say why the last answer led nowhere; "" if it led somewhere."""
    return reason_name(last.why, reader) if last is not None else ""
