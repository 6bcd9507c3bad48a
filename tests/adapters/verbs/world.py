"""One library with an object of every kind in every state that a verb may meet, all of one owner.

Put in as rows, so that no verb has to be right for another one's test. Which states a kind has stands in
`objects`, one module for each room of the library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, insert
from tests.adapters.verbs.rehearsal import Rehearsal

from polybooru.library.actors import Actor
from polybooru.library.library import Library
from polybooru.library.verbs import Acts
from polybooru.library.work import Work

MISSING = "missing"
MISSING_ID = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One object. keys: by what verbs know it: its id, its name, …

    unseen_by: the roles to whom it has to look as if there were none. own_of: those whose own it is, besides
    the owner and his tokens.
    """

    keys: Mapping[str, object]
    unseen_by: frozenset[str] = frozenset()
    own_of: frozenset[str] = frozenset()


@dataclass(slots=True)
class World:
    library: Library
    rehearsal: Rehearsal
    actors: dict[str, Actor]
    objects: dict[Acts, dict[str, Target]] = field(default_factory=dict)

    def add(
        self,
        kind: Acts,
        state: str,
        object_id: int,
        *,
        unseen_by: frozenset[str] = frozenset(),
        own_of: frozenset[str] = frozenset(),
        **keys: object,
    ) -> None:
        target = Target(keys={"id": object_id, **keys}, unseen_by=unseen_by, own_of=own_of)
        self.objects.setdefault(kind, {})[state] = target

    def id(self, kind: Acts, state: str) -> int:
        found = self.objects[kind][state].keys["id"]
        assert isinstance(found, int)
        return found

    def user_id(self, role: str) -> int:
        user_id = self.actors[role].user_id
        assert user_id is not None
        return user_id

    def same_person(self, role: str) -> frozenset[str]:
        """All roles of one account."""
        user_id = self.user_id(role)
        return frozenset(other for other, actor in self.actors.items() if actor.user_id == user_id)


def put(work: Work, table: Table, **values: Any) -> int:
    """A row of a table with an id of its own."""
    made: int = work.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return made
