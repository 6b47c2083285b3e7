"""Labels, help and units of the parameters."""

from collections.abc import Mapping

from crm.parameters.parameter import ParameterGroup
from web.kit.i18n import N_

PARAMETER_GROUPS: Mapping[str, str] = {
    ParameterGroup.SYSTEM: N_("General"),
    ParameterGroup.MAIL: N_("Email settings"),
    ParameterGroup.SECURITY: N_("Security"),
    ParameterGroup.SOFTPHONE: N_("Softphone"),
    ParameterGroup.OUTBOUND: N_("Outbound calls"),
    ParameterGroup.LISTS: N_("Lists"),
    ParameterGroup.NUMBER_LISTS: N_("Number lists"),
    ParameterGroup.CHARGES: N_("Cost of calls"),
    ParameterGroup.MONITOR: N_("Live monitor"),
    ParameterGroup.SPEECH: N_("Speech service"),
}


PARAMETER_LABELS: Mapping[str, str] = {
    "company": N_("Company"),
    "language": N_("Default language"),
    "timezone": N_("Time zone"),
    "try_it": N_("Enable test-call page"),
    "faxes": N_("Receive faxes"),
    "fax_days": N_("Delete faxes after"),
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
    "ban_attempts": N_("Phones: failed attempts until a ban"),
    "ban_within_minutes": N_("Phones: attempts are counted for"),
    "ban_minutes": N_("Phones: length of a ban"),
    "ban_exceptions": N_("Phones: networks never banned"),
    "inside_hosts": N_("Call flows: hosts in our network"),
    "speech_url": N_("Address of the speech service"),
    "speech_headers": N_("Headers with its key"),
    "speech_body": N_("JSON that it is sent"),
    "page_size": N_("Rows per page"),
    "export_rows": N_("Export row limit"),
    "black_list_effect": N_("Calls of blocked numbers"),
    "vip_priority": N_("Priority of VIP callers"),
    "list_approval": N_("New entries need approval"),
    "list_days": N_("Days until an entry expires"),
    "import_megabytes": N_("Largest file to import"),
    "site_number": N_("Caller ID of the site"),
    "outside_prefix": N_("Prefix for an outside line"),
    "currency": N_("Currency"),
    "free_without_rate": N_("Numbers without a rate are free"),
    "person_day_cost": N_("Daily cost limit for each person"),
    "site_day_cost": N_("Daily cost limit for all calls"),
    "fraud_calls": N_("Expensive calls before a stop"),
    "fraud_minutes": N_("Time to count expensive calls"),
    "fraud_day_cost": N_("Daily cost before a stop"),
    "wait_amber": N_("Longest wait: amber from"),
    "wait_red": N_("Longest wait: red from"),
    "waiting_amber": N_("Waiting calls of a queue: amber from"),
    "waiting_red": N_("Waiting calls of a queue: red from"),
    "talk_amber": N_("Time on a call: amber from"),
    "talk_red": N_("Time on a call: red from"),
    "not_ready_amber": N_("Time not ready: amber from"),
    "not_ready_red": N_("Time not ready: red from"),
    "idle_sign_out_minutes": N_("Disconnect agents who are not ready for"),
    "agents_see_listening": N_("Agents see who listens"),
    "voicemail_code": N_("Code for one's own voicemail"),
    "voicemail_other_code": N_("Code for another voicemail box"),
    "screen_pop": N_("Open the workspace"),
    "auto_answer": N_("Auto-answer"),
    "ring_volume": N_("Ringer volume"),
}


PARAMETER_HELP: Mapping[str, str] = {
    "company": N_("Shown above the menu and in page titles."),
    "language": N_("For new users and numbers, and for visitors whose browser asks for neither."),
    "timezone": N_("Default for users; the daily backup follows it."),
    "faxes": N_("Calls can be sent to the destination “Fax”."),
    "fax_days": N_("With their files, whether handled or not. 0: never."),
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
    "site_number": N_("One of our own numbers, such as +864008001234. Empty: the first of them."),
    "outside_prefix": N_("Dialed before an outside number, such as 9. Empty: none."),
    "voicemail_code": N_("Dialed on an agent's phone, such as *97. Empty: none."),
    "voicemail_other_code": N_("Followed by the box number and its PIN. Empty: none."),
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
    "ban_attempts": N_("Registrations and calls without a valid password. 0: no bans."),
    "ban_minutes": N_("The address is refused for this long. You can release it earlier."),
    "inside_hosts": N_(
        "Names or addresses that HTTP steps of call flows may ask in our own network, separated by "
        "commas. Hosts on the internet need no entry."
    ),
    "speech_url": N_(
        "It speaks typed prompts in place of our own voices, which speak if it fails, and answers "
        "with an audio file. Empty: none. Hosts in our network must be named under Security."
    ),
    "speech_headers": N_(
        "For example “Authorization: Bearer …”; several are separated by |. Stored encrypted and "
        "never shown. Leave empty to keep them."
    ),
    "speech_body": N_("With {text} and {language} in quotation marks, where they belong."),
    "ban_exceptions": N_(
        "Addresses and networks, such as 198.51.100.0/24, separated by commas. This machine and "
        "the trunks are never banned."
    ),
    "page_size": N_("Default for users."),
    "export_rows": N_("Further rows are left out; the file says so."),
    "black_list_effect": N_("For black lists and entries that set no effect of their own."),
    "vip_priority": N_("For VIP lists that set no effect of their own. 0: no priority."),
    "list_approval": N_("Another user must approve an entry before it takes effect."),
    "list_days": N_("Suggested for new entries. 0: never."),
    "import_megabytes": N_("A file has at most 100,000 rows."),
    "currency": N_("Shown with every amount, such as CNY. Amounts are not converted."),
    "free_without_rate": N_("If not, their calls are listed without a cost."),
    "person_day_cost": N_(
        "In the currency's unit. A person who has reached it can dial extensions and emergency "
        "numbers only until midnight. 0: no limit."
    ),
    "site_day_cost": N_(
        "In the currency's unit, of all calls together. Emergency numbers can always be dialed. "
        "0: no limit."
    ),
    "fraud_calls": N_(
        "International and premium-rate numbers that one person dials, or that are dialed over one "
        "trunk. Then outbound calls are stopped until an administrator releases them. 0: never."
    ),
    "fraud_day_cost": N_("Of one person or one trunk, in the currency's unit. 0: never."),
    "wait_amber": N_("0: never."),
    "wait_red": N_("Also raises the alarm “Callers wait too long”. 0: never."),
    "waiting_amber": N_("0: never."),
    "waiting_red": N_("Also raises the alarm “Callers wait too long”. 0: never."),
    "talk_amber": N_("0: never."),
    "talk_red": N_("0: never."),
    "not_ready_amber": N_("0: never."),
    "not_ready_red": N_("0: never."),
    "idle_sign_out_minutes": N_(
        "They get no calls until they connect again, by one click. 0: never."
    ),
    "agents_see_listening": N_(
        "Supervisors who whisper or take part in the call are always shown to the agent."
    ),
    "screen_pop": N_("When a call comes while the agent has another page open."),
    "auto_answer": N_("The softphone answers without a click. Default for users."),
    "ring_volume": N_("Default for users."),
}


PARAMETER_CHOICES: Mapping[str, str] = {
    "refuse": N_("Reject the call"),
    "busy": N_("Play the busy tone"),
    "message": N_("Play a message"),
    "answer": N_("When the agent answers"),
    "ring": N_("When it rings"),
    "never": N_("Stay on the page"),
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
    "megabytes": "MB",
    "percent": "%",
}
