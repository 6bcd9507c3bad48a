"""Libraries for tests: a real database, store and index, a clock that stands still, small pictures.

People and images are put in as rows where a test is not about how they come in: a password costs 0.1 s and a
picture a process.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, select, update
from tests.databases import opened

from polybooru.db import ChangeNumber, Database
from polybooru.db.full_text import IMAGE_WORDS
from polybooru.db.tables import (
    comments,
    faves,
    forums,
    galleries,
    gallery_images,
    hides,
    image_sources,
    image_tags,
    images,
    inherited_counts,
    poll_options,
    poll_votes,
    polls,
    posts,
    tags,
    topics,
    users,
    votes,
)
from polybooru.fetch import Fetcher
from polybooru.library.actors import Actor, Role
from polybooru.library.founding import found_library
from polybooru.library.index_file import IndexFile
from polybooru.library.library import Library
from polybooru.library.policy import Policy
from polybooru.library.replica import Replica
from polybooru.library.tags import count_images, ensure_tags
from polybooru.library.uploads import Upload, spooled, upload
from polybooru.library.words import put_words
from polybooru.media import Decoders
from polybooru.store import FolderStore

NOON = datetime(2025, 6, 1, 12, 0, 0, tzinfo=UTC)
SAFE = ("safe", "cat", "forest")


@dataclass(slots=True)
class Clock:
    """Stands still until it is told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(slots=True)
class Place:
    """Where a library's processes meet: a folder and a database. `library` opens it once more."""

    folder: Path
    url: str
    decoders: Decoders
    policy: Policy = field(default_factory=Policy)
    clock: Clock = field(default_factory=Clock)
    _numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def library(
        self, *, is_loaded: bool = True, free_floor_bytes: int = 0, database: Database | None = None
    ) -> Iterator[Library]:
        """As one more process would have it. database: in place of one at `url`; closed at the end too."""
        for name in ("scratch", "blobs"):
            (self.folder / name).mkdir(exist_ok=True)
        with opened(self.url) if database is None else closing(database) as database:
            number = ChangeNumber(self.folder / "change-number")
            library = Library(
                database=database,
                replica=Replica(database, number, IndexFile(self.folder / "image-index")),
                store=FolderStore(self.folder / "blobs", free_floor_bytes=free_floor_bytes),
                decoders=self.decoders,
                fetcher=Fetcher(user_agent="tests"),
                scratch=self.folder / "scratch",
                policy=self.policy,
                clock=self.clock,
            )
            try:
                with library.work() as work:
                    found_library(work, self.policy)
                if is_loaded:
                    library.replica.load()
                yield library
            finally:
                number.close()


def png(width: int = 4, height: int = 3, *, colour: int = 0) -> bytes:
    """A picture of one colour, which is `colour` as 24 bits."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + colour.to_bytes(3, "big") * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )


def add_person(library: Library, name: str, role: Role = Role.USER, **values: Any) -> Actor:
    """A person without a usable password."""
    row = {
        "name": name,
        "folded_name": name.lower(),
        "slug": name,
        "password_hash": "!",
        "role": role.value,
        "created_at": library.clock(),
        **values,
    }
    with library.work() as work:
        user_id = work.execute(insert(users).values(row).returning(users.c.id)).scalar_one()
        work.changed("user", user_id)
    return Actor(user_id=user_id, name=name, role=role, current_filter_id=values.get("current_filter_id"))


def add_upload(
    library: Library, actor: Actor, *, content: bytes | None = None, tags: Sequence[str] = SAFE, **facts: Any
) -> int:
    """An image that came in by the front door."""
    with spooled(library, png() if content is None else content) as path:
        return upload(library, actor, Upload(file=path, tags=tags, **facts))


def add_image(library: Library, tag_names: Sequence[str] = SAFE, **values: Any) -> int:
    """An image without files, as rows."""
    with library.work() as work:
        number = work.execute(select(func.coalesce(func.max(images.c.id), 0))).scalar_one() + 1
        blob = f"{number:0128x}"
        row = {
            "created_at": NOON,
            "updated_at": NOON,
            "first_seen_at": NOON + timedelta(seconds=number),
            "mime_type": "image/png",
            "format": "png",
            "width_px": 40,
            "height_px": 30,
            "size_bytes": 100,
            "orig_size_bytes": 100,
            "duration_seconds": 0.0,
            "is_animated": False,
            "sha512_hash": blob,
            "orig_sha512_hash": blob,
            "blob": blob,
            **values,
        }
        image_id: int = work.execute(insert(images).values(row).returning(images.c.id)).scalar_one()
        found = ensure_tags(work, list(dict.fromkeys(tag_names)))
        tag_ids = {tag.id for tag in found.values()}
        if tag_ids:
            work.execute(insert(image_tags), [{"image_id": image_id, "tag_id": tag_id} for tag_id in tag_ids])
        if not values.get("hidden_from_users") and values.get("is_approved", True):
            count_images(work, tag_ids, 1)
        put_words(
            work,
            IMAGE_WORDS,
            image_id,
            **{name: values.get(name) for name in IMAGE_WORDS.fields},
        )
        work.changed("image", image_id)
    return image_id


def add_sources(library: Library, image_id: int, urls: Sequence[str]) -> None:
    with library.work() as work:
        work.execute(
            insert(image_sources),
            [
                {"image_id": image_id, "position": position, "url": url, "folded_url": url.lower()}
                for position, url in enumerate(urls)
            ],
        )
        work.changed("image", image_id)


def hide(library: Library, actor: Actor, *image_ids: int) -> None:
    """The person does not want to find these images; as rows."""
    with library.work() as work:
        for image_id in image_ids:
            work.execute(insert(hides).values(image_id=image_id, user_id=actor.user_id, hidden_at=work.now))
            work.execute(update(images).where(images.c.id == image_id).values(hides=images.c.hides + 1))
            work.changed("interaction", image_id, actor.user_id)


def put_gallery(library: Library, gallery_id: int, image_ids: Sequence[int], owner: Actor) -> None:
    """A gallery of these images in this order; without any there is none. As rows."""
    with library.work() as work:
        work.execute(delete(gallery_images).where(gallery_images.c.gallery_id == gallery_id))
        work.execute(delete(galleries).where(galleries.c.id == gallery_id))
        if image_ids:
            row = {"id": gallery_id, "user_id": owner.user_id, "title": "g", "folded_title": "g"}
            moments = {"created_at": work.now, "updated_at": work.now}
            work.execute(insert(galleries).values(row | moments))
            listed = [
                {"gallery_id": gallery_id, "image_id": image_id, "position": 2 * place}
                for place, image_id in enumerate(image_ids)
            ]
            work.execute(insert(gallery_images), listed)
        work.changed("gallery", gallery_id)


def scoped(actor: Actor, *scopes: str) -> Actor:
    """The same person with a token of these scopes."""
    return replace(actor, scopes=frozenset(scopes))


def wrong_counters(library: Library) -> list[tuple[str, int, int, int]]:
    """(counter, id, what it says, recount) of every counter that is wrong; counted in Python."""
    tables = (votes, faves, hides, comments, images, image_tags, tags, gallery_images, galleries)
    tables += (posts, topics, forums, polls, poll_options, poll_votes, inherited_counts)
    with library.reading() as reading:
        all_of = {table: reading.execute(select(table)).all() for table in tables}
    visible = {row.id for row in all_of[images] if row.is_approved and not row.hidden_from_users}
    voted = Counter((row.image_id, row.is_up) for row in all_of[votes])
    faved = Counter(row.image_id for row in all_of[faves])
    hidden = Counter(row.image_id for row in all_of[hides])
    commented = Counter(row.image_id for row in all_of[comments] if row.is_approved)
    for row in all_of[inherited_counts]:
        voted[row.image_id, True] += row.upvotes
        voted[row.image_id, False] += row.downvotes
        faved[row.image_id] += row.faves
        hidden[row.image_id] += row.hides
        commented[row.image_id] += row.comment_count
    tagged = Counter(row.tag_id for row in all_of[image_tags] if row.image_id in visible)
    told = [
        claim
        for row in all_of[images]
        for claim in (
            ("upvotes", row.id, row.upvotes, voted[row.id, True]),
            ("downvotes", row.id, row.downvotes, voted[row.id, False]),
            ("faves", row.id, row.faves, faved[row.id]),
            ("hides", row.id, row.hides, hidden[row.id]),
            ("comments", row.id, row.comment_count, commented[row.id]),
        )
    ]
    chosen = Counter(row.gallery_id for row in all_of[gallery_images] if row.image_id in visible)
    told += [("images", row.id, row.image_count, tagged[row.id]) for row in all_of[tags]]
    told += [("gallery", row.id, row.image_count, chosen[row.id]) for row in all_of[galleries]]
    chosen = Counter(row.option_id for row in all_of[poll_votes])
    voters = Counter(poll_id for poll_id, _ in {(row.poll_id, row.user_id) for row in all_of[poll_votes]})
    told += [("poll option", row.id, row.vote_count, chosen[row.id]) for row in all_of[poll_options]]
    told += [("poll", row.id, row.voter_count, voters[row.id]) for row in all_of[polls]]
    return [claim for claim in told + _forum_claims(all_of) if claim[2] != claim[3]]


def _forum_claims(all_of: dict[Table, Sequence[Row[Any]]]) -> list[tuple[str, int, int, int]]:
    written = Counter(row.topic_id for row in all_of[posts])
    in_sight = [row for row in all_of[topics] if not row.hidden_from_users]
    begun = Counter(row.forum_id for row in in_sight)
    told = [("topic", row.id, row.post_count, written[row.id]) for row in all_of[topics]]
    for row in all_of[forums]:
        replies = sum(written[topic.id] for topic in in_sight if topic.forum_id == row.id)
        told += [
            ("forum topics", row.id, row.topic_count, begun[row.id]),
            ("forum posts", row.id, row.post_count, replies),
        ]
    return told
