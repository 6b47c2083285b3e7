"""What the tests of appointments leave behind is removed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from unit.web.lost_calls.losing import forget

from crm.appointments.models import AppointmentRow


@pytest.fixture(autouse=True)
def nothing_left(database: sessionmaker[Session]) -> Iterator[None]:
    yield
    forget(database)
    with database.begin() as session:
        session.execute(delete(AppointmentRow))
