"""An example of each kind of live item: an agent who talks while a second call waits."""

from acd.agent import AgentState, Phone, Presence, TaskState
from acd.queue import AgentId, QueueKey
from acd.work import Medium, WorkId, WorkState
from crm.calls.record import CallId
from cti.core import live
from cti.core.call import Direction
from cti.core.leg import LegId, LegRole, LegState, Purpose
from cti.core.stage import Stage
from cti.trunks.state import TrunkLamp, TrunkTrouble
from cti.trunks.trunk import TrunkId

_CALL = CallId("hotline-1-1763775000.1")
_SUPPORT = QueueKey("support")
_LI_WEI = AgentId(7)
_ARRIVED = "2026-11-22T03:00:00.000+00:00"
_WAITED = "2026-11-22T03:00:12.000+00:00"
_ANSWERED = "2026-11-22T03:00:31.000+00:00"

AGENT: live.AgentValue = {
    "id": _LI_WEI,
    "name": "Li Wei",
    "extension": "1001",
    "state": AgentState.TALKING,
    "since": _ANSWERED,
    "reason": "",
    "presence": Presence.PAUSED,
    "tasks": [
        {
            "work": WorkId(_CALL),
            "medium": Medium.VOICE,
            "call": _CALL,
            "queue": _SUPPORT,
            "state": TaskState.ACTIVE,
            "since": _ANSWERED,
            "until": None,
            "extended": False,
        }
    ],
    "capacity": {"limits": {Medium.VOICE: 1}, "total": 1},
    "phone": Phone.BROWSER,
    "reachable": True,
    "call": _CALL,
    "until": None,
    "misses": 0,
    "rest": "lunch",
    "queues": [_SUPPORT],
    "back_at": None,
    "wishes": [],
}
CALL: live.CallValue = {
    "id": _CALL,
    "direction": Direction.IN,
    "via": "trunk",
    "caller": "+8613800138000",
    "called": "+864008001234",
    "state": Stage.TALKING,
    "started_at": _ARRIVED,
    "since": _ANSWERED,
    "answered_at": _ANSWERED,
    "queue": _SUPPORT,
    "queue_name": "Support",
    "priority": 0,
    "waiting_since": _WAITED,
    "agent": _LI_WEI,
    "agent_name": "Li Wei",
    "legs": [
        {
            "id": LegId(_CALL),
            "role": LegRole.CUSTOMER,
            "agent": None,
            "agent_name": None,
            "number": "",
            "state": LegState.UP,
            "since": _ARRIVED,
            "placement": live.PlacementKind.BRIDGE,
            "purpose": Purpose.TALK,
            "muted": False,
            "holding": False,
            "sound": None,
        },
        {
            "id": LegId(f"{_CALL}-a1"),
            "role": LegRole.AGENT,
            "agent": _LI_WEI,
            "agent_name": "Li Wei",
            "number": "",
            "state": LegState.UP,
            "since": _ANSWERED,
            "placement": live.PlacementKind.BRIDGE,
            "purpose": Purpose.TALK,
            "muted": False,
            "holding": False,
            "sound": {"received": {"loss": 0.06, "mos": 3.3}, "sent": None},
        },
    ],
    "work": {"state": WorkState.ASSIGNED, "since": _ANSWERED, "offers": []},
    "transfer": None,
    "handed": {"agent": AgentId(2), "agent_name": "Wang Fang", "note": "Asks for a refund."},
    "slot": None,
    "held_by": "",
    "step": "support",
    "customer": {"id": 3, "name": "王小明", "company": "晨光电子", "level": "gold"},
    "level": {"id": 1, "name": "Gold", "name_zh": "金卡", "priority": 5},
    "recording": live.RecordingState.ON,
    "cause": None,
}
QUEUE: live.QueueValue = {
    "key": _SUPPORT,
    "name": "Support",
    "waiting": 1,
    "callbacks": 2,
    "oldest_since": "2026-11-22T03:00:40.000+00:00",
    "ready": 0,
    "talking": 1,
}
NODE: live.NodeValue = {
    "name": "asterisk-1",
    "ari": True,
    "ami": True,
    "version": "22.10.1",
    "started_at": "2026-11-21T20:14:03.000+0000",
    "linked_at": "2026-11-21T20:14:09.000+00:00",
    "channels": 2,
    "answer_ms": 3,
}
TRUNK: live.TrunkValue = {
    "id": TrunkId(1),
    "name": "City carrier",
    "state": TrunkLamp.AVAILABLE,
    "since": _ARRIVED,
    "channels": 4,
    "max_channels": 30,
    "error": TrunkTrouble.CALL,
    "error_detail": "503",
    "error_at": "2026-11-21T09:30:02.000+00:00",
}
ENGINE: live.EngineValue = {
    "boot": "19af3c",
    "events": 48211,
    "impossible": 0,
    "drift_repairs": 0,
    "commands_failed": 0,
    "recordings_missed": 0,
    "recordings_full": False,
    "journal_backlog": 0,
    "journal_disk": True,
    "database": True,
    "event_lag_ms": 0.4,
    "loop_lag_ms": 0.1,
    "decision_us": 85,
}
