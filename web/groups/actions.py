"""Actions on user groups that pages and API share: show the tree, add, change, enable."""

from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.people.groups import store
from crm.people.groups.group import Group, GroupDraft, GroupId, in_tree
from crm.people.groups.store import groups
from crm.people.person import SignedIn
from crm.people.store import names
from web.groups.shapes import GroupBody, GroupChange, GroupLine, GroupShape
from web.kit.audit import note
from web.kit.shapes import Choice, Named


def show_tree(session: Session) -> list[GroupLine]:
    """Give all groups in the order of the tree."""
    counts = store.member_counts(session)
    return [
        GroupLine(
            id=one.id,
            name=one.name,
            kind=one.draft.kind,
            parent=one.draft.parent,
            depth=depth,
            enabled=one.enabled,
            members=counts.get(one.id, 0),
        )
        for depth, one in in_tree(store.groups(session))
    ]


def show_group(session: Session, group: int) -> GroupShape:
    """Show one group with its members by name."""
    found = store.group(session, group)
    draft = found.draft
    people = names(session, store.members(session, group)).items()
    above = store.group(session, draft.parent) if draft.parent is not None else None
    return GroupShape(
        id=found.id,
        name=draft.name,
        kind=draft.kind,
        parent=Named(id=above.id, name=above.name) if above else None,
        note=draft.note,
        enabled=found.enabled,
        members=[Named(id=id_, name=name) for id_, name in sorted(people, key=lambda p: p[1])],
    )


def make_group(session: Session, request: Request, who: SignedIn, body: GroupBody) -> GroupId:
    """Add a group."""
    with store.no_wider_team(session, who):
        made = store.add_group(session, GroupDraft(body.name, body.kind, body.parent, body.note))
        store.set_members(session, made.id, body.members)
    note(session, request, who, "group.added", "user_groups", made.id, {}, _noted(session, made))
    return made.id


def write_group(
    session: Session, request: Request, who: SignedIn, group: int, body: GroupChange
) -> None:
    """Change the given fields of a group; refused if a user would then see too many people."""
    known = store.group_to_change(session, group)
    before = _noted(session, known)
    given: dict[str, Any] = {
        name: value
        for name in ("name", "kind", "note")
        if (value := getattr(body, name)) is not None
    }
    if "parent" in body.model_fields_set:
        given["parent"] = body.parent
    with store.no_wider_team(session, who):
        changed = store.change_group(session, group, replace(known.draft, **given))
        if body.members is not None:
            store.set_members(session, group, body.members)
    after = _noted(session, changed)
    if before != after:
        note(session, request, who, "group.changed", "user_groups", group, before, after)


def switch_group(
    session: Session, request: Request, who: SignedIn, group: int, *, on: bool
) -> None:
    """Switch a group on or off."""
    known = store.group_to_change(session, group)
    if known.enabled is on:
        return
    with store.no_wider_team(session, who):
        store.set_group_enabled(session, group, enabled=on)
    action = "group.enabled" if on else "group.disabled"
    note(session, request, who, action, "user_groups", group, {"enabled": not on}, {"enabled": on})


def _noted(session: Session, group: Group) -> dict[str, Any]:
    draft = group.draft
    return {
        "name": draft.name,
        "kind": draft.kind.value,
        "parent": draft.parent,
        "note": draft.note,
        "members": store.members(session, group.id),
    }


INDENT = "\u2003"  # an em space, which browsers do not remove


def group_choices(session: Session) -> list[Choice]:
    """Give all groups as choices, indented as a tree."""
    return [
        Choice(key=str(one.id), name=INDENT * depth + one.name)
        for depth, one in in_tree(groups(session))
    ]
