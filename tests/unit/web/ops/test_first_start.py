"""What `bin/up` prints, and whether the demo is on: nothing secret reaches a log."""

from pathlib import Path

import pytest

from web.kit.settings import Settings, load_settings
from web.ops.demo import seed
from web.ops.supervisor import say_ready

ADDRESS = "http://localhost:8000/first-administrator/abc"


def settings_of(home: Path, **given: str) -> Settings:
    return load_settings({"HOTLINE_HOME": str(home), **given})


@pytest.mark.parametrize(
    ("given", "demo", "try_it"),
    [
        ({}, True, True),
        ({"HOTLINE_DEMO": "0"}, False, False),
        ({"HOTLINE_HOST": "0.0.0.0"}, False, False),  # noqa: S104
        ({"HOTLINE_HOST": "10.0.0.7", "HOTLINE_TRY_IT": "1"}, False, True),
        ({"HOTLINE_HOST": "10.0.0.7", "HOTLINE_DEMO": "1"}, True, True),
        ({"HOTLINE_HOST": "::1"}, True, True),
    ],
)
def test_beyond_loopback_the_demo_is_on_only_if_asked_for(
    tmp_path: Path, given: dict[str, str], *, demo: bool, try_it: bool
) -> None:
    settings = settings_of(tmp_path, **given)

    assert (settings.demo, settings.try_it) == (demo, try_it)


def test_the_one_time_address_is_printed_and_a_warning_beyond_loopback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say_ready(settings_of(tmp_path, HOTLINE_DEMO="0"), ADDRESS)
    alone = capsys.readouterr().out
    say_ready(settings_of(tmp_path, HOTLINE_HOST="10.0.0.7", HOTLINE_DEMO="1"), "")
    opened = capsys.readouterr().out
    say_ready(settings_of(tmp_path, HOTLINE_HOST="10.0.0.7"), "")
    closed = capsys.readouterr().out

    assert ADDRESS in alone
    assert "demo" not in alone.lower()
    assert "WARNING: other machines reach the demo" in opened
    assert "first-administrator" not in opened
    assert "HOTLINE_DEMO=1" in closed


@pytest.mark.parametrize("terminal", [True, False])
def test_passwords_are_printed_only_to_a_terminal(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    terminal: bool,
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    monkeypatch.setattr(seed, "welcome", lambda _: ["li.wei       abcd-efgh-jkmn"])

    say_ready(settings_of(tmp_path), "")

    printed = capsys.readouterr().out
    assert ("abcd-efgh-jkmn" in printed) is terminal
    assert ("bin/hotline demo accounts" in printed) is not terminal
