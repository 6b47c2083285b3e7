"""The menu: valid keys, wrong keys, and no key at all."""

import pytest
from asterisk.phones import something_else_than, wait_until


def test_a_wrong_key_repeats_the_menu_and_a_right_one_leads_on(trade):
    caller = trade.caller().dial().to_menu().press("9")
    caller.phone.hears(something_else_than(600), "that it was wrong")
    assert caller.live()["step"] == "menu"
    caller.press("1")

    assert caller.reaches("waiting")["queue"] == "sales"
    caller.hangs_up()
    keys = [line["detail"] for line in caller.record()["timeline"] if line["kind"] == "digit"]
    assert [(k["digit"], k["choice"]) for k in keys] == [("9", ""), ("1", "sales")]


@pytest.mark.long
def test_a_caller_who_presses_nothing_is_asked_three_times_and_comes_to_the_operator(trade):
    caller = trade.caller().dial().to_menu()

    assert caller.reaches("waiting", seconds=60)["queue"] == "operator"


def test_an_unknown_number_is_not_found(trade):
    caller = trade.caller().dial("4009999999")

    assert caller.phone.expect("state", state="DISCONNECTED")["code"] == 404
    trade.becomes_quiet()
    listed = wait_until(lambda: calls_from(trade, caller.number), 5, "the call is in the list")
    assert [call["result"] for call in listed] == ["refused"]


def calls_from(trade, number):
    return trade.installation.api("admin").get(f"/calls?caller={number}")["items"]
