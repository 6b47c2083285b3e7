"""Every process may open many files: each telephone takes several connections."""

import resource
import subprocess
import sys

PROGRAM = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))
from web.ops import supervisor
supervisor._allow_many_files()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_the_soft_limit_of_files_is_raised_to_the_hard_one() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = 4096 if hard == resource.RLIM_INFINITY else min(hard, 4096)

    said = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM.format(hard=allowed)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.split() == [str(allowed), str(allowed)]
