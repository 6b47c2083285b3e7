"""Python runs this at the start of each process with this folder in PYTHONPATH: for fault tests.

Only the engine is led to Asterisk through proxies (HOTLINE_FAULT_ARI_PORT and
HOTLINE_FAULT_AMI_PORT), so that its links can be cut while the guard's own link stays.
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
