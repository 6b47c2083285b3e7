"""Settings: valid values, and the sentence for each invalid one."""

import pytest

from web.kit.settings import BadSettingError, forget_running, load_settings, write_down


def test_nothing_set_is_a_demonstration_on_this_machine(tmp_path):
    settings = load_settings({"HOTLINE_HOME": str(tmp_path)})

    assert (settings.host, settings.http_port, settings.demo) == ("127.0.0.1", 8000, True)
    assert settings.database_url.startswith("postgresql+psycopg2://")


def test_a_database_of_ones_own_is_no_demonstration(tmp_path):
    url = "postgresql+psycopg2://db.example/hotline"
    settings = load_settings({"HOTLINE_HOME": str(tmp_path), "HOTLINE_DATABASE_URL": url})

    assert not settings.demo
    assert not settings.embedded_database


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOTLINE_HTTP_PORT", "no"),
        ("HOTLINE_HTTP_PORT", "70000"),
        ("HOTLINE_HTTP_PORT", "5060"),
        ("HOTLINE_RTP_PORTS", "10000"),
        ("HOTLINE_RTP_PORTS", "10000-10001"),
        ("HOTLINE_DEMO", "perhaps"),
        ("HOTLINE_REGION", "China"),
        ("HOTLINE_EXTERNAL_ADDRESS", "my server"),
        ("HOTLINE_DATABASE_URL", "mysql://x"),
        ("HOTLINE_NAME", "https://calls.example"),
        ("HOTLINE_NAME", "-calls"),
        ("HOTLINE_PROXIES", "proxy.example"),
        ("HOTLINE_LOCAL_NETWORKS", "10.0.0.0/33"),
        ("HOTLINE_STUN", "stun.example:99999"),
        ("HOTLINE_STUN", "stun example"),
        ("HOTLINE_TURN", "turn:turn.example?transport=sctp"),
        ("HOTLINE_TURN", "turn:turn.example:3478"),
        ("HOTLINE_TLS_CERTIFICATE", "/etc/ssl/one.pem"),
        ("HOTLINE_TLS", "perhaps"),
    ],
)
def test_a_bad_value_is_named_in_a_sentence(tmp_path, name, value):
    with pytest.raises(BadSettingError, match=name):
        load_settings({"HOTLINE_HOME": str(tmp_path), name: value})


def test_secrets_are_made_once_and_private(tmp_path):
    first = load_settings({"HOTLINE_HOME": str(tmp_path)}).secrets

    assert load_settings({"HOTLINE_HOME": str(tmp_path)}).secrets == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_sockets_of_a_deep_home_lie_elsewhere(tmp_path):
    deep = tmp_path / ("d" * 100)

    assert len(str(load_settings({"HOTLINE_HOME": str(deep)}).engine_socket)) < 108


def test_the_trial_page_follows_the_demonstration_unless_it_is_told(tmp_path):
    home = {"HOTLINE_HOME": str(tmp_path)}
    assert load_settings(home).try_it
    assert not load_settings({**home, "HOTLINE_DEMO": "0"}).try_it
    assert load_settings({**home, "HOTLINE_DEMO": "0", "HOTLINE_TRY_IT": "1"}).try_it


def test_a_command_typed_beside_what_runs_finds_its_ports(tmp_path):
    home = {"HOTLINE_HOME": str(tmp_path)}
    running = load_settings({**home, "HOTLINE_HTTP_PORT": "8123"})
    write_down(running)
    assert load_settings(home, as_running=True).http_port == 8123
    forget_running(running)

    assert load_settings(home, as_running=True).http_port == 8000


@pytest.mark.parametrize(
    ("environment", "tls"),
    [
        ({}, False),
        ({"HOTLINE_TLS": "1"}, True),
        ({"HOTLINE_HOST": "0.0.0.0"}, True),  # noqa: S104
        ({"HOTLINE_HOST": "10.0.0.7"}, True),
        ({"HOTLINE_HOST": "10.0.0.7", "HOTLINE_PROXIES": "10.0.0.1"}, False),
        ({"HOTLINE_HOST": "10.0.0.7", "HOTLINE_PROXIES": "10.0.0.1", "HOTLINE_TLS": "1"}, True),
        ({"HOTLINE_TLS_CERTIFICATE": "/a", "HOTLINE_TLS_KEY": "/b"}, True),
    ],
)
def test_beyond_this_machine_there_is_tls_here_or_before_us(tmp_path, environment, tls):
    settings = load_settings({"HOTLINE_HOME": str(tmp_path), **environment})

    assert settings.outside.tls is tls
    assert settings.address.startswith("https://" if tls else "http://")


def test_passwords_in_the_clear_cannot_be_asked_for(tmp_path):
    wish = {"HOTLINE_HOME": str(tmp_path), "HOTLINE_HOST": "10.0.0.7", "HOTLINE_TLS": "0"}

    with pytest.raises(BadSettingError, match="HOTLINE_PROXIES"):
        load_settings(wish)


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://localhost:8000/"),
        ({"HOTLINE_HOST": "::1"}, "http://localhost:8000/"),
        ({"HOTLINE_HOST": "fd00::7"}, "https://[fd00::7]:8000/"),
        ({"HOTLINE_TLS": "1", "HOTLINE_HTTPS_PORT": "443"}, "https://localhost/"),
        (
            {"HOTLINE_HOST": "::", "HOTLINE_NAME": "Calls.example, b.example"},
            "https://calls.example:8000/",
        ),
    ],
)
def test_the_address_is_what_is_typed_into_a_browser(tmp_path, environment, address):
    assert load_settings({"HOTLINE_HOME": str(tmp_path), **environment}).address == address


def test_a_command_finds_the_network_settings_of_the_running_installation(tmp_path):
    home = {"HOTLINE_HOME": str(tmp_path)}
    running = load_settings(
        {
            **home,
            "HOTLINE_HOST": "10.0.0.7",
            "HOTLINE_HTTPS_PORT": "8443",
            "HOTLINE_NAME": "calls.example",
            "HOTLINE_PROXIES": "10.0.0.1,10.1.0.0/16",
            "HOTLINE_TLS": "1",
            "HOTLINE_STUN": "stun.example,[fd00::1]:3479",
            "HOTLINE_TURN": "turn:turn.example:5349?transport=tcp",
            "HOTLINE_TURN_SECRET": "north",
        }
    )
    write_down(running)

    assert load_settings(home, as_running=True).outside == running.outside
