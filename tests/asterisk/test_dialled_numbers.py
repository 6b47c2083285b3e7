"""What callers write before the @ of the address that they call: a number, and much else."""

import pytest
from asterisk.phones import wait_until


@pytest.mark.parametrize("written", [";npdi=yes", ";phone-context=+86", ";npdi=yes;rn=+8610000"])
def test_a_number_with_parameters_is_answered(trade, written):
    caller = trade.caller().dial(f"{trade.installation.number}{written}").to_menu()
    caller.hangs_up()

    assert caller.record()["called"] == "+864008001234"


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("%2C4", "{number},4"),
        ("%2C6", "{number},6"),
        ("%2C1)Dial(PJSIP%2F1001", "{number},1)Dial(PJSIP/1001"),
        (";%2C6", "{number}"),
    ],
)
def test_no_caller_goes_past_the_first_lines_of_the_dialplan(trade, li_wei, written, called):
    number = trade.installation.number
    caller = trade.caller().dial(number + written)
    expected = called.format(number=number)
    if expected == number:
        caller.to_menu().hangs_up()
        assert caller.record()["called"] == "+864008001234"
    else:
        caller.phone.expect("state", state="DISCONNECTED", code=404)
        assert _refused(trade, caller)["called"] == expected
    trade.becomes_quiet()
    assert not li_wei.phone.had("ringing")


def test_a_refused_call_keeps_what_was_dialled(trade):
    caller = trade.caller().dial("support")
    caller.phone.expect("state", state="DISCONNECTED", code=404)

    assert _refused(trade, caller)["called"] == "support"


def _refused(trade, caller):
    def written():
        calls = trade.installation.api("admin").get("/calls")["items"]
        return next((one for one in calls if one["caller"].endswith(caller.number)), None)

    record = wait_until(written, 10, "the refused call is written down")
    assert record["result"] == "refused"
    return record
