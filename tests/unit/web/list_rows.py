"""Three rows at least in every list that would be empty without them."""

from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from unit.web.callbacks import asking as callbacks
from unit.web.cost_rows import add_costs, lose_calls
from unit.web.estimate_rows import FORGET
from unit.web.line_rows import NO_SKILLS, add_lines
from unit.web.lost_calls.losing import forget
from unit.web.score_facts import NO_SCORES, add_scores
from unit.web.seat_facts import add_seat_facts

from crm.audit.entry import AuditEntry
from crm.audit.store import note
from crm.dictionary.item import Item
from crm.dictionary.store import add_dictionary, save_item
from crm.directory.contact import ContactDraft, ContactNumber
from crm.directory.store import add_contacts
from crm.hours.group import Interval, WeeklyHours
from crm.hours.settings import TimeGroupSettings
from crm.hours.store import add_time_group
from crm.imports.importing import NewImport
from crm.imports.store import add_import
from crm.kernel.destination import read_destination
from crm.mail import store as outbox
from crm.mail.mail import MailKind, NewMail
from crm.notices.notice import NewNotice
from crm.notices.store import notify
from crm.number_lists.entries.store import EntryDraft, add_entries
from crm.number_lists.lists import ListKind
from crm.number_lists.store import ListDraft, add_list
from crm.number_lists.typed import typed_patterns
from crm.people.groups.group import GroupDraft, GroupKind
from crm.people.groups.store import add_group
from crm.people.person import Language
from crm.people.rights import Right
from crm.people.tokens.store import NewToken, add_token
from crm.webhooks import store as webhooks
from crm.webhooks.webhook import EndpointDraft, EventType
from cti.bans.store import NewAttempts, keep_attempts
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import OutboundRule, RuleId
from cti.outbound.store import RuleSettings, add_rule
from cti.routes.cases import RouteCase
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import RouteSettings, add_case, add_route
from cti.trunks.store import add_trunk
from cti.trunks.trunk import Trunk, TrunkId
from web.kit.clock import now
from web.webhooks.catalogue import test_event as an_event

EVERY_MONDAY = WeeklyHours(frozenset({0}), Interval(540, 1080))
PATTERNS = typed_patterns("13800138000, 139*, 13700000000-13700009999", "CN")
FORGOTTEN = (
    FORGET,
    "DELETE FROM appointments",
    "DELETE FROM pause_reasons WHERE key IN ('0', '1', '2')",
    "DELETE FROM agent_events WHERE starts_with(fact, 'seat/')",
    "DELETE FROM agents WHERE extension = '1999'",
    "DELETE FROM call_events WHERE starts_with(call, 'seat-')",
    "DELETE FROM call_legs WHERE starts_with(call, 'seat-')",
    "DELETE FROM calls WHERE starts_with(id, 'seat-')",
    "DELETE FROM mails",
    "DELETE FROM number_list_entries",
    "DELETE FROM service_levels",
    "DELETE FROM number_lists",
    "DELETE FROM contacts",
    "DELETE FROM imports",
    "DELETE FROM outbound_rules",
    "DELETE FROM ring_groups",
    "DELETE FROM routes",
    *NO_SKILLS,
    *NO_SCORES,
    "DELETE FROM route_cases",
    "DELETE FROM sip_attempts",
    "DELETE FROM trunks",
    "DELETE FROM rates",
    "DELETE FROM call_charges",
    "DELETE FROM dialling_stops",
    "DELETE FROM alarms",
    "DELETE FROM custom_destinations",
    "DELETE FROM faxes",
    "DELETE FROM voicemails",
    "DELETE FROM voicemail_boxes",
)


def add_rows(database: sessionmaker[Session], people: Any) -> dict[str, str]:
    """Add them; give what stands in the addresses of the lists that belong to a thing."""
    with database.begin() as session:
        for number in range(3):
            name = f"{number} of the lists"
            _add_notes(session, number, name, people.admin)
            _add_routing(session, number, name)
            _add_numbers(session, number, name)
            add_costs(session, number, name)
            add_lines(session, name, people.admin)
            add_import(session, NewImport("customers", name, "", people.admin, 3, 2, True, {}))
            numbers = add_list(session, ListDraft(name, ListKind.BLACK))
            webhook = _add_webhook(session, number, name)
            save_item(session, "lists", Item(f"{number}", f"Choice {number}", "", number))
        for number in range(3):
            webhooks.announce_to(session, webhook, an_event(now(), f"more {number}"))
        by = people.admin
        add_entries(session, numbers, PATTERNS, EntryDraft(), by, now(), approved=True)
        add_dictionary(session, "lists", "Lists", "")
        for add in (add_seat_facts, add_scores):
            add(session, [people.li_wei, people.wang_fang, people.chen_jing])
    lose_calls(database)
    return {"user": str(people.admin), "webhook": str(webhook), "number_list": str(numbers)}


def forget_rows(database: sessionmaker[Session]) -> None:
    forget(database)
    callbacks.forget(database)
    with database.begin() as session:
        for one in webhooks.endpoints(session):
            webhooks.remove_endpoint(session, one.id)
        for sentence in FORGOTTEN:
            session.connection().exec_driver_sql(sentence)


def _add_notes(session: Session, number: int, name: str, user: int) -> None:
    """Add a notification, a line of the audit log, a mail, a user group and an API token."""
    notify(session, [user], NewNotice(name))
    note(session, AuditEntry(now(), user, "view.saved", "saved_views", name))
    address = f"{number}@example.com"
    outbox.put(session, [NewMail(MailKind.TEST, address, Language.ENGLISH, {})])
    add_group(session, GroupDraft(name, GroupKind.GROUP))
    add_token(session, NewToken(name, user, name, frozenset({Right.CALLS_SEE}), None))


def _add_routing(session: Session, number: int, name: str) -> None:
    """Add a time group, a route with a test case, a trunk and an outbound rule."""
    add_time_group(session, TimeGroupSettings(name, "Asia/Shanghai", (EVERY_MONDAY,)))
    add_case(session, RouteCase(0, "+864008001234", "", now(), f"queue:{number}"))
    route = RouteRule(RouteId(0), name, read_destination("hangup"))
    add_route(session, RouteSettings(route, enabled=False))
    trunk = add_trunk(session, Trunk(TrunkId(0), name, "sbc.example"))
    mobile = frozenset({NumberClass.MOBILE})
    rule = OutboundRule(RuleId(0), name, mobile, (trunk.id,))
    add_rule(session, RuleSettings(rule, enabled=False))


def _add_numbers(session: Session, number: int, name: str) -> None:
    """Add a contact of the address book, and an address that guesses passwords."""
    keep_attempts(session, [NewAttempts(f"198.51.100.{number}", 1, (name,), 0.0, 0.0)])
    add_contacts(session, [ContactDraft(name, name, "", (ContactNumber("8001"),))])


def _add_webhook(session: Session, number: int, name: str) -> int:
    draft = EndpointDraft(name, "https://example.com/", frozenset(EventType), enabled=True)
    made = webhooks.add_endpoint(session, draft, "sealed")
    webhooks.announce_to(session, made.id, an_event(now(), str(number)))
    return made.id
