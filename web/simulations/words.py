"""Words of the staffing pages."""

from collections.abc import Mapping

from web.kit.i18n import N_
from web.simulations.shapes import SimulationState

STATES: Mapping[SimulationState, str] = {
    SimulationState.WAITING: N_("Waiting"),
    SimulationState.RUNNING: N_("Running"),
    SimulationState.DONE: N_("Done"),
    SimulationState.FAILED: N_("Failed"),
}
TONES: Mapping[SimulationState, str] = {
    SimulationState.WAITING: "out",
    SimulationState.RUNNING: "paused",
    SimulationState.DONE: "ready",
    SimulationState.FAILED: "danger",
}
