"""Timelines of calls that agents made."""

from datetime import datetime, timedelta

from stores.timelines import MORNING

from crm.calls.record import CallEvent, CallId, FactId, Kind

OWN, OTHER_OWN = "+864008001234", "+862161230000"


def made(  # noqa: PLR0913 - what a call is told of
    id_: str,
    number: str,
    agent: int = 7,
    at: datetime = MORNING,
    *,
    talk: float = 0.0,
    own: str = OWN,
    trunk: str = "trunk-1",
    customer: int = 0,
) -> list[CallEvent]:
    """Tell of a call of an agent; without a talk it was not answered."""
    mine, theirs = f"{id_}-a1", f"{id_}-c2"
    lines: list[tuple[float, Kind, dict[str, str | int | float]]] = [
        (0, Kind.ARRIVED, {"caller": own, "called": number, "direction": "out", "via": "phone"}),
        (0, Kind.LEG_BEGAN, {"leg": mine, "role": "agent", "agent": agent, "phone": "browser"}),
        (1, Kind.LEG_ANSWERED, {"leg": mine}),
        (1, Kind.LEG_BEGAN, {"leg": theirs, "role": "customer", "trunk": trunk}),
    ]
    if customer:
        lines.append((1, Kind.CUSTOMER, {"customer": customer, "name": "x"}))
    if talk:
        lines += [
            (3, Kind.LEG_ANSWERED, {"leg": theirs}),
            (3, Kind.ANSWERED, {}),
            (3, Kind.CONNECTED, {"agent": agent, "leg": mine}),
        ]
    over = 3 + talk
    lines += [
        (over, Kind.ENDED, {"by": "customer", "cause": 16 if talk else 17}),
        (over, Kind.LEG_ENDED, {"leg": theirs, "cause": 16 if talk else 17}),
        (over, Kind.LEG_ENDED, {"leg": mine, "reason": "normal"}),
    ]
    return [
        CallEvent(FactId(f"{id_}/1/{n}"), CallId(id_), at + timedelta(seconds=s), kind, detail)
        for n, (s, kind, detail) in enumerate(lines)
    ]
