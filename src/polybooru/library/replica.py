"""The one follower of the change log: keeps the image index true, and tells caches what became stale.

Every process that serves searches holds a replica. The process that wrote something has applied it before it
answers; another process on the machine finds the raised number at its next request; another machine by
polling the log.
"""

import threading
from collections.abc import Callable, Sequence

from pyroaring import BitMap
from sqlalchemy import Connection, select

from polybooru.db import Change, ChangeNumber, Database, last_change_number
from polybooru.db.tables import changes, faves, gallery_images, hides, images, tags, votes
from polybooru.db.types import EPOCH
from polybooru.library import fingerprints, image_blocks, image_index
from polybooru.library.image_blocks import Progress
from polybooru.search.index import ImageIndex
from polybooru.search.language.tree import Equals, Everything, InGallery, Leaf
from polybooru.search.reverse import ReverseIndex

_BATCH = 2_000  # changes applied at once: bounds how long searches of other threads wait


class Replica:
    """An image index and a reverse index that follow the change log.

    Without `load` it holds no index and only passes numbers on: enough for a process that serves no searches.
    `lock` is held while the index is searched or changed; `reverse` may be searched without it.
    """

    def __init__(self, database: Database, number: ChangeNumber) -> None:
        self.lock = threading.RLock()
        self.index = ImageIndex(image_index.SHAPE)
        self.reverse = ReverseIndex()
        self.applied = -1
        self._checked = -1
        self._database = database
        self._number = number
        self._listeners: list[Callable[[Sequence[Change]], None]] = []
        self._tag_categories: dict[int, str | None] = {}

    @property
    def is_loaded(self) -> bool:
        """Whether the index holds the library."""
        return self.applied >= 0

    def listen(self, listener: Callable[[Sequence[Change]], None]) -> None:
        """Call with every batch of changes once the index has them; under the lock, so briefly."""
        self._listeners.append(listener)

    def load(self, progress: Progress = lambda _done, _total: None) -> None:
        """Build the index from the rows."""
        with self.lock, self._database.snapshot() as connection:
            number = last_change_number(connection)
            self._tag_categories = dict(connection.execute(select(tags.c.id, tags.c.category)).all())
            self.index = image_blocks.build(connection, self._tag_categories, progress)
            self.reverse = fingerprints.build(connection)
            self.applied = number
            self._checked = -1

    def announce(self, number: int) -> None:
        """Pass on the number of an own commit, and apply it before the caller answers."""
        self._number.raise_to(number)
        self.catch_up()

    @property
    def is_behind(self) -> bool:
        """Whether this machine has announced something that is not applied; one memory read."""
        return self.is_loaded and self._number.read() > max(self.applied, self._checked)

    def catch_up(self) -> None:
        """Apply what this machine has announced."""
        if self.is_behind:
            self._apply()

    def poll(self) -> None:
        """Apply what the log holds, announced or not: other machines, and writers killed too early."""
        if not self.is_loaded:
            return
        with self._database.read() as connection:
            number = last_change_number(connection)
        if number > self.applied:
            self._apply()

    def differences(self) -> list[int]:
        """Ids of images on which the index and the rows disagree, in order; none if all is well."""
        with self.lock, self._database.snapshot() as connection:
            self._follow(connection)  # else what was changed since the load would count as wrong
            unseen = self.index.ids
            wrong: list[int] = []
            for image_id, entry in image_index.all_entries(connection):
                unseen.discard(image_id)
                if not self.index.holds(image_id, entry):
                    wrong.append(image_id)
            return sorted({*wrong, *unseen, *self._reverse_differences(connection)})

    def _reverse_differences(self, connection: Connection) -> set[int]:
        unseen, wrong = set(self.reverse.ids.tolist()), set[int]()
        for image_id, found in fingerprints.all_fingerprints(connection):
            unseen.discard(image_id)
            if not self.reverse.holds(image_id, found):
                wrong.add(image_id)
        return wrong | unseen

    def _apply(self) -> None:
        announced = self._number.read()  # before the rows, so that it never claims more than was looked for
        with self.lock, self._database.snapshot() as connection:
            self._follow(connection)
            # Also where the log ends below it, as after an older database was put back.
            self._checked = announced

    def _follow(self, connection: Connection) -> None:
        while rows := connection.execute(
            select(changes).where(changes.c.number > self.applied).order_by(changes.c.number).limit(_BATCH)
        ).all():
            batch = [Change(row.kind, row.object_id, row.user_id) for row in rows]
            self._update(connection, batch)
            self.applied = rows[-1].number
            for listener in self._listeners:
                listener(batch)

    def _update(self, connection: Connection, batch: Sequence[Change]) -> None:
        by_kind: dict[str, dict[Change, None]] = {}
        for change in batch:
            by_kind.setdefault(change.kind, {})[change] = None
        ids = {kind: list({c.object_id: None for c in found}) for kind, found in by_kind.items()}
        stale = set(ids.get("image", []))
        if "tag" in ids:
            stale |= self._update_tags(connection, ids["tag"])
        if "user" in ids:
            for key, names in image_index.user_names(connection, ids["user"]):
                self.index.name("user", key, names)
        if stale:
            self._update_images(connection, sorted(stale))
        for change in by_kind.get("interaction", ()):
            if change.object_id not in stale and change.user_id is not None:
                self._update_interaction(connection, change.object_id, change.user_id)
        for gallery_id in ids.get("gallery", ()):
            self._update_gallery(connection, gallery_id)

    def _update_images(self, connection: Connection, image_ids: Sequence[int]) -> None:
        wanted = set(image_ids)
        for image_id, entry in image_index.entries(connection, image_ids):
            if image_id in wanted:
                self.index.put(image_id, entry)
                wanted.discard(image_id)
        for image_id in wanted:
            self.index.discard(image_id)
        unfindable = set(image_ids)
        for image_id, found in fingerprints.fingerprints(connection, image_ids):
            self.reverse.put(image_id, found)
            unfindable.discard(image_id)
        for image_id in unfindable:
            self.reverse.discard(image_id)

    def _update_tags(self, connection: Connection, tag_ids: Sequence[int]) -> set[int]:
        """Names at once; returns images whose counts by category are no longer right."""
        unnamed = set(tag_ids)
        for key, names in image_index.tag_names(connection, tag_ids):
            self.index.name("tag", key, names)
            unnamed.discard(key)
        for key in unnamed:
            self.index.name("tag", key, [])
        stale: set[int] = set()
        for tag_id, category in connection.execute(
            select(tags.c.id, tags.c.category).where(tags.c.id.in_(tag_ids))
        ):
            if self._tag_categories.get(tag_id, category) != category:
                tagged = Equals(image_index.TAG_ID_FIELD, tag_id)
                stale.update(self.index.select(tagged, now=EPOCH, outside=_nothing_outside))
            self._tag_categories[tag_id] = category
        return stale

    def _update_interaction(self, connection: Connection, image_id: int, user_id: int) -> None:
        row = connection.execute(
            select(images.c.upvotes, images.c.downvotes, images.c.faves, images.c.hides).where(
                images.c.id == image_id
            )
        ).one_or_none()
        if row is None:
            return
        for name, value in image_index.counters(*row).items():
            self.index.set_number(name, image_id, value)
        is_faved, is_hidden = (
            connection.execute(
                select(table.c.user_id).where(table.c.image_id == image_id, table.c.user_id == user_id)
            ).first()
            is not None
            for table in (faves, hides)
        )
        is_up = connection.execute(
            select(votes.c.is_up).where(votes.c.image_id == image_id, votes.c.user_id == user_id)
        ).scalar_one_or_none()
        for postings, present in (
            ("faved_by_id", is_faved),
            ("hidden_by_id", is_hidden),
            ("upvoted_by_id", is_up is True),
            ("downvoted_by_id", is_up is False),
        ):
            self.index.set_member(postings, user_id, image_id, present=present)

    def _update_gallery(self, connection: Connection, gallery_id: int) -> None:
        before = self.index.select(InGallery(gallery_id), now=EPOCH, outside=_nothing_outside)
        rows = select(gallery_images.c.image_id).where(gallery_images.c.gallery_id == gallery_id)
        listed = BitMap(connection.execute(rows).scalars())
        # An image that came after this batch is not known yet; its own change brings its galleries along.
        after = self.index.select(Everything(), now=EPOCH, outside=_nothing_outside, within=listed)
        for image_id in before ^ after:
            self.index.set_member("gallery_id", gallery_id, image_id, present=image_id in after)


def _nothing_outside(_: Leaf) -> BitMap:
    return BitMap()
