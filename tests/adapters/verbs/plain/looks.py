"""What a library shows, beside what its plain model would show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from tests.adapters.verbs.plain.forums import Topics
from tests.adapters.verbs.plain.images import Comments, Galleries, Picture, Pictures
from tests.adapters.verbs.plain.tags import Tags
from tests.libraries import wrong_counters

from polybooru.db.tables import forums, galleries, gallery_images, images, tag_implications, tags
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.image_search import ImageSearch
from polybooru.library.library import Library
from polybooru.search.language.limits import Limits

Found = Callable[[int, Picture], bool]


@dataclass(slots=True)
class Looks:
    library: Library
    actors: Mapping[str, Actor]
    pictures: Pictures
    comments: Comments
    galleries: Galleries
    tags: Tags
    topics: Topics
    search: ImageSearch = field(init=False)

    def __post_init__(self) -> None:
        self.search = ImageSearch(self.library, Limits())

    def check(self, *searchers: str) -> None:
        """Compare the rows, and what these people find; "" is anonymous."""
        self._check_counters()
        self._check_tags()
        self._check_galleries()
        self._check_forum()
        for name in searchers:
            actor = self.actors.get(name, ANONYMOUS)
            for text, found in self._queries(name, actor):
                for filter_id, hidden in {self._everything: set[str](), **self.tags.hidden_by}.items():
                    assert self._find(actor, text, filter_id) == self._expected(actor, found, hidden), (
                        f"{name or 'anonymous'} searches {text!r} with filter {filter_id}"
                    )

    def check_sound(self) -> None:
        """Beyond what the model knows: every counter recounted, the index compared with the rows."""
        assert wrong_counters(self.library) == []
        assert self.library.replica.differences() == []

    @property
    def _everything(self) -> int:
        return self.library.policy.everything_filter_id

    def _check_counters(self) -> None:
        names = ("upvotes", "downvotes", "faves", "hides", "comment_count")
        with self.library.reading() as reading:
            rows = reading.execute(
                select(images.c.id, *(images.c[name] for name in names), images.c.hidden_from_users)
            ).all()
        assert {row[0]: tuple(row[1:]) for row in rows} == {
            image_id: (
                *picture.counts,
                *(self.comments.count(image_id), picture.is_hidden),
            )
            for image_id, picture in self.pictures.by_id.items()
        }

    def _check_tags(self) -> None:
        target, implied = tags.alias(), tags.alias()
        with self.library.reading() as reading:
            rows = reading.execute(
                select(tags.c.name, tags.c.image_count, target.c.name.label("target")).outerjoin(
                    target, target.c.id == tags.c.aliased_tag_id
                )
            ).all()
            pairs = reading.execute(
                select(tags.c.name, implied.c.name)
                .join(tag_implications, tag_implications.c.tag_id == tags.c.id)
                .join(implied, implied.c.id == tag_implications.c.implied_tag_id)
            ).all()
        assert {row.name: row.image_count for row in rows} == {r.name: self.tags.count(r.name) for r in rows}
        assert {row.name: row.target for row in rows if row.target} == self.tags.aliases
        told = {(name, brought) for name, all_brought in self.tags.implied.items() for brought in all_brought}
        assert {tuple(pair) for pair in pairs} == told

    def _check_galleries(self) -> None:
        with self.library.reading() as reading:
            known = reading.execute(select(galleries.c.id, galleries.c.image_count)).all()
            listed = reading.execute(select(gallery_images).order_by(gallery_images.c.position)).all()
        assert {
            gallery_id: (count, [row.image_id for row in listed if row.gallery_id == gallery_id])
            for gallery_id, count in known
        } == {
            gallery_id: (sum(not self.pictures.by_id[i].is_hidden for i in one.image_ids), one.image_ids)
            for gallery_id, one in self.galleries.by_id.items()
        }

    def _check_forum(self) -> None:
        with self.library.reading() as reading:
            counts = select(forums.c.topic_count, forums.c.post_count).where(forums.c.short_name == "dis")
            assert tuple(reading.execute(counts).one()) == self.topics.counts

    def _queries(self, name: str, actor: Actor) -> Iterator[tuple[str, Found]]:
        """Text of a search, and what it finds."""
        yield "*", lambda _, __: True
        cat, dog, bird, kitty = map(self.tags.meant, ("cat", "dog", "bird", "kitty"))
        yield "-cat, dog || bird", lambda _, p: (cat not in p.tags and dog in p.tags) or bird in p.tags
        yield "kitty", lambda _, p: kitty in p.tags
        yield "score.gte:1, faves.lt:2", lambda _, p: p.score >= 1 and len(p.faves) < 2
        yield "comment_count.gt:0", lambda i, _: self.comments.count(i) > 0
        for gallery_id, gallery in self.galleries.by_id.items():
            yield f"gallery_id:{gallery_id}", lambda i, _, listed=gallery.image_ids: i in listed
        if actor.user_id is not None:
            me, watched = actor.user_id, self.tags.watched.get(actor.user_id, set())
            yield f"my:upvotes || faved_by:{name}", lambda _, p: p.votes.get(me, (False,))[0] or me in p.faves
            yield "my:watched", lambda _, p: bool(p.tags & watched)

    def _find(self, actor: Actor, text: str, filter_id: int) -> list[int]:
        page = self.search.find(
            actor,
            self.search.parse(actor, text),
            order=self.search.order("id", descending=False),
            offset=0,
            limit=50,
            hidden_by=self.search.filter_for(actor, filter_id),
        )
        assert page.total == len(page.ids)
        return list(page.ids)

    def _expected(self, actor: Actor, found: Found, hidden: set[str]) -> list[int]:
        return [
            image_id
            for image_id, picture in sorted(self.pictures.by_id.items())
            if found(image_id, picture)
            and not picture.is_hidden
            and not picture.tags & hidden
            and actor.user_id not in picture.hides
        ]
