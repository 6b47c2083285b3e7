"""Templates are found by name in the folders of all features."""

from collections import Counter
from pathlib import Path

WEB = Path(__file__).resolve().parents[3] / "web"


def test_no_two_features_name_a_template_alike() -> None:
    found = Counter(
        path.relative_to(folder)
        for folder in WEB.glob("*/templates")
        for path in folder.rglob("*.html")
    )

    assert found
    assert [name for name, count in found.items() if count > 1] == []
