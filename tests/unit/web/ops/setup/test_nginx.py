"""The configuration of nginx; tests with a real nginx show that it works."""

from pathlib import Path

import pytest

from web.kit.body_limits import MEGABYTE, SIGN_IN_BYTES, USUAL_BYTES, bound_of
from web.kit.clock import now
from web.kit.settings import load_settings
from web.ops.setup.door_pages import NOTICES, POLICY, STYLE_HASH
from web.ops.setup.nginx import configuration, have_certificate


def text(home, version=(1, 22, 1), **environment):
    settings = load_settings({"HOTLINE_HOME": str(home), **environment})
    return configuration(settings, Path("/place"), have_certificate(settings, now()), version)


def test_this_machine_alone_is_served_plainly(tmp_path):
    said = text(tmp_path)

    assert "listen 127.0.0.1:8000;" in said
    assert "ssl_certificate" not in said


@pytest.mark.parametrize(
    ("version", "line"),
    [((1, 22, 1), "listen 127.0.0.1:8000 ssl http2;"), ((1, 25, 1), "http2 on;")],
)
def test_http_2_is_asked_for_in_the_words_of_that_nginx(tmp_path, version, line):
    assert line in text(tmp_path, version, HOTLINE_TLS="1")


def test_slow_senders_are_not_waited_for(tmp_path):
    said = text(tmp_path)

    assert "client_header_timeout 10s;" in said
    assert "client_body_timeout 10s;" in said
    assert "client_max_body_size 1m;" in said


def test_uploads_have_the_same_limit_in_nginx_and_in_the_web(tmp_path, monkeypatch):
    places = {"/api/v1/prompts": 20 * MEGABYTE, "/api/v1/prompts/small": 5000}
    monkeypatch.setattr("web.kit.body_limits.UPLOADS", places)
    said = text(tmp_path)

    for prefix, bound in (("/api/v1/prompts", "20m"), ("/api/v1/prompts/small", "5000")):
        assert f"location {prefix} {{\n            client_max_body_size {bound};" in said
    assert bound_of("/api/v1/prompts/7/file") == 20 * MEGABYTE
    assert bound_of("/api/v1/prompts/small/7") == 5000
    assert bound_of("/api/v1/calls") == USUAL_BYTES


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-in/second-factor", "/api/v1/session", "/forgot"]
)
def test_where_strangers_send_something_it_is_short(tmp_path, path):
    said = text(tmp_path)
    place = "/sign-in" if path.startswith("/sign-in") else path

    assert f"location {place} {{\n            client_max_body_size {SIGN_IN_BYTES};" in said
    location = said.partition(f"location {place} {{")[2].partition("}")[0]
    assert "client_body_timeout 60s;" not in location


def test_every_location_limits_the_connections_of_one_place(tmp_path):
    """A location with a `limit_conn` of its own inherits none."""
    locations = text(tmp_path).split("        location ")[1:]
    own = [one for one in locations if "limit_conn " in one]

    assert own
    assert all("limit_conn places 2000;" in one for one in own)
    assert not [one for one in locations if "limit_req " in one]


def test_without_a_named_proxy_no_header_is_believed(tmp_path):
    assert "real_ip" not in text(tmp_path)
    assert "set_real_ip_from 10.0.0.1/32;" in text(tmp_path, HOTLINE_PROXIES="10.0.0.1")


def test_an_ipv6_address_stands_in_brackets(tmp_path):
    assert "listen [::1]:8000;" in text(tmp_path, HOTLINE_HOST="::1")


def test_the_doors_own_pages_load_nothing_and_keep_to_their_policy():
    assert STYLE_HASH in POLICY
    for notice in NOTICES:
        page = notice.page()
        assert "src=" not in page
        assert "<script" not in page
        assert notice.english in page
        assert notice.chinese in page
