"""One cell: a verb, run by a role on an object in a state; what came of it, and nothing of it stays."""

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from tests.adapters.verbs.recipe import Recipe, made
from tests.adapters.verbs.roles import standing
from tests.adapters.verbs.world import Target, World

from polybooru.db import Change
from polybooru.db.moderation_log import Entry
from polybooru.db.tables import users
from polybooru.library.errors import BooruError
from polybooru.library.library import Library
from polybooru.library.verbs import Acts, Verb

DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one cell. error: None if the verb did what it was asked.

    has_written: whether it touched any row, also one that a refusal took back; always False on PostgreSQL,
    which does not tell. changes, actions: what it was about to log, a refused verb too.
    """

    error: BooruError | None
    has_written: bool
    changes: Sequence[Change]
    actions: Sequence[Entry]

    @property
    def name(self) -> str:
        return DONE if self.error is None else type(self.error).__name__

    @property
    def has_effect(self) -> bool:
        """Whether something was done, not only nothing refused."""
        return self.error is None and bool(self.has_written or self.changes or self.actions)

    @property
    def told(self) -> str:
        """What the caller learns, whatever the object's id and name."""
        return DONE if self.error is None else f"{self.name}: {_SAID.sub('…', str(self.error))}"


_SAID = re.compile(r"\d+|'[^']*'|\"[^\"]*\"")


def run(world: World, verb: Verb, recipe: Recipe, role: str, target: Target) -> Outcome:
    """Raises what is no BooruError: a fault of the verb or of its recipe."""
    arguments = [made(value, world) for value in recipe.args]
    facts = {name: made(value, world) for name, value in recipe.facts.items()}
    if verb.acts_on is not Acts.THE_LIBRARY:
        arguments.insert(0, target.keys[recipe.key])
    return call(world, verb, role, arguments, facts)


def call(world: World, verb: Verb, role: str, arguments: Sequence[Any], facts: dict[str, Any]) -> Outcome:
    """As `run`, with arguments of the caller's choice; the effects are gone when it returns."""
    with world.rehearsal.stage():
        return on_stage(world, verb, role, arguments, facts)


def on_stage(world: World, verb: Verb, role: str, arguments: Sequence[Any], facts: dict[str, Any]) -> Outcome:
    """As `call`, inside a stage that the caller holds."""
    rehearsal = world.rehearsal
    if changed := standing(role):
        with world.library.work() as work:
            work.execute(update(users).where(users.c.id == world.user_id(role)).values(changed))
    begun, written = len(rehearsal.transactions), rehearsal.rows_written()
    error: BooruError | None = None
    try:
        if takes_library(verb):
            verb.function(world.library, world.actors[role], *arguments, **facts)
        else:
            with world.library.work() as work:
                verb.function(work, world.actors[role], *arguments, **facts)
    except BooruError as refusal:
        error = refusal
    made_here = rehearsal.transactions[begun:]
    changes = [change for transaction in made_here for change in transaction.changes]
    actions = [action for transaction in made_here for action in transaction.actions]
    has_written = rehearsal.rows_written() > written
    return Outcome(error=error, has_written=has_written, changes=changes, actions=actions)


def takes_library(verb: Verb) -> bool:
    """Whether the verb opens its transactions itself."""
    first = next(iter(inspect.signature(verb.function).parameters.values()))
    return first.annotation is Library or first.name == "library"


def targets(world: World, verb: Verb) -> Iterator[tuple[str, Target]]:
    """The states of what the verb acts on."""
    return iter(world.objects[verb.acts_on].items())
