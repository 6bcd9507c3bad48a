"""Tags, aliases, implications and filters in plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.adapters.verbs.plain.images import Pictures, refuse, staff_only

from polybooru.library.actors import Actor
from polybooru.library.errors import EditRefused
from polybooru.library.filter_edits import FilterText

RATINGS = {"safe", "suggestive"}
"""As far as the walks know them: one of them, and not both, has to be on an image."""


@dataclass(slots=True)
class Tags:
    """fewest: tags of an image. aliases: name → target. implied: name → what it brings along.

    hidden_by: filter → names. watched: person → names.
    """

    pictures: Pictures
    fewest: int
    aliases: dict[str, str] = field(default_factory=dict)
    implied: dict[str, set[str]] = field(default_factory=dict)
    hidden_by: dict[int, set[str]] = field(default_factory=dict)
    watched: dict[int, set[str]] = field(default_factory=dict)

    def alias_tag(self, actor: Actor, name: str, target_name: str) -> None:
        staff_only(actor)
        refuse(name == target_name)
        if self.aliases.get(name) == target_name:
            return
        refuse(target_name in self.aliases or name in self.aliases.values())
        self.aliases[name] = target_name
        carried = [picture.tags for picture in self.pictures.by_id.values()]
        for names in (*carried, *self.hidden_by.values(), *self.watched.values()):
            if name in names:
                names.remove(name)
                names.add(target_name)

    def imply_tag(self, actor: Actor, name: str, implied_name: str) -> None:
        staff_only(actor)
        reached, fresh = set[str](), {implied_name}
        while fresh:
            reached |= fresh
            fresh = set().union(*(self.implied.get(one, ()) for one in fresh)) - reached
        refuse(name in reached)
        self.implied.setdefault(name, set()).add(implied_name)

    def unalias_tag(self, actor: Actor, name: str) -> None:
        staff_only(actor)
        refuse(name not in self.aliases)
        del self.aliases[name]

    def unimply_tag(self, actor: Actor, name: str, implied_name: str) -> None:
        staff_only(actor)
        refuse(implied_name not in self.implied.get(name, ()))
        self.implied[name].remove(implied_name)

    def edit_image_tags(self, actor: Actor, image_id: int, old: list[str], new: list[str]) -> None:
        picture = self.pictures.open(image_id)
        stay = self._meant(set(old) & set(new))
        lost = self._meant(set(old) - set(new)) - stay
        gained = self._meant(set(new) - set(old)) - stay
        wanted, unwanted = gained - lost, lost - gained
        fresh = wanted - picture.tags
        wanted |= self._meant(brought for name in fresh for brought in self.implied.get(name, ()))
        result = (picture.tags - (unwanted - wanted)) | wanted
        if result != picture.tags and (len(result) < self.fewest or len(result & RATINGS) != 1):
            raise EditRefused([])
        picture.tags = result

    def watch_tag(self, actor: Actor, name: str) -> None:
        self.watched.setdefault(actor.user_id or 0, set()).add(self.meant(name))

    def unwatch_tag(self, actor: Actor, name: str) -> None:
        self.watched.setdefault(actor.user_id or 0, set()).discard(self.meant(name))

    def create_filter(self, actor: Actor, text: FilterText) -> None:
        """Everybody who is heard may; `set_filter` then tells its id."""

    def edit_filter(self, actor: Actor, filter_id: int, text: FilterText) -> None:
        self.set_filter(filter_id, text.hidden_tags)

    def set_filter(self, filter_id: int, names: Iterable[str]) -> None:
        self.hidden_by[filter_id] = {self.meant(name) for name in names}

    def _meant(self, names: Iterable[str]) -> set[str]:
        return {self.meant(name) for name in names}

    def meant(self, name: str) -> str:
        return self.aliases.get(name, name)

    def count(self, name: str) -> int:
        pictures = self.pictures.by_id.values()
        return sum(name in picture.tags and not picture.is_hidden for picture in pictures)
