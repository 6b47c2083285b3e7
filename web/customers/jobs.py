"""What the jobs process does with customers: importing them."""

from web.customers.importing import CUSTOMERS
from web.kit.jobs import FeatureJobs

JOBS = FeatureJobs(import_targets=(CUSTOMERS,))
