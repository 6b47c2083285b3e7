"""Tests of a file run at the command line, without a database and without a call."""

import json
from pathlib import Path

import pytest

from web.__main__ import main

DOCUMENT = {
    "start": "menu",
    "nodes": {
        "menu": {"type": "menu", "prompts": ["x"], "choices": {"1": "line"}, "otherwise": "bye"},
        "line": {"type": "queue", "queue": "support"},
        "bye": {"type": "hangup"},
    },
}
TEST = {
    "name": "Key 1 leads to the line",
    "scenario": {"does": [{"press": "1"}]},
    "expect": {"ends": {"kind": "queue", "target": "support"}},
}


def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], told: object) -> tuple[int, str, str]:
    file = tmp_path / "flow.json"
    file.write_text(json.dumps(told))
    code = main(["flow", "test", str(file)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_line_for_each_test_and_the_coverage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(tmp_path, capsys, {"document": DOCUMENT, "tests": [TEST]})
    assert code == 0
    assert "passed  Key 1 leads to the line" in out
    assert "1 of 2 ways are covered" in out
    assert "After the last try" in out


def test_a_test_that_fails_gives_exit_code_1_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {**TEST, "name": "Other", "expect": {"ends": {"kind": "hangup"}}}
    code, out, _ = run(tmp_path, capsys, {"document": DOCUMENT, "tests": [TEST, other]})
    assert code == 1
    assert "FAILED  Other: The call ends elsewhere" in out


@pytest.mark.parametrize("told", [[], {}, {"document": 3}, {"document": {}, "tests": [3]}])
def test_what_is_no_such_file_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], told: object
) -> None:
    code, _, err = run(tmp_path, capsys, told)
    assert code == 1
    assert err.startswith("Hotline: ")
