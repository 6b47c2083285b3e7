"""The manifest of the drafts: what users have typed and not saved yet."""

from web.drafts import api
from web.kit.feature import Feature
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="drafts",
    order=470,
    api=(api.router,),
    tags={"drafts": ApiTag("Drafts", "What you have typed into forms and not saved yet.")},
    examples={
        "form": "/calls/hotline-1-1763775000.1/finish",
        "values": {"note": "Router replaced"},
    },
)
