"""How a page marks a telephone number, so that scripts find it and no name beside it reorders it.

All templates and lists mark numbers here: `c.phone(number)`, and `Cell(…, phone=number)`. At the
page of an agent with a connected phone the client makes a button for each mark, which dials the
number (`web/client/src/desk/click_to_dial.ts`).
"""

from markupsafe import Markup, escape


def phone_mark(
    number: str, shown: str, customer: int | None = None, *, ours: bool = False
) -> Markup:
    """Mark a number, E.164 or an extension, around what is shown of it.

    `customer` is the customer on the page, where there is one: the call is theirs, also if others
    have the number too. A number of `ours` is not one to be called.
    """
    if not number:
        return escape(shown)
    more = Markup(" data-ours") if ours else Markup("")
    if customer is not None:
        more += Markup(' data-customer="{}"').format(customer)
    return Markup('<bdi class="phone-number text-nowrap" data-phone="{}"{}>{}</bdi>').format(
        number, more, shown
    )
