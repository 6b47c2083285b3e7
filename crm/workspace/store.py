"""Layouts of the workspace: of each role, and of each user within it."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.preferences.store import prefer, preference
from crm.workspace.layout import PanelLayout, arranged, read_layout, stored
from crm.workspace.models import WorkspaceLayoutRow

KEY = "workspace"


def role_layout(session: Session, role: int) -> PanelLayout:
    """Give the layout of a role, with every panel."""
    row = WorkspaceLayoutRow
    kept = session.scalar(select(row.panels).where(row.role_id == role))
    return arranged(read_layout(kept))


def save_role_layout(session: Session, role: int, layout: PanelLayout | None) -> None:
    """Store the layout of a role; None is the usual one."""
    row = WorkspaceLayoutRow
    if layout is None:
        session.execute(delete(row).where(row.role_id == role))
        return
    saved = insert(row).values(role_id=role, panels=stored(layout))
    session.execute(
        saved.on_conflict_do_update(
            index_elements=[row.role_id], set_={"panels": saved.excluded.panels}
        )
    )


def own_layout(session: Session, user: int, role: int) -> PanelLayout:
    """Give the layout that a user sees."""
    return arranged(read_layout(preference(session, user, KEY)), role_layout(session, role))


def save_own_layout(session: Session, user: int, layout: PanelLayout | None) -> None:
    """Store the layout of a user; None is that of their role."""
    prefer(session, user, KEY, None if layout is None else stored(layout))
