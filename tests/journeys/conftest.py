import pytest
from journeys.site import open_site

from cti.fake import FakeAsterisk


@pytest.fixture
def fake() -> FakeAsterisk:
    return open_site()
