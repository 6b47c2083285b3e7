"""The manifests of the features agree with each other."""

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
