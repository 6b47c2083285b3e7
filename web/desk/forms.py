"""The forms of an agent's desk."""

from sqlalchemy.orm import Session

from crm.customers.customer import Customer
from web.customers.fields import customer_fields
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader

CUSTOMER_FIELDS = {"name", "company", "level", "phones", "email", "address", "note"}


def desk_form(
    session: Session, reader: Reader, call: str, customer: Customer | None = None, number: str = ""
) -> Form:
    """Make the short form beside a call, filled with what is known."""
    url = f"/desk/customers/{customer.id}" if customer else "/desk/customers"
    known = customer_fields(session, reader, customer)
    form = Form(
        url,
        [one for one in known if one.name in CUSTOMER_FIELDS],
        name="customer",
        title=reader.gettext(N_("Edit customer") if customer else N_("New customer")),
        draft=f"{url}#{call}",
    )
    # A guest of the Try it page has a made-up name in place of a number.
    if customer is None and number.startswith("+"):
        form.field("phones").value = number
    form.fields.append(Field("call", "", "hidden", call))
    return form
