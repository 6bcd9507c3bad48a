"""Tags, aliases, implications and filters in plain Python."""

from dataclasses import dataclass, field

from tests.adapters.verbs.plain.images import Pictures, refuse, staff_only

from polybooru.library.actors import Actor


@dataclass(slots=True)
class Tags:
    """aliases: name → target. implied: name → what it brings along. hidden_by: filter → names."""

    pictures: Pictures
    aliases: dict[str, str] = field(default_factory=dict)
    implied: dict[str, set[str]] = field(default_factory=dict)
    hidden_by: dict[int, set[str]] = field(default_factory=dict)
    watched: dict[int, set[str]] = field(default_factory=dict)

    def alias_tag(self, actor: Actor, name: str, target_name: str) -> None:
        staff_only(actor)
        refuse(name == target_name or target_name in self.aliases or name in self.aliases.values())
        refuse(any(name in picture.tags for picture in self.pictures.by_id.values()))
        self.aliases[name] = target_name
        for names in (*self.hidden_by.values(), *self.watched.values()):
            if name in names:
                names.remove(name)
                names.add(target_name)

    def imply_tag(self, actor: Actor, name: str, implied_name: str) -> None:
        staff_only(actor)
        refuse(name == implied_name or name in self.implied.get(implied_name, ()))
        self.implied.setdefault(name, set()).add(implied_name)

    def watch_tag(self, actor: Actor, name: str) -> None:
        self.watched.setdefault(actor.user_id or 0, set()).add(self.meant(name))

    def unwatch_tag(self, actor: Actor, name: str) -> None:
        self.watched.setdefault(actor.user_id or 0, set()).discard(self.meant(name))

    def set_filter(self, filter_id: int, names: list[str]) -> None:
        self.hidden_by[filter_id] = {self.meant(name) for name in names}

    def meant(self, name: str) -> str:
        return self.aliases.get(name, name)

    def count(self, name: str) -> int:
        pictures = self.pictures.by_id.values()
        return sum(name in picture.tags and not picture.is_hidden for picture in pictures)
