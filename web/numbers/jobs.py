"""Jobs of the numbers: speaking the texts that were typed into greeting and menu."""

import time

import structlog

from crm.people.person import Language
from ivr.store import prompts
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.kit.settings import Settings
from web.numbers.words import OWN_PROMPTS
from web.ops.setup import asterisk, voices
from web.ops.setup import prompts as sounds
from web.ops.setup.steps import SetupError

AGAIN_SECONDS = 3600.0
"""After the voices could not be installed, e.g. without a network, that is tried again so late."""

log = structlog.get_logger(__name__)
_tried: list[float] = []  # when the voices could last not be installed


def speak_prompts(context: JobContext) -> None:
    """Speak the texts that have no sound yet, or another one.

    The first time the voice of the set-up speaks them at once; then the better voices are
    installed, and speak them again.
    """
    with context.database.begin() as session:
        own = [one for one in prompts(session) if one.name.startswith(OWN_PROMPTS)]
    texts = {
        language.value: {one.name: one.text for one in own if one.language == language}
        for language in Language
    }
    switch = asterisk.known(context.settings)
    if switch is None or not own:
        return
    if sounds.missing(context.settings, texts):
        sounds.make(context.settings, switch.sounds, _quietly, texts)
    if _install_voices(context.settings) and sounds.missing(context.settings, texts):
        sounds.make(context.settings, switch.sounds, _quietly, texts)


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


JOBS = FeatureJobs(repeated=(RepeatedJob(speak_prompts, minutes=1, at_start=True),))
