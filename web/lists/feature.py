"""The manifest of users' own settings of lists: saved views, columns, row spacing."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.lists import pages

FEATURE = Feature(
    name="lists",
    order=370,
    pages=(pages.router,),
    rights=(
        RightWords(
            Right.VIEWS_SHARE,
            N_("Settings"),
            N_("Share saved views"),
            N_("Filters and columns that all users see in the list."),
        ),
    ),
    audit=AuditWords(
        actions={
            "view.saved": N_("View saved"),
            "view.deleted": N_("Saved view deleted"),
            "list.exported": N_("List exported"),
        },
        things={
            "saved_views": N_("Saved view"),
            "lists": N_("List"),
        },
        fields={"list": N_("List")},
    ),
)
