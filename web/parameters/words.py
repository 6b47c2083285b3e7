"""Labels, help and units of the parameters."""

from collections.abc import Mapping

from crm.parameters.parameter import ParameterGroup
from web.kit.i18n import N_

PARAMETER_GROUPS: Mapping[str, str] = {
    ParameterGroup.SYSTEM: N_("General"),
    ParameterGroup.MAIL: N_("Email settings"),
    ParameterGroup.SECURITY: N_("Security"),
    ParameterGroup.SOFTPHONE: N_("Softphone"),
    ParameterGroup.LISTS: N_("Lists"),
}


PARAMETER_LABELS: Mapping[str, str] = {
    "company": N_("Company"),
    "language": N_("Default language"),
    "timezone": N_("Time zone"),
    "try_it": N_("Enable test-call page"),
    "api_per_minute": N_("API requests per minute"),
    "api_heavy_per_minute": N_("Searches/exports per minute"),
    "backup_hour": N_("Daily backup: hour"),
    "backup_minute": N_("Daily backup: minute"),
    "backups_kept": N_("Backups to keep"),
    "backup_key": N_("Backup encryption key"),
    "mail_server": N_("Mail server"),
    "mail_port": N_("Port"),
    "mail_security": N_("Connection security"),
    "mail_user": N_("Username"),
    "mail_password": N_("Password"),
    "mail_from": N_("Sender address"),
    "mail_links": N_("Public URL"),
    "password_least": N_("Minimum password length"),
    "password_days": N_("Days until a password expires"),
    "session_idle_minutes": N_("Idle timeout"),
    "session_hours": N_("Maximum session"),
    "totp_for": N_("Require two-factor authentication"),
    "page_size": N_("Rows per page"),
    "export_rows": N_("Export row limit"),
    "screen_pop": N_("Open the workspace"),
    "auto_answer": N_("Auto-answer"),
    "ring_volume": N_("Ringer volume"),
}


PARAMETER_HELP: Mapping[str, str] = {
    "company": N_("Shown above the menu and in page titles."),
    "language": N_("For new users and numbers, and for visitors whose browser asks for neither."),
    "timezone": N_("Default for users; the daily backup follows it."),
    "try_it": N_("Visitors can call the hotline from a browser, without an account."),
    "api_per_minute": N_("Per session and per token; the agent workspace is not counted."),
    "api_heavy_per_minute": N_("Per session and per token, counted separately."),
    "backup_hour": N_("System time zone."),
    "backup_minute": N_("System time zone."),
    "backups_kept": N_("Older backups are deleted. 0: no backups."),
    "backup_key": N_(
        "A public key that begins with age1; `bin/hotline backup-key FILE` creates one. "
        "Empty: not encrypted."
    ),
    "mail_server": N_("Host name, such as smtp.example.com. Empty: no email is sent."),
    "mail_port": N_("Usually 587 with STARTTLS, 465 with TLS, 25 without encryption."),
    "mail_security": N_(
        "The server's certificate must be valid. Use “No encryption” only on a trusted network."
    ),
    "mail_user": N_("Leave empty if the server needs none."),
    "mail_password": N_("Stored encrypted and never shown. Leave empty to keep it."),
    "mail_from": N_("Shown as “From”, such as hotline@example.com."),
    "mail_links": N_(
        "The address of this system, used in links in emails, such as https://calls.example.com."
    ),
    "password_least": N_("Characters."),
    "password_days": N_("Users choose a new password after this many days. 0: never."),
    "session_idle_minutes": N_("Being ready, on a call, or on the wallboard counts as activity."),
    "session_hours": N_("Users sign in again after this time, even if active."),
    "totp_for": N_("Users enter a code from an authenticator app as well as their password."),
    "page_size": N_("Default for users."),
    "export_rows": N_("Further rows are left out; the file says so."),
    "screen_pop": N_("When a call comes while the agent has another page open."),
    "auto_answer": N_("The softphone answers without a click. Default for users."),
    "ring_volume": N_("Default for users."),
}


PARAMETER_CHOICES: Mapping[str, str] = {
    "answer": N_("When the agent answers"),
    "ring": N_("When it rings"),
    "never": N_("Never"),
    "en": "English",  # each language is named in itself
    "zh_CN": "简体中文",
    "starttls": N_("STARTTLS"),
    "tls": N_("TLS"),
    "none": N_("No encryption"),
    "nobody": N_("No one"),
    "managers": N_("Supervisors and administrators"),
    "all": N_("Everyone"),
}


UNITS: Mapping[str, str] = {
    "seconds": N_("seconds"),
    "minutes": N_("minutes"),
    "hours": N_("hours"),
    "days": N_("days"),
    "rows": N_("rows"),
    "percent": "%",
}
