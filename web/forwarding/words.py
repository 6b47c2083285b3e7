"""When an extension is forwarded."""

from collections.abc import Mapping

from acd.forwards import ForwardKind
from web.kit.i18n import N_

KINDS: Mapping[str, ForwardKind] = {
    "always": ForwardKind.ALL,
    "busy": ForwardKind.BUSY,
    "no_answer": ForwardKind.NO_ANSWER,
    "away": ForwardKind.AWAY,
}
FORWARDS: Mapping[str, str] = {
    "always": N_("Always"),
    "busy": N_("When busy"),
    "no_answer": N_("When not answered"),
    "away": N_("When away"),
}
HELP: Mapping[str, str] = {
    "always": N_("All calls to the extension, at once. The other settings then do not count."),
    "busy": N_("During a call."),
    "no_answer": N_("After the phone has rung."),
    "away": N_("Signed out, not ready, or the phone is not registered."),
}
