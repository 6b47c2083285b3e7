"""The manifest of the prompts library."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.prompts import api, pages, phone_pages
from web.prompts.listing import READERS
from web.prompts.shapes import PromptBody

FEATURE = Feature(
    name="prompts",
    order=238,
    pages=(pages.router, phone_pages.router),
    api=(api.router,),
    menu=(MenuEntry("/prompts", N_("Prompts"), "volume", frozenset(READERS), N_("Call routing")),),
    rights=(
        RightWords(
            Right.PROMPTS_EDIT,
            N_("Call routing"),
            N_("Edit prompts and music"),
            N_("What callers hear: texts for a voice, audio files, recordings, music on hold."),
        ),
    ),
    audit=AuditWords(
        actions={
            "prompt.added": N_("Prompt added"),
            "prompt.changed": N_("Prompt changed"),
            "prompt.replaced": N_("Prompt replaced"),
            "prompt.reset": N_("Prompt reset to the standard"),
            "prompt.removed": N_("Prompt deleted"),
        },
        things={"prompts": N_("Prompt")},
        pages={"prompts": "/prompts/"},
        fields={
            "audio_en": N_("Audio in English"),
            "audio_zh_CN": N_("Audio in Chinese"),
            "text_en": N_("Text in English"),
            "text_zh_CN": N_("Text in Chinese"),
        },
        bodies=(PromptBody,),
    ),
    tags={"prompts": ApiTag("Call routing")},
    examples={"language": "en"},
)
