"""Words of an agent's seat."""

from collections.abc import Mapping

from acd.agent import AgentState
from web.kit.i18n import N_

STATES: Mapping[str, str] = {
    AgentState.TALKING: N_("On call"),
    AgentState.OFFERED: N_("Ringing"),
    AgentState.WRAP_UP: N_("Wrap-up"),
    AgentState.READY: N_("Ready"),
    AgentState.PAUSED: N_("Not ready"),
    AgentState.SIGNED_OUT: N_("Disconnected"),
}
"""As on the live screens."""

SYSTEM_REASONS: Mapping[str, str] = {
    "no answer": N_("Missed call"),
    "signed in": N_("Just connected"),
    "phone lost": N_("Phone lost"),
}
"""The reasons of a pause that the system sets itself."""
