"""The parts of a test run: which are wanted, and which wait for which."""

import asyncio
import sys

import processes
import pytest
from run import PARTS, TIERS, WORKERS, WORKERS_BESIDE_SOUND, RunOptions, read_arguments, waited_for


def test_without_arguments_all_parts_run() -> None:
    assert read_arguments([]) == (list(PARTS), RunOptions())


def test_parts_and_tiers_are_named_first_and_the_rest_goes_to_pytest() -> None:
    wanted, options = read_arguments(["quick", "unit", "-k", "hold"])

    assert wanted == TIERS["quick"]
    assert options == RunOptions(extra=("-k", "hold"), workers=WORKERS)
    assert read_arguments(["long"])[1].long
    assert read_arguments(["asterisk"])[1].alone


def test_beside_real_sound_a_core_is_left_free() -> None:
    assert read_arguments(["unit", "stores"])[1].workers == WORKERS
    assert read_arguments(["unit", "browser"])[1].workers == WORKERS_BESIDE_SOUND


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(SystemExit, match="There is no part astersk"):
        read_arguments(["astersk"])


def test_a_part_waits_for_those_before_a_part_that_is_not_wanted() -> None:
    assert waited_for("stores", {"unit": 1, "walks": 1, "stores": 1}) == {"walks"}
    assert waited_for("stores", {"unit": 1, "stores": 1}) == {"unit"}
    assert waited_for("stores", {"stores": 1}) == set()


def test_no_part_waits_for_itself() -> None:
    for name in PARTS:
        assert name not in waited_for(name, PARTS)


def test_a_program_that_takes_too_long_is_ended(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(processes, "LONGEST_SECONDS", 0.2)
    sleeper = [sys.executable, "-c", "print('begun', flush=True); import time; time.sleep(60)"]

    code, said = asyncio.run(processes.run(sleeper, log=tmp_path / "log"))

    assert code == processes.TIMED_OUT
    assert "took over 0.2 s" in said
