"""Users as other features show them in their lists."""

from sqlalchemy.orm import Session

from crm.people.store import names
from web.kit.listing.declaration import ListQuery
from web.kit.listing.table import Option


def user_option(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the user that a list is filtered by: the address comes from another page."""
    user = query.id("user")
    return [Option(str(id_), name) for id_, name in names(session, [user] if user else []).items()]
