"""Jobs of the numbers: speaking the texts that were typed, as soon as they are saved."""

import time
from functools import partial

import structlog

from web.kit.job_rounds import JobsOfARound
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.kit.settings import Settings
from web.numbers.speaking import speak_texts
from web.numbers.words import SPEAK
from web.ops.setup import voices
from web.ops.setup.steps import SetupError

AGAIN_SECONDS = 3600.0
"""After the voices could not be installed, e.g. without a network, that is tried again so late."""

log = structlog.get_logger(__name__)
_tried: list[float] = []  # when the voices could last not be installed


def speak_saved(context: JobContext) -> None:
    """Speak what was saved with the voice that there is."""
    speak_texts(context.settings, context.database)


def speak_prompts(context: JobContext) -> None:
    """Speak what could not be spoken at once, and all of it again with the better voices.

    These are installed the first time that there is a typed text.
    """
    if speak_texts(context.settings, context.database) and _install_voices(context.settings):
        speak_texts(context.settings, context.database)


def _install_voices(settings: Settings) -> bool:
    if voices.installed(settings):
        return True
    if _tried and time.monotonic() - _tried[-1] < AGAIN_SECONDS:
        return False
    try:
        voices.install(settings, _quietly)
    except (SetupError, OSError) as error:
        _tried[:] = [time.monotonic()]
        log.warning("the voices could not be installed", why=str(error)[:200])
        return False
    return True


def _quietly(_what: str) -> None:
    pass


JOBS = FeatureJobs(
    kinds=(partial(JobsOfARound, SPEAK, speak_saved),),
    repeated=(RepeatedJob(speak_prompts, minutes=1, at_start=True),),
)
