"""The manifest of the appointments."""

from crm.people.rights import Right
from web.appointments import api, pages
from web.appointments.live import tell_pages
from web.appointments.shapes import AppointmentBody, ResultBody
from web.appointments.views import READERS
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="appointments",
    order=57,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry("/appointments?state=todo", N_("Appointments"), "calendar", frozenset(READERS)),
    ),
    rights=(
        RightWords(
            Right.APPOINTMENTS_SEE,
            N_("Work with calls"),
            N_("View and assign appointments"),
            N_("Agents always have their own."),
        ),
    ),
    audit=AuditWords(
        actions={
            "appointment.added": N_("Appointment added"),
            "appointment.changed": N_("Appointment changed"),
            "appointments.exported": N_("Appointments exported"),
        },
        things={"appointments": N_("Appointment")},
        pages={"appointments": "/appointments/"},
        bodies=(AppointmentBody, ResultBody),
    ),
    tags={"appointments": ApiTag("Appointments", "What someone must do at a time.")},
    examples={"due": "2036-11-24T09:00:00+08:00", "title": "Send the offer"},
    on_change=tell_pages,
)
