"""The demo's own data: users, queues, pause reasons, a flow and its prompts."""

from dataclasses import dataclass, replace
from typing import Any

from acd.store import SYSTEM_REASONS, PauseReason
from crm.people.person import Language
from crm.people.rights import BuiltIn
from ivr.store import Prompt
from web.ops.setup.spoken_sentences import SENTENCES


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A user of the demo."""

    login: str
    name: str
    role: BuiltIn
    extension: str = ""
    queues: tuple[str, ...] = ()
    language: Language = Language.ENGLISH


HOTLINE = "4008001234"
HOTLINE_NAME = "演示热线"
QUEUES = {
    "sales": ("Sales", "销售"),
    "support": ("Support", "技术支持"),
    "operator": ("Operator", "总机"),
}
_ALL = tuple(QUEUES)
PEOPLE = (
    DemoPerson("li.wei", "Li Wei", BuiltIn.AGENT, "1001", _ALL),
    DemoPerson("wang.fang", "Wang Fang", BuiltIn.AGENT, "1002", _ALL, Language.CHINESE),
    DemoPerson("zhang.min", "Zhang Min", BuiltIn.AGENT, "1003", _ALL, Language.CHINESE),
    DemoPerson("john.smith", "John Smith", BuiltIn.AGENT, "1004", ("support",)),
    DemoPerson("chen.jing", "Chen Jing", BuiltIn.SUPERVISOR, "1010"),
    DemoPerson("admin", "Administrator", BuiltIn.ADMINISTRATOR),
)


FLOW_NAME = "Welcome"
FLOW: dict[str, Any] = {
    "start": "greet",
    "nodes": {
        "greet": {"type": "play", "prompts": ["greeting"], "then": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "sales", "2": "support", "0": "operator"},
            "wrong": ["wrong-key"],
            "otherwise": "operator",
            "wait_seconds": 6,
            "tries": 3,
        },
        "sales": {"type": "queue", "queue": "sales", "priority": 0},
        "support": {"type": "queue", "queue": "support", "priority": 0},
        "operator": {"type": "queue", "queue": "operator", "priority": 0},
    },
}

PROMPTS = tuple(
    Prompt(name, Language(language), said)
    for language, texts in SENTENCES.items()
    for name, said in texts.items()
)

_RULES: dict[str, dict[str, Any]] = {
    "lunch": {"paid": False, "most_minutes": 60},
    "break": {"most_minutes": 15, "most_at_once": 2},
}
PAUSE_REASONS = tuple(
    replace(
        PauseReason(key, english, chinese, position, key not in SYSTEM_REASONS),
        **_RULES.get(key, {}),
    )
    for position, (key, english, chinese) in enumerate(
        [
            ("lunch", "Lunch", "午餐"),
            ("break", "Break", "小休"),
            ("training", "Training", "培训"),
            ("meeting", "Meeting", "会议"),
            ("paperwork", "Admin work", "文书处理"),
            ("no answer", "Missed call", "漏接来电"),
            ("signed in", "Just connected", "刚签入"),
        ]
    )
)
