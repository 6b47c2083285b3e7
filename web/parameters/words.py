"""Labels, help and units of the parameters."""

from collections.abc import Mapping

from crm.parameters.parameter import ParameterGroup
from web.kit.i18n import N_

PARAMETER_GROUPS: Mapping[str, str] = {
    ParameterGroup.SYSTEM: N_("System"),
    ParameterGroup.MAIL: N_("Mail"),
    ParameterGroup.SECURITY: N_("Security"),
    ParameterGroup.SOFTPHONE: N_("Softphone"),
    ParameterGroup.LISTS: N_("Lists"),
}


PARAMETER_LABELS: Mapping[str, str] = {
    "company": N_("Company"),
    "language": N_("Default language"),
    "timezone": N_("Time zone"),
    "try_it": N_("Open the Try it page"),
    "api_per_minute": N_("Requests of a program in a minute"),
    "api_heavy_per_minute": N_("Searches and exports of a program in a minute"),
    "backup_hour": N_("Hour of the nightly backup"),
    "backup_minute": N_("Minute of the nightly backup"),
    "backups_kept": N_("Nightly backups that are kept"),
    "backup_key": N_("Public key that nightly backups are encrypted for"),
    "mail_server": N_("Mail server"),
    "mail_port": N_("Port of the mail server"),
    "mail_security": N_("Encryption on the way to the mail server"),
    "mail_user": N_("User at the mail server"),
    "mail_password": N_("Password at the mail server"),
    "mail_from": N_("Sender's address"),
    "mail_links": N_("Where links in mails lead"),
    "password_least": N_("Shortest password"),
    "password_days": N_("Days until a password expires"),
    "session_idle_minutes": N_("Log out after this time without activity"),
    "session_hours": N_("Longest session"),
    "totp_for": N_("Who needs a second factor"),
    "page_size": N_("Rows on a page"),
    "export_rows": N_("Maximum rows in an export"),
    "auto_answer": N_("Answer calls automatically"),
    "ring_volume": N_("Ring volume"),
}


PARAMETER_HELP: Mapping[str, str] = {
    "company": N_("Its name stands above the menu and in the titles of pages."),
    "language": N_("For new users and numbers, and for visitors whose browser asks for neither."),
    "timezone": N_("For users who have not chosen another; the nightly backup follows it."),
    "try_it": N_("Visitors may call the hotline from a browser, without an account."),
    "api_per_minute": N_("Of each session and each token; an agent's desk is never counted."),
    "api_heavy_per_minute": N_("Of each session and each token, counted by themselves."),
    "backup_hour": N_("In the site's time zone; 3 is three in the morning."),
    "backup_minute": N_("Of that hour."),
    "backups_kept": N_("Older ones are removed; 0 makes none at all."),
    "backup_key": N_("Begins with age1; hotline backup-key FILE makes one. Empty: not encrypted."),
    "mail_server": N_("Its name, such as smtp.example.com; without one no mail is sent."),
    "mail_port": N_("Mostly 587 with STARTTLS, 465 with TLS, 25 with neither."),
    "mail_security": N_("The server's certificate must be right. “None” is for a server of yours."),
    "mail_user": N_("Empty where the server asks for none."),
    "mail_password": N_("Kept encrypted and never shown; left empty it stays as it is."),
    "mail_from": N_("The address in “From”, such as hotline@example.com."),
    "mail_links": N_("The address of these pages, such as https://calls.example.com."),
    "password_least": N_("Letters that a new password needs at least."),
    "password_days": N_("After so many days a new password is asked for; 0 means never."),
    "session_idle_minutes": N_(
        "An open page alone does not count; being ready, a call, or the floor in full screen does."
    ),
    "session_hours": N_("After this time a user must log in again, however busy."),
    "totp_for": N_("A code from an authenticator app, asked for beside the password."),
    "page_size": N_("Of lists, for users who have not chosen another number."),
    "export_rows": N_("Further rows are left out, and the file says so."),
    "auto_answer": N_("The browser's phone takes an offered call without a click."),
    "ring_volume": N_("Of the browser's phone, for users who have not chosen another volume."),
}


PARAMETER_CHOICES: Mapping[str, str] = {
    "en": "English",  # each language is named in itself
    "zh_CN": "简体中文",
    "starttls": N_("STARTTLS"),
    "tls": N_("TLS from the beginning"),
    "none": N_("None"),
    "nobody": N_("Nobody"),
    "managers": N_("Supervisors and administrators"),
    "all": N_("Everybody"),
}


UNITS: Mapping[str, str] = {
    "seconds": N_("seconds"),
    "minutes": N_("minutes"),
    "hours": N_("hours"),
    "days": N_("days"),
    "rows": N_("rows"),
    "percent": N_("percent"),
}
