"""Python runs this at the start of each process whose PYTHONPATH leads here: for tests of faults.

The engine, and nothing else, is led to Asterisk by way of proxies (HOTLINE_FAULT_ARI_PORT and
HOTLINE_FAULT_AMI_PORT), so that the wire between the two can be cut while the supervisor's own,
the guard's, holds.
"""

import os
import sys

if sys.orig_argv[-2:] == ["web", "engine"] or sys.orig_argv[-3:] == ["-m", "web", "engine"]:
    for name, ours in (
        ("HOTLINE_ASTERISK_PORT", "HOTLINE_FAULT_ARI_PORT"),
        ("HOTLINE_AMI_PORT", "HOTLINE_FAULT_AMI_PORT"),
    ):
        if os.environ.get(ours):
            os.environ[name] = os.environ[ours]
