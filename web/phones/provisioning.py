"""The settings of a desk phone in the formats of its maker, to be put on the phone as a file.

Sources: the administrators' guides of Yealink (keys `account.1.…`), Grandstream (P values of
account 1) and Fanvil (text format, `SIP1 …`).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from xml.sax.saxutils import escape

from crm.kernel.text import one_line
from cti.asterisk.pjsip import SESSION_SECONDS
from web.people.shapes import SipSettings

REGISTER_SECONDS = 120
LONGEST_NAME = 60  # letters


class Vendor(StrEnum):
    """A maker of desk phones."""

    YEALINK = "yealink"
    GRANDSTREAM = "grandstream"
    FANVIL = "fanvil"


SUFFIX = {Vendor.YEALINK: "cfg", Vendor.GRANDSTREAM: "xml", Vendor.FANVIL: "txt"}


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """What a desk phone is set up with."""

    name: str
    sip: SipSettings
    secret: str = field(repr=False)

    @property
    def label(self) -> str:
        """What the phone shows: one line."""
        return one_line(self.name, LONGEST_NAME) or self.sip.user


def provisioning(vendor: Vendor, account: PhoneAccount) -> str:
    """Write the configuration of a phone."""
    match vendor:
        case Vendor.YEALINK:
            return _yealink(account)
        case Vendor.GRANDSTREAM:
            return _grandstream(account)
        case Vendor.FANVIL:
            return _fanvil(account)


def file_name(vendor: Vendor, account: PhoneAccount) -> str:
    """Name the file: `1001-yealink.cfg`; the phone itself looks for one named by its MAC."""
    return f"{account.sip.user}-{vendor}.{SUFFIX[vendor]}"


def _yealink(account: PhoneAccount) -> str:
    sip = account.sip
    lines = {
        "enable": 1,
        "label": account.label,
        "display_name": account.label,
        "user_name": sip.user,
        "auth_name": sip.user,
        "password": account.secret,
        "sip_server.1.address": sip.server,
        "sip_server.1.port": sip.port,
        "sip_server.1.transport_type": 0,  # UDP
        "sip_server.1.expires": REGISTER_SECONDS,
        "codec.pcma.enable": 1,
        "codec.pcma.priority": 1,
        "codec.pcmu.enable": 1,
        "codec.pcmu.priority": 2,
        "codec.g722.enable": 1,
        "codec.g722.priority": 3,
        "codec.g729.enable": 0,
        "dtmf.type": 1,  # RFC 4733
        "session_timer.enable": 1,
        "session_timer.expires": SESSION_SECONDS,
        "session_timer.refresher": 0,  # the caller's side
    }
    settings = "".join(f"account.1.{key} = {value}\n" for key, value in lines.items())
    return f"#!version:1.0.0.1\n{settings}"


def _grandstream(account: PhoneAccount) -> str:
    sip = account.sip
    values: dict[str, object] = {
        "P271": 1,  # account active
        "P270": account.label,  # account name
        "P47": f"{sip.server}:{sip.port}",  # SIP server
        "P35": sip.user,  # SIP user id
        "P36": sip.user,  # authentication id
        "P34": account.secret,  # authentication password
        "P3": account.label,  # display name
        "P31": 1,  # registration
        "P32": REGISTER_SECONDS // 60,  # its length in minutes
        "P130": 0,  # UDP
        "P57": 8,  # first codec: PCMA
        "P58": 0,  # PCMU
        "P59": 9,  # G.722
        "P2301": 0,  # keys not in the sound …
        "P2302": 1,  # … but as RFC 4733 …
        "P2303": 0,  # … and not as SIP INFO
        "P260": SESSION_SECONDS,  # session expiration
        "P261": SESSION_SECONDS,  # shortest session
        "P262": 1,  # timer in own calls
        "P263": 1,  # timer in others' calls
    }
    lines = "".join(f"    <{key}>{escape(str(one))}</{key}>\n" for key, one in values.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gs_provision version="1">\n'
        f'  <config version="1">\n{lines}  </config>\n</gs_provision>\n'
    )


def _fanvil(account: PhoneAccount) -> str:
    sip = account.sip
    lines = {
        "Phone Number": sip.user,
        "Display Name": account.label,
        "Sip Name": account.label,
        "Register Addr": sip.server,
        "Register Port": sip.port,
        "Register User": sip.user,
        "Register Pswd": account.secret,
        "Register TTL": REGISTER_SECONDS,
        "Enable Reg": 1,
        "Transport": 0,  # UDP
        "DTMF Mode": 1,  # RFC 4733
        "Session Timer": 1,
        "S.Timer Expire": SESSION_SECONDS,
        "VoiceCodecMap": "PCMA,PCMU,G722",
    }
    settings = "".join(f"SIP1 {key:<19}:{value}\r\n" for key, value in lines.items())
    return (
        "<<VOIP CONFIG FILE>>Version:2.0000000000\r\n\r\n<SIP CONFIG MODULE>\r\n"
        f"--SIP Line List--  :\r\n{settings}\r\n<<END OF FILE>>\r\n"
    )
