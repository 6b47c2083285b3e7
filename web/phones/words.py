"""Words of phones: their kinds, states and makers."""

from collections.abc import Mapping

from web.kit.i18n import N_
from web.phones.provisioning import Vendor

REGISTERED: Mapping[str, str] = {
    "both": N_("Desk phone and softphone"),
    "desk": N_("Desk phone"),
    "softphone": N_("Softphone"),
    "none": N_("Not registered"),
    "unknown": N_("Unknown"),
}
TONES: Mapping[str, str] = {
    "both": "ready",
    "desk": "ready",
    "softphone": "ready",
    "none": "out",
    "unknown": "out",
}
VENDORS: Mapping[Vendor, str] = {
    Vendor.YEALINK: "Yealink",
    Vendor.GRANDSTREAM: "Grandstream",
    Vendor.FANVIL: "Fanvil",
}
FILES: Mapping[str, str] = {
    "xlsx": N_("List as XLSX"),
    "csv": N_("List as CSV"),
    **{vendor: N_("Configurations: {vendor}") for vendor in Vendor},
}
