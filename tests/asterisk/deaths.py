"""An engine that is killed, and the next one."""

import contextlib
import os
import signal

from asterisk.phones import wait_until
from installation import ApiError


def boot(trade):
    with contextlib.suppress(ApiError):
        return (trade.live()["engine"] or {}).get("boot")
    return None


def kill_the_engine(trade):
    """Kill it, and wait until the next one knows the calls again."""
    old = boot(trade)
    calls = {one["id"] for one in trade.live_calls()}
    os.kill(trade.installation.pid("engine"), signal.SIGKILL)

    def back():
        new = boot(trade)
        return new and new != old and {one["id"] for one in trade.live_calls()} == calls

    wait_until(back, 10, "a new engine with the same calls")
