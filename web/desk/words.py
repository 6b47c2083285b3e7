"""The names of agent states."""

from collections.abc import Mapping

from acd.agent import AgentState
from web.kit.i18n import N_

AGENT_STATES: Mapping[str, str] = {
    AgentState.SIGNED_OUT: N_("Signed out"),
    AgentState.READY: N_("Ready"),
    AgentState.PAUSED: N_("Paused"),
    AgentState.OFFERED: N_("Ringing"),
    AgentState.TALKING: N_("Talking"),
    AgentState.WRAP_UP: N_("Wrap-up"),
}
