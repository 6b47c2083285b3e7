"""Users as options in the lists of other features."""

from sqlalchemy.orm import Session

from crm.people.store import names
from web.kit.listing.declaration import ListQuery
from web.kit.listing.table import Option


def user_option(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the user of the filter, which comes from another page's address."""
    user = query.id("user")
    return [Option(str(id_), name) for id_, name in names(session, [user] if user else []).items()]
