"""Jobs of the voicemails: removing those that are too old, and files without a message."""

from datetime import timedelta

from crm.voicemail.messages.store import files_among, remove_old
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.voicemails.sound import older_sounds, remove_sounds

UNKNOWN_FOR = timedelta(days=30)
"""A file that no message has named for so long never gets one: facts do not wait longer."""

AT_ONCE = 500  # files


def remove_old_voicemails(context: JobContext) -> None:
    """Remove messages that are older than their box keeps them, with their files."""
    with context.database.begin() as session:
        files = remove_old(session, now())
    remove_sounds(context.settings, files)


def remove_unknown_sounds(context: JobContext) -> None:
    """Remove files of a moment's silence, and of boxes that were removed during the call."""
    found = list(older_sounds(context.settings, now() - UNKNOWN_FOR))
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        with context.database.begin() as session:
            known = files_among(session, some)
        remove_sounds(context.settings, [one for one in some if one not in known])


JOBS = FeatureJobs(
    repeated=(
        RepeatedJob(remove_old_voicemails, minutes=15, at_start=True),
        RepeatedJob(remove_unknown_sounds, minutes=360),
    ),
)
