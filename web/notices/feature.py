"""The manifest of the notices to users."""

from web.kit.feature import Feature
from web.kit.openapi import ApiTag
from web.notices import api, pages
from web.notices.live import send_new_notices

FEATURE = Feature(
    name="notices",
    order=130,
    pages=(pages.router,),
    api=(api.router,),
    tags={"notices": ApiTag("Notifications", "Messages to a user, shown until they are read.")},
    examples={
        "text": "Your password was changed.",
    },
    on_change=send_new_notices,
)
