"""Service records: what an agent writes about a contact."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from crm.calls.record import CallId

ServiceRecordId = NewType("ServiceRecordId", int)


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """What an agent enters; the keys are from the dictionaries of the same names."""

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
    """A stored service record; `version` rises by one with each change."""

    id: ServiceRecordId
    draft: ServiceDraft
    created_at: datetime
    updated_at: datetime
    version: int
