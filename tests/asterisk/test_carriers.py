"""What carriers answer to calls out: what the agent hears and is told, and what is written down."""

import time

import pytest
from asterisk.lines import end_of, line, number, record, rule
from asterisk.phones import only, wait_until
from carrier import EARLY_HERTZ

LI = 600
FIRST, SECOND = "127.0.0.6", "127.0.0.7"
FAILOVER_SECONDS = 2.8

# SIP status -> the cause that the agent's page makes its sentence of, and the record's sentence
REFUSED = {
    404: (1, "The number does not exist."),
    480: (19, "The number is not available now."),
    486: (17, "The number is busy."),
    603: (21, "The call was declined."),
}


@pytest.fixture(scope="module")
def lines(installation):
    """Two carriers; calls go over the first, and over the second where the first fails."""
    with (
        line(installation, FIRST) as first,
        line(installation, SECOND) as second,
        rule(installation, first, second),
    ):
        first.becomes("available")
        second.becomes("available")
        yield first, second


@pytest.fixture
def li(trade):
    return trade.agent("li.wei", tone=LI, auto=True).ready()


def call_out(li, to):
    return li.api.post("/desk/calls", {"to": to})["call"]


def seen_by(li, call):
    """Give the call as the agent's page has it after its end."""

    def over():
        found = [one for one in li.trade.live()["calls"] if one["id"] == call]
        return found[0] if found and found[0]["cause"] is not None else None

    return wait_until(over, 15, "the agent is told that the call is over")


def test_the_agent_hears_the_carriers_tone_before_the_answer_and_then_the_customer(
    trade, lines, li
):
    call = call_out(li, number(183))
    li.phone.hears(only(EARLY_HERTZ), "the carrier's own tone", stretch=0.5)
    (live,) = trade.live_calls()
    assert live["state"] == "dialling"
    li.phone.hears(only(LI), "the customer's echo")
    li.do("hangup", call)
    told = record(trade.installation, call)
    assert (told["result"], told["trunks"]) == ("answered", [lines[0].name])
    assert [one.status for one in lines[0].carrier.of("183")] == [200]


@pytest.mark.usefixtures("lines")
def test_a_call_that_only_rings_is_answered_without_a_tone(trade, li):
    call = call_out(li, number(180))
    li.phone.hears(only(LI), "the customer's echo")
    li.do("hangup", call)
    assert record(trade.installation, call)["result"] == "answered"


def test_each_refusal_is_told_to_the_agent_and_written_down_in_words(trade, lines, li):
    first, second = lines
    tried = len(second.carrier.legs)
    for status, (cause, sentence) in REFUSED.items():
        call = call_out(li, number(status))
        assert seen_by(li, call)["cause"] == cause, status
        told = record(trade.installation, call)
        assert (told["result"], told["ended_by"]) == ("unanswered", "customer"), status
        assert end_of(told) == f"Ended by customer · {sentence}"
        assert told["trunks"] == [first.name]
        li.becomes("wrap-up")
        li.ready()
    # Wrong and busy numbers would be so over any trunk.
    assert len(second.carrier.legs) == tried
    trade.becomes_quiet()


def test_a_full_carrier_is_left_for_the_second_at_once(trade, lines, li):
    first, second = lines
    first.carrier.status = 503
    try:
        call = call_out(li, number(1))
        li.phone.hears(only(LI), "the customer's echo")
        refused, taken = first.carrier.of("001")[-1], second.carrier.of("001")[-1]
        assert taken.arrived - refused.arrived < 0.5
        li.do("hangup", call)
        told = record(trade.installation, call)
        assert (told["result"], told["trunks"]) == ("answered", [first.name, second.name])
        assert "out of service" in first.state()["error"]
    finally:
        first.carrier.status = 0


def test_a_carrier_that_has_just_died_is_left_within_three_seconds(trade, lines, li):
    first, second = lines
    first.becomes("available")
    first.carrier.dead = True
    try:
        call = call_out(li, number(2))
        wait_until(lambda: second.carrier.of("002"), 8, "the second carrier is asked")
        silent, taken = first.carrier.of("002")[0], second.carrier.of("002")[0]
        assert taken.arrived - silent.arrived < FAILOVER_SECONDS + 0.3
        li.phone.hears(only(LI), "the customer's echo")
        li.do("hangup", call)
        assert record(trade.installation, call)["trunks"] == [first.name, second.name]
        assert first.state()["state"] == "unreachable"
        # Now that it is known nobody waits for it.
        li.becomes("wrap-up")
        li.ready()
        next_call = call_out(li, number(3))
        wait_until(lambda: second.carrier.of("003"), 2, "the second carrier is asked at once")
        assert not first.carrier.of("003")
        li.phone.hears(only(LI), "the customer's echo")
        li.do("hangup", next_call)
        record(trade.installation, next_call)
    finally:
        first.carrier.dead = False
    first.becomes("available", 20)


def test_a_forwarded_number_is_dialled_by_our_rules_or_refused_in_words(trade, lines, li):
    first, _ = lines
    first.carrier.moved_to = f"+86{number(4)}"
    call = call_out(li, number(302))
    li.phone.hears(only(LI), "the echo of the new number")
    assert [one.number for one in list(first.carrier.legs.values())[-2:]] == [
        f"+86{number(302)}", f"+86{number(4)}",
    ]  # fmt: skip
    li.do("hangup", call)
    told = record(trade.installation, call)
    assert told["result"] == "answered"
    assert told["customer_number"] == f"+86{number(302)}"
    assert told["recording"]
    li.becomes("wrap-up")
    li.ready()

    first.carrier.moved_to = "+442079460000"  # no rule allows the agent international numbers
    asked = len(first.carrier.legs)
    call = call_out(li, number(302))
    assert seen_by(li, call)["cause"] == 23
    told = record(trade.installation, call)
    assert told["result"] == "unanswered"
    assert end_of(told).endswith("The number is forwarded. The new number is not dialed.")
    assert len(first.carrier.legs) == asked + 1
    # Asterisk itself has dialled nothing, neither over a trunk nor in its dialplan.
    assert not [one for one in trade.channels() if one["id"] != call]
    trade.becomes_quiet()


@pytest.mark.parametrize(
    ("form", "header"), [("pai", "P-Asserted-Identity"), ("rpid", "Remote-Party-ID")]
)
def test_our_number_is_shown_in_the_header_of_the_trunk(lines, li, form, header):
    first, _ = lines
    first.change(caller_id_form=form, from_user=f"8610{form}", from_domain="ims.example")
    call = call_out(li, number(486))
    wait_until(lambda: len(first.carrier.of("486")) > 0, 5, "the call goes out")
    seen_by(li, call)
    sent = first.carrier.of("486")[-1]
    assert f"<sip:8610{form}@ims.example>" in sent.header("From")
    assert "sip:+864008001234@" in sent.header(header)
    others = {"P-Asserted-Identity", "Remote-Party-ID"} - {header}
    assert not [one for one in others if sent.header(one)]
    assert not sent.header("Privacy")


def test_our_number_in_from_and_a_hidden_one_only_where_the_trunk_allows_it(trade, lines):
    first, _ = lines
    first.change(caller_id_form="from", from_user="")
    shown = dial_past_the_rules(trade, first, "+864008001234")
    assert "sip:+864008001234@" in shown.header("From")
    assert not shown.header("P-Asserted-Identity")
    first.change(caller_id_form="pai")
    hidden = dial_past_the_rules(trade, first, "")
    assert "anonymous" in hidden.header("From").lower()
    assert "864008001234" not in hidden.invite


def test_an_agent_hides_our_number_where_the_rule_allows_it(trade, lines, li):
    first, _ = lines
    first.change(caller_id_form="from", from_user="")
    to = {"to": number(486), "hide_number": True}
    refused = li.api.post("/desk/calls", to, expect=403)
    assert "does not allow it" in refused["detail"]
    admin = trade.installation.api("admin")
    rules = admin.get("/outbound-rules")["items"]
    admin.ask("PATCH", f"/outbound-rules/{rules[0]['id']}", {"may_hide": True})
    time.sleep(1)  # the engine reads it
    known = len(first.carrier.of("486"))
    call = li.api.post("/desk/calls", to)["call"]
    seen_by(li, call)

    assert len(first.carrier.of("486")) == known + 1
    sent = first.carrier.of("486")[-1]
    assert "anonymous" in sent.header("From").lower()
    assert "864008001234" not in sent.invite
    assert not record(trade.installation, call)["caller"]


def dial_past_the_rules(trade, trunk, shown):
    """Have Asterisk call as the engine does, with this number shown; give the carrier's leg."""
    known = len(trunk.carrier.of("404"))
    variables = {"CONNECTEDLINE(pres,i)": "allowed" if shown else "prohib"}
    if shown:
        variables["CONNECTEDLINE(num,i)"] = shown
    body = {
        "endpoint": f"PJSIP/{number(404)}@trunk-{trunk.id}",
        "extension": "s",
        "context": "hotline-sound-check",
        "variables": variables,
    }
    trade.installation.ari("/channels", body)
    wait_until(lambda: len(trunk.carrier.of("404")) > known, 5, "the call goes out")
    return trunk.carrier.of("404")[-1]
