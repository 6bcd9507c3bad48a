"""One forum's topics and posts, in plain Python."""

from dataclasses import dataclass, field

from tests.adapters.verbs.plain.images import staff_only

from polybooru.library.actors import Actor
from polybooru.library.errors import TopicNotFound
from polybooru.library.topics import TopicText


@dataclass(slots=True)
class Topics:
    """posts: how many, by topic."""

    posts: dict[int, int] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)

    def create_topic(self, actor: Actor, forum: str, text: TopicText) -> None:
        """Everybody who is heard may."""

    def reply(self, actor: Actor, topic_id: int, body: str) -> None:
        if topic_id in self.hidden:
            raise TopicNotFound
        self.posts[topic_id] += 1

    def hide_topic(self, actor: Actor, topic_id: int, *, reason: str) -> None:
        staff_only(actor)
        self.hidden.add(topic_id)

    def unhide_topic(self, actor: Actor, topic_id: int) -> None:
        staff_only(actor)
        self.hidden.discard(topic_id)

    @property
    def counts(self) -> tuple[int, int]:
        """Topics in sight, and their posts."""
        in_sight = [number for topic, number in self.posts.items() if topic not in self.hidden]
        return len(in_sight), sum(in_sight)
