import pytest
from journeys.site import open_house

from cti.fake import FakeAsterisk


@pytest.fixture
def house() -> FakeAsterisk:
    return open_house()
