"""Who is banned, in plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.adapters.verbs.plain.images import staff_only

from polybooru.library.actors import Actor
from polybooru.library.errors import Banned, NotAllowed


@dataclass(slots=True)
class Bans:
    """actors: by name. user_of: banned person by ban."""

    actors: Mapping[str, Actor]
    user_of: dict[int, int] = field(default_factory=dict)
    lifted: set[int] = field(default_factory=set)

    def check(self, actor: Actor) -> None:
        if actor.user_id in {user for ban, user in self.user_of.items() if ban not in self.lifted}:
            raise Banned("U", "", None)

    def ban_user(self, actor: Actor, user_id: int, *, reason: str) -> None:
        staff_only(actor)
        if any(other.user_id == user_id and other.is_staff for other in self.actors.values()):
            raise NotAllowed

    def lift_ban(self, actor: Actor, ban_id: int) -> None:
        staff_only(actor)
        self.lifted.add(ban_id)
