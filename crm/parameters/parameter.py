"""Parameters: settings that an administrator changes on a page, without a restart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from crm.kernel.errors import InvalidError

Value = bool | int | str


class ParameterGroup(StrEnum):
    """The sections of the page *Parameters*."""

    SYSTEM = "system"
    MAIL = "mail"
    SECURITY = "security"
    SOFTPHONE = "softphone"
    OUTBOUND = "outbound"
    LISTS = "lists"
    NUMBER_LISTS = "number_lists"
    CHARGES = "charges"
    MONITOR = "monitor"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its group, default and limits.

    A whole number is `least` to `most`; a text has at most `most` characters or is one of
    `choices`.
    """

    key: str
    group: ParameterGroup
    default: Value
    least: int = 0
    most: int = 200
    choices: tuple[str, ...] = ()
    unit: str = ""  # "seconds", "minutes", "days", "rows"
    secret: bool = False  # stored encrypted by the web, never shown

    def check(self, value: object) -> Value:
        """Give a value in its stored form; InvalidError, naming the parameter, if it is not valid.

        Forms send text: `on`, `1` and `true` are yes.
        """
        match self.default:
            case bool():
                return self._flag(value)
            case int():
                return self._number(value)
            case _:
                return self._text(value)

    def _flag(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word not in {"", "0", "1", "on", "off", "yes", "no", "true", "false"}:
            raise InvalidError("This is either on or off.", field=self.key)
        return word in {"1", "on", "yes", "true"}

    def _number(self, value: object) -> int:
        text = str(value).strip()
        digits = text.removeprefix("-")
        good = digits.isascii() and digits.isdecimal() and len(digits) < 12  # noqa: PLR2004
        if isinstance(value, bool) or not good or not self.least <= int(text) <= self.most:
            raise InvalidError(
                "This is a whole number from {least} to {most}.",
                field=self.key,
                least=self.least,
                most=self.most,
            )
        return int(text)

    def _text(self, value: object) -> str:
        text = str(value).strip()
        if self.choices and text not in self.choices:
            raise InvalidError("“{key}” is not one of the options.", field=self.key, key=text[:50])
        if len(text) > self.most:
            raise InvalidError("This is too long.", field=self.key)
        return text


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """When a parameter was set, and by which user."""

    at: datetime
    user: int | None


BLACK_LIST_EFFECTS = ("refuse", "busy", "message")
"""What can happen to calls of a number on a black list by default."""

SPEECH_BODY = '{"text": "{text}", "language": "{language}"}'
"""What a speech service is asked, unless the site says it otherwise."""

SCREEN_POP = ("answer", "ring", "never")
"""When the workspace opens by itself on other pages."""

PARAMETERS: Mapping[str, Parameter] = {
    one.key: one
    for one in (
        Parameter("company", ParameterGroup.SYSTEM, default="", most=100),
        Parameter("language", ParameterGroup.SYSTEM, "en", choices=("en", "zh_CN")),
        Parameter("timezone", ParameterGroup.SYSTEM, default="", most=64),
        Parameter("try_it", ParameterGroup.SYSTEM, default=True),
        Parameter("faxes", ParameterGroup.SYSTEM, default=True),
        Parameter("fax_days", ParameterGroup.SYSTEM, default=0, most=3650, unit="days"),
        Parameter("api_per_minute", ParameterGroup.SYSTEM, 600, least=60, most=100_000),
        Parameter("api_heavy_per_minute", ParameterGroup.SYSTEM, 60, least=5, most=10_000),
        Parameter("backup_hour", ParameterGroup.SYSTEM, default=3, most=23),
        Parameter("backup_minute", ParameterGroup.SYSTEM, default=0, most=59),
        Parameter("backups_kept", ParameterGroup.SYSTEM, default=7, most=90),
        Parameter("backup_key", ParameterGroup.SYSTEM, default=""),
        Parameter("mail_server", ParameterGroup.MAIL, default="", most=253),
        Parameter("mail_port", ParameterGroup.MAIL, default=587, least=1, most=65535),
        Parameter(
            "mail_security", ParameterGroup.MAIL, "starttls", choices=("starttls", "tls", "none")
        ),
        Parameter("mail_user", ParameterGroup.MAIL, default=""),
        Parameter("mail_password", ParameterGroup.MAIL, default="", most=2000, secret=True),
        Parameter("mail_from", ParameterGroup.MAIL, default="", most=254),
        Parameter("mail_links", ParameterGroup.MAIL, default=""),
        Parameter("password_least", ParameterGroup.SECURITY, default=10, least=8, most=64),
        Parameter("password_days", ParameterGroup.SECURITY, default=0, most=3650, unit="days"),
        Parameter(
            "session_idle_minutes", ParameterGroup.SECURITY, 720, least=5, most=1440, unit="minutes"
        ),
        Parameter(
            "session_hours", ParameterGroup.SECURITY, default=24, least=1, most=168, unit="hours"
        ),
        Parameter(
            "totp_for", ParameterGroup.SECURITY, "nobody", choices=("nobody", "managers", "all")
        ),
        Parameter("ban_attempts", ParameterGroup.SECURITY, default=10, most=1000),
        Parameter(
            "ban_within_minutes", ParameterGroup.SECURITY, 5, least=1, most=1440, unit="minutes"
        ),
        Parameter("ban_minutes", ParameterGroup.SECURITY, 60, least=1, most=43_200, unit="minutes"),
        Parameter("ban_exceptions", ParameterGroup.SECURITY, default="", most=2000),
        Parameter("inside_hosts", ParameterGroup.SECURITY, default="", most=2000),
        Parameter("page_size", ParameterGroup.LISTS, default=50, least=10, most=200, unit="rows"),
        Parameter(
            "export_rows", ParameterGroup.LISTS, 100_000, least=100, most=1_000_000, unit="rows"
        ),
        Parameter(
            "black_list_effect", ParameterGroup.NUMBER_LISTS, "refuse", choices=BLACK_LIST_EFFECTS
        ),
        Parameter("vip_priority", ParameterGroup.NUMBER_LISTS, default=10, most=100),
        Parameter("list_approval", ParameterGroup.NUMBER_LISTS, default=True),
        Parameter("list_days", ParameterGroup.NUMBER_LISTS, default=0, most=3650, unit="days"),
        Parameter("import_megabytes", ParameterGroup.LISTS, 20, least=1, most=64, unit="megabytes"),
        Parameter("site_number", ParameterGroup.OUTBOUND, default="", most=32),
        Parameter("outside_prefix", ParameterGroup.OUTBOUND, default="", most=4),
        Parameter("currency", ParameterGroup.CHARGES, "CNY", most=8),
        Parameter("free_without_rate", ParameterGroup.CHARGES, default=True),
        Parameter("person_day_cost", ParameterGroup.CHARGES, default=0, most=1_000_000),
        Parameter("site_day_cost", ParameterGroup.CHARGES, default=0, most=10_000_000),
        Parameter("fraud_calls", ParameterGroup.CHARGES, default=20, most=1000),
        Parameter("fraud_minutes", ParameterGroup.CHARGES, 10, least=1, most=1440, unit="minutes"),
        Parameter("fraud_day_cost", ParameterGroup.CHARGES, default=0, most=1_000_000),
        Parameter("wait_amber", ParameterGroup.MONITOR, 30, most=3600, unit="seconds"),
        Parameter("wait_red", ParameterGroup.MONITOR, 60, most=3600, unit="seconds"),
        Parameter("waiting_amber", ParameterGroup.MONITOR, default=3, most=1000),
        Parameter("waiting_red", ParameterGroup.MONITOR, default=6, most=1000),
        Parameter("talk_amber", ParameterGroup.MONITOR, 10, most=1440, unit="minutes"),
        Parameter("talk_red", ParameterGroup.MONITOR, 20, most=1440, unit="minutes"),
        Parameter("not_ready_amber", ParameterGroup.MONITOR, 15, most=1440, unit="minutes"),
        Parameter("not_ready_red", ParameterGroup.MONITOR, 30, most=1440, unit="minutes"),
        Parameter("idle_sign_out_minutes", ParameterGroup.MONITOR, 0, most=1440, unit="minutes"),
        Parameter("agents_see_listening", ParameterGroup.MONITOR, default=False),
        Parameter("voicemail_code", ParameterGroup.OUTBOUND, default="*97", most=8),
        Parameter("voicemail_other_code", ParameterGroup.OUTBOUND, default="*98", most=8),
        Parameter("speech_url", ParameterGroup.SPEECH, default="", most=500),
        Parameter("speech_headers", ParameterGroup.SPEECH, default="", most=2000, secret=True),
        Parameter("speech_body", ParameterGroup.SPEECH, SPEECH_BODY, most=2000),
        Parameter("screen_pop", ParameterGroup.SOFTPHONE, "answer", choices=SCREEN_POP),
        Parameter("auto_answer", ParameterGroup.SOFTPHONE, default=False),
        Parameter("ring_volume", ParameterGroup.SOFTPHONE, default=70, most=100, unit="percent"),
    )
}


class Parameters:
    """All parameters with their present values."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        """`kept` are the stored values; one that is no longer valid counts as not set."""
        self._values: dict[str, Value] = {}
        for key, one in PARAMETERS.items():
            try:
                self._values[key] = one.check(kept[key]) if key in kept else one.default
            except InvalidError:
                self._values[key] = one.default

    def __getitem__(self, key: str) -> Value:
        """Give a value; KeyError for a parameter that does not exist."""
        return self._values[key]

    def flag(self, key: str) -> bool:
        """Give a parameter that is on or off."""
        return bool(self._values[key])

    def number(self, key: str) -> int:
        """Give a parameter that is a whole number."""
        return int(self._values[key])

    def text(self, key: str) -> str:
        """Give a parameter that is a text."""
        return str(self._values[key])
