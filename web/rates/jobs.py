"""What the jobs process does with rates: importing them."""

from web.kit.jobs import FeatureJobs
from web.rates.importing import RATES

JOBS = FeatureJobs(import_targets=(RATES,))
