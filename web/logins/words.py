"""The names of login results and session kinds."""

from collections.abc import Mapping

from crm.people.person import LoginResult, SessionKind
from web.kit.i18n import N_

LOGIN_RESULTS: Mapping[str, str] = {
    LoginResult.SIGNED_IN: N_("Signed in"),
    LoginResult.SIGNED_OUT: N_("Signed out"),
    LoginResult.WRONG: N_("Incorrect username or password"),
    LoginResult.DISABLED: N_("Account inactive"),
    LoginResult.THROTTLED: N_("Too many attempts"),
    LoginResult.SECOND_FACTOR_WRONG: N_("Incorrect two-factor code"),
    LoginResult.SESSION_ENDED: N_("Signed out by a user"),
    LoginResult.LINK_ASKED: N_("Password reset requested"),
    LoginResult.LINK_WRONG: N_("Used an invalid link"),
    LoginResult.LINK_USED: N_("Password set by emailed link"),
    LoginResult.UNLOCKED: N_("Sign-in unblocked by an administrator"),
}


SESSION_KINDS: Mapping[str, str] = {
    SessionKind.BROWSER: N_("Browser"),
    SessionKind.API: N_("Script"),
    SessionKind.TOKEN: N_("Token"),
}
