import pytest
from journeys.house import open_house

from cti.fake import FakeAsterisk


@pytest.fixture
def house() -> FakeAsterisk:
    return open_house()
