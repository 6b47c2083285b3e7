"""A call that changes between a browser and a telephone, with sound."""

from asterisk.phones import only, something_else_than

BROWSER, CALLER, TELEPHONE = 600, 440, 800


def test_a_caller_goes_from_a_browser_to_a_telephone_and_back(site):
    li = site.ready_agent()
    caller = site.caller_in_line()
    li.rings().answers()
    caller.phone.hears(only(BROWSER), "the agent at the browser")
    wang = site.trade.agent("wang.fang", tone=TELEPHONE).ready()
    api = site.installation.api("li.wei")
    li_id = api.get("/desk")["agent"]["id"]

    api.post(f"/desk/calls/{caller.call}/transfer", {"to": f"agent:{wang.id}"})
    li.becomes("wrap-up")
    wang.rings()
    wang.phone.answer()
    caller.phone.hears(only(TELEPHONE), "the agent at the telephone")
    wang.phone.hears(only(CALLER), "the caller")

    li.goes_ready()
    wang.do("consult", caller.call, {"to": f"agent:{li_id}"})
    li.rings().answers()
    wang.phone.hears(only(BROWSER), "the colleague")
    caller.phone.hears(something_else_than(TELEPHONE), "music")
    wang.do("complete", caller.call)
    caller.phone.hears(only(BROWSER), "the agent at the browser again")
    li.hears(only(CALLER), "the caller")
    li.press("hang-up").becomes("wrap-up")
    assert caller.record()["agent"]["name"] == "Li Wei"
