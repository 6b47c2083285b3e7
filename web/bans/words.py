"""Words of bans, and the tabs of the pages of phones."""

from collections.abc import Mapping

from web.kit.i18n import N_, Reader

BAN_STATES: Mapping[str, str] = {"banned": N_("Banned"), "free": N_("Not banned")}
_TABS: Mapping[str, str] = {"/phones": N_("Phones"), "/bans": N_("Attempts and bans")}


def tabs(reader: Reader, here: str) -> list[dict[str, object]]:
    """Give the tabs of the pages of phones."""
    return [
        {"url": url, "label": reader.gettext(label), "current": url == here}
        for url, label in _TABS.items()
    ]
