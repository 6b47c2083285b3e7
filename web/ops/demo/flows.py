"""A second hotline of the demo: it knows its customers, and asks for a score after the talk."""

from typing import Any

from sqlalchemy.orm import Session

from crm.kernel.phone import e164
from ivr import store as ivr

NUMBER, NAME = "4008005678", "演示热线 · 满意度"
SURVEY_NAME, FLOW_NAME = "Satisfaction survey", "Service with survey"

SURVEY: dict[str, Any] = {
    "start": "score",
    "nodes": {
        "score": {
            "type": "score",
            "name": "How satisfied are you?",
            "question": "satisfaction",
            "then": "goodbye",
            "otherwise": "goodbye",
        },
        "goodbye": {"type": "hangup", "name": "Goodbye", "prompts": ["goodbye"]},
    },
}


def document_of(survey: int) -> dict[str, Any]:
    """Make the flow that plans the survey."""
    return {
        "start": "greet",
        "nodes": {
            "greet": {
                "type": "play",
                "name": "Greeting",
                "prompts": ["greeting"],
                "then": "survey",
            },
            "survey": {
                "type": "survey",
                "name": "Ask for a score after the talk",
                "flow": survey,
                "then": "number",
            },
            "number": {"type": "agent_number", "name": "Say the agent's number", "then": "who"},
            "who": {
                "type": "customer",
                "name": "Who calls?",
                "found": "by",
                "unknown": "menu",
                "error": "menu",
            },
            "by": {
                "type": "condition",
                "name": "Gold customer?",
                "branches": [{"when": 'customer_level == "gold"', "then": "first"}],
                "otherwise": "menu",
            },
            "menu": {
                "type": "menu",
                "name": "Sales or support?",
                "prompts": ["menu"],
                "choices": {"1": "sales", "2": "support", "0": "operator"},
                "wrong": ["wrong-key"],
                "otherwise": "support",
            },
            "first": {"type": "queue", "name": "Support first", "queue": "support", "priority": 5},
            "sales": {"type": "queue", "name": "Sales", "queue": "sales"},
            "support": {"type": "queue", "name": "Support", "queue": "support"},
            "operator": {"type": "queue", "name": "Operator", "queue": "operator"},
        },
    }


def add_demo_flows(session: Session, region: str, author: int) -> None:
    """Add both flows, and the number that leads to the first."""
    survey = ivr.add_flow(session, SURVEY_NAME)
    ivr.publish(session, survey, SURVEY, author)
    flow = ivr.add_flow(session, FLOW_NAME)
    ivr.publish(session, flow, document_of(survey), author)
    ivr.save_number(session, ivr.Number(e164(NUMBER, region), NAME, flow))
