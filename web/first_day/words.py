"""Words of the set-up after the first sign-in."""

from collections.abc import Mapping

from crm.first_day.step import SetupStep, StepState
from crm.people.rights import Right
from web.kit.i18n import N_

STEP_NAMES: Mapping[SetupStep, str] = {
    SetupStep.COMPANY: N_("Company, language and time zone"),
    SetupStep.AGENTS: N_("First agents"),
    SetupStep.QUEUE: N_("A queue"),
    SetupStep.NUMBER: N_("A number with greeting and menu"),
}
STEP_NOTES: Mapping[SetupStep, str] = {
    SetupStep.COMPANY: N_("The name above the menu, and the defaults for new users."),
    SetupStep.AGENTS: N_("People who take calls; each gets a username, password and extension."),
    SetupStep.QUEUE: N_("Callers wait in it until one of its agents is free."),
    SetupStep.NUMBER: N_("What callers dial, what they hear, and which queue a key leads to."),
}
STEP_STATES: Mapping[StepState, str] = {
    StepState.OPEN: N_("To do"),
    StepState.DONE: N_("Done"),
    StepState.SKIPPED: N_("Skipped"),
}
STEP_TONES: Mapping[StepState, str] = {
    StepState.OPEN: "paused",
    StepState.DONE: "ready",
    StepState.SKIPPED: "out",
}
STEP_RIGHTS: Mapping[SetupStep, Right] = {
    SetupStep.COMPANY: Right.PARAMETERS_EDIT,
    SetupStep.AGENTS: Right.PEOPLE_MANAGE,
    SetupStep.QUEUE: Right.QUEUES_MANAGE,
    SetupStep.NUMBER: Right.LINES_MANAGE,
}
