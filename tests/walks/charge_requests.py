"""A valid request for each endpoint of rates, dialling stops and alarms that changes something."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from walks.routing_requests import Request

from crm.alarms.alarm import NewAlarm
from crm.alarms.store import AlarmFilter, alarms, raise_alarm
from crm.charges.stops.store import add_stop, stops
from cti.trunks.alarms import DOWN
from web.kit.clock import now

if TYPE_CHECKING:
    from walks.requests import Targets


def rate(t: "Targets") -> int:
    return int(t.made("/rates", _rate())["id"])


def alarm(t: "Targets") -> int:
    """Raise an alarm; give its id."""
    key = f"trunk:{secrets.token_hex(6)}"
    with t.site.database.begin() as session:
        raise_alarm(session, NewAlarm(DOWN, key, "The trunk “{name}”", {"name": "A"}), now())
        return int(alarms(session, AlarmFilter(open=True)).items[0].id)


def stop(t: "Targets") -> tuple[int, str]:
    """Stop a person's calls out; give the id and the place of the stop."""
    person = secrets.randbelow(10**9) + 10**6
    at = now() - timedelta(minutes=1)
    with t.site.database.begin() as session:
        add_stop(session, "agent", person, "Li", at, "calls", {"count": 20, "minutes": 10})
        (found,) = [one for one in stops(session) if one.key == person]
    return found.id, found.place


def _rate() -> dict[str, Any]:
    begins = f"+{secrets.randbelow(10**12) + 10**12}"
    return {"begins": begins, "name": "Rate", "per_minute": "0.15"}


def _rate_form() -> dict[str, Any]:
    steps = {"first_seconds": "60", "step_seconds": "6", "connection_fee": "0"}
    return {**_rate(), **steps}


def _request(body: dict[str, Any], where: dict[str, Any] | None = None) -> Request:
    return body, where or {}


SETTINGS = {"right": "floor.see", "notice": "on"}
KIND = {"kind": "trunk.down"}

# By method and path, as in `requests.py`.
CHARGE_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /rates": lambda _: _request(_rate_form()),
    "POST /api/v1/rates": lambda _: _request(_rate()),
    "POST /rates/{rate}": lambda t: _request(_rate_form(), {"rate": rate(t)}),
    "PATCH /rates/{rate}": lambda t: _request({"per_minute": "0.20"}, {"rate": rate(t)}),
    "DELETE /rates/{rate}": lambda t: _request({}, {"rate": rate(t)}),
    "POST /rates/{rate}/delete": lambda t: _request({}, {"rate": rate(t)}),
    "POST /rates/remove": lambda t: _request({"ids": [str(rate(t))]}),
    "POST /dialling-stops/release": lambda t: _request({"ids": [str(stop(t)[0])]}),
    "POST /dialling-stops/{place}/release": lambda t: _request({}, {"place": stop(t)[1]}),
    "POST /alarms/acknowledge": lambda t: _request({"ids": [str(alarm(t))]}),
    "POST /api/v1/alarms/acknowledge": lambda t: _request({"ids": [alarm(t)]}),
    "POST /alarms/{alarm}/acknowledge": lambda t: _request({}, {"alarm": alarm(t)}),
    "POST /alarms/settings/{kind}": lambda _: _request(
        {**SETTINGS, "mail_to": f"{secrets.token_hex(4)}@example.com"}, KIND
    ),
    "PATCH /alarms/kinds/{kind}": lambda _: _request(
        {"mail_to": [f"{secrets.token_hex(4)}@example.com"]}, KIND
    ),
}
