"""The panels of the workspace: arranged for a role, and by a user within that."""

from crm.workspace.layout import (
    AREAS,
    USUAL,
    Area,
    Panel,
    PanelLayout,
    arranged,
    moved,
    read_layout,
    stored,
    with_shown,
)

SIDE = USUAL.shown(Area.SIDE)


def test_every_panel_is_shown_in_its_place_by_default() -> None:
    assert arranged(None) == USUAL
    assert {panel for area in Area for panel in USUAL.shown(area)} == set(Panel)
    assert set(AREAS) == set(Panel)


def test_a_panel_that_a_layout_does_not_know_comes_last_and_is_shown() -> None:
    old = PanelLayout((Panel.DAY, Panel.TODO))

    found = arranged(old)

    assert found.order[:2] == (Panel.DAY, Panel.TODO)
    assert set(found.order) == set(Panel)
    assert not found.hidden


def test_what_the_role_hides_a_user_cannot_show() -> None:
    role = PanelLayout(USUAL.order, frozenset({Panel.DAY}))
    own = PanelLayout((Panel.DAY, Panel.LAST_CALLS), frozenset({Panel.LAST_CALLS}))

    found = arranged(own, role)

    assert found.hidden == {Panel.DAY, Panel.LAST_CALLS}
    assert found.shown(Area.SIDE)[0] is Panel.TODO


def test_a_user_without_a_layout_follows_the_role() -> None:
    role = moved(USUAL, Panel.DAY, -1)

    assert arranged(None, role) == role


def test_a_panel_moves_among_those_of_its_place() -> None:
    up = moved(USUAL, SIDE[2], -1)
    first = moved(USUAL, SIDE[0], -1)
    last = moved(USUAL, SIDE[-1], 1)

    assert up.shown(Area.SIDE)[:3] == (SIDE[0], SIDE[2], SIDE[1])
    assert up.shown(Area.HOME) == USUAL.shown(Area.HOME)
    assert first == last == USUAL


def test_a_move_passes_over_what_the_user_does_not_see() -> None:
    found = moved(USUAL, SIDE[2], -1, frozenset({SIDE[1]}))

    assert found.shown(Area.SIDE)[:3] == (SIDE[2], SIDE[1], SIDE[0])


def test_a_panel_is_hidden_and_shown_again_in_its_place() -> None:
    hidden = with_shown(USUAL, Panel.TODO, shown=False)

    assert Panel.TODO not in hidden.shown(Area.SIDE)
    assert with_shown(hidden, Panel.TODO, shown=True) == USUAL


def test_a_layout_is_read_as_it_was_stored_without_panels_that_are_gone() -> None:
    layout = with_shown(moved(USUAL, Panel.DAY, -1), Panel.KEYS, shown=False)
    kept = stored(layout)

    assert read_layout(kept) == layout
    assert read_layout({"order": ["gone", "day"], "hidden": ["gone"]}) == PanelLayout((Panel.DAY,))
    for nonsense in (None, [], "todo", {"order": "todo"}):
        assert arranged(read_layout(nonsense)) == USUAL
