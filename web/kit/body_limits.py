"""Limits on the size of request bodies: one table, for nginx and for the web behind it.

A route that takes a file has its limit here, by the beginning of its path. nginx refuses larger
bodies before they reach the web; the web refuses them too, since it can be reached without nginx.
"""

from collections.abc import Mapping

MEGABYTE = 1024 * 1024
USUAL_BYTES = MEGABYTE
# The beginning of a path -> the limit there, in bytes; the longest matching beginning counts.
UPLOADS: Mapping[str, int] = {
    **dict.fromkeys(("/imports/upload", "/api/v1/imports/upload"), 64 * MEGABYTE),
    # 50 MB of audio, with what the form adds. No slash at the end: nginx would send those who ask
    # for the list there.
    **dict.fromkeys(("/prompts", "/api/v1/prompts", "/music", "/api/v1/music"), 51 * MEGABYTE),
}
# Where something can be sent without an account, nginx takes less: it keeps what comes slowly.
SIGN_IN_BYTES = 16 * 1024
SIGN_IN: Mapping[str, int] = dict.fromkeys(
    ("/sign-in", "/forgot", "/set-password", "/api/v1/session"), SIGN_IN_BYTES
)


def bound_of(path: str) -> int:
    """Give the limit for a path, in bytes."""
    fitting = [prefix for prefix in UPLOADS if path.startswith(prefix)]
    return UPLOADS[max(fitting, key=len)] if fitting else USUAL_BYTES


def nginx_limits() -> dict[str, int]:
    """Give nginx's limits that are not the usual one, by the beginning of the path."""
    return {**SIGN_IN, **UPLOADS}


def nginx_size(size: int) -> str:
    """Write a limit as nginx reads it: in whole megabytes if possible, else in bytes."""
    return f"{size // MEGABYTE}m" if size % MEGABYTE == 0 else str(size)
