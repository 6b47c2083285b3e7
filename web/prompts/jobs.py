"""The job of the prompts library: removing audio that nothing names any more."""

from datetime import timedelta

from ivr.prompt_library import store
from ivr.prompt_library.music.store import masters as music_masters
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.ops.setup.prompts import forget_old_speech
from web.prompts.masters import remove_orphans

LEFT = timedelta(days=1)  # recordings by phone that no page has taken
UNUSED = timedelta(days=90)


def tidy(context: JobContext) -> None:
    """Remove masters without a version, and spoken texts that were not used for long."""
    with context.database.begin() as session:
        known = store.masters(session) | music_masters(session)
    remove_orphans(context.settings, known)
    for path in (context.settings.messages_dir / "prompt").glob("*"):
        if path.stat().st_mtime < (now() - LEFT).timestamp():
            path.unlink(missing_ok=True)
    forget_old_speech(context.settings, (now() - UNUSED).timestamp())


JOBS = FeatureJobs(repeated=(RepeatedJob(tidy, minutes=60),))
