"""What was taken down of a contact: the service-acceptance record."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from crm.calls.record import CallId

ServiceRecordId = NewType("ServiceRecordId", int)


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """What an agent writes; the keys come from the dictionaries of the same names."""

    call: CallId
    agent: int
    service_type: str
    customer: int | None = None
    method: str = ""
    business_type: str = ""
    product: str = ""
    problem_type: str = ""
    cause: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service record as it stands; `version` rises by one with each change."""

    id: ServiceRecordId
    draft: ServiceDraft
    created_at: datetime
    updated_at: datetime
    version: int
