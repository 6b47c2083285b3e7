"""What may be set, and the sentence for what may not."""

import pytest

from web.settings import BadSettingError, forget_running, load_settings, write_down


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
