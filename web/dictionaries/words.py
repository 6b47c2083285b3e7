"""The names of the dictionaries."""

from collections.abc import Mapping

from crm.dictionary.item import List
from web.kit.i18n import N_

DICTIONARIES: Mapping[str, str] = {
    List.OUTCOME: N_("Outcomes of a call"),
    List.SERVICE_TYPE: N_("Service types"),
    List.METHOD: N_("Methods"),
    List.BUSINESS_TYPE: N_("Business types"),
    List.PRODUCT: N_("Products"),
    List.PROBLEM_TYPE: N_("Problem types"),
    List.CAUSE: N_("Causes"),
    List.CUSTOMER_LEVEL: N_("Customer levels"),
    List.CUSTOMER_CATEGORY: N_("Customer categories"),
    List.CUSTOMER_STATUS: N_("Customer statuses"),
    "pause_reason": N_("Pause reasons"),
}
