"""The words for the states and failures of mail."""

from collections.abc import Mapping

from crm.mail.mail import MailFailure, MailKind, MailPreference, MailState
from web.kit.i18n import N_

KINDS: Mapping[str, str] = {
    MailKind.NOTICE: N_("Notice"),
    MailKind.PASSWORD: N_("New password"),
    MailKind.WELCOME: N_("First password"),
    MailKind.TEST: N_("Test mail"),
}
STATES: Mapping[str, str] = {
    MailState.WAITING: N_("On its way"),
    MailState.SENT: N_("Handed over"),
    MailState.DEAD: N_("Given up"),
}
TONES: Mapping[str, str] = {
    MailState.WAITING: "wrap",
    MailState.SENT: "ready",
    MailState.DEAD: "danger",
}
FAILURES: Mapping[str, str] = {
    MailFailure.OFF: N_("No mail server is named among the parameters."),
    MailFailure.NAME: N_("The mail server's name is not known."),
    MailFailure.CONNECT: N_("There was no connection to the mail server."),
    MailFailure.TLS: N_("The connection to the mail server could not be encrypted."),
    MailFailure.PLAIN: N_("The mail server offers no STARTTLS."),
    MailFailure.TIMEOUT: N_("The mail server did not answer in time."),
    MailFailure.CLOSED: N_("The mail server closed the connection, or is no mail server."),
    MailFailure.LOGIN: N_("The mail server does not take the user or the password."),
    MailFailure.SECRET: N_("The mail server's password can no longer be read. Enter it again."),
    MailFailure.SENDER: N_("The mail server does not take the sender's address."),
    MailFailure.ADDRESS: N_("The recipient's address is not an e-mail address."),
    MailFailure.RECIPIENT: N_("The mail server does not take the recipient's address."),
    MailFailure.REFUSED: N_("The mail server refused the mail."),
    MailFailure.LATER: N_("The mail server asks to try again later."),
    MailFailure.LATE: N_("It was too late to be useful, and was not sent."),
}
WANTED: Mapping[str, str] = {
    MailPreference.OFF: N_("No notices"),
    MailPreference.URGENT: N_("Only urgent ones"),
    MailPreference.ALL: N_("All"),
}
