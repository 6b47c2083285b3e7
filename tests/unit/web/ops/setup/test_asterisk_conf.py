"""The configuration of Asterisk."""

import re

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cti.trunks.objects import TRANSPORTS
from web.ops.setup.asterisk import TEMPLATES, WANTED, optional_modules
from web.ops.setup.asterisk_modules import OPTIONAL, REFER, REQUIRED

TLS = ("transport-tls", "transport-tls-unverified")


def test_no_manager_user_may_run_programs():
    text = (TEMPLATES / "manager.conf.j2").read_text()
    rights = [set(found.split(",")) for found in re.findall(r"^write = (.*)$", text, re.MULTILINE)]

    assert rights
    assert not any(one & {"system", "command", "originate", "all"} for one in rights)


def test_every_application_of_the_dialplan_is_loaded():
    text = (TEMPLATES / "extensions.conf").read_text()
    used = set(re.findall(r"(?:,1|n(?:\(\w+\))?),(\w+)\(", text))
    of_modules = {
        "Stasis": "app_stasis",
        "StasisBroadcast": "app_stasis_broadcast",
        "Echo": "app_echo",
        "Queue": "app_queue",
        "UserEvent": "app_userevent",
        "CELGenUserEvent": "app_celgenuserevent",
        "ReceiveFAX": "res_fax",
        "ExecIf": "app_exec",
        "MixMonitor": "app_mixmonitor",
        "MusicOnHold": "res_musiconhold",
        "Return": "app_stack",
        "MinivmMWI": "app_minivm",
        "SendDTMF": "app_senddtmf",
        "Playback": "app_playback",
        "Read": "app_read",
        "Record": "app_record",
    }
    core = {"Answer", "Goto", "GotoIf", "Hangup", "NoOp", "Ringing", "Set", "Wait"}

    assert used - core == set(of_modules)
    # If Asterisk does not have it, nothing leads there.
    assert of_modules.pop("StasisBroadcast") in OPTIONAL
    assert of_modules.pop("MinivmMWI") in OPTIONAL  # without it phones show no lamp
    for name in ("ReceiveFAX", "UserEvent", "CELGenUserEvent"):  # without them no faxes
        assert of_modules.pop(name) in OPTIONAL
    for name in ("Read", "Record"):  # without them no recording of prompts by phone
        assert of_modules.pop(name) in OPTIONAL
    assert of_modules.pop("SendDTMF") in OPTIONAL  # of the demo's carrier only
    assert set(of_modules.values()) <= set(REQUIRED)


def test_what_was_dialled_is_an_argument_of_no_application():
    """It may hold commas and brackets: `Goto(…,4008001234,6,1)` would lead past the first lines."""
    text = (TEMPLATES / "extensions.conf").read_text()
    lines = [line for line in text.splitlines() if not line.startswith(";")]
    dialled = [line for line in lines if re.search(r"EXTEN|HOTLINE_NUMBER|CALLERID", line)]
    source = r"(\$\{EXTEN\}|\$\{CHANNEL\(pjsip,local_uri\)\}|unknown)"
    stored = re.compile(rf"exten => \S+,1,Set\(HOTLINE_NUMBER={source}\)")
    # The demo's carrier looks at the end of it, without commas, brackets and quotes.
    filtered = r"\$\{FILTER\(a-zA-Z0-9\+\*#,\$\{HOTLINE_NUMBER\}\)\}"
    compared = re.compile(rf' same => n,GotoIf\(\$\["{filtered}" =~ "\d+\$"\]\?\w+\)')

    # Without an engine its digits are compared with emergency numbers, as is its length.
    emergency = {
        " same => n(away),Set(HOTLINE_DIGITS=${FILTER(0-9,${HOTLINE_NUMBER})})",
        " same => n,GotoIf($[${LEN(${HOTLINE_NUMBER})} > 4]?refused)",
    }

    assert len(dialled) == 27
    assert emergency <= set(dialled)
    # Of a caller's wish to stay unknown only letters are compared.
    wish = [one for one in dialled if one.endswith("?Set(CALLERID(num)=))")]
    assert len(wish) == 1
    assert "CALLERID(num-pres):0:7" in wish[0]
    harmless = [one for one in dialled if one not in {*emergency, *wish}]
    assert all(stored.fullmatch(line) or compared.fullmatch(line) for line in harmless)


def test_no_pattern_of_the_dialplan_matches_the_special_extensions():
    text = (TEMPLATES / "extensions.conf").read_text()

    assert not re.search(r"^exten => _[.!]", text, re.MULTILINE)


def test_silence_is_no_death_of_a_callers_line_which_session_timers_find():
    text = (TEMPLATES / "pjsip.conf.j2").read_text()

    assert set(re.findall(r"^rtp_timeout\w* = (.*)$", text, re.MULTILINE)) == {"0"}
    assert "timers = always\ntimers_min_se = 90\ntimers_sess_expires = 90\n" in text


def test_no_module_is_named_twice():
    names = [*REQUIRED, *OPTIONAL, *REFER]

    assert len(names) == len(set(names))


def test_asterisk_is_fetched_with_sounds_and_music():
    assert WANTED.packages[0] == "asterisk"
    assert any("moh" in name for name in WANTED.packages)


@pytest.mark.parametrize(
    ("says", "loaded"), [(b"\0PJSIP_TRANSFER_HANDLING\0", True), (b"\0PJSIP_HEADER\0", False)]
)
def test_refer_is_loaded_only_where_it_can_be_kept_from_moving_a_caller(tmp_path, says, loaded):
    (tmp_path / "res_pjsip_refer.so").touch()
    (tmp_path / "func_volume.so").touch()
    (tmp_path / "chan_pjsip.so").write_bytes(says)

    assert optional_modules(tmp_path) == ["func_volume", *(["res_pjsip_refer"] if loaded else [])]


def test_every_channel_says_first_that_its_refer_moves_nobody():
    """Before it can reach an engine, a queue or a bridge; `Goto` only leads on."""
    text = (TEMPLATES / "extensions.conf").read_text()
    contexts = dict(re.findall(r"^\[([\w-]+)\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL))
    set_it = "Set(PJSIP_TRANSFER_HANDLING()=ari-only)"
    # Only channels that were in one of the others come to these.
    later = {"hotline-fallback", "hotline-return", "hotline-record"}
    later.add("hotline-fax")
    later.add("hotline-leg-ended")  # runs at the end of a channel
    later.add("hotline-lamp")  # a Local channel of the engine's, which reaches nothing
    for name, lines in contexts.items():
        applications = re.findall(r"(?:,1|n(?:\(\w+\))?),(\w+\(.*\))$", lines, re.MULTILINE)
        first = next((one for one in applications if not one.startswith(("Goto(", "Set(H"))), "")
        assert name in later or first in ("", set_it), name
    assert "b(hotline-fallback-phone^s^1)" in contexts["hotline-fallback"]


def test_what_a_caller_dials_is_never_an_argument_of_the_dialplan():
    """A comma in it would choose where Goto leads; a bracket would end the arguments."""
    text = (TEMPLATES / "extensions.conf").read_text()
    used = [line for line in text.splitlines() if "${EXTEN" in line and not line.startswith(";")]
    dialled = [line for line in text.splitlines() if "${HOTLINE_NUMBER" in line]

    assert used
    assert all(line.endswith(",1,Set(HOTLINE_NUMBER=${EXTEN})") for line in used)
    harmless = ("${FILTER(a-zA-Z0-9+*#,", "${FILTER(0-9,", "${LEN(")
    assert all(any(f"{one}${{HOTLINE_NUMBER}}" in line for one in harmless) for line in dialled)


def test_a_telephone_has_one_echo_call_and_a_guest_a_short_one():
    text = (TEMPLATES / "extensions.conf").read_text()
    check = text.split("[hotline-sound-check]")[1].split("\n[")[0]
    lines = re.findall(r"(?:,1|n(?:\(\w+\))?),(\w+\(.*\))$", check, re.MULTILINE)
    answer = lines.index("Answer()")

    assert "GotoIf($[${GROUP_COUNT(${CHANNEL(endpoint)}@echo)} > 1]?busy)" in lines[:answer]
    assert any("GROUP_MATCH_COUNT(.@echo)" in line for line in lines[:answer])
    assert any('"guest-"]?15:60' in line for line in lines)
    assert "func_groupcount" in REQUIRED


def rendered(name, **values):
    """Render a template of the configuration."""
    templates = Environment(  # noqa: S701 - no HTML
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    usual = {"external_address": "", "bind": "127.0.0.1", "sip_port": 5060, "demo": True}
    usual |= {"local_networks": (), "rtp_first": 1, "rtp_last": 9, "candidates": ()}
    usual |= {"tls": {}, "demo_carrier_password": "x"}
    return templates.get_template(name).render(usual | {"stun": None, "turn": None} | values)


def test_the_demo_s_trunk_is_called_on_its_own_port_only():
    """Not over a WebSocket to Asterisk's HTTP port, which any page in a browser here can open."""
    trunk = rendered("pjsip.conf.j2", sip_port=5099).split("[trunk-local]")[1]
    dialplan = (TEMPLATES / "extensions.conf").read_text()
    arrive = dialplan.split("[hotline-arrive]")[1].split("\n[")[0]

    assert "set_var = HOTLINE_ONLY_PORT=5099" in trunk
    assert "identify_by = ip" in trunk
    assert arrive.index("?refused)") < arrive.index("Stasis(hotline,in)")
    assert "${CUT(HOTLINE_CAME_TO,:,2)}" in arrive


def test_the_demo_s_carrier_is_known_by_its_name_and_password_only():
    text = rendered("pjsip.conf.j2", demo_carrier_password="secret")
    carrier = text.split("[demo-carrier]")[1]

    assert "identify_by = username\nauth = demo-carrier\n" in carrier
    assert "context = hotline-demo-carrier\n" in carrier
    assert "password = secret\n" in text
    assert "demo-carrier" not in rendered("pjsip.conf.j2", demo=False)


def test_encrypted_sip_checks_certificates_or_not_and_is_left_out_without_one():
    tls = {"port": 5061, "certificate": "/c", "key": "/k", "authorities": "/ca"}
    text = rendered("pjsip.conf.j2", tls=tls, external_address="203.0.113.9")
    checked, free = (text.split(f"[{name}]")[1].split("\n[")[0] for name in TLS)

    assert "bind = 127.0.0.1:5061\n" in checked
    assert "verify_server = yes\nca_list_file = /ca\n" in checked
    assert "bind = 127.0.0.1:0\n" in free
    assert "verify_server = no\n" in free
    for one in (checked, free):
        assert "method = tlsv1_2\ncert_file = /c\npriv_key_file = /k\n" in one
        assert "external_signaling_address = 203.0.113.9\n" in one
    assert "tls" not in rendered("pjsip.conf.j2")


def test_every_transport_of_a_trunk_is_there():
    text = rendered(
        "pjsip.conf.j2", tls={"port": 1, "certificate": "", "key": "", "authorities": ""}
    )

    assert all(f"[{name}]" in text for name in TRANSPORTS.values())


def test_sound_is_bound_to_loopback_where_sip_is():
    here = rendered("pjsip.conf.j2")
    outside = rendered("pjsip.conf.j2", external_address="203.0.113.9", bind="0.0.0.0")  # noqa: S104

    assert "media_address = 127.0.0.1\nbind_rtp_to_media_address = yes\n" in here
    assert "bind_rtp_to_media_address" not in outside


def test_a_stranger_s_sound_does_not_take_over_a_talk():
    assert "strictrtp = yes\n" in rendered("rtp.conf.j2")
