"""What a verb is called with, besides work, actor and object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.verbs.world import World


@dataclass(frozen=True, slots=True)
class Made:
    """An argument that depends on the world, made anew for each call."""

    of: Callable[[World], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The arguments of one verb; chosen so that it changes something in at least one state of its object.

    key: by what the verb knows its object. uncached: why no cache, index or other process has to hear of
    what the verb changes. unlogged: why the moderation log has nothing of it although only staff may do it.
    reaching: why staff reach with it what is not there for them otherwise.
    """

    args: tuple[object, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    key: str = "id"
    uncached: str = ""
    unlogged: str = ""
    reaching: str = ""


def recipe(
    *args: object,
    key: str = "id",
    uncached: str = "",
    unlogged: str = "",
    reaching: str = "",
    **facts: object,
) -> Recipe:
    why = {"uncached": uncached, "unlogged": unlogged, "reaching": reaching}
    return Recipe(args=args, facts=facts, key=key, **why)


def made(value: object, world: World) -> Any:
    return value.of(world) if isinstance(value, Made) else value
