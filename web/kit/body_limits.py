"""Limits on the size of request bodies: one table, for nginx and for the web behind it.

A route that takes a file has its limit here, by the beginning of its path. nginx refuses larger
bodies before they reach the web; the web refuses them too, since it can be reached without nginx.
"""

from collections.abc import Mapping

MEGABYTE = 1024 * 1024
USUAL_BYTES = MEGABYTE
# The beginning of a path -> what may be sent there, in bytes; the longest beginning counts.
UPLOADS: Mapping[str, int] = {}


def bound_of(path: str) -> int:
    """Give how many bytes may be sent to a path."""
    fitting = [prefix for prefix in UPLOADS if path.startswith(prefix)]
    return UPLOADS[max(fitting, key=len)] if fitting else USUAL_BYTES


def spelt(size: int) -> str:
    """Spell a bound as nginx reads it: whole megabytes if it is some, else bytes."""
    return f"{size // MEGABYTE}m" if size % MEGABYTE == 0 else str(size)
