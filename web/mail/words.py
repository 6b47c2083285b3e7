"""The words for the states and failures of mail."""

from collections.abc import Mapping

from crm.mail.mail import MailFailure, MailKind, MailPreference, MailState
from web.kit.i18n import N_

KINDS: Mapping[str, str] = {
    MailKind.NOTICE: N_("Notification"),
    MailKind.PASSWORD: N_("New password"),
    MailKind.WELCOME: N_("Temporary password"),
    MailKind.TEST: N_("Test email"),
    MailKind.VOICEMAIL: N_("Voicemail"),
}
STATES: Mapping[str, str] = {
    MailState.WAITING: N_("Pending"),
    MailState.SENT: N_("Sent"),
    MailState.DEAD: N_("Failed"),
}
TONES: Mapping[str, str] = {
    MailState.WAITING: "wrap",
    MailState.SENT: "ready",
    MailState.DEAD: "danger",
}
FAILURES: Mapping[str, str] = {
    MailFailure.OFF: N_("No mail server configured."),
    MailFailure.NAME: N_("Unknown mail server host name."),
    MailFailure.CONNECT: N_("No connection to the mail server."),
    MailFailure.TLS: N_("The connection to the mail server could not be encrypted."),
    MailFailure.PLAIN: N_("The mail server offers no STARTTLS."),
    MailFailure.TIMEOUT: N_("The mail server did not respond in time."),
    MailFailure.CLOSED: N_("The mail server closed the connection, or is no mail server."),
    MailFailure.LOGIN: N_("The mail server rejects the username or password."),
    MailFailure.SECRET: N_("The stored mail server password cannot be read. Enter it again."),
    MailFailure.SENDER: N_("The mail server rejects the sender's address."),
    MailFailure.ADDRESS: N_("The recipient's address is not a valid email address."),
    MailFailure.RECIPIENT: N_("The mail server rejects the recipient's address."),
    MailFailure.REFUSED: N_("The mail server refused the email."),
    MailFailure.LATER: N_("The mail server asks to try again later."),
    MailFailure.LATE: N_("Too late to be useful; not sent."),
}
WANTED: Mapping[str, str] = {
    MailPreference.OFF: N_("None"),
    MailPreference.URGENT: N_("Urgent only"),
    MailPreference.ALL: N_("All"),
}
