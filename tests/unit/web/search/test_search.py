"""The search box finds only what its user may see."""

import pytest
from unit.web.customers.test_customers import added
from unit.web.site import LI_WEIS_CALL, LOST_CALL
from unit.web.visitor import Visitor


def found(visitor: Visitor, text: str) -> dict[str, list[str]]:
    answer = visitor.client.get("/api/v1/search", params={"q": text})
    assert answer.status_code == 200, answer.text
    return {
        group["kind"]: [one["url"] for one in group["items"]] for group in answer.json()["groups"]
    }


def test_a_customer_is_found_by_name_company_and_number(li_wei: Visitor) -> None:
    made = added(li_wei, "Searched 秦岭", company="Pass & Co", phones=["13577778888"])

    for text in ("秦岭", "searched", "pass &", "135 7777 8888", "77778888"):
        assert found(li_wei, text)["customers"] == [made["url"]], text


def test_names_and_numbers_are_found_however_they_are_typed(chen_jing: Visitor) -> None:
    made = added(chen_jing, "José 欧阳锋", phones=["021 6177 9876"])

    for text in ("jose", "ouyangfeng", "oyf", "021 6177", "0086 21 6177", "+86 21 6177 98"):
        assert found(chen_jing, text)["customers"] == [made["url"]], text
    assert found(chen_jing, "0139 0013 9")["calls"] == [f"/calls/{LOST_CALL}"]


def test_an_agent_finds_their_own_calls_a_supervisor_all(chen_jing: Visitor) -> None:
    assert found(chen_jing, "13900139000")["calls"] == [f"/calls/{LOST_CALL}"]
    assert found(chen_jing, LI_WEIS_CALL)["calls"] == [f"/calls/{LI_WEIS_CALL}"]


def test_a_colleagues_call_is_not_found(li_wei: Visitor) -> None:
    assert "calls" not in found(li_wei, "13900139000")
    assert "calls" not in found(li_wei, LOST_CALL)
    assert found(li_wei, "4008001234")["calls"] == [f"/calls/{LI_WEIS_CALL}"]


def test_pages_and_users_are_found_by_users_who_may_open_them(admin: Visitor) -> None:
    assert found(admin, "picklist")["pages"] == ["/dictionaries"]
    assert len(found(admin, "li.wei")["people"]) == 1


def test_an_agent_finds_no_page_they_may_not_open(li_wei: Visitor) -> None:
    assert found(li_wei, "picklist") == {}
    assert "people" not in found(li_wei, "li.wei")


@pytest.mark.parametrize(
    "text", ["", " ", "%", "\0", "\U0001d54f", "_", "'", "+", "a" * 100, "1", "12"]
)
def test_no_odd_text_causes_a_server_error(chen_jing: Visitor, text: str) -> None:
    found(chen_jing, text)

    assert chen_jing.client.get("/search", params={"q": text}).status_code == 200


def test_the_box_gets_a_part_a_visitor_a_page(li_wei: Visitor) -> None:
    box = li_wei.get("/search?q=王小明", HX_Request="true", HX_Target="search-results")
    page = li_wei.get("/search?q=王小明")

    assert ("<title>" in box.text, "王小明" in box.text) == (False, True)
    assert "<html" in page.text
