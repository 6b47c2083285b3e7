"""Questions that may take long are given up in time."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

Answer = TypeVar("Answer")
_CANCELED = "57014"  # PostgreSQL's code of a statement that was given up


def ask_for(session: Session, seconds: float, ask: Callable[[], Answer]) -> Answer | None:
    """Ask the database; None without an answer within `seconds`. The transaction goes on."""
    limit = func.set_config("statement_timeout", str(int(seconds * 1000)), True)
    before = session.scalar(select(func.current_setting("statement_timeout")))
    try:
        with session.begin_nested():
            session.execute(select(limit))
            answer = ask()
            back = func.set_config("statement_timeout", before, True)
            session.execute(select(back))
    except OperationalError as error:
        if getattr(error.orig, "pgcode", "") != _CANCELED:
            raise
        return None
    return answer
