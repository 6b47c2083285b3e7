"""Jobs of the numbers: speaking the texts that were typed into greeting and menu."""

from crm.people.person import Language
from ivr.store import prompts
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.numbers.words import OWN_PROMPTS
from web.ops.setup import asterisk
from web.ops.setup import prompts as sounds


def speak_prompts(context: JobContext) -> None:
    """Speak the texts that have no sound yet, or another one, with the voices of the set-up."""
    with context.database.begin() as session:
        own = [one for one in prompts(session) if one.name.startswith(OWN_PROMPTS)]
    texts = {
        language.value: {one.name: one.text for one in own if one.language == language}
        for language in Language
    }
    if not sounds.missing(context.settings, texts):
        return
    switch = asterisk.known(context.settings)
    if switch is not None:
        sounds.make(context.settings, switch.sounds, lambda _: None, texts)


JOBS = FeatureJobs(repeated=(RepeatedJob(speak_prompts, minutes=1, at_start=True),))
