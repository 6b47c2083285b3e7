"""The names of agent states."""

from collections.abc import Mapping

from acd.agent import State
from web.kit.i18n import N_

AGENT_STATES: Mapping[str, str] = {
    State.SIGNED_OUT: N_("Signed out"),
    State.READY: N_("Ready"),
    State.PAUSED: N_("Paused"),
    State.OFFERED: N_("Ringing"),
    State.TALKING: N_("Talking"),
    State.WRAP_UP: N_("Wrap-up"),
}
