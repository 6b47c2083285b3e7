"""The voices are installed once, and what a killed installation has left is removed."""

import os

import pytest

from web.kit.settings import Settings
from web.ops.setup import voices
from web.ops.setup.steps import SetupError

NOBODY = 2**22 + 1  # above the highest process id


def test_what_a_killed_installation_left_is_removed_and_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_command: object) -> None:
        raise SetupError("no registry")

    left = settings.cache_dir / f"voices-{NOBODY}.partial"
    works = settings.cache_dir / f"voices-{os.getppid()}.partial"
    for folder in (left, works):
        (folder / "bin").mkdir(parents=True)
    monkeypatch.setattr(voices, "_call", fails)

    with pytest.raises(SetupError):
        voices.install(settings, lambda _: None)

    assert not left.exists()
    assert works.exists()
    (works / "bin").rmdir()
    works.rmdir()
