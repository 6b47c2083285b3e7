"""Words of the trunks' pages: their settings, states and tests."""

from collections.abc import Mapping

from cti.trunks.probe import ProbeStep, ProbeVerdict
from cti.trunks.state import TrunkLamp, TrunkTrouble
from cti.trunks.trunk import (
    CallerIdForm,
    CallerSource,
    Codec,
    DTMFMode,
    NumberSource,
    Preset,
    Transport,
)
from web.kit.i18n import N_

PRESETS: Mapping[Preset, str] = {
    Preset.CARRIER: N_("Carrier line (IMS, SBC)"),
    Preset.PROVIDER: N_("SIP provider with registration"),
    Preset.PBX: N_("Another PBX"),
}
PRESET_NOTES: Mapping[Preset, str] = {
    Preset.CARRIER: N_("The carrier knows this system by its IP address. There is no password."),
    Preset.PROVIDER: N_("This system registers with a username and a password."),
    Preset.PBX: N_("A PBX in your own network, or another Hotline."),
}
TRANSPORTS: Mapping[str, str] = {
    Transport.UDP: "UDP",
    Transport.TCP: "TCP",
    Transport.TLS: N_("TLS, certificate checked"),
    Transport.TLS_UNVERIFIED: N_("TLS, any certificate"),
}
CALLER_ID_FORMS: Mapping[str, str] = {
    CallerIdForm.PAI: "P-Asserted-Identity",
    CallerIdForm.RPID: "Remote-Party-ID",
    CallerIdForm.FROM: N_("From header"),
}
NUMBER_SOURCES: Mapping[str, str] = {
    NumberSource.REQUEST: N_("The request (usual)"),
    NumberSource.TO: N_("The To header (usual with registration)"),
}
CALLER_SOURCES: Mapping[str, str] = {
    CallerSource.FROM: N_("From header"),
    CallerSource.PAI: "P-Asserted-Identity",
    CallerSource.RPID: "Remote-Party-ID",
}
DTMF_MODES: Mapping[str, str] = {
    DTMFMode.RFC4733: N_("RFC 4733 (usual)"),
    DTMFMode.INFO: "SIP INFO",
    DTMFMode.INBAND: N_("In the sound"),
    DTMFMode.AUTO: N_("RFC 4733, else in the sound"),
}
CODECS: Mapping[str, str] = {
    Codec.ALAW: "G.711 A-law",
    Codec.ULAW: "G.711 µ-law",
    Codec.G722: "G.722 (HD)",
    Codec.OPUS: "Opus (HD)",
}

LAMPS: Mapping[str, str] = {
    TrunkLamp.OFF: N_("Inactive"),
    TrunkLamp.UNKNOWN: N_("Unknown"),
    TrunkLamp.AVAILABLE: N_("Reachable"),
    TrunkLamp.REGISTERED: N_("Registered"),
    TrunkLamp.REGISTERING: N_("Registering"),
    TrunkLamp.UNREACHABLE: N_("Unreachable"),
    TrunkLamp.REJECTED: N_("Registration rejected"),
    TrunkLamp.INVALID: N_("Settings refused"),
    TrunkLamp.BUSY: N_("All channels in use"),
}
TONES: Mapping[str, str] = {
    TrunkLamp.OFF: "out",
    TrunkLamp.UNKNOWN: "out",
    TrunkLamp.AVAILABLE: "ready",
    TrunkLamp.REGISTERED: "ready",
    TrunkLamp.REGISTERING: "paused",
    TrunkLamp.UNREACHABLE: "danger",
    TrunkLamp.REJECTED: "danger",
    TrunkLamp.INVALID: "danger",
    TrunkLamp.BUSY: "paused",
}
TROUBLES: Mapping[str, str] = {
    TrunkTrouble.UNREACHABLE: N_("The other side does not answer."),
    TrunkTrouble.REJECTED: N_("The registration was rejected. The test shows the reason."),
    TrunkTrouble.SHORT: N_(
        "The provider grants registrations for a few seconds only. Registration is stopped until "
        "the settings change."
    ),
    TrunkTrouble.SETTINGS: N_("Asterisk refused the settings: {detail}"),
    TrunkTrouble.CALL: N_("A call failed ({detail}): {meaning}"),
}

STEPS: Mapping[ProbeStep, str] = {
    ProbeStep.NAME: N_("Host name"),
    ProbeStep.PING: N_("Ping"),
    ProbeStep.CONNECT: N_("Connection"),
    ProbeStep.OPTIONS: N_("SIP answer"),
    ProbeStep.REGISTER: N_("Username and password (REGISTER)"),
}
VERDICTS: Mapping[ProbeVerdict, str] = {
    ProbeVerdict.GOOD: N_("OK"),
    ProbeVerdict.DOUBTFUL: N_("Unclear"),
    ProbeVerdict.BAD: N_("Failed"),
    ProbeVerdict.SKIPPED: N_("Not tested"),
}
VERDICT_TONES: Mapping[ProbeVerdict, str] = {
    ProbeVerdict.GOOD: "ready",
    ProbeVerdict.DOUBTFUL: "paused",
    ProbeVerdict.BAD: "danger",
    ProbeVerdict.SKIPPED: "out",
}
RESULTS: Mapping[ProbeVerdict, str] = {
    ProbeVerdict.GOOD: N_("The trunk works."),
    ProbeVerdict.DOUBTFUL: N_("The trunk probably works. Make a test call."),
    ProbeVerdict.BAD: N_("The trunk does not work."),
}
