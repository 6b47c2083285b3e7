"""The counts and the slowest tests of JUnit files."""

from pathlib import Path

from junit import Count, read_count, slowest

SUITE = """<testsuites><testsuite tests="4" failures="1" errors="1" skipped="1">
<testcase classname="tests.unit.test_a" name="test_quick" time="0.5"/>
<testcase classname="tests.unit.test_a" name="test_slow" time="20.25"/>
</testsuite></testsuites>"""


def test_failures_and_errors_are_failed_and_the_rest_passed(tmp_path: Path) -> None:
    (tmp_path / "unit.xml").write_text(SUITE)

    assert read_count(tmp_path / "unit.xml") == Count(passed=1, failed=2, skipped=1)


def test_a_missing_or_broken_file_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.xml").write_text("<testsuites>")

    assert read_count(tmp_path / "broken.xml") == Count()
    assert read_count(tmp_path / "missing.xml") == Count()


def test_the_slowest_tests_of_all_parts_come_first(tmp_path: Path) -> None:
    (tmp_path / "unit.xml").write_text(SUITE)
    (tmp_path / "stores.xml").write_text(SUITE.replace("20.25", "30"))

    found = slowest([tmp_path / "unit.xml", tmp_path / "stores.xml"], 2)

    assert found == [(30, "stores", "test_a: test_slow"), (20.25, "unit", "test_a: test_slow")]
