"""What the jobs process does with skills: importing the agents' levels."""

from web.kit.jobs import FeatureJobs
from web.skills.importing import LEVELS

JOBS = FeatureJobs(import_targets=(LEVELS,))
