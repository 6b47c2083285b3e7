"""The page of phones asks a real Asterisk who is registered."""

from asterisk.phones import wait_until


def phone_of(api, extension):
    return next(one for one in api.get("/phones")["items"] if one["extension"] == extension)


def test_the_page_shows_a_desk_phone_that_registers(trade):
    api = trade.installation.api("admin")
    account = trade.installation.accounts["li.wei"]
    before = phone_of(api, account["extension"])
    assert before["known"], "an Asterisk without phones answers too"

    phone = trade.telephone("li.wei", tone=600)
    phone.register(account, trade.installation.sip)
    shown = wait_until(
        lambda: phone_of(api, account["extension"])["desk_phone"], 5.0, "the phone is shown"
    )
    assert shown["address"].startswith("127.0.0.1:")
