"""The pages of music on hold."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from crm.kernel.errors import HotlineError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, carry_out, save, submit
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.kit.uploads.form import SentUpload
from web.music import actions
from web.music.api import MusicEditor, MusicReader
from web.music.listing import MUSIC
from web.music.shapes import MusicBody, MusicChange, MusicShape
from web.music.standard import hear_standard
from web.prompts.audio import file_field

router = APIRouter(prefix="/music")
MovedQuery = Annotated[int, Query(ge=0, le=2**63 - 1)]
ButtonQuery = Annotated[Literal["up", "down"], Query()]

add_export(router, MUSIC)


@router.get("")
def music_page(request: Request, who: MusicReader) -> Response:
    """List the music."""
    return list_page(request, who, MUSIC)


@router.get("/new")
def new_music(request: Request, _who: MusicEditor) -> Response:
    """Show the form for new music."""
    return _show_new(request, _form(reader_of(request), None))


@router.post("")
def add_music(request: Request, who: MusicEditor, sent: SentForm) -> Response:
    """Add music."""
    reader = reader_of(request)
    form = _form(reader, None)
    with context_of(request).database.begin() as session:

        def write() -> int:
            return actions.add(session, request, who, read_body(MusicBody, sent))

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _show_new(request, form, made.status)
    return done(f"/music/{made}", N_("Saved. Now add its files."))


@router.get("/default")
def standard_music(request: Request, _who: MusicReader) -> Response:
    """Show the standard music, which can be heard but not changed."""
    context = context_of(request)
    with context.database.begin() as session:
        shape = actions.show_default(session, context.settings, reader_of(request))
    return context.pages.page(request, "music-standard.html", {"music": shape})


@router.get("/default/files/{file}")
def hear_standard_file(request: Request, file: IdPath, _who: MusicReader) -> Response:
    """Hear a file of the standard music."""
    return hear_standard(context_of(request).settings, file)


@router.get("/{music}")
def one_music(
    request: Request,
    music: IdPath,
    who: MusicReader,
    moved: MovedQuery = 0,
    by: ButtonQuery = "up",
) -> Response:
    """Show music with its files; `moved` is the one that was moved last, by a button."""
    return _show(request, who, music, moved=(moved, by))


@router.post("/{music}")
def change_music(request: Request, music: IdPath, who: MusicEditor, sent: SentForm) -> Response:
    """Rename music, or change the order of its files."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = _form(reader, actions.show(session, music))

        def write() -> None:
            change = MusicChange(**dict(read_body(MusicBody, sent)))
            actions.change(session, request, who, music, change)

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _show(request, who, music, made.status, form=form)
    return done(f"/music/{music}", N_("Saved."))


@router.post("/{music}/remove")
def remove_music(request: Request, music: IdPath, who: MusicEditor) -> Response:
    """Delete music that no queue plays."""
    return carry_out(
        request,
        lambda session: actions.remove(session, request, who, music),
        "/music",
        lambda error: _refused(request, who, music, error),
        N_("Deleted."),
    )


@router.post("/{music}/files")
def add_file(request: Request, music: IdPath, who: MusicEditor, sent: SentUpload) -> Response:
    """Add an audio file."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = _file_form(reader, actions.show(session, music))
    made = submit(
        reader, form, sent.posted, lambda: actions.add_file(request, who, music, sent.file)
    )
    if isinstance(made, NotSaved):
        return _show(request, who, music, made.status, file=form)
    return done(f"/music/{music}", N_("File uploaded."))


@router.get("/{music}/files/{file}")
def hear_file(request: Request, music: IdPath, file: IdPath, _who: MusicReader) -> Response:
    """Hear a file of music."""
    context = context_of(request)
    with context.database.begin() as session:
        return actions.hear_file(session, context.settings, music, file)


@router.post("/{music}/files/{file}/move")
def move_file(
    request: Request, music: IdPath, file: IdPath, who: MusicEditor, sent: SentForm
) -> Response:
    """Move a file up or down by one place; its button keeps the focus."""
    button = "up" if sent.one("do") == "up" else "down"
    step = -1 if button == "up" else 1
    try:
        with context_of(request).database.begin() as session:
            moved = actions.move_file(session, request, who, music, file, step)
    except HotlineError as error:
        return _refused(request, who, music, error)
    return done(f"/music/{music}?moved={moved}&by={button}", N_("Saved."))


@router.post("/{music}/files/{file}/remove")
def remove_file(request: Request, music: IdPath, file: IdPath, who: MusicEditor) -> Response:
    """Remove a file of music."""
    return carry_out(
        request,
        lambda session: actions.remove_file(session, request, who, music, file),
        f"/music/{music}",
        lambda error: _refused(request, who, music, error),
        N_("Deleted."),
    )


def _form(reader: Reader, shape: MusicShape | None) -> Form:
    return Form(
        f"/music/{shape.id}" if shape else "/music",
        fields_of(MusicBody, reader, dict(shape) if shape else {}, {}),
        cancel_url="" if shape else "/music",
        name="music",
        columns=1,
    )


def _file_form(reader: Reader, shape: MusicShape) -> Form:
    submit_ = reader.gettext(N_("Add file"))
    url = f"/music/{shape.id}/files"
    return Form(url, [file_field(reader)], submit=submit_, name="music-file", columns=1)


def _show_new(request: Request, form: Form, status: int = 200) -> Response:
    return context_of(request).pages.page(request, "music-new.html", {"form": form}, status=status)


def _refused(request: Request, who: SignedIn, music: int, error: HotlineError) -> Response:
    return _show(request, who, music, 409, refused=reader_of(request).error(error))


def _show(  # noqa: PLR0913 - the forms that were not saved
    request: Request,
    who: SignedIn,
    music: int,
    status: int = 200,
    *,
    form: Form | None = None,
    file: Form | None = None,
    refused: str = "",
    moved: tuple[int, str] = (0, ""),
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show(session, music)
    page = {
        "music": shape,
        "form": form or _form(reader, shape),
        "file_form": file or _file_form(reader, shape),
        "refused": refused,
        "moved": moved,
        "may_edit": who.may(Right.PROMPTS_EDIT),
    }
    return context_of(request).pages.page(request, "music.html", page, status=status)
