"""The manifest of the alarms."""

from web.alarms import api, pages
from web.alarms.bars import bars_of, set_up, tell_pages
from web.alarms.demo import add_past_alarm, remove_past_alarm
from web.alarms.listing import READERS
from web.alarms.shapes import AlarmSettingsBody
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="alarms",
    order=40,
    pages=(pages.router,),
    api=(api.router,),
    menu=(MenuEntry("/alarms", N_("Alarms"), "bell", frozenset(READERS)),),
    bars=bars_of,
    audit=AuditWords(
        actions={
            "alarm.acknowledged": N_("Alarm acknowledged"),
            "alarm.settings": N_("Alarm settings changed"),
        },
        things={"alarms": N_("Alarm"), "alarm_settings": N_("Alarm settings")},
        pages={"alarm_settings": "/alarms/settings/"},
        bodies=(AlarmSettingsBody,),
    ),
    tags={"alarms": ApiTag("Alarms", "What is wrong now, and who is told of it.")},
    set_up=set_up,
    on_change=tell_pages,
    demo=add_past_alarm,
    remove_demo=remove_past_alarm,
)
