"""The words of the simulator and of tests."""

from collections.abc import Mapping

from crm.kernel.destination import DestinationKind
from ivr.simulation.expectation import MismatchKind
from ivr.simulation.run import EndKind
from ivr.simulation.scenario import ActKind
from web.kit.i18n import N_

ENDS: Mapping[str, str] = {
    DestinationKind.AGENT: N_("Agent: {target}"),
    DestinationKind.RING_GROUP: N_("Ring group: {target}"),
    DestinationKind.QUEUE: N_("Queue: {target}"),
    DestinationKind.FLOW: N_("Call flow: {target}"),
    DestinationKind.NUMBER: N_("Phone number: {target}"),
    DestinationKind.VOICEMAIL: N_("Voicemail box: {target}"),
    DestinationKind.FAX: N_("Fax reception"),
    DestinationKind.CALLBACK: N_("Callback: {target}"),
    DestinationKind.CUSTOM: N_("Custom destination: {target}"),
    DestinationKind.HANG_UP: N_("The call is hung up"),
    EndKind.CALLER: N_("The caller hangs up"),
    EndKind.BACK: N_("Back to the flow that called this one"),
    EndKind.UNFINISHED: N_("The step is not finished yet"),
    EndKind.TOO_LONG: N_("The call goes on for too long"),
}
NOT_ENDED = N_("The call has not ended")
FAILURES: Mapping[MismatchKind, str] = {
    MismatchKind.UNREADABLE: N_("The call cannot be played: {found}"),
    MismatchKind.MISSING: N_("The test has no answer for the step “{step}”."),
    MismatchKind.WAITS: N_("The call waits for a key at “{step}” and does not end."),
    MismatchKind.ENDS: N_("The call ends elsewhere: “{found}” instead of “{wanted}”."),
    MismatchKind.PASSES: N_("The call does not come to the step “{step}”."),
    MismatchKind.VARIABLE: N_("The variable “{name}” is “{found}” instead of “{wanted}”."),
}
NO_TEST = N_("The test cannot be read.")
TEST_FAILS = N_("The flow cannot be published: the test “{test}” fails. {problem}")

STEP = N_("Step: {step}")
SAID = N_("Prompt: {prompt}")
PRESSED, PRESSED_EARLY = N_("Key {digit}"), N_("Key {digit}, during the prompts")
ACTS: Mapping[str, str] = {
    ActKind.WAIT: N_("No key in time"),
    ActKind.HANG_UP: N_("The caller hangs up"),
}
ASKED = N_("Look-up")
ANSWERED, FAILED = N_("Answer: {value}"), N_("No answer: {found}")

REPLAYED = N_("Of {calls} calls {count} would end elsewhere.")
