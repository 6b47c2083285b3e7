"""Customers' files."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request

from crm.customers import store
from crm.customers.customer import CustomerDraft
from crm.errors import InvalidError
from crm.phone import e164
from web.api.bodies import CustomerBody, CustomerChange, IdPath
from web.api.shapes import CustomerShape
from web.auth import Anybody
from web.request import house_of
from web.views import show_customer

router = APIRouter(prefix="/customers")


@router.get("/{customer}")
def read_customer(request: Request, customer: IdPath, _who: Anybody) -> CustomerShape:
    """Show a customer's file."""
    with house_of(request).database.begin() as session:
        return show_customer(store.customer(session, customer))


@router.post("", status_code=201)
def add_customer(request: Request, body: CustomerBody, _who: Anybody) -> CustomerShape:
    """Add a customer."""
    house = house_of(request)
    fields = body.model_dump()
    draft = CustomerDraft(**fields | {"phones": numbers(fields["phones"], house.settings.region)})
    with house.database.begin() as session:
        return show_customer(store.add_customer(session, draft))


@router.patch("/{customer}")
def change_customer(
    request: Request, customer: IdPath, body: CustomerChange, _who: Anybody
) -> CustomerShape:
    """Change what is given of a customer's file."""
    house = house_of(request)
    changes: dict[str, Any] = body.model_dump(exclude_none=True)
    if "phones" in changes:
        changes["phones"] = numbers(changes["phones"], house.settings.region)
    with house.database.begin() as session:
        draft = replace(store.customer(session, customer).draft, **changes)
        return show_customer(store.change_customer(session, customer, draft))


def numbers(typed: list[str], region: str) -> tuple[str, ...]:
    """Spell numbers one way; InvalidError for one that is none."""
    spelt = []
    for text in typed:
        if not text.strip():
            continue
        if not (number := e164(text, region)):
            raise InvalidError("“{number}” is not a telephone number.", "phones", number=text[:40])
        spelt.append(number)
    return tuple(spelt)
