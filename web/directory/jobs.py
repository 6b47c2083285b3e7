"""What the jobs process does with the address book: importing contacts."""

from web.directory.importing import CONTACTS
from web.kit.jobs import FeatureJobs

JOBS = FeatureJobs(import_targets=(CONTACTS,))
