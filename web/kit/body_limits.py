"""How large what is sent to us may be: one table, for the front door and for the web behind it.

A route that takes a file names its bound here, by the beginning of its path. nginx refuses what is
larger before the web hears of it, and the web refuses it too, since it may be asked past nginx.
"""

from collections.abc import Mapping

MEGABYTE = 1024 * 1024
USUAL_BYTES = MEGABYTE
# The beginning of a path -> what may be sent there, in bytes; the longest beginning counts.
UPLOADS: Mapping[str, int] = {}


def bound_of(path: str) -> int:
    """Tell how many bytes may be sent to a path of ours."""
    fitting = [prefix for prefix in UPLOADS if path.startswith(prefix)]
    return UPLOADS[max(fitting, key=len)] if fitting else USUAL_BYTES


def spelt(size: int) -> str:
    """Spell a bound as nginx reads it: whole megabytes if it is some, else bytes."""
    return f"{size // MEGABYTE}m" if size % MEGABYTE == 0 else str(size)
