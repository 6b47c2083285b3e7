"""Trunks, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from cti.trunks import trunk as rules
from cti.trunks.probe import ProbeStep, ProbeVerdict
from cti.trunks.state import TrunkLamp
from cti.trunks.trunk import CallerIdForm, CallerSource, Codec, DTMFMode, NumberSource, Transport
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items
from web.trunks.words import (
    CALLER_ID_FORMS,
    CALLER_SOURCES,
    CODECS,
    DTMF_MODES,
    NUMBER_SOURCES,
    TRANSPORTS,
)

Name = Annotated[str, Field(min_length=1, max_length=rules.LONGEST_NAME)]
Host = Annotated[str, Field(min_length=1, max_length=rules.LONGEST_HOST)]
Text = Annotated[str, Field(max_length=rules.LONGEST_TEXT)]
HostOrNone = Annotated[str, Field(max_length=rules.LONGEST_HOST)]
Password = Annotated[str, Field(max_length=rules.LONGEST_PASSWORD)]
Port = Annotated[int, Field(ge=1, le=65535)]
Channels = Annotated[int, Field(ge=0, le=rules.MOST_CHANNELS)]
SessionSeconds = Annotated[int, Field(ge=rules.SESSION_SECONDS[0], le=rules.SESSION_SECONDS[1])]
QualifySeconds = Annotated[int, Field(ge=0, le=rules.QUALIFY_SECONDS[1])]
Addresses = Annotated[list[HostOrNone], Field(max_length=rules.MOST_ADDRESSES)]
Codecs = Annotated[list[Codec], Field(min_length=1, max_length=len(Codec))]


class _LineFields(Body):
    name: Annotated[Name, Input(N_("Name"))]
    host: Annotated[
        Host, Input(N_("Host"), help=N_("Host name or IP address of the carrier or PBX."))
    ]
    port: Annotated[Port, Input(N_("Port"))] = 5060
    transport: Annotated[Transport, Input(N_("Transport"), names=TRANSPORTS)] = Transport.UDP
    max_channels: Annotated[
        Channels,
        Input(N_("Maximum channels"), help=N_("The most calls at the same time; 0 for no limit.")),
    ] = 0
    active: Annotated[bool, Input(N_("Active: takes and makes calls"))] = True


class _AccountFields(Body):
    registers: Annotated[bool, Input(N_("Registers with the provider"))] = False
    username: Annotated[
        Text, Input(N_("Username"), help=N_("Leave empty if no password is asked for."))
    ] = ""
    password: Annotated[
        Password,
        Input(
            N_("Password"),
            "password",
            help=N_("It is not shown again. Leave empty to keep it."),
            autocomplete="new-password",
        ),
    ] = ""


class _InboundFields(Body):
    inbound: Annotated[bool, Input(N_("Takes calls from this trunk"))] = True
    addresses: Annotated[
        Addresses,
        Input(
            N_("Other IP addresses"),
            "lines",
            help=N_(
                "Calls are accepted from the host and from these addresses or networks. "
                "One per line."
            ),
        ),
    ] = Field(default_factory=list)
    number_source: Annotated[
        NumberSource, Input(N_("Number dialed, from"), names=NUMBER_SOURCES)
    ] = NumberSource.REQUEST
    caller_source: Annotated[
        CallerSource, Input(N_("Caller's number, from"), names=CALLER_SOURCES)
    ] = CallerSource.PAI


class _OutboundFields(Body):
    caller_id_form: Annotated[
        CallerIdForm,
        Input(
            N_("Caller ID, sent in"), names=CALLER_ID_FORMS, help=N_("Ask the carrier which one.")
        ),
    ] = CallerIdForm.PAI
    from_user: Annotated[
        Text,
        Input(N_("From user"), help=N_("Some carriers want their account here.")),
    ] = ""
    hide_allowed: Annotated[bool, Input(N_("A call may hide its caller ID"))] = True
    forbidden_is_next: Annotated[
        bool,
        Input(
            N_("Try the next trunk after “403 Forbidden”"),
            help=N_("For carriers that refuse single numbers or caller IDs this way."),
        ),
    ] = False


class _SoundFields(Body):
    dtmf_mode: Annotated[DTMFMode, Input(N_("Keys (DTMF)"), names=DTMF_MODES)] = DTMFMode.RFC4733
    srtp: Annotated[
        bool, Input(N_("Encrypt the sound (SRTP)"), help=N_("Makes sense with TLS only."))
    ] = False


class _AdvancedFields(Body):
    auth_username: Annotated[
        Text,
        Input(N_("Authentication username"), help=N_("Only if it differs from the username.")),
    ] = ""
    realm: Annotated[
        Text, Input(N_("Realm"), help=N_("Leave empty for the one that the provider names."))
    ] = ""
    from_domain: Annotated[
        HostOrNone, Input(N_("From domain"), help=N_("Leave empty for the usual one."))
    ] = ""
    outbound_proxy: Annotated[
        HostOrNone,
        Input(N_("Outbound proxy"), help=N_("Host or host:port that everything is sent to.")),
    ] = ""
    qualify_seconds: Annotated[
        QualifySeconds,
        Input(
            N_("Check every (seconds)"),
            help=N_("How often the other side is asked whether it is there; 0 for never."),
        ),
    ] = 60
    session_seconds: Annotated[
        SessionSeconds,
        Input(
            N_("Session time (seconds)"),
            help=N_("After this time without an answer a call counts as lost."),
        ),
    ] = 1800


class TrunkBody(
    _LineFields, _AccountFields, _InboundFields, _OutboundFields, _SoundFields, _AdvancedFields
):
    """A trunk."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "City carrier", "host": "sbc.example", "max_channels": 30}]
        },
    )

    codecs: Codecs = Field(default_factory=lambda: [Codec.ALAW, Codec.ULAW])


class TrunkForm(
    _LineFields, _AccountFields, _InboundFields, _OutboundFields, _SoundFields, _AdvancedFields
):
    """The form of a trunk: a field for each place in the order of the codecs."""

    codec_1: Annotated[Codec, Input(N_("Preferred codec"), names=CODECS)] = Codec.ALAW
    codec_2: Annotated[
        Codec | None, Input(N_("Second codec"), names=CODECS, placeholder=N_("None"))
    ] = None
    codec_3: Annotated[
        Codec | None, Input(N_("Third codec"), names=CODECS, placeholder=N_("None"))
    ] = None
    codec_4: Annotated[
        Codec | None, Input(N_("Fourth codec"), names=CODECS, placeholder=N_("None"))
    ] = None

    def body(self) -> TrunkBody:
        """Give what the form says as the API takes it."""
        places = (self.codec_1, self.codec_2, self.codec_3, self.codec_4)
        chosen = dict.fromkeys(one for one in places if one is not None)
        return TrunkBody(**self.model_dump(exclude=set(CODEC_FIELDS)), codecs=list(chosen))


CODEC_FIELDS = ("codec_1", "codec_2", "codec_3", "codec_4")
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Trunk"), tuple(_LineFields.model_fields)),
    (N_("Account"), tuple(_AccountFields.model_fields)),
    (N_("Incoming calls"), tuple(_InboundFields.model_fields)),
    (N_("Outgoing calls"), tuple(_OutboundFields.model_fields)),
    (N_("Sound"), (*CODEC_FIELDS, *_SoundFields.model_fields)),
    (N_("Advanced settings"), tuple(_AdvancedFields.model_fields)),
)
"""The headings of the form with their fields; the last one is closed at first."""


class TrunkChange(Body):
    """The fields of a trunk to change; missing ones stay. An empty username removes the account."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"max_channels": 60}]}
    )

    name: Name | None = None
    host: Host | None = None
    port: Port | None = None
    transport: Transport | None = None
    max_channels: Channels | None = None
    active: bool | None = None
    registers: bool | None = None
    username: Text | None = None
    password: Password | None = None
    inbound: bool | None = None
    addresses: Addresses | None = None
    number_source: NumberSource | None = None
    caller_source: CallerSource | None = None
    caller_id_form: CallerIdForm | None = None
    from_user: Text | None = None
    hide_allowed: bool | None = None
    forbidden_is_next: bool | None = None
    codecs: Codecs | None = None
    dtmf_mode: DTMFMode | None = None
    srtp: bool | None = None
    auth_username: Text | None = None
    realm: Text | None = None
    from_domain: HostOrNone | None = None
    outbound_proxy: HostOrNone | None = None
    qualify_seconds: QualifySeconds | None = None
    session_seconds: SessionSeconds | None = None


class TrunkShape(BaseModel):
    """A trunk's settings. The password is never shown."""

    id: int
    name: str
    host: str
    port: int
    transport: Transport
    max_channels: int
    active: bool
    registers: bool
    username: str
    has_password: bool
    inbound: bool
    addresses: list[str]
    number_source: NumberSource
    caller_source: CallerSource
    caller_id_form: CallerIdForm
    from_user: str
    hide_allowed: bool
    forbidden_is_next: bool
    codecs: list[Codec]
    dtmf_mode: DTMFMode
    srtp: bool
    auth_username: str
    realm: str
    from_domain: str
    outbound_proxy: str
    qualify_seconds: int
    session_seconds: int


class TrunkStateShape(BaseModel):
    """How a trunk is now."""

    state: TrunkLamp
    since: datetime | None  # None while the engine is away
    channels: int  # in use
    error: str  # the last one, in the reader's language
    error_at: datetime | None


class TrunkLine(BaseModel):
    """A trunk in the list."""

    id: int
    name: str
    host: str
    port: int
    transport: Transport
    max_channels: int
    active: bool
    now: TrunkStateShape


class TrunkList(Items[TrunkLine]):
    """All trunks."""


class StepShape(BaseModel):
    """One step of a test."""

    step: ProbeStep
    verdict: ProbeVerdict
    sentence: str  # in the reader's language
    raw: str  # what the other side or the operating system said
    milliseconds: int | None


class TestShape(BaseModel):
    """The result of a test."""

    __test__ = False

    verdict: ProbeVerdict
    sentence: str
    steps: list[StepShape]
