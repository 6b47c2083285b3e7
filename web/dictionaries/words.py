"""The names of the dictionaries."""

from collections.abc import Mapping

from crm.dictionary.item import List
from web.kit.i18n import N_

DICTIONARIES: Mapping[str, str] = {
    List.OUTCOME: N_("Dispositions"),
    List.SERVICE_TYPE: N_("Service types"),
    List.METHOD: N_("Channels"),
    List.BUSINESS_TYPE: N_("Topics"),
    List.PRODUCT: N_("Products"),
    List.PROBLEM_TYPE: N_("Problem types"),
    List.CAUSE: N_("Root causes"),
    List.CUSTOMER_LEVEL: N_("Tiers"),
    List.CUSTOMER_CATEGORY: N_("Customer categories"),
    List.CUSTOMER_STATUS: N_("Customer statuses"),
    List.DECLINE_REASON: N_("Decline reasons"),
    "pause_reason": N_("Not-ready reasons"),
}
