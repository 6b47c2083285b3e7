"""The list of music."""

from crm.people.rights import Right
from web.kit.i18n import N_
from web.kit.listing.declaration import Listing
from web.kit.listing.usual import number_column, search, text_column
from web.music.actions import show_all
from web.music.shapes import MusicShape

READERS = (Right.PROMPTS_EDIT, Right.QUEUES_MANAGE)


MUSIC: Listing[MusicShape] = Listing(
    name="music",
    url="/music",
    title=N_("Music on hold"),
    note=N_("What callers hear while they wait; each queue chooses its music."),
    right=None,
    rights=READERS,
    rows=lambda session, _query: show_all(session),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        number_column("files", N_("Files"), lambda one: len(one.files)),
        text_column("queues", N_("Queues"), lambda one: ", ".join(one.queues)),
    ),
    filters=(search(),),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/music/{one.id}",
    empty=N_("There is only the standard music."),
    empty_icon="music",
    add_url="/music/new",
    add_label=N_("Add music"),
    add_right=Right.PROMPTS_EDIT,
)
