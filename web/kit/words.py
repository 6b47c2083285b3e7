"""The words that the house's keys are shown by: states, results, kinds, roles."""

from collections.abc import Mapping

from acd.agent import State
from crm.calls.record import Kind, Result, SegmentKind
from crm.customers.customer import Label, Sex
from crm.dictionary.item import List
from crm.parameters.parameter import Group
from web.kit.i18n import N_

AGENT_STATES: Mapping[str, str] = {
    State.SIGNED_OUT: N_("Signed out"),
    State.READY: N_("Ready"),
    State.PAUSED: N_("Paused"),
    State.OFFERED: N_("Ringing"),
    State.TALKING: N_("Talking"),
    State.WRAP_UP: N_("Wrap-up"),
}
CALL_STATES: Mapping[str, str] = {
    "ivr": N_("In the menu"),
    "waiting": N_("Waiting"),
    "offered": N_("Ringing"),
    "talking": N_("Talking"),
    "held": N_("On hold"),
    "parked": N_("Phone lost"),
    "ended": N_("Ended"),
}
RESULTS: Mapping[str, str] = {
    Result.LIVE: N_("Going on"),
    Result.ANSWERED: N_("Answered"),
    Result.ABANDONED: N_("Abandoned in the queue"),
    Result.LEFT: N_("Left in the menu"),
    Result.REFUSED: N_("Ended by the flow"),
    Result.FAILED: N_("Failed"),
}
SEGMENTS: Mapping[str, str] = {
    SegmentKind.IVR: N_("Menu"),
    SegmentKind.QUEUE: N_("Queue"),
    SegmentKind.TALK: N_("Talk"),
    SegmentKind.HOLD: N_("Hold"),
    SegmentKind.PARKED: N_("Phone lost"),
}
KINDS: Mapping[str, str] = {
    Kind.ARRIVED: N_("Arrived"),
    Kind.ANSWERED: N_("Picked up"),
    Kind.CUSTOMER: N_("Customer found"),
    Kind.STEP: N_("Step of the flow"),
    Kind.DIGIT: N_("Key pressed"),
    Kind.QUEUED: N_("Put in line"),
    Kind.OFFERED: N_("Offered"),
    Kind.MISSED: N_("Missed"),
    Kind.WITHDRAWN: N_("Offer withdrawn"),
    Kind.CONNECTED: N_("Connected"),
    Kind.HELD: N_("Put on hold"),
    Kind.RESUMED: N_("Resumed"),
    Kind.PHONE_LOST: N_("Phone lost"),
    Kind.RECORDING: N_("Recording"),
    Kind.RECORDING_FAILED: N_("Recording failed"),
    Kind.FALLBACK: N_("Engine away"),
    Kind.ENDED: N_("Ended"),
    Kind.OUTCOME: N_("Outcome"),
}
# What a step of a flow is, as the switch writes it, for steps that nobody named.
STEPS: Mapping[str, str] = {
    "play": N_("Announcement"),
    "menu": N_("Menu"),
    "toqueue": N_("Queue"),
    "queue": N_("Queue"),
    "hangup": N_("Goodbye"),
}
STORY: Mapping[str, str] = {
    Kind.ARRIVED: N_("Call from {caller} to {called}."),
    Kind.ANSWERED: N_("The caller hears the greeting."),
    Kind.CUSTOMER: N_("The caller is {name}."),
    Kind.STEP: N_("The flow came to “{node}”."),
    Kind.DIGIT: N_("The caller pressed {digit}."),
    Kind.QUEUED: N_("The caller waits in “{queue}”."),
    Kind.OFFERED: N_("It rings at {agent}."),
    Kind.MISSED: N_("{agent} did not take the call ({why})."),
    Kind.WITHDRAWN: N_("The offer to {agent} was withdrawn ({why})."),
    Kind.CONNECTED: N_("{agent} talks with the caller."),
    Kind.HELD: N_("{agent} put the caller on hold."),
    Kind.RESUMED: N_("{agent} took the caller back."),
    Kind.PHONE_LOST: N_("The phone of {agent} was lost; the caller hears music."),
    Kind.RECORDING: N_("The talk is recorded."),
    Kind.RECORDING_FAILED: N_("The talk could not be recorded, or not all of it ({why})."),
    Kind.FALLBACK: N_("The engine was away; the phones rang by themselves."),
    Kind.ENDED: N_("Ended by the {by}."),
    Kind.OUTCOME: N_("{agent} noted “{outcome}”. {note}"),
}
RECORDED_LATE = N_("The talk is recorded; the first {late} seconds are missing.")
DIRECTIONS: Mapping[str, str] = {
    "in": N_("Inbound"),
    "out": N_("Outbound"),
    "internal": N_("Internal"),
}
PHONE_LABELS: Mapping[str, str] = {
    Label.MOBILE: N_("Mobile"),
    Label.HOME: N_("Home"),
    Label.OFFICE: N_("Office"),
    Label.OTHER: "",
}
SEXES: Mapping[str, str] = {Sex.FEMALE: N_("Female"), Sex.MALE: N_("Male"), Sex.UNKNOWN: ""}
DICTIONARIES: Mapping[str, str] = {
    List.OUTCOME: N_("Outcomes of a call"),
    List.SERVICE_TYPE: N_("Service types"),
    List.METHOD: N_("Methods"),
    List.BUSINESS_TYPE: N_("Business types"),
    List.PRODUCT: N_("Products"),
    List.PROBLEM_TYPE: N_("Problem types"),
    List.CAUSE: N_("Causes"),
    List.CUSTOMER_LEVEL: N_("Customer levels"),
    List.CUSTOMER_CATEGORY: N_("Customer categories"),
    List.CUSTOMER_STATUS: N_("Customer statuses"),
    "pause_reason": N_("Pause reasons"),
}
PARAMETER_GROUPS: Mapping[str, str] = {
    Group.SYSTEM: N_("System"),
    Group.MAIL: N_("Mail"),
    Group.SECURITY: N_("Security"),
    Group.SOFTPHONE: N_("Softphone"),
    Group.LISTS: N_("Lists"),
}
PARAMETER_LABELS: Mapping[str, str] = {
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
    "session_idle_minutes": N_("Log out after so long without a click"),
    "session_hours": N_("Longest session"),
    "totp_for": N_("Who needs a second factor"),
    "page_size": N_("Rows on a page"),
    "export_rows": N_("Most rows in an export"),
    "auto_answer": N_("Answer calls by itself"),
    "ring_volume": N_("How loud it rings"),
}
PARAMETER_HELP: Mapping[str, str] = {
    "try_it": N_("Anybody may call the hotline from his browser, without an account."),
    "api_per_minute": N_("Of each session and each token; an agent's desk is never counted."),
    "api_heavy_per_minute": N_("Of each session and each token, counted by themselves."),
    "backup_hour": N_("Of the house's own day; 3 is three in the morning."),
    "backup_minute": N_("Of that hour."),
    "backups_kept": N_("Older ones are removed; 0 makes none at all."),
    "backup_key": N_("Begins with age1; hotline backup-key FILE makes one. Empty: not encrypted."),
    "mail_server": N_("Its name, such as smtp.example.com; without one no mail is sent."),
    "mail_port": N_("Mostly 587 with STARTTLS, 465 with TLS, 25 with neither."),
    "mail_security": N_("The server's certificate must be right. “None” is for a server of yours."),
    "mail_user": N_("Empty where the server asks for none."),
    "mail_password": N_("Kept encrypted and never shown; left empty it stays as it is."),
    "mail_from": N_("What stands in “From”, such as hotline@example.com."),
    "mail_links": N_("As people reach these pages, such as https://calls.example.com."),
    "password_least": N_("Letters that a new password needs at least."),
    "password_days": N_("After so many days a new password is asked for; 0 means never."),
    "session_idle_minutes": N_(
        "An open page is no use; being ready, in a call, or the floor in full screen is."
    ),
    "session_hours": N_("After so long everybody logs in again, however busy he was."),
    "totp_for": N_("A code from an authenticator app, asked for beside the password."),
    "page_size": N_("Of lists, for whoever has not chosen for himself."),
    "export_rows": N_("What goes beyond is left out, and the file says so."),
    "auto_answer": N_("The browser's phone takes an offered call without a click."),
    "ring_volume": N_("Of the browser's phone, for whoever has not chosen for himself."),
}
PARAMETER_CHOICES: Mapping[str, str] = {
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
# What may stand in a fact's `by` and `why`, which the engine writes in English.
WORDS: Mapping[str, str] = {
    "caller": N_("caller"),
    "agent": N_("agent"),
    "system": N_("system"),
    "no answer": N_("no answer"),
    "declined": N_("declined"),
    "unreachable": N_("unreachable"),
    "caller gone": N_("the caller hung up"),
    "no link": N_("the link to Asterisk was away"),
    "phone reloaded": N_("the phone was reloaded"),
    "signed out": N_("signed out"),
    "the disk for recordings is full": N_("the disk for recordings is full"),
    "no sound came": N_("no sound came"),
    "Asterisk writes no file": N_("Asterisk writes no file"),
    "the recorder did not answer": N_("the recorder did not answer"),
    "the recording does not grow": N_("the recording does not grow"),
}
