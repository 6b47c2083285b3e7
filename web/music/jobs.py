"""The jobs of music on hold: making it known to Asterisk as soon as it is saved, and at start."""

from functools import partial

from web.kit.job_rounds import JobsOfARound
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.music.files import settle_music
from web.music.words import MAKE


def _settle(context: JobContext) -> None:
    settle_music(context.settings, context.database)


JOBS = FeatureJobs(
    kinds=(partial(JobsOfARound, MAKE, _settle),),
    repeated=(RepeatedJob(_settle, minutes=1, at_start=True),),
)
