"""The webhook events of customers, service records and voicemails."""

from dataclasses import asdict

from crm.customers.customer import Customer
from crm.service.service_record import ServiceRecord
from crm.voicemail.message import Message
from crm.webhooks.webhook import EventType, OutgoingEvent, event


def customer_created(customer: Customer) -> OutgoingEvent:
    """Make the event of a new customer."""
    return event(EventType.CUSTOMER_CREATED, customer.created_at, _file(customer), customer.id)


def customer_changed(customer: Customer) -> OutgoingEvent:
    """Make the event of a changed customer; each change is an event of its own."""
    at = customer.updated_at
    return event(EventType.CUSTOMER_CHANGED, at, _file(customer), customer.id, at.isoformat())


def service_record_created(record: ServiceRecord) -> OutgoingEvent:
    """Make the event of a new service record."""
    members = {"id": record.id, **asdict(record.draft), "created_at": record.created_at}
    data = {"service_record": members}
    return event(EventType.SERVICE_RECORD_CREATED, record.created_at, data, record.id)


def voicemail_left(message: Message) -> OutgoingEvent:
    """Make the event of a message that a caller left."""
    members = {
        "id": message.id,
        "box": {"id": message.box, "name": message.box_name},
        "call": message.call,
        "caller": message.caller,
        "called": message.called,
        "customer": message.customer,
        "at": message.at,
        "seconds": message.seconds,
    }
    data = {"voicemail": members, "path": f"/api/v1/voicemails/{message.id}/sound"}
    return event(EventType.VOICEMAIL_LEFT, message.at, data, message.id)


def _file(customer: Customer) -> dict[str, object]:
    members = {"id": customer.id, **asdict(customer.draft)}
    return {
        "customer": members | {"created_at": customer.created_at, "updated_at": customer.updated_at}
    }
