"""The manifests of the features agree with each other."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from web.features import features

WEB = Path(__file__).resolve().parents[3] / "web"


def twice(found: Iterable[str]) -> list[str]:
    return [one for one, count in Counter(found).items() if count > 1]


def test_every_feature_is_found_by_its_folder() -> None:
    folders = {path.parent.name for path in WEB.glob("*/feature.py")} - {"kit"}

    assert {one.name for one in features()} == folders
    assert len(features()) == len(folders)


def test_no_two_features_declare_the_same_thing() -> None:
    assert twice(right.right for one in features() for right in one.rights) == []
    assert twice(entry.url for one in features() for entry in one.menu) == []
    assert twice(word for one in features() for word in one.tags) == []
    assert twice(name for one in features() for name in one.examples) == []
    for part in ("actions", "things", "pages", "fields"):
        assert twice(key for one in features() for key in getattr(one.audit, part)) == []


def test_features_with_pages_stand_in_an_order_of_their_own() -> None:
    assert twice(str(one.order) for one in features()) == []


def test_the_jobs_processes_know_no_page_and_no_api() -> None:
    """They import the jobs of all features, and nothing that answers a request."""
    script = (
        "import sys, web.ops.jobs_process; from web.features import feature_jobs;"
        "print(len(feature_jobs()), *sorted(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    count, *modules = ran.stdout.split()
    private = (".api", "_api", ".pages", "_pages", ".feature")

    assert int(count) == len(list(WEB.glob("*/jobs.py"))) - 1  # kit's is no feature's
    assert [one for one in modules if one.startswith("web.") and one.endswith(private)] == []
    assert {"fastapi", "starlette"} & set(modules) == set()
