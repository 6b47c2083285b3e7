"""The sentences of stored notifications, in the words of the screens."""

import sqlalchemy as sa
from alembic import op

revision = "20261130x"
down_revision = "20261130w"
branch_labels = None
depends_on = None

# A notification keeps its English sentence, by which its translation is found.
SENTENCES = {
    "{name} gave you another role: {role}.": "{name} changed your role to {role}.",
    "The call engine has been away for half a minute. Calls go on; new ones cannot be offered.": (
        "The call engine has been offline for half a minute. Calls continue; new calls "
        "cannot reach agents."
    ),
    "The call engine is back; it was away for {seconds} seconds.": (
        "The call engine is back after {seconds} seconds."
    ),
    "The database answers again; it was away for {seconds} seconds. Calls went on, and what "
    "happened meanwhile is written now.": (
        "The database is back after {seconds} seconds. Calls continued; pending records "
        "are being saved."
    ),
    "The database ended unexpectedly and was started again.": (
        "The database stopped unexpectedly and was restarted."
    ),
    "Asterisk ended unexpectedly and was started again. Its talks have ended.": (
        "Asterisk stopped unexpectedly and was restarted. Its calls have ended."
    ),
    "The front door ended unexpectedly and was started again.": (
        "The web server (nginx) stopped unexpectedly and was restarted."
    ),
    "The ledger ended unexpectedly and was started again. Calls went on.": (
        "The ledger stopped unexpectedly and was restarted. Calls continued."
    ),
    "The call engine ended unexpectedly and was started again. Talks went on.": (
        "The call engine stopped unexpectedly and was restarted. Calls continued."
    ),
    "The web ended unexpectedly and was started again. Calls went on.": (
        "The web stopped unexpectedly and was restarted. Calls continued."
    ),
    "The jobs ended unexpectedly and were started again.": (
        "The scheduler stopped unexpectedly and was restarted."
    ),
    "Your password was set by a link that was mailed to you. If it was not you, tell your"
    " administrator at once.": (
        "Your password was set with an emailed link. If it wasn't you, tell your "
        "administrator at once."
    ),
    "The webhook “{name}” was switched off because its receiver fails.": (
        "The webhook “{name}” was deactivated because its receiver keeps failing."
    ),
    "The mail server's name is not known.": ("Unknown mail server host name."),
    "There was no connection to the mail server.": ("No connection to the mail server."),
    "The mail server did not answer in time.": ("The mail server did not respond in time."),
    "The mail server does not take the user or the password.": (
        "The mail server rejects the username or password."
    ),
    "The mail server's password can no longer be read. Enter it again.": (
        "The stored mail server password cannot be read. Enter it again."
    ),
    "The mail server does not take the sender's address.": (
        "The mail server rejects the sender's address."
    ),
    "The mail server does not take the recipient's address.": (
        "The mail server rejects the recipient's address."
    ),
    "The mail server refused the mail.": ("The mail server refused the email."),
}


def upgrade() -> None:
    """Go forward."""
    for old, new in SENTENCES.items():
        _say(old, new)


def downgrade() -> None:
    """Go back."""
    for old, new in SENTENCES.items():
        _say(new, old)


def _say(old: str, new: str) -> None:
    query = sa.text("UPDATE notices SET sentence = :new WHERE sentence = :old")
    op.execute(query.bindparams(old=old, new=new))
