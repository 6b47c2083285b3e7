"""The names of phone labels and sexes."""

from collections.abc import Mapping

from crm.customers.customer import Label, Sex
from crm.dictionary.item import List
from web.kit.i18n import N_

PHONE_LABELS: Mapping[str, str] = {
    Label.MOBILE: N_("Mobile"),
    Label.HOME: N_("Home"),
    Label.OFFICE: N_("Office"),
    Label.OTHER: "",
}


SEXES: Mapping[str, str] = {Sex.FEMALE: N_("Female"), Sex.MALE: N_("Male"), Sex.UNKNOWN: ""}
CHOICE_LABELS: Mapping[str, str] = {
    List.CUSTOMER_LEVEL: N_("Tier"),
    List.CUSTOMER_CATEGORY: N_("Category"),
    List.CUSTOMER_STATUS: N_("Customer status"),
}
