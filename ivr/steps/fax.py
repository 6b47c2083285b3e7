"""Receive a fax."""

from dataclasses import dataclass

from crm.kernel.destination import DestinationKind
from crm.kernel.text import N_
from ivr.leaving import leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxFields:
    """Nothing: there is one place for faxes."""


STEP = leaving(DestinationKind.FAX, N_("Fax"), FaxFields, lambda _fields: "")
