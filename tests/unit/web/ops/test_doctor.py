"""The doctor's findings on the network between us and other machines."""

import asyncio
import socket

import pytest

from web.kit.settings import load_settings
from web.ops import doctor_sound
from web.ops.doctor_sound import PacketFate
from web.ops.finding import Finding
from web.ops.stun import StunError


def look(check, home, **environment):
    settings = load_settings({"HOTLINE_HOME": str(home), **environment})
    return asyncio.run(check(settings))


def sees(monkeypatch, address):
    async def told(_server):
        if not address:
            raise StunError("stun.example:3478 does not answer")
        return address

    monkeypatch.setattr(doctor_sound, "seen_address", told)


def test_advice_is_given_only_where_something_is_wrong():
    assert Finding("A", well=True, seen="fine", advice="Do it.").line() == "ok     A: fine."
    assert Finding("A", well=False, seen="bad", advice="Do it.").line() == "WRONG  A: bad. Do it."


def test_a_certificate_of_our_own_is_well_and_tells_its_days(tmp_path):
    found = look(doctor_sound.certificate, tmp_path, HOTLINE_TLS="1")

    assert found.well
    assert "396 days left" in found.seen


def test_a_certificate_that_cannot_be_read_is_wrong(tmp_path):
    found = look(
        doctor_sound.certificate,
        tmp_path,
        HOTLINE_TLS_CERTIFICATE=str(tmp_path / "none.crt"),
        HOTLINE_TLS_KEY=str(tmp_path / "none.key"),
    )

    assert not found.well
    assert "cannot be read" in found.seen


@pytest.mark.parametrize(("named", "well"), [("10.0.0.1", True), ("0.0.0.0/0", False)])
def test_trusting_a_very_large_proxy_network_is_wrong(tmp_path, named, well):
    assert look(doctor_sound.proxies, tmp_path, HOTLINE_PROXIES=named).well is well


@pytest.mark.parametrize(
    ("named", "seen", "well"),
    [
        ("10.9.9.9", "203.0.113.8", True),  # this machine's own
        ("203.0.113.8", "203.0.113.8", True),
        ("203.0.113.8", "203.0.113.99", False),
        ("203.0.113.8", "", True),  # unknown; the finding on STUN says so
    ],
)
def test_an_external_address_is_held_against_what_the_world_sees(
    tmp_path, monkeypatch, named, seen, well
):
    sees(monkeypatch, seen)
    leads(monkeypatch, PacketFate.NOWHERE)
    monkeypatch.setattr(doctor_sound, "own_addresses", lambda: ("10.9.9.9",))
    wish = {"HOTLINE_EXTERNAL_ADDRESS": named, "HOTLINE_STUN": "stun.example"}

    assert look(doctor_sound.external_address, tmp_path, **wish).well is well


@pytest.mark.parametrize(
    ("named", "came", "well", "words"),
    [
        ("203.0.113.8", PacketFate.BACK, True, "came back here"),
        ("203.0.113.8", PacketFate.NOWHERE, True, "not proved from here"),
        ("203.0.113.8", PacketFate.REFUSED, True, "is it this site's router"),
        ("192.168.7.7", PacketFate.REFUSED, False, "does not lead sound here"),
        ("203.0.113.8", PacketFate.NO_WAY, False, "to which no way leads"),
    ],
)
def test_without_a_stun_server_a_packet_is_sent_to_the_external_address(  # noqa: PLR0913 - a table
    tmp_path, monkeypatch, named, came, *, well, words
):
    leads(monkeypatch, came)
    monkeypatch.setattr(doctor_sound, "own_addresses", lambda: ("10.9.9.9",))
    found = look(doctor_sound.external_address, tmp_path, HOTLINE_EXTERNAL_ADDRESS=named)

    assert found.well is well
    assert words in found.seen


def leads(monkeypatch, came):
    """Fake the fate of a packet that is sent to the external address."""

    async def packet_to(*_):
        return came

    monkeypatch.setattr(doctor_sound, "packet_to", packet_to)


def test_a_silent_stun_server_is_wrong(tmp_path, monkeypatch):
    sees(monkeypatch, "")

    assert not look(doctor_sound.stun, tmp_path, HOTLINE_STUN="stun.example").well
    assert look(doctor_sound.stun, tmp_path).well


def test_ports_that_another_program_has_are_counted(tmp_path):
    taken = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(6)]
    first = 9200
    for number, one in enumerate(taken):
        one.bind(("127.0.0.1", first + number))
    try:
        found = look(doctor_sound.sound_ports, tmp_path, HOTLINE_RTP_PORTS=f"{first}-{first + 9}")
    finally:
        for one in taken:
            one.close()

    assert not found.well
    assert "4 of 10 free; talks at once: 1" in found.seen


def test_an_unsynchronised_clock_is_only_noted(tmp_path):
    assert look(doctor_sound.clock, tmp_path).well
