"""The API of music on hold."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.kit.uploads.form import FILE_BODY, SentUpload
from web.music import actions
from web.music.listing import MUSIC, READERS
from web.music.shapes import MusicBody, MusicChange, MusicOrder, MusicShape, MusicShapes
from web.music.standard import hear_standard

router = APIRouter(prefix="/music")
MusicReader = Annotated[SignedIn, Depends(needs(*READERS))]
MusicEditor = Annotated[SignedIn, Depends(needs(Right.PROMPTS_EDIT))]


@router.get("")
def list_music(request: Request, query: Annotated[ListQuery, Depends(asked(MUSIC))]) -> MusicShapes:
    """List the standard music, then the others by name; queues name it by its key."""
    return answer_page(request, MUSIC, query, MusicShapes)


@router.get("/default")
def read_standard_music(request: Request, _who: MusicReader) -> MusicShape:
    """Show the standard music, which is built in, with its files."""
    context = context_of(request)
    with context.database.begin() as session:
        return actions.show_default(session, context.settings, reader_of(request))


@router.get("/default/files/{file}", response_class=FileResponse)
def hear_standard_file(request: Request, file: IdPath, _who: MusicReader) -> FileResponse:
    """Hear a file of the standard music."""
    return hear_standard(context_of(request).settings, file)


@router.post("", status_code=201)
def add_music(request: Request, body: MusicBody, who: MusicEditor) -> MusicShape:
    """Add music without files."""
    with context_of(request).database.begin() as session:
        return actions.show(session, actions.add(session, request, who, body))


@router.get("/{music}")
def read_music(request: Request, music: IdPath, _who: MusicReader) -> MusicShape:
    """Show music with its files."""
    with context_of(request).database.begin() as session:
        return actions.show(session, music)


@router.patch("/{music}")
def change_music(
    request: Request, music: IdPath, body: MusicChange, who: MusicEditor
) -> MusicShape:
    """Rename music, or change the order of its files."""
    with context_of(request).database.begin() as session:
        actions.change(session, request, who, music, body)
        return actions.show(session, music)


@router.delete("/{music}", status_code=204)
def remove_music(request: Request, music: IdPath, who: MusicEditor) -> None:
    """Delete music that no queue plays."""
    with context_of(request).database.begin() as session:
        actions.remove(session, request, who, music)


@router.post("/{music}/files", openapi_extra=FILE_BODY)
def add_file(request: Request, music: IdPath, who: MusicEditor, sent: SentUpload) -> MusicShape:
    """Add an audio file (WAV, MP3, OGG, FLAC)."""
    return actions.add_file(request, who, music, sent.file)


@router.put("/{music}/order")
def order_files(request: Request, music: IdPath, body: MusicOrder, who: MusicEditor) -> MusicShape:
    """Put the files in another order, in which callers hear them; their ids change."""
    with context_of(request).database.begin() as session:
        actions.order_files(session, request, who, music, body.keys)
        return actions.show(session, music)


@router.get("/{music}/files/{file}", response_class=FileResponse)
def hear_file(request: Request, music: IdPath, file: IdPath, _who: MusicReader) -> FileResponse:
    """Hear a file of music."""
    context = context_of(request)
    with context.database.begin() as session:
        return actions.hear_file(session, context.settings, music, file)


@router.delete("/{music}/files/{file}", status_code=204)
def remove_file(request: Request, music: IdPath, file: IdPath, who: MusicEditor) -> None:
    """Remove a file of music."""
    with context_of(request).database.begin() as session:
        actions.remove_file(session, request, who, music, file)
