"""The manifest of the first day: the first administrator, and the set-up after their sign-in."""

from web.first_day import administrator_pages, pages
from web.first_day.shapes import CompanyForm
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_

FEATURE = Feature(
    name="first_day",
    order=430,
    pages=(administrator_pages.router, pages.router),
    audit=AuditWords(
        actions={
            "administrator.made": N_("Administrator created"),
            "first_day.skipped": N_("Set-up step skipped"),
            "first_day.ended": N_("Set-up ended"),
        },
        things={"first_day_steps": N_("Set-up")},
        bodies=(CompanyForm,),
    ),
)
