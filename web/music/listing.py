"""The list of music."""

from crm.kernel.names import sort_key
from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import number_column, search, text_column
from web.music.actions import show_all
from web.music.shapes import MusicShape

READERS = (Right.PROMPTS_EDIT, Right.QUEUES_MANAGE)


def _name(one: MusicShape, reader: Reader) -> Cell:
    return Cell(one.name, note=reader.gettext(N_("Built-in")) if one.built_in else "")


MUSIC: Listing[MusicShape] = Listing(
    name="music",
    url="/music",
    title=N_("Music on hold"),
    note=N_("What callers hear while they wait; each queue chooses its music."),
    right=None,
    rights=READERS,
    rows=lambda session, query: show_all(session, query.state.context.settings, query.reader),
    columns=(
        Column("name", N_("Name"), _name, order=lambda one: sort_key(one.name), required=True),
        number_column("files", N_("Files"), lambda one: len(one.files)),
        text_column("queues", N_("Queues"), lambda one: ", ".join(one.queues)),
    ),
    filters=(search(),),
    row_id=lambda one: one.id or one.key,
    row_url=lambda one: f"/music/{one.id or one.key}",
    empty_icon="music",
    add_url="/music/new",
    add_label=N_("Add music"),
    add_right=Right.PROMPTS_EDIT,
)
