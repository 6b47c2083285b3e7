"""Problem documents of the API, RFC 9457, behind the real nginx."""

import pytest

FIELDS = {"type", "title", "status", "detail"}


def test_the_api_answers_nothing_without_a_session(installation):
    nobody = installation.api()

    said = nobody.get("/desk", expect=401)
    assert set(said) >= FIELDS
    assert said["status"] == 401
    assert nobody.headers["Content-Type"].startswith("application/problem+json")


def test_a_wrong_password_is_refused(installation):
    body = {"login": "john.smith", "password": "guessed"}

    assert installation.api().post("/session", body, expect=401)["status"] == 401


def test_an_agent_may_not_see_the_whole_floor(installation):
    assert installation.api("li.wei").get("/live", expect=403)["status"] == 403


def test_a_foreign_call_is_not_there(trade, li_wei):
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.answer()
    caller.reaches("talking")
    other = trade.installation.api("wang.fang")

    for path in (f"/calls/{caller.call}", f"/calls/{caller.call}/recording"):
        assert other.get(path, expect=404)["status"] == 404
    for what in ("hold", "resume", "hangup"):
        said = other.post(f"/desk/calls/{caller.call}/{what}", expect=404)
        assert set(said) >= FIELDS
    assert caller.reaches("talking")


def test_an_action_that_is_not_possible_now_is_a_conflict(trade, li_wei):
    caller = trade.caller().to_queue()
    li_wei.rings()

    said = li_wei.do("hold", caller.call, expect=409)
    assert set(said) >= FIELDS
    assert li_wei.do("answer", caller.call, expect=409)["status"] == 409
    li_wei.phone.answer()
    caller.reaches("talking")
    assert li_wei.api.post("/desk/signout", expect=409)["status"] == 409


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/desk/signin", {"phone": "fax"}),
        ("/desk/state", {}),
        ("/desk/state", {"state": "asleep"}),
        ("/desk/state", {"state": "paused", "reason": "no such reason"}),
    ],
)
def test_an_invalid_value_is_reported_by_its_field(installation, path, body):
    said = installation.api("li.wei").post(path, body, expect=422)

    assert set(said) >= FIELDS
    assert said["status"] == 422


def test_the_list_of_calls_is_read_page_by_page_newest_first(installation):
    api = installation.api("admin")
    first = api.get("/calls?limit=5")
    second = api.get(f"/calls?limit=5&cursor={first['next']}")
    times = [call["started_at"] for call in first["items"] + second["items"]]

    assert len(times) == 10
    assert times == sorted(times, reverse=True)
    assert not {c["id"] for c in first["items"]} & {c["id"] for c in second["items"]}
