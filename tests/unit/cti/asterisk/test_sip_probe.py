"""The test of a trunk against a provider that accepts, refuses, is silent or is not there."""

import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sip_provider import Provider
from unit.cti.trunks.lines import PROVIDER

from cti.asterisk.sip_probe import ping, probe_trunk
from cti.trunks import probe
from cti.trunks.probe import ProbeStep, ProbeVerdict
from cti.trunks.trunk import Transport
from web.ops.setup.certificate import _make as make_certificate


@pytest.fixture
def provider():
    with Provider() as made:
        yield made


def trunk_to(provider, **more):
    known = {"username": provider.username, "password": provider.password}
    transport = Transport.TCP if provider.tcp else Transport.UDP
    made = replace(PROVIDER, host="127.0.0.1", port=provider.port, transport=transport)
    return replace(made, **known | more)


def steps(result):
    return {one.step: one for one in result.steps}


def test_a_provider_that_accepts_the_password(provider):
    result = probe_trunk(trunk_to(provider))

    assert result.verdict is ProbeVerdict.GOOD
    found = steps(result)
    assert found[ProbeStep.OPTIONS].raw == "SIP/2.0 200 OK"
    assert found[ProbeStep.REGISTER].sentence == probe.ACCEPTED
    assert found[ProbeStep.REGISTER].milliseconds is not None


def test_the_same_over_tcp_with_answers_in_pieces():
    with Provider(tcp=True) as provider:
        found = steps(probe_trunk(trunk_to(provider)))

    assert found[ProbeStep.CONNECT].verdict is ProbeVerdict.GOOD
    assert found[ProbeStep.REGISTER].sentence == probe.ACCEPTED


def test_a_wrong_password_is_refused_with_401(provider):
    step = steps(probe_trunk(trunk_to(provider, password="wrong")))[ProbeStep.REGISTER]

    assert (step.verdict, step.sentence) == (ProbeVerdict.BAD, probe.REFUSED)
    assert step.raw == "SIP/2.0 401 Unauthorized"


def test_an_account_that_is_not_allowed_is_refused_with_403(provider):
    provider.register = 403
    step = steps(probe_trunk(trunk_to(provider)))[ProbeStep.REGISTER]

    assert (step.sentence, step.raw) == (probe.REFUSED, "SIP/2.0 403 Forbidden")


def test_a_line_without_registration_is_asked_for_no_password(provider):
    found = steps(probe_trunk(trunk_to(provider, registers=False)))

    assert ProbeStep.REGISTER not in found
    assert provider.asked("REGISTER") == []


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, ProbeVerdict.GOOD),
        (401, ProbeVerdict.GOOD),
        (404, ProbeVerdict.DOUBTFUL),
        (405, ProbeVerdict.DOUBTFUL),
        (503, ProbeVerdict.BAD),
    ],
)
def test_what_options_are_answered_with(provider, status, verdict):
    provider.options = status
    result = probe_trunk(trunk_to(provider, registers=False))

    assert result.verdict is verdict
    assert steps(result)[ProbeStep.OPTIONS].raw.startswith(f"SIP/2.0 {status}")


def test_a_silent_provider_is_asked_again_and_then_given_up(provider):
    provider.options = 0
    result = probe_trunk(trunk_to(provider), answer_seconds=0.8)

    assert steps(result)[ProbeStep.OPTIONS].sentence == probe.SILENT
    assert len(provider.asked("OPTIONS")) == 2
    assert provider.asked("REGISTER") == []


@pytest.mark.parametrize("tcp", [False, True])
def test_a_closed_port_is_no_connection(tcp):
    with Provider(tcp=tcp) as provider:
        trunk = trunk_to(provider)
    result = probe_trunk(trunk, answer_seconds=1.0)

    assert result.verdict is ProbeVerdict.BAD
    assert steps(result)[ProbeStep.CONNECT].sentence == probe.NOT_CONNECTED


def test_an_unknown_host_name_is_told():
    result = probe_trunk(replace(PROVIDER, host="no.such.host.invalid"))

    assert [one.sentence for one in result.steps] == [probe.NO_NAME]


def test_a_host_name_shows_its_address(provider):
    found = steps(probe_trunk(trunk_to(provider, host="localhost", registers=False)))

    assert found[ProbeStep.NAME].raw in {"127.0.0.1", "::1"}


def test_everything_goes_to_the_proxy(provider):
    trunk = trunk_to(provider, host="sip.provider.example", port=5060)
    result = probe_trunk(replace(trunk, outbound_proxy=f"127.0.0.1:{provider.port}"))

    assert result.verdict is ProbeVerdict.GOOD
    assert "Route:" in provider.asked("OPTIONS")[0]


def test_a_web_server_is_no_sip_server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve():
            link, _ = server.accept()
            with link:
                link.recv(1000)
                link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        trunk = replace(PROVIDER, host="127.0.0.1", port=port, transport=Transport.TCP)
        result = probe_trunk(trunk, answer_seconds=1.0)

    assert steps(result)[ProbeStep.OPTIONS].sentence == probe.NO_SIP


def test_a_port_without_tls_is_told(provider):
    with Provider(tcp=True) as plain:
        made = trunk_to(plain, transport=Transport.TLS)
        result = probe_trunk(made, answer_seconds=1.0)

    assert steps(result)[ProbeStep.CONNECT].verdict is ProbeVerdict.BAD
    assert provider.requests == []


def test_an_unknown_certificate_is_refused_unless_any_is_accepted(tmp_path):
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Provider(tcp=True) as provider:
        provider.socket.close()
        server = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
        provider.socket, provider.port = server, server.getsockname()[1]
        provider.serve_again()
        checked = probe_trunk(trunk_to(provider, transport=Transport.TLS))
        anything = probe_trunk(trunk_to(provider, transport=Transport.TLS_UNVERIFIED))

    assert steps(checked)[ProbeStep.CONNECT].sentence == probe.TLS_REFUSED
    assert anything.verdict is ProbeVerdict.GOOD


def test_a_ping_is_answered_or_not_possible_here():
    assert ping("127.0.0.1").sentence in {probe.PINGED, probe.NO_PING}


def self_signed(folder):
    """Make a certificate that no authority has signed."""
    paths = folder / "sip.crt", folder / "sip.key"
    make_certificate(("127.0.0.1",), *paths, datetime.now(UTC))  # noqa: TID251
    return paths
