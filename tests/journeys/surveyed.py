"""A site whose callers are asked for a score after the talk, in flow 7."""

from journeys.published import publish
from journeys.site import open_site

from crm.calls.record import CallId
from cti.core import events as e
from cti.fake import FakeAsterisk, sign_in
from ivr.flow import read_flow

SURVEY = {
    "start": "ask",
    "nodes": {
        "ask": {
            "type": "score",
            "question": "service",
            "then": "thanks",
            "otherwise": "thanks",
        },
        "thanks": {"type": "hangup", "prompts": ["goodbye"]},
    },
}
THE_CALL = CallId("c1")


def survey(site, version=1, **nodes):
    """Publish the survey, with other steps."""
    document = {**SURVEY, "nodes": {**SURVEY["nodes"], **nodes}}
    site.hear(e.FlowPublished(read_flow(7, version, "Survey", document)))


def open_surveyed() -> FakeAsterisk:
    site = open_site()
    survey(site)
    publish(
        site,
        "survey",
        survey={"type": "survey", "flow": 7, "then": "number"},
        number={"type": "agent_number", "then": "sales"},
    )
    sign_in(site, 1)
    return site


def talk(fake):
    """A caller in a talk with agent 1, after the agent's number was said."""
    fake.dial("c1")
    fake.answers(fake.agent_leg("c1"))
    fake.prompts_end("c1")
    assert fake.talking("c1")


def facts_of(fake, kind):
    return [one for one in fake.timeline("c1") if one.kind is kind]
