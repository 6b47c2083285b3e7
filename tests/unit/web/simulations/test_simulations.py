"""Simulations by the API: begun, watched, read, cancelled, and nobody else's."""

import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from unit.web.simulations.test_scenarios import SMALL
from unit.web.visitor import Visitor

from crm.kernel.errors import ConflictError, MissingError
from web.kit.clock import now
from web.kit.settings import Settings
from web.simulations import folder
from web.simulations.shapes import SimulationState

LONG: dict[str, Any] = {
    **SMALL,
    "hours": 20,
    "callers": [{**SMALL["callers"][0], "rates": [{"start": 0, "end": 20, "per_hour": 900}]}],
}


def begin(visitor: Visitor, scenario: dict[str, Any] = SMALL, **more: Any) -> str:
    answer = visitor.ask("/simulations", {"scenario": scenario, **more})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/simulations/{answer.json()['id']}"
    return str(answer.json()["id"])


def until_over(visitor: Visitor, id_: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        found: dict[str, Any] = visitor.ask(f"/simulations/{id_}", None, "GET").json()
        if found["state"] in {"done", "failed"} or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def test_a_simulation_is_played_and_read(admin: Visitor) -> None:
    found = until_over(admin, begin(admin, runs=3, seed=4))

    assert found["state"] == "done"
    assert found["runs_done"] == 3
    assert found["result"]["queues"]["one"]["offered"]["low"] is not None
    assert len(found["result"]["agents"]) == 4


def test_a_simulation_of_another_user_does_not_exist(admin: Visitor, settings: Settings) -> None:
    id_ = begin(admin, runs=1)

    assert admin.ask("/simulations/0000000000000000", None, "GET").status_code == 404
    assert admin.ask("/simulations/x", None, "GET").status_code == 422
    with pytest.raises(MissingError):
        folder.find(settings, -1, id_, now())


def test_a_simulation_is_cancelled_and_gone(admin: Visitor) -> None:
    id_ = begin(admin, LONG, runs=10)

    assert admin.ask(f"/simulations/{id_}", None, "DELETE").status_code == 204
    assert admin.ask(f"/simulations/{id_}", None, "GET").status_code == 404


@pytest.mark.parametrize(
    ("scenario", "runs", "field"),
    [
        ({**LONG, "hours": 100}, 1, "scenario"),
        (LONG, 100, "runs"),
        ({**SMALL, "callers": [{**SMALL["callers"][0], "queue": "x"}]}, 1, "callers.0.queue"),
    ],
)
def test_what_is_too_large_or_wrong_is_refused(
    admin: Visitor, scenario: dict[str, Any], runs: int, field: str
) -> None:
    if field == "scenario":
        rate = {"start": 0, "end": 100, "per_hour": 900}
        scenario = {**scenario, "callers": [{**SMALL["callers"][0], "rates": [rate]}]}
    answer = admin.ask("/simulations", {"scenario": scenario, "runs": runs})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_only_so_many_of_a_user_are_unfinished(settings: Settings) -> None:
    at = now()
    for number in range(folder.MOST_UNFINISHED):
        place = folder.root_of(settings) / f"unfinished-{number}"
        place.mkdir(parents=True)
        request = {"owner": -5, "created_at": at.isoformat()}
        folder.write_whole(place / folder.REQUEST, request)
    with pytest.raises(ConflictError):
        folder.start(settings, -5, {}, at)


def test_the_oldest_results_of_a_user_make_room(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder.subprocess, "Popen", lambda *_, **__: _Process())
    for number in range(folder.MOST_FINISHED + 5):
        place = folder.root_of(settings) / f"finished-{number}"
        place.mkdir(parents=True)
        at = now() - timedelta(minutes=number)
        folder.write_whole(place / folder.REQUEST, {"owner": -8, "created_at": at.isoformat()})
        folder.write_whole(place / folder.RESULT, {"results": []})
    new = folder.start(settings, -8, {}, now())
    left = [one.id for one in folder.simulations_of(settings, -8, now())]

    assert left == [new, *(f"finished-{number}" for number in range(folder.MOST_FINISHED - 1))]


class _Process:
    def wait(self) -> None:
        """End at once."""


def test_a_simulation_whose_process_died_has_failed(settings: Settings) -> None:
    place = folder.root_of(settings) / "died"
    place.mkdir(parents=True)
    request = {"owner": -6, "created_at": now().isoformat(), "runs": 1, "name": ""}
    folder.write_whole(place / folder.REQUEST, request)
    states = []
    with folder.alive_in(place):
        states.append(folder.find(settings, -6, "died", now()).state)
        folder.write_whole(place / folder.PROGRESS, {"runs_done": 0})
        states.append(folder.find(settings, -6, "died", now()).state)
    states.append(folder.find(settings, -6, "died", now()).state)

    assert states == [SimulationState.WAITING, SimulationState.RUNNING, SimulationState.FAILED]


def test_a_reader_never_takes_the_lock_of_a_process_that_begins(settings: Settings) -> None:
    request = {"owner": -9, "created_at": now().isoformat(), "runs": 1, "name": ""}
    places = [folder.root_of(settings) / f"begins-{number}" for number in range(100)]
    for place in places:
        place.mkdir(parents=True)
        folder.write_whole(place / folder.REQUEST, request)
    stop, states = threading.Event(), set()

    def read() -> None:
        while not stop.is_set():
            states.update(one.state for one in folder.simulations_of(settings, -9, now()))

    reader = threading.Thread(target=read)
    reader.start()
    with ExitStack() as processes:
        for place in places:
            processes.enter_context(folder.alive_in(place))
        stop.set()
        reader.join()

    assert states == {SimulationState.WAITING}


def test_one_that_never_began_has_failed_after_a_while(settings: Settings) -> None:
    place = folder.root_of(settings) / "never"
    place.mkdir(parents=True)
    folder.write_whole(place / folder.REQUEST, {"owner": -7, "created_at": now().isoformat()})
    later = now() + timedelta(minutes=1)

    assert folder.find(settings, -7, "never", now()).state is SimulationState.WAITING
    assert folder.find(settings, -7, "never", later).state is SimulationState.FAILED
