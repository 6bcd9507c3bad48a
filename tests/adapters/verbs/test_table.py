"""Every verb as every role on every state of its object: what comes of it, and what it leaves behind."""

import inspect
import re
import sys
from collections.abc import Callable

import pytest
from sqlalchemy import select
from tests.adapters.verbs.document import document
from tests.adapters.verbs.recipes.every import RECIPES
from tests.adapters.verbs.roles import ANYBODY, ASSISTANT, OWNER, ROLES, STAFF, STRANGER
from tests.adapters.verbs.table import KINDS, KNOWN, VerbTable
from tests.adapters.verbs.world import MISSING, World
from tests.repository import ROOT

from polybooru.db.tables.base import metadata
from polybooru.library.verbs import VERBS, Acts

PAGE = ROOT / "docs" / "reference" / "verbs.md"


NO_VERBS = {
    "add_post": "what a new topic and a reply share",
    "check_may_see": "changes nothing",
    "check_reportable": "what the reports of each kind share",
    "export_user": "changes nothing",
    "log_on_anothers": "what edits of images share",
    "owner_or_staff": "holds an account",
    "refuse_dear": "changes nothing",
}
Rows = dict[str, list[tuple[object, ...]]]
"""Of the whole database, by table."""


def _rows(world: World) -> Rows:
    with world.library.reading() as reading:
        return {
            name: sorted(map(tuple, reading.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }


@pytest.fixture(scope="module")
def rows_before(world: World) -> Rows:
    return _rows(world)


@pytest.fixture(scope="module")
def table(world: World, rows_before: Rows) -> VerbTable:
    return VerbTable(world)


def test_every_verb_has_a_recipe() -> None:
    missing = sorted(VERBS.keys() - RECIPES.keys())
    assert missing == [], (
        "Say in tests/adapters/verbs/recipes what these verbs are called with, run "
        "`pytest tests/adapters/verbs --update-golden` and read the table: is each right as it should be?"
    )


def test_every_recipe_has_its_verb() -> None:
    assert sorted(RECIPES.keys() - VERBS.keys()) == []


def test_whatever_takes_work_and_actor_is_a_verb() -> None:
    assert sorted(_changing() - VERBS.keys() - NO_VERBS.keys()) == [], (
        "Decorate these with `@verb(Acts.…)`; or say in NO_VERBS why they are none."
    )


def _changing() -> set[str]:
    """Public functions of the library that may change it for somebody, but for those that only hold rows."""
    return {
        name
        for module in [name for name in sys.modules if name.startswith("polybooru.library.")]
        for name, function in inspect.getmembers(sys.modules[module], inspect.isfunction)
        if function.__module__ == module and not name.startswith(("_", "lock"))
        if re.match(r"(work|library), actor\b", ", ".join(inspect.signature(function).parameters))
    }


def test_whatever_has_verbs_is_in_the_world(world: World) -> None:
    assert [kind for kind in KINDS if kind not in world.objects] == []
    for kind, objects in world.objects.items():
        assert MISSING in objects or kind is Acts.THE_LIBRARY, kind


@pytest.mark.parametrize("kind", KINDS)
def test_each_role_gets_the_answer_of_the_table(
    table: VerbTable, golden: Callable[[str, str], None], kind: Acts
) -> None:
    golden(f"{kind.value}.txt", table.text(kind))


@pytest.mark.parametrize("name", KNOWN)
def test_the_recipe_makes_the_verb_do_something(table: VerbTable, name: str) -> None:
    """Where nothing is logged, only SQLite tells."""
    is_told = table.world.rehearsal.is_sqlite or not RECIPES[name].uncached
    assert not is_told or any(outcome.has_effect for *_, outcome in table.every(name))


@pytest.mark.parametrize("name", KNOWN)
def test_a_refused_verb_changes_nothing(table: VerbTable, name: str) -> None:
    """Not even inside its transaction, which whoever called it may go on with."""
    assert [
        (state, role, outcome.told, outcome.changes, outcome.actions)
        for state, role, outcome in table.every(name)
        if outcome.error and (outcome.has_written or outcome.changes or outcome.actions)
    ] == []


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_changed_is_told_to_those_who_keep_it(table: VerbTable, name: str) -> None:
    unheard = [
        (state, role)
        for state, role, outcome in table.every(name)
        if outcome.error is None and outcome.has_written and not outcome.changes
    ]
    assert RECIPES[name].uncached or not unheard


@pytest.mark.parametrize("name", KNOWN)
def test_staff_leave_an_entry_in_the_moderation_log(table: VerbTable, name: str) -> None:
    """Wherever they may do what others may not: with what is not their own, or with the board itself."""
    rows, objects = table.of(name), table.world.objects[VERBS[name].acts_on]
    is_ordinary = next(iter(rows.values()))[STRANGER].error is None
    unlogged = [
        (state, role)
        for state, row in rows.items()
        for role in (*STAFF, ASSISTANT)
        if role not in objects[state].own_of
        if row[role].has_effect and not row[role].actions and not row[STRANGER].has_effect
    ]
    if is_ordinary or RECIPES[name].unlogged:
        return
    assert unlogged == []


@pytest.mark.parametrize("name", KNOWN)
def test_people_leave_no_entry_in_the_moderation_log(table: VerbTable, name: str) -> None:
    assert [
        (state, role)
        for state, role, outcome in table.every(name)
        if outcome.actions and role in {ANYBODY, STRANGER, OWNER}
    ] == []


@pytest.mark.parametrize("name", KNOWN)
def test_what_a_caller_may_not_see_is_answered_like_nothing(table: VerbTable, name: str) -> None:
    rows = table.of(name)
    objects = table.world.objects[VERBS[name].acts_on]
    assert [
        (state, role, rows[state][role].told, rows[MISSING][role].told)
        for state, target in objects.items()
        for role in ROLES
        if role in target.unseen_by and not (RECIPES[name].reaching and role in STAFF)
        if rows[state][role].told != rows[MISSING][role].told
    ] == []


@pytest.mark.parametrize("name", KNOWN)
def test_the_docstring_names_the_errors(table: VerbTable, name: str) -> None:
    """Each error of the table by its name, or by that of a base class."""
    told = VERBS[name].function.__doc__ or ""
    seen = {type(outcome.error) for *_, outcome in table.every(name) if outcome.error}
    assert [
        error.__name__ for error in seen if not any(base.__name__ in told for base in error.__mro__)
    ] == []


def test_the_page_for_operators_is_the_table(
    table: VerbTable, golden: Callable[[str, str], None], request: pytest.FixtureRequest
) -> None:
    text = document(table)
    if request.config.getoption("update_golden"):
        PAGE.write_text(text, encoding="utf-8")
    assert text == PAGE.read_text(encoding="utf-8")


def test_nothing_stays_of_a_cell(table: VerbTable, rows_before: Rows) -> None:
    """Else one cell would find what another left behind."""
    for name in KNOWN:
        table.of(name)
    assert _rows(table.world) == rows_before
