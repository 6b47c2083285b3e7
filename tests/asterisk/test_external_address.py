"""The doctor's finding on a wrong external address, on a network of its own."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from installation import ROOT

IP = shutil.which("ip") or ""
SITE, OTHER = f"site-{os.getpid()}", f"other-{os.getpid()}"
ASK = """
import asyncio, dataclasses, json, sys
from web.ops.doctor_sound import external_address
from web.kit.settings import load_settings

home, address = sys.argv[1:]
given = {"HOTLINE_HOME": home, "HOTLINE_HOST": "0.0.0.0", "HOTLINE_EXTERNAL_ADDRESS": address}
print(json.dumps(dataclasses.asdict(asyncio.run(external_address(load_settings(given))))))
"""


def ip(*words):
    subprocess.run([IP, *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def network():
    """A site at 10.77.0.1; its router 10.77.0.254 also has 203.0.113.5, and swallows .6."""
    if os.geteuid() != 0 or not IP:
        pytest.skip("networks of one's own need root and iproute2")
    made = []
    try:
        for name in (SITE, OTHER):
            ip("netns", "add", name)
            made.append(name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", "in0", "netns", SITE, "type", "veth", "peer", "in1", "netns", OTHER)
        for name, link, address in (
            (SITE, "in0", "10.77.0.1/24"),
            (OTHER, "in1", "10.77.0.254/24"),
        ):
            ip("-n", name, "addr", "add", address, "dev", link)
            ip("-n", name, "link", "set", link, "up")
        ip("-n", SITE, "route", "add", "default", "via", "10.77.0.254")
        ip("-n", OTHER, "addr", "add", "203.0.113.5/32", "dev", "lo")
        ip("-n", OTHER, "route", "add", "blackhole", "203.0.113.6/32")
        yield SITE
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network can be made here: {error.stderr.decode()[:200]}")
    finally:
        for name in made:
            subprocess.run([IP, "netns", "del", name], check=False)


@pytest.fixture
def say(network, tmp_path):
    assert network

    def said(address):
        answer = subprocess.run(
            [IP, "netns", "exec", SITE, sys.executable, "-c", ASK, str(tmp_path), address],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(answer.stdout)

    return said


def test_another_machines_address_is_wrong(say):
    told = say("10.77.0.254")

    assert not told["well"]
    assert "does not lead sound here" in told["seen"]
    assert "HOTLINE_EXTERNAL_ADDRESS" in told["advice"]


def test_an_external_address_that_refuses_packets_is_doubtful(say):
    told = say("203.0.113.5")

    assert told["well"]
    assert "is it this site's router?" in told["seen"]
    assert "/sound-check" in told["seen"]


def test_an_external_address_without_a_machine_is_wrong(say):
    told = say("10.77.0.99")

    assert not told["well"]
    assert "no way leads" in told["seen"]


def test_an_address_without_a_route_is_reported_as_unproved(say):
    told = say("203.0.113.6")

    assert "not proved" in told["seen"] or not told["well"]
    assert "/sound-check" in told["seen"] or told["advice"]


def test_this_machines_own_address_is_right(say):
    assert say("10.77.0.1")["well"]
