"""What the tests of callbacks leave behind is removed: other tests count the calls of the site."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.callbacks.asking import forget


@pytest.fixture(autouse=True)
def nothing_left(database: sessionmaker[Session]) -> Iterator[None]:
    yield
    forget(database)
