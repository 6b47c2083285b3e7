"""Random first passwords, easy to type from a slip of paper."""

import secrets
import string

# No letter or digit that is easily mistaken for another.
_LETTERS = "".join(sorted(set(string.ascii_lowercase + string.digits) - set("0o1il")))


def readable_password() -> str:
    """Make twelve letters and digits in groups of four: about 59 bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))
