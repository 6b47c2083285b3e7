"""Errors of the web itself: not signed in, too many attempts, the engine away."""

import math

from crm.kernel.errors import (
    HotlineError,
    RefusedError,
)
from crm.people.person import User
from web.kit.i18n import N_


class NotSignedInError(HotlineError):
    """There is no session, or it has ended."""

    def __init__(self) -> None:
        """Take one sentence for all cases: why a token is refused is not disclosed."""
        super().__init__(N_("Please sign in."))


class TooManyError(HotlineError):
    """Too many attempts; another is allowed after `retry_seconds`."""

    def __init__(self, sentence: str, retry_seconds: float) -> None:
        """`sentence` has a place for {seconds}."""
        self.retry_seconds = max(1, math.ceil(retry_seconds))
        super().__init__(sentence, seconds=self.retry_seconds)


class WrongPasswordError(NotSignedInError):
    """The login or the password is wrong; the sentence does not say which."""

    def __init__(self, sentence: str = N_("Incorrect username or password.")) -> None:
        """Take the sentence to show."""
        super(NotSignedInError, self).__init__(sentence)


class SecondFactorError(NotSignedInError):
    """The password was right; a code is missing or wrong."""

    def __init__(
        self, user: User, sentence: str = N_("Enter the code from your authenticator app.")
    ) -> None:
        """`user` has given the right password."""
        self.user = user
        super(NotSignedInError, self).__init__(sentence)


class SecondFactorDueError(NotSignedInError):
    """The password was right; the site requires a second factor, and none is set up."""

    def __init__(self, user: User) -> None:
        """`user` has given the right password."""
        self.user = user
        super(NotSignedInError, self).__init__(
            N_(
                "Your account requires two-factor authentication. Sign in with a browser "
                "to set it up."
            )
        )


class PasswordDueError(RefusedError):
    """A new password must be chosen before anything else."""

    def __init__(self) -> None:
        """Take the sentence that says what to do."""
        super().__init__(N_("Choose a new password first."))


AWAY = N_("The call engine is not responding. Calls continue; try again.")


class EngineAwayError(HotlineError):
    """The engine does not answer: calls go on, but no request can be made now."""

    def __init__(self) -> None:
        """Take one sentence for every request that needs the engine."""
        super().__init__(AWAY)
