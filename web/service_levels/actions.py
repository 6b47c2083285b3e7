"""Actions on customer levels that pages and API share: show, add, change, remove."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queue import QueueKey
from acd.service_level import ServiceLevel, ServiceLevelId, needs_said
from acd.service_levels import store
from acd.service_levels.store import LevelSettings
from acd.skill_levels.store import skill_names
from acd.skills import Need, SkillKey
from crm.dictionary.item import List, both_names, one_of_two
from crm.number_lists.lists import NumberListId
from crm.number_lists.store import number_lists
from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.i18n import Reader
from web.kit.settings_cache import vocabulary
from web.queues.row_shapes import NeedBody, NeedShape
from web.service_levels.shapes import LevelBody, LevelChange, LevelShape


@dataclass(frozen=True, slots=True)
class LevelWords:
    """The names that levels are shown with."""

    language: str
    tiers: Mapping[str, str]
    lists: Mapping[int, str]
    queues: Mapping[str, str]
    skills: Mapping[str, str]


def words_of(session: Session, reader: Reader) -> LevelWords:
    """Read the names in the reader's language."""
    known, language = vocabulary(session), reader.language
    return LevelWords(
        language,
        {one.key: one.name(language) for one in known.choices[List.CUSTOMER_LEVEL]},
        {one.id: one.draft.name for one in number_lists(session)},
        known.queue_names(language),
        skill_names(session, language),
    )


def show_levels(session: Session, reader: Reader) -> list[LevelShape]:
    """Show all levels, the inactive ones too."""
    words = words_of(session, reader)
    return [_show(one, words) for one in store.service_levels(session)]


def show_level(session: Session, reader: Reader, id_: int) -> LevelShape:
    """Show one level."""
    return _show(store.service_level(session, id_), words_of(session, reader))


def add(session: Session, request: Request, who: SignedIn, body: LevelBody) -> ServiceLevelId:
    """Add a level."""
    english, chinese = both_names(body.name_en, body.name_zh)
    new = ServiceLevel(
        ServiceLevelId(0),
        english,
        chinese,
        body.priority,
        QueueKey(body.queue) if body.queue else None,
        _needs(body.needs),
        body.patience_seconds,
        body.tier,
        NumberListId(body.vip_list) if body.vip_list is not None else None,
    )
    made = store.add_service_level(session, LevelSettings(new, body.active))
    after = _noted(store.service_level(session, made))
    note(session, request, who, "service_level.added", "service_levels", made, {}, after)
    return made


def change(session: Session, request: Request, who: SignedIn, id_: int, body: LevelChange) -> None:
    """Change the given fields of a level; it counts from the next call on."""
    known = store.service_level_to_change(session, id_)
    level, given = known.level, body.model_fields_set
    english, chinese = both_names(
        level.name if body.name_en is None else body.name_en,
        level.name_zh if body.name_zh is None else body.name_zh,
    )
    changed = replace(
        level,
        name=english,
        name_zh=chinese,
        priority=level.priority if body.priority is None else body.priority,
        patience_seconds=level.patience_seconds
        if body.patience_seconds is None
        else body.patience_seconds,
        tier=level.tier if body.tier is None else body.tier,
        needs=level.needs if body.needs is None else _needs(body.needs),
    )
    if body.queue is not None:
        changed = replace(changed, queue=QueueKey(body.queue) if body.queue else None)
    if "vip_list" in given:
        listed = NumberListId(body.vip_list) if body.vip_list is not None else None
        changed = replace(changed, listed=listed)
    enabled = known.enabled if body.active is None else body.active
    store.save_service_level(session, LevelSettings(changed, enabled))
    before, after = _noted(known), _noted(store.service_level(session, id_))
    if before != after:
        note(session, request, who, "service_level.changed", "service_levels", id_, before, after)


def remove(session: Session, request: Request, who: SignedIn, id_: int) -> None:
    """Remove a level; its customers are served like all others from the next call on."""
    known = store.service_level_to_change(session, id_)
    store.remove_service_level(session, id_)
    note(session, request, who, "service_level.removed", "service_levels", id_, _noted(known), {})


def _needs(needs: list[NeedBody]) -> tuple[Need, ...]:
    return tuple(Need(SkillKey(one.skill), one.level) for one in needs)


def _show(one: LevelSettings, words: LevelWords) -> LevelShape:
    level = one.level
    queue, listed = level.queue or "", level.listed
    return LevelShape(
        id=level.id,
        name=one_of_two(level.name, level.name_zh, words.language),
        name_en=level.name,
        name_zh=level.name_zh,
        active=one.enabled,
        tier=level.tier,
        tier_name=words.tiers.get(level.tier, level.tier),
        vip_list=listed,
        vip_list_name="" if listed is None else words.lists.get(listed, str(listed)),
        priority=level.priority,
        queue=queue,
        queue_name=words.queues.get(queue, queue),
        patience_seconds=round(level.patience_seconds),
        needs=[
            NeedShape(skill=n.skill, name=words.skills.get(n.skill, n.skill), level=n.level)
            for n in level.needs
        ],
    )


def _noted(one: LevelSettings) -> dict[str, Any]:
    level = one.level
    return {
        "name_en": level.name,
        "name_zh": level.name_zh,
        "active": one.enabled,
        "tier": level.tier,
        "vip_list": level.listed,
        "priority": level.priority,
        "queue": level.queue or "",
        "needed_skills": needs_said(level.needs),
        "patience_seconds": round(level.patience_seconds),
    }
