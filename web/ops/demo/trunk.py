"""The demo's trunk: it leads to a carrier within the same Asterisk, so that calls out can be tried.

The carrier is in `asterisk-conf`: the endpoint `demo-carrier`, and its context in the dialplan.
"""

from contextlib import suppress
from dataclasses import replace

from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError
from cti.outbound import store as rules
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import OutboundRule, RuleId
from cti.trunks import store
from cti.trunks.trunk import PRESETS, CallerIdForm, Preset, Trunk
from web.kit.settings import Settings
from web.ops.setup.asterisk import demo_carrier_password

NAME = "Demo carrier"
RULE = "National calls"
CARRIER = "demo-carrier"
MOST_CALLS = 10


def add_demo_trunk(session: Session, settings: Settings) -> Trunk:
    """Add the trunk, which calls out only, and a rule by which all users may take it."""
    preset = replace(PRESETS[Preset.CARRIER], name=NAME)
    trunk = store.add_trunk(session, _led_here(preset, settings))
    classes = frozenset({NumberClass.LOCAL, NumberClass.NATIONAL, NumberClass.MOBILE})
    rule = OutboundRule(RuleId(0), RULE, classes, (trunk.id,), may_hide=True)
    rules.add_rule(session, rules.RuleSettings(rule))
    return trunk


def adapt_demo_trunk(session: Session, settings: Settings, *, reopened: bool) -> None:
    """Lead the trunk to the port and the password of this start, if it is still there.

    `reopened`: the demo was closed meanwhile, and its trunk deactivated.
    """
    for known in _demo_trunks(session):
        wanted = _led_here(known, settings)
        wanted = replace(wanted, enabled=known.enabled or reopened)
        if known != wanted:
            store.change_trunk(session, wanted)


def close_demo_trunk(session: Session) -> None:
    """Deactivate the trunk: without the demo there is no carrier."""
    for known in _demo_trunks(session):
        if known.enabled:
            store.change_trunk(session, replace(known, enabled=False))


def remove_demo_trunk(session: Session) -> None:
    """Delete the trunk and its rule; one that a rule of the site uses stays, deactivated."""
    for known in _demo_trunks(session):
        for one in rules.rules(session):
            if one.rule.name == RULE and one.rule.trunks == (known.id,):
                rules.remove_rule(session, one.rule.id)
        with suppress(ConflictError):
            store.delete_trunk(session, known)


def _demo_trunks(session: Session) -> list[Trunk]:
    return [one for one in store.trunks(session) if one.username == CARRIER]


def _led_here(trunk: Trunk, settings: Settings) -> Trunk:
    return replace(
        trunk,
        host="127.0.0.1",
        port=settings.sip_port,
        inbound=False,
        username=CARRIER,
        password=demo_carrier_password(settings),
        # The user in From selects the carrier's endpoint; the caller's number stands in PAI.
        from_user=CARRIER,
        caller_id_form=CallerIdForm.PAI,
        max_channels=MOST_CALLS,
    )
