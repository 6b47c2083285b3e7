"""What-if questions: which queues a user may ask about, and the beginning of a simulation."""

import json
from datetime import timedelta
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queues.store import queues
from acd.skill_levels.store import skill_names
from crm.kernel.errors import InvalidError, RefusedError
from crm.people.person import Language, SignedIn
from crm.people.rights import Right
from web.kit.auth import reach_of
from web.kit.body_form import fields_of
from web.kit.clock import now
from web.kit.forms import Form
from web.kit.i18n import N_, Reader, catalogue
from web.kit.request import context_of, reader_of
from web.kit.settings import REPOSITORY
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice
from web.simulations import actions
from web.simulations.reading import expected_calls, read_scenario
from web.simulations.scenario_shapes import ScenarioBody
from web.simulations.staffing import LEAST_CALLS, StaffingBody, changed, check, runs_for
from web.simulations.traffic import Traffic, measured, read_traffic, scenario_of

USUAL_DAYS = 7
SEED = 1
EXAMPLE = REPOSITORY / "docs" / "examples" / "two-languages.json"
EXAMPLE_START = 9  # o'clock
EXAMPLE_CHANGE: dict[str, Any] = {
    "queue": "mandarin",
    "more": 2,
    "from_hour": 14,
    "to_hour": 18,
    "skills": ["mandarin"],
    "level": 8,
}


def queues_of(session: Session, who: SignedIn, reader: Reader) -> list[Choice]:
    """Give the queues with an agent within the user's reach; all for a user who sees all agents."""
    reach = reach_of(session, who, Right.STATISTICS_SEE)
    names = vocabulary(session).queue_names(str(reader.language))
    return [
        Choice(key=queue.key, name=names.get(queue.key, queue.name))
        for queue in queues(session)
        if reach.people is None or any(reach.holds(int(one)) for one in queue.agents)
    ]


def sees_all(session: Session, who: SignedIn) -> bool:
    """Whether the user may ask about all queues together."""
    return reach_of(session, who, Right.STATISTICS_SEE).people is None


def staffing_form(session: Session, request: Request, who: SignedIn) -> Form:
    """Make the form of a question: about the days before today."""
    reader = reader_of(request)
    yesterday = now().astimezone(reader.zone).date() - timedelta(days=1)
    values = {"first": yesterday - timedelta(days=USUAL_DAYS - 1), "last": yesterday, "more": 1}
    options = {
        "queue": queues_of(session, who, reader),
        "skills": [
            Choice(key=key, name=name)
            for key, name in skill_names(session, reader.language, disabled_too=False).items()
        ],
    }
    form = Form(
        "/simulations",
        fields_of(StaffingBody, reader, values, options),
        submit=reader.gettext(N_("Simulate")),
        name="staffing",
    )
    queue = form.field("queue")
    if sees_all(session, who):
        queue.placeholder = reader.gettext(N_("All queues"))
    else:
        queue.required = True
    return form


def ask(request: Request, who: SignedIn, body: StaffingBody) -> str:
    """Begin to simulate a question; give the simulation's id.

    InvalidError names the field; RefusedError for a queue without agents of the user's.
    """
    check(body)
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        allowed = {one.key: one.name for one in queues_of(session, who, reader)}
        if body.queue not in allowed and (body.queue or not sees_all(session, who)):
            raise RefusedError(N_("You do not see the figures of this queue."))
        known = {one: skill_names(session, one, disabled_too=False) for one in Language}
        names = {one: vocabulary(session).queue_names(one) for one in Language}
        if unknown := [key for key in body.skills if key not in known[reader.language]]:
            raise InvalidError(N_("There is no skill “{skill}”."), "skills", skill=unknown[0])
        traffic = read_traffic(session, body.first, body.last, reader.zone)
    _check_traffic(traffic, body.queue)
    scenario = scenario_of(traffic, allowed.get(body.queue, ""))
    said = {
        **body.model_dump(mode="json"),
        "titles": {one: names[one].get(body.queue, "") for one in Language},
        "skill_names": {one: [known[one][key] for key in body.skills] for one in Language},
        "start_hour": 0,
        "real": measured(traffic, body.queue),
    }
    return _begin(request, who, scenario, body, said)


def ask_example(request: Request, who: SignedIn) -> str:
    """Begin the example of the demo: two more Mandarin agents in the afternoon."""
    scenario = ScenarioBody(**json.loads(EXAMPLE.read_text(encoding="utf-8")))
    reader = reader_of(request)
    day = now().astimezone(reader.zone).date()
    body = StaffingBody(first=day, last=day, **EXAMPLE_CHANGE)
    said = {
        **body.model_dump(mode="json"),
        "titles": {one: catalogue(one).gettext(N_("Example: Mandarin")) for one in Language},
        "skill_names": {one: [catalogue(one).gettext(N_("Mandarin"))] for one in Language},
        "start_hour": EXAMPLE_START,
        "real": {},
    }
    return _begin(request, who, scenario, body, said)


def _check_traffic(traffic: Traffic, queue: str) -> None:
    count = len(traffic.calls_of(queue))
    if count < LEAST_CALLS:
        raise InvalidError(
            N_(
                "Too little traffic: {count} calls on these days. At least {least} are needed; "
                "choose other days or all queues."
            ),
            "first",
            count=count,
            least=LEAST_CALLS,
        )
    if not traffic.is_staffed:
        raise InvalidError(N_("No agent of these queues was signed in on these days."), "first")


def _begin(
    request: Request,
    who: SignedIn,
    scenario: ScenarioBody,
    body: StaffingBody,
    said: dict[str, Any],
) -> str:
    variants = [scenario, changed(scenario, body, said["start_hour"])]
    runs = runs_for(max(expected_calls(read_scenario(one)) for one in variants))
    try:
        return actions.begin(request, who, variants, runs, SEED, said)
    except InvalidError as error:
        if error.field != "scenario":
            raise
        raise InvalidError(error.sentence, "last", **error.values) from None
