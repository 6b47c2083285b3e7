"""The metrics for Prometheus: they need a right, and name no caller."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from unit.web.fake_engine import FakeEngine
from unit.web.site import LI_WEIS_CALL, PASSWORD
from unit.web.visitor import Visitor

Found = dict[tuple[str, ...], float]
ENGINES = '# TYPE hotline_calls gauge\nhotline_calls{state="talking"} 3.0\n'


def read(text: str) -> Found:
    return {
        (sample.name, *(sample.labels.get(k, "") for k in ("route", "method", "status"))): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def count(visitor: Visitor, *labels: str) -> float:
    text = visitor.get("/metrics").text
    return read(text).get(("hotline_web_request_seconds_count", *labels), 0.0)


@pytest.fixture(autouse=True)
def figures(engine: FakeEngine) -> None:
    engine.answers["metrics"] = {"ok": True, "value": {"text": ENGINES}}


def test_the_webs_and_the_engines_figures_come_together(chen_jing: Visitor) -> None:
    answer = chen_jing.get("/metrics")
    found = read(answer.text)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert found["hotline_calls", "", "", ""] == 3
    assert found["hotline_web_engine_linked", "", "", ""] == 1
    assert found["hotline_web_database_connections_most", "", "", ""] == 20


def test_requests_are_counted_by_their_route_not_by_their_address(chen_jing: Visitor) -> None:
    labels = ("/api/v1/calls/{call}", "GET", "200")
    before = count(chen_jing, *labels)
    chen_jing.get(f"/api/v1/calls/{LI_WEIS_CALL}")

    assert count(chen_jing, *labels) == before + 1
    assert LI_WEIS_CALL not in chen_jing.get("/metrics").text


def test_made_up_addresses_and_methods_make_no_series(chen_jing: Visitor) -> None:
    for number in range(20):
        chen_jing.get(f"/nowhere/{number}")
        chen_jing.client.request(f"X{number}", "/nowhere")
    text = chen_jing.get("/metrics").text

    assert "nowhere" not in text
    assert 'method="X' not in text
    assert 'route="-"' in text


def test_a_script_reads_them_with_a_token(visitor: Visitor) -> None:
    token = visitor.token("chen.jing", PASSWORD)
    visitor.client.cookies.clear()

    assert visitor.get("/metrics", authorization=f"Bearer {token}").status_code == 200


def test_without_the_engine_the_webs_own_figures_still_come(
    chen_jing: Visitor, engine: FakeEngine
) -> None:
    error = {"type": "away", "sentence": "It is away.", "values": {}}
    engine.answers["metrics"] = {"ok": False, "error": error}
    answer = chen_jing.get("/metrics")

    assert answer.status_code == 200
    assert "hotline_web_sockets" in answer.text
    assert "hotline_calls{" not in answer.text
