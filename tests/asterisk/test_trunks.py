"""Trunks of a real Asterisk: a provider registers us, falls silent, calls in and is called."""

import json
import re
import urllib.request
from base64 import b64encode

import pytest
from asterisk.phones import wait_until
from sip_provider import Provider

HOST = "127.0.0.5"  # not the address of the demo's own trunk


@pytest.fixture
def provider():
    with Provider(HOST) as made:
        yield made


@pytest.fixture
def trunk(installation, provider):
    """A trunk that registers with the provider; it is deleted at the end."""
    admin = installation.api("admin")
    body = {
        "name": f"Provider {provider.port}",
        "host": HOST,
        "port": provider.port,
        "registers": True,
        "username": provider.username,
        "password": provider.password,
        "number_source": "to",
        "caller_source": "from",
        "qualify_seconds": 10,
    }
    made = admin.post("/trunks", body)
    yield Line(admin, made["id"])
    admin.delete(f"/trunks/{made['id']}")


class Line:
    """A trunk, as an administrator sees and changes it."""

    def __init__(self, admin, id_):
        self.admin, self.id = admin, id_

    def becomes(self, state, seconds=14.0):
        wait_until(lambda: self.state()["state"] == state, seconds, lambda: f"{state}: {self}")

    def state(self):
        return self.admin.get(f"/trunks/{self.id}/state")

    def change(self, **settings):
        self.admin.ask("PATCH", f"/trunks/{self.id}", settings)

    def test(self):
        return {one["step"]: one for one in self.admin.post(f"/trunks/{self.id}/test")["steps"]}

    def __str__(self):
        return str(self.state())


def originate(installation, endpoint, channel):
    """Let Asterisk call out, as the engine does."""
    body = {"endpoint": endpoint, "extension": "s", "context": "hotline-sound-check"}
    body |= {"callerId": "Hotline <4008001234>", "channelId": channel, "formats": "alaw"}
    ask_asterisk(installation, "POST", "/channels", body)


def hang_up(installation, channel):
    """End a channel of Asterisk's."""
    ask_asterisk(installation, "DELETE", f"/channels/{channel}")


def ask_asterisk(installation, method, path, body=None):
    password = json.loads((installation.home / "secrets.json").read_text())["ari_password"]
    url = f"http://127.0.0.1:{installation.environment['HOTLINE_ASTERISK_PORT']}/ari{path}"
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None)
    request.method = method
    word = b64encode(f"hotline:{password}".encode()).decode()
    request.add_header("Authorization", f"Basic {word}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - this machine
        pass


def test_a_trunk_registers_with_digest_and_the_lamp_follows_the_provider(provider, trunk):
    provider.options = 0  # silent from the start: OPTIONS are lost after three seconds
    trunk.becomes("registered")
    sent = provider.asked("REGISTER")
    assert "Authorization: Digest" in sent[-1]
    assert f"<sip:{provider.username}@{HOST}>" in sent[-1]

    trunk.becomes("unreachable")
    assert trunk.state()["error"] == "The other side does not answer."

    assert trunk.test()["options"]["sentence"].startswith("There was no answer in time.")
    provider.options = 200
    trunk.becomes("registered")
    found = trunk.test()
    assert found["register"]["raw"] == "SIP/2.0 200 OK"
    assert "Contact" not in provider.asked("REGISTER")[-1]


def test_a_refused_registration_turns_the_lamp_red_and_the_test_says_why(provider, trunk):
    trunk.becomes("registered")
    provider.register = 403
    trunk.change(password="another")
    trunk.becomes("rejected")
    assert trunk.test()["register"]["raw"] == "SIP/2.0 401 Unauthorized"

    trunk.change(password="right")
    refused = trunk.test()["register"]
    assert refused["raw"] == "SIP/2.0 403 Forbidden"
    assert refused["sentence"] == "The provider refused the username or the password."

    trunk.change(host="no.such.host.invalid")
    assert trunk.test()["name"]["verdict"] == "bad"
    trunk.becomes("invalid")
    trunk.change(host=HOST)
    provider.register = 200
    trunk.becomes("registered")


def test_a_provider_that_grants_a_moment_is_left_alone(provider, trunk):
    provider.expires = 5
    trunk.change(username=provider.username, qualify_seconds=20, max_channels=1)
    trunk.becomes("rejected")
    assert "for a few seconds only" in trunk.state()["error"]
    asked = len(provider.asked("REGISTER"))
    assert asked < 2000


def test_a_call_over_the_registration_reaches_the_number_that_to_names(
    trade, installation, provider, trunk
):
    trunk.becomes("registered")
    contact = re.search(r"Contact: <([^>]+)>", provider.asked("REGISTER")[-1])[1]
    provider.call(contact, installation.number, "13900139000", installation.sip)

    def arrived():
        return [one for one in trade.live()["calls"] if one["caller"].endswith("13900139000")]

    (call,) = wait_until(arrived, 5, "the call arrives")
    assert (call["called"], call["via"]) == ("+864008001234", "trunk")
    wait_until(lambda: trunk.state()["channels"] == 1, 7, lambda: f"counted: {trunk}")
    hang_up(installation, call["id"])


def test_a_call_out_shows_the_caller_s_number_beside_the_account(installation, provider, trunk):
    trunk.becomes("registered")
    provider.invite = 486
    originate(installation, f"PJSIP/13800138000@trunk-{trunk.id}", f"out-{trunk.id}")

    wait_until(lambda: provider.asked("INVITE"), 5, "the call goes out")
    sent = provider.asked("INVITE")[0]
    assert sent.startswith(f"INVITE sip:13800138000@{HOST}:{provider.port} SIP/2.0")
    assert re.search(rf"From: .*<sip:{provider.username}@{HOST}>;tag", sent), sent
    assert 'P-Asserted-Identity: "Hotline" <sip:4008001234@' in sent
    assert re.search(r"m=audio \d+ RTP/AVP 8", sent)
