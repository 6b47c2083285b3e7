"""Testing a trunk: what is asked in which order, and what the answers mean. Pure.

Each function of `Exchange` is one question to the other side; `cti.asterisk.sip_probe` asks them.
"""

from dataclasses import dataclass
from enum import StrEnum

from crm.kernel.text import N_
from cti.trunks.answers import TIMED_OUT, meaning_of_sip
from cti.trunks.sip import PROXY_UNAUTHORIZED, UNAUTHORIZED, SIPAnswer
from cti.trunks.trunk import Trunk

SERVER_ERROR = 500


class ProbeStep(StrEnum):
    """One step of a test."""

    NAME = "name"  # the host's name is resolved
    PING = "ping"
    CONNECT = "connect"
    OPTIONS = "options"
    REGISTER = "register"


class ProbeVerdict(StrEnum):
    """How a step ended."""

    GOOD = "good"
    DOUBTFUL = "doubtful"  # calls may work all the same
    BAD = "bad"
    SKIPPED = "skipped"  # it was not possible here


@dataclass(frozen=True, slots=True)
class StepResult:
    """The result of one step: a sentence to be translated, with the raw answer beside it."""

    step: ProbeStep
    verdict: ProbeVerdict
    sentence: str
    raw: str = ""  # the answer's first line, or the operating system's words
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The result of a test."""

    steps: tuple[StepResult, ...]

    @property
    def verdict(self) -> ProbeVerdict:
        """The worst of what says whether calls work: a ping that fails does not."""
        asked = [one.verdict for one in self.steps if one.step is not ProbeStep.PING]
        worst = (one for one in (ProbeVerdict.BAD, ProbeVerdict.DOUBTFUL) if one in asked)
        return next(worst, ProbeVerdict.GOOD)


RESOLVED = N_("The host name leads to {address}.")
NO_NAME = N_("The host name cannot be resolved.")
PINGED = N_("The address answers a ping.")
NOT_PINGED = N_("The address does not answer a ping. Many firewalls drop pings.")
NO_PING = N_("A ping is not possible on this machine.")
CONNECTED = N_("The connection is open.")
NOT_CONNECTED = N_("No connection to this port.")
TLS_REFUSED = N_("The certificate of the other side is not accepted.")
TLS_FAILED = N_("There is no encrypted connection to this port.")
SILENT = N_("There was no answer in time. Check address, port, transport and firewall.")
NO_SIP = N_("The other side does not speak SIP on this port.")
ANSWERS = N_("The other side answers.")
ANSWERS_REFUSING = N_("The other side answers, but does not like the question. Calls may work.")
NOT_NOW = N_("The other side answers that it is out of service.")
ACCEPTED = N_("The username and the password are accepted.")
REFUSED = N_("The provider refused the username or the password.")
NO_CHALLENGE = N_("The provider asks for a kind of password that is not supported.")
WRONG_REALM = N_("The provider's realm is another one than the trunk's.")


def options_result(answer: SIPAnswer | None, milliseconds: int) -> StepResult:
    """Judge the answer to OPTIONS; any answer shows that the other side is there."""
    if answer is None:
        return StepResult(ProbeStep.OPTIONS, ProbeVerdict.BAD, SILENT)
    if answer.status < 300 or answer.status in {UNAUTHORIZED, PROXY_UNAUTHORIZED}:  # noqa: PLR2004 - SIP's successes
        verdict, sentence = ProbeVerdict.GOOD, ANSWERS
    elif answer.status >= SERVER_ERROR or answer.status == TIMED_OUT:
        verdict, sentence = ProbeVerdict.BAD, NOT_NOW
    else:
        verdict, sentence = ProbeVerdict.DOUBTFUL, ANSWERS_REFUSING
    return StepResult(ProbeStep.OPTIONS, verdict, sentence, answer.line, milliseconds)


def register_result(answer: SIPAnswer | None, milliseconds: int) -> StepResult:
    """Judge the last answer to REGISTER, after the password was sent."""
    if answer is None:
        return StepResult(ProbeStep.REGISTER, ProbeVerdict.BAD, SILENT)
    if answer.status < 300:  # noqa: PLR2004 - SIP's successes
        return StepResult(
            ProbeStep.REGISTER, ProbeVerdict.GOOD, ACCEPTED, answer.line, milliseconds
        )
    if answer.status in {UNAUTHORIZED, PROXY_UNAUTHORIZED, 403}:
        sentence = REFUSED
    else:
        sentence = meaning_of_sip(answer.status)
    return StepResult(ProbeStep.REGISTER, ProbeVerdict.BAD, sentence, answer.line, milliseconds)


def unanswerable(answer: SIPAnswer, trunk: Trunk, milliseconds: int) -> StepResult:
    """Judge a challenge that we cannot answer."""
    sentence = WRONG_REALM if trunk.realm else NO_CHALLENGE
    return StepResult(ProbeStep.REGISTER, ProbeVerdict.BAD, sentence, answer.line, milliseconds)
