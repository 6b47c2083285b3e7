"""What the core said of five hundred stories before its types were changed, it still says."""

import json

import pytest
from journeys.golden import stories

GOLDEN = stories.read("stories.json.gz")


@pytest.mark.parametrize("seed", range(stories.STORIES))
def test_the_same_story_leaves_the_same_facts(seed):
    found = json.loads(json.dumps(stories.facts_of(stories.story(seed))))

    assert found == GOLDEN[seed], stories.story(seed)
