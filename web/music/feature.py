"""The manifest of music on hold."""

from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.music import api, pages
from web.music.listing import READERS
from web.music.shapes import MusicBody

FEATURE = Feature(
    name="music",
    order=239,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry("/music", N_("Music on hold"), "music", frozenset(READERS), N_("Call routing")),
    ),
    audit=AuditWords(
        actions={
            "music.added": N_("Music added"),
            "music.changed": N_("Music changed"),
            "music.removed": N_("Music deleted"),
        },
        things={"music_classes": N_("Music on hold")},
        pages={"music_classes": "/music/"},
        fields={"files": N_("Files")},
        bodies=(MusicBody,),
    ),
    tags={"music": ApiTag("Call routing")},
)
