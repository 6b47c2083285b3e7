"""The real nginx, with a stand-in for the web behind it and one for Asterisk."""

import contextlib
import json
import shutil
import signal
import socket
import ssl
import time
from collections import Counter

import pytest
from asterisk.front_door import LOOPBACK, TAG, Door, context
from asterisk.phones import wait_until
from fastapi import Request
from installation import SHARED, TEST_HOME, free_ports, fresh_home

from web.kit.clock import now
from web.kit.etag import check_match
from web.kit.middleware import SECURITY_HEADERS
from web.ops.setup import nginx
from web.ops.setup.addresses import own_addresses
from web.ops.setup.certificate import have_certificate

ALL_HEADERS = {*map(str.lower, SECURITY_HEADERS)}


@pytest.fixture
def door():
    """Start nginx; at the end each is stopped and its home removed."""
    opened = []

    def open_door(**environment):
        home = fresh_home()
        home.mkdir(parents=True, mode=0o700)
        for name in SHARED:
            (TEST_HOME / name).mkdir(parents=True, exist_ok=True)
            (home / name).symlink_to(TEST_HOME / name)
        opened.append(Door(home, **environment))
        return opened[-1]

    yield open_door
    for one in opened:
        one.close()
        shutil.rmtree(one.settings.home, ignore_errors=True)


def test_the_web_gets_the_true_address_and_scheme_whatever_the_client_claims(door):
    lies = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9;proto=https",
    }
    told = door().told(headers=lies)

    assert (told["x-forwarded-for"], told["x-forwarded-proto"]) == (LOOPBACK, "http")
    assert told["x-forwarded-host"].startswith(LOOPBACK)
    assert not {"x-real-ip", "forwarded"} & set(told)


def test_only_a_named_proxy_is_believed(door):
    opened = door(HOTLINE_PROXIES="127.0.0.9")
    said = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}

    by_proxy = opened.told(headers=said, source=("127.0.0.9", 0))
    by_stranger = opened.told(headers=said, source=("127.0.0.5", 0))

    assert (by_proxy["x-forwarded-for"], by_proxy["x-forwarded-proto"]) == ("203.0.113.9", "https")
    assert (by_stranger["x-forwarded-for"], by_stranger["x-forwarded-proto"]) == (
        "127.0.0.5",
        "http",
    )


def test_an_address_put_before_the_proxys_own_is_not_believed(door):
    said = {"X-Forwarded-For": "10.1.1.1, 203.0.113.9"}
    told = door(HOTLINE_PROXIES="127.0.0.9").told(headers=said, source=("127.0.0.9", 0))

    assert told["x-forwarded-for"] == "203.0.113.9"


def test_the_tag_of_a_compressed_answer_still_names_its_version(door):
    long = {"X-Note": "a long note " * 100}
    _, headers, _ = door().ask(headers={"Accept-Encoding": "gzip", **long})
    told = {name.lower(): value for name, value in headers}

    assert told["content-encoding"] == "gzip"
    raw = [(b"if-match", told["etag"].encode())]
    check_match(Request({"type": "http", "method": "PATCH", "headers": raw}), TAG)


def test_plain_http_from_other_machines_comes_through_the_proxy_only(door):
    here = next((one for one in own_addresses() if ":" not in one), None)
    if here is None:
        pytest.skip("this machine has loopback only")
    opened = door(HOTLINE_HOST="0.0.0.0", HOTLINE_PROXIES="203.0.113.1")  # noqa: S104

    status, _, _ = opened.ask(to=here)

    assert status == 403
    assert not opened.web.asked


def test_plain_http_from_other_machines_is_redirected_to_https(door):
    opened = door(HOTLINE_HOST="0.0.0.0")  # noqa: S104

    status, headers, _ = opened.ask("/desk?x=1", tls=False)
    told = opened.told("/desk")

    assert (status, dict(headers)["Location"]) == (
        301,
        f"https://{LOOPBACK}:{opened.port}/desk?x=1",
    )
    assert told["x-forwarded-proto"] == "https"


def test_https_may_have_a_port_of_its_own(door):
    port = free_ports()["HOTLINE_HTTP_PORT"]
    opened = door(HOTLINE_TLS="1", HOTLINE_HTTPS_PORT=port)

    status, headers, _ = opened.ask("/x", port=opened.settings.http_port, tls=False)

    assert (status, dict(headers)["Location"]) == (301, f"https://{LOOPBACK}:{port}/x")
    assert opened.told("/x")["x-forwarded-proto"] == "https"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_tls_is_new_and_speaks_http_2(door):
    opened = door(HOTLINE_TLS="1")
    offers = context()
    offers.set_alpn_protocols(["h2", "http/1.1"])
    with offers.wrap_socket(socket.create_connection((LOOPBACK, opened.port))) as line:
        chosen = (line.selected_alpn_protocol(), line.version())
    old = context()
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(ssl.SSLError), socket.create_connection((LOOPBACK, opened.port)) as line:
        old.wrap_socket(line)
    assert chosen == ("h2", "TLSv1.3")


def test_only_a_given_certificate_binds_browsers_to_https(door):
    own = door(HOTLINE_TLS="1")
    made = have_certificate(own.settings, now())
    given = door(HOTLINE_TLS_CERTIFICATE=str(made.certificate), HOTLINE_TLS_KEY=str(made.key))

    assert "Strict-Transport-Security" not in dict(own.ask()[1])
    assert "Strict-Transport-Security" in dict(given.ask()[1])


def test_a_renewed_certificate_is_shown_and_no_telephone_is_cut(door):
    opened = door(HOTLINE_TLS="1")
    line, said = opened.telephone()
    before = opened.serial()
    (opened.settings.tls_dir / "hotline.crt").unlink()
    have_certificate(opened.settings, now())

    opened.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 10
    while opened.serial() == before and time.monotonic() < until:
        time.sleep(0.05)

    assert opened.serial() != before
    assert b" 101 " in said
    line.sendall(b"still here")
    assert line.recv(100) == b"still here"


@pytest.mark.parametrize(
    "path",
    [
        "/ari/channels",
        "/ws",
        "/httpstatus",
        "/metrics",
        "/static/../ari/channels",
        "/sip/../ari/channels",
        "/sip/",
        "/sip/ari",
        "/sip%2f..%2fari",
        "/%2e%2e/ari/channels",
        "//sip/../httpstatus",
        "/sip;/ari",
        "/sip/%2e%2e/httpstatus",
    ],
)
def test_nothing_of_asterisk_but_its_websocket_can_be_reached(door, path):
    opened = door()
    opened.ask(path)
    opened.ask("/sip")

    assert opened.asterisk.asked == ["/ws"]


def test_asterisk_does_not_get_our_cookies(door):
    _, _, body = door().ask("/sip", headers={"Cookie": "hotline=x", "Authorization": "Basic eDp5"})

    assert not {"cookie", "authorization"} & set(json.loads(body)["headers"])


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_site_opens_no_telephone(door, origin):
    opened = door()
    _, said = opened.telephone(origin)
    _, ours = opened.telephone(f"http://{LOOPBACK}:{opened.port}")

    assert b" 403 " in said
    assert b" 101 " in ours


@pytest.mark.parametrize(
    "path", ["/static/../../pyproject.toml", "/static/%2e%2e/app.py", "/.door/"]
)
def test_no_file_beside_the_static_ones_is_given(door, path):
    status, _, body = door().ask(path)

    assert b"asgi" not in body.lower()
    assert status in {200, 400, 404}, "what is not static is asked of the web"
    assert b"import" not in body


def test_a_name_that_is_not_ours_is_refused(door):
    opened = door(HOTLINE_NAME="calls.example")

    def status(host):
        return opened.ask(headers={"Host": host})[0]

    assert [status(one) for one in ("evil.example", "calls.example.evil.example")] == [421, 421]
    ours = ("calls.example", f"calls.example:{opened.port}", "localhost", LOOPBACK, "[::1]")
    assert {status(one) for one in ours} == {200}


def test_a_body_that_is_too_large_is_refused_as_a_page_or_a_problem_document(door):
    opened = door()
    large = b"x" * (1024 * 1024 + 1)

    page = opened.ask("/customers", method="POST", body=large)
    api = opened.ask("/api/v1/customers", method="POST", body=large)

    assert (page[0], dict(page[1])["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert (api[0], dict(api[1])["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(api[2])["title"]
    assert not opened.web.asked


def test_what_strangers_send_is_short(door):
    opened = door()

    for path in ("/sign-in", "/api/v1/session"):
        assert opened.ask(path, method="POST", body=b"x" * 16 * 1024)[0] == 200
        assert opened.ask(path, method="POST", body=b"x" * (16 * 1024 + 1))[0] == 413


def test_bodies_that_come_by_drops_take_nothing_from_other_places(door):
    opened = door()
    slow, other = ("127.0.0.5", 0), ("127.0.0.6", 0)
    head = f"POST /customers HTTP/1.1\r\nHost: {LOOPBACK}:{opened.port}\r\nContent-Length: 9"

    def sends(source):
        return opened.ask("/customers", method="POST", body=b"x", source=source)[0]

    with contextlib.ExitStack() as lines:
        # More than are let in: one that asks before all are counted may take a place for a moment.
        for _ in range(110):
            made = socket.create_connection((LOOPBACK, opened.port), 10, slow)
            lines.enter_context(made).sendall(f"{head}\r\n\r\nx".encode())
        wait_until(lambda: sends(slow) == 429, 5, "the place sends no more bodies")

        assert opened.ask("/desk", source=slow)[0] == 200
        assert sends(other) == 200


def test_a_flood_of_sign_ins_is_held_off_and_everything_else_goes_on(door):
    opened = door()

    seen = Counter(opened.ask("/sign-in", method="POST", body=b"x")[0] for _ in range(100))

    assert seen[200] >= 50
    assert seen[429] >= 10
    assert opened.ask("/desk")[0] == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_web_nginx_says_that_it_starts(door, method):
    opened = door()
    opened.web.shutdown()
    opened.web.server_close()

    status, headers, body = opened.ask("/desk", method=method, body=b"x")
    api = opened.ask("/api/v1/desk", method=method, body=b"x")

    assert (status, dict(headers)["Retry-After"]) == (502, "2")
    assert "正在启动" in body.decode()
    assert dict(api[1])["Content-Type"] == "application/problem+json"


def test_every_answer_carries_each_security_header_once(door):
    opened = door(HOTLINE_NAME="calls.example")
    static = next(one for one in (nginx.REPOSITORY / "web" / "static").iterdir() if one.is_file())
    answers = {
        "page": opened.ask("/"),
        "static": opened.ask(f"/static/{static.name}"),
        "missing file": opened.ask("/static/none.js"),
        "not a file": opened.ask(f"/static/{static.name}", method="POST", body=b""),
        "foreign page": opened.ask("/sip", headers={"Origin": "https://evil.example"}),
        "foreign name": opened.ask(headers={"Host": "evil.example"}),
        "too large": opened.ask(method="POST", body=b"x" * 1100000),
        "wrong path": opened.ask("/static/../../x"),
    }
    opened.web.shutdown()
    opened.web.server_close()
    answers["web away"] = opened.ask("/")

    for what, (status, headers, _) in answers.items():
        found = Counter(name.lower() for name, _ in headers)
        assert {name: found[name] for name in ALL_HEADERS} == dict.fromkeys(ALL_HEADERS, 1), what
        assert status == 200 or found["cache-control"] <= 1, what
        assert dict(headers)["Server"] == "nginx" or what == "page"
