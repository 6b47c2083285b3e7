"""The names and tones of what the address book shows."""

from collections.abc import Mapping

from acd.agent import AgentState
from web.kit.i18n import N_

PRESENCES: Mapping[str, str] = {
    AgentState.SIGNED_OUT: N_("Disconnected"),
    AgentState.READY: N_("Ready"),
    AgentState.PAUSED: N_("Not ready"),
    AgentState.OFFERED: N_("Ringing"),
    AgentState.TALKING: N_("On call"),
    AgentState.WRAP_UP: N_("Wrap-up"),
}
PRESENCE_TONES: Mapping[str, str] = {
    AgentState.READY: "ready",
    AgentState.PAUSED: "paused",
    AgentState.OFFERED: "ringing",
    AgentState.TALKING: "talking",
    AgentState.WRAP_UP: "wrap",
}
