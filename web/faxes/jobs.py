"""Jobs of the faxes: removing those that are too old, and files that belong to no fax."""

from datetime import timedelta

from crm.audit.entry import AuditEntry
from crm.audit.store import note
from crm.faxes.store import files_among, remove_old
from crm.parameters.store import parameters
from web.faxes.files import older_files, remove_files
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob

UNKNOWN_FOR = timedelta(days=30)
"""A file that no fax has named for so long never gets one: facts do not wait longer."""

AT_ONCE = 500  # faxes or files


def remove_old_faxes(context: JobContext) -> None:
    """Remove the faxes that are older than the setting says, with their files."""
    while True:
        with context.database.begin() as session:
            days = parameters(session).number("fax_days")
            before = now() - timedelta(days=days)
            files = remove_old(session, before, AT_ONCE) if days else []
            if files:
                after = {"count": len(files), "older_than": before.isoformat(timespec="seconds")}
                note(session, AuditEntry(now(), None, "fax.removed", "faxes", "", after=after))
        remove_files(context.settings, files)
        if len(files) < AT_ONCE:
            return


def remove_unknown_files(context: JobContext) -> None:
    """Remove files of faxes whose calls were removed, and files that no fax refers to."""
    found = list(older_files(context.settings, now() - UNKNOWN_FOR))
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        with context.database.begin() as session:
            known = files_among(session, some)
        remove_files(context.settings, [one for one in some if one not in known])


JOBS = FeatureJobs(
    repeated=(
        RepeatedJob(remove_old_faxes, minutes=360, at_start=True),
        RepeatedJob(remove_unknown_files, minutes=360),
    ),
)
