"""The one follower of the change log: keeps the image index true, and tells caches what became stale.

Every process that serves searches holds a replica. The process that wrote something has applied it before it
answers; another process on the machine finds the raised number at its next request; another machine by
polling the log. Neighbours: `index_file` (the index on the disk), `image_blocks` (the index from the rows).
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, exists, select

from polybooru.db import Change, ChangeNumber, Database, last_change_number
from polybooru.db.change_log import first_change_number
from polybooru.db.prepared import Prepared
from polybooru.db.tables import changes, faves, gallery_images, hides, images, tags, votes
from polybooru.db.types import EPOCH
from polybooru.library import fingerprints, image_blocks, image_index, suggested_names
from polybooru.library.image_blocks import Progress, silent
from polybooru.library.index_file import IndexFile, Loaded
from polybooru.search.index import ImageIndex, ImageNotIndexed, UnusableSnapshot
from polybooru.search.language.tree import Equals, Everything, InGallery, Leaf
from polybooru.search.reverse import ReverseIndex
from polybooru.search.suggest import SuggestionIndex

log = structlog.get_logger()

_BATCH = 2_000  # changes applied at once: bounds how long searches of other threads wait
_EVERYTHING = tuple(
    Change(kind, 0)
    for kind in (
        *("image", "tag", "filter", "user", "gallery", "ban", "grant", "category"),
        *("listed_tag", "artist_link"),
    )
)
# Applying a change costs as much as reading some four images among all.
_FOLLOWED_SHARE = 4
_FOLLOWED_AT_LEAST = 10_000
_NEXT = Prepared(
    select(changes.c.number, changes.c.kind, changes.c.object_id, changes.c.user_id)
    .where(changes.c.number > bindparam("applied"))
    .order_by(changes.c.number)
    .limit(_BATCH)
)


def _theirs(table: Table) -> ColumnElement[bool]:
    return and_(table.c.image_id == images.c.id, table.c.user_id == bindparam("user"))


_INTERACTION = Prepared(
    select(
        exists().where(_theirs(faves)),
        exists().where(_theirs(hides)),
        select(votes.c.is_up).where(_theirs(votes)).scalar_subquery(),
        *(images.c[name] for name in ("upvotes", "downvotes", "faves", "hides")),
    ).where(images.c.id == bindparam("image"))
)


class Replica:
    """An image index, a reverse index and a suggestion index that follow the change log.

    Without `load` it holds no index and only passes numbers on: enough for a process that serves no searches.
    `lock` is held while the index is searched or changed; `reverse` may be searched without it.
    """

    def __init__(self, database: Database, number: ChangeNumber, file: IndexFile) -> None:
        self.lock = threading.RLock()
        self.index = ImageIndex(image_index.SHAPE)
        self.reverse = ReverseIndex()
        self.suggestions = SuggestionIndex()
        self.applied = -1
        self.saved = 0
        """Up to which change the file is true; 0 if none is known to be."""
        self.refused: UnusableSnapshot | None = None
        """Why the file could not be used at the last load; None if it could, or if there was none."""
        self._file = file
        self._checked = -1
        self._database = database
        self._number = number
        self._listeners: list[Callable[[Sequence[Change]], None]] = []
        self._tag_categories: dict[int, str | None] = {}
        self._renewing = threading.Lock()

    @property
    def is_loaded(self) -> bool:
        """Whether the index holds the library."""
        return self.applied >= 0

    @property
    def is_busy(self) -> bool:
        """Whether another thread searches or changes the index, so that this one would have to wait."""
        if not self.lock.acquire(blocking=False):
            return True
        self.lock.release()
        return False

    def listen(self, listener: Callable[[Sequence[Change]], None]) -> None:
        """Call with every batch of changes once the index has them, before `applied` tells of them.

        Under the lock, so briefly.
        """
        self._listeners.append(listener)

    @property
    def unsaved(self) -> int:
        """How many changes came since the file was written, roughly."""
        return self.applied - self.saved

    def load(self, progress: Progress = silent) -> None:
        """The index from the file and the changes since; from the rows if that cannot be or takes longer."""
        started = time.perf_counter()
        source = "file"
        if not self._load_file():
            source = "rows"
            self.rebuild(progress)
        took_ms = round((time.perf_counter() - started) * 1_000)
        log.info("index_loaded", source=source, images=len(self.index), took_ms=took_ms)

    def rebuild(self, progress: Progress = silent) -> None:
        """The index from the rows; the file stays as it is."""
        with self.lock, self._database.snapshot() as connection:
            number = last_change_number(connection)
            self._tag_categories = dict(connection.execute(select(tags.c.id, tags.c.category)).all())
            self.index = image_blocks.build(connection, self._tag_categories, progress)
            self.reverse = fingerprints.build(connection)
            self.suggestions = suggested_names.build(connection)
            self.applied = number
            self.saved, self._checked = 0, -1

    def save(self) -> bool:
        """Write the file, holding the lock; whether it was written.

        It is not while another process is at it, nor of a library without changes. Raises OSError.
        """
        with self.lock, self._database.read() as connection:
            loaded = Loaded(
                index=self.index,
                reverse=self.reverse,
                suggestions=self.suggestions,
                tag_categories=self._tag_categories,
                number=self.applied,
            )
            is_written = self._file.write(connection, loaded)
            if is_written:
                self.saved = self.applied
        return is_written

    def _load_file(self) -> bool:
        self.refused = None
        with self._database.snapshot() as connection:
            try:
                loaded = self._file.read(connection)
            except FileNotFoundError:
                return False
            except UnusableSnapshot as error:
                self.refused = error
                log.warning("index_file_refused", reason=str(error))
                return False
            behind = last_change_number(connection) - loaded.number
            if behind > max(_FOLLOWED_AT_LEAST, len(loaded.index) // _FOLLOWED_SHARE):
                log.info("index_file_outrun", changes=behind)
                return False
            with self.lock:
                self._take(loaded)
                self._follow(connection)
                self.index.warm()
        return True

    def _take(self, loaded: Loaded) -> None:
        self.index, self.reverse, self._tag_categories = loaded.index, loaded.reverse, loaded.tag_categories
        self.suggestions = loaded.suggestions
        self.applied = self.saved = loaded.number
        self._checked = -1

    def announce(self, number: int, changes: Mapping[Change, object]) -> None:
        """Pass on an own commit, and apply it before the caller answers.

        number: of its last change. changes: with what is known to be stored of each, or None.
        """
        self._number.raise_to(number)
        if self.is_behind and not self._apply_own(number, changes):
            self._apply()

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
        if number != self.applied:
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

    def _apply_own(self, number: int, changes: Mapping[Change, object]) -> bool:
        """Whether it could be done: the changes have all numbers behind what is applied, so nobody else's."""
        batch, known = list(changes), list(changes.values())
        with self.lock:
            if self.applied != number - len(batch) or len(batch) > _BATCH:
                return False
            # Only if all of it is known: what is read is later than what was known of some of it.
            if all(isinstance(interaction, image_index.Interaction) for interaction in known):
                for change, interaction in zip(batch, known, strict=True):
                    if change.object_id in self.index and isinstance(interaction, image_index.Interaction):
                        self._set_interaction(change.object_id, change.user_id or 0, interaction)
                self._applied_all(number, batch)
                return True
            with self._database.snapshot() as connection:
                self._take_in(connection, number, batch)
        return True

    def _apply(self) -> None:
        announced = self._number.read()  # before the rows, so that it never claims more than was looked for
        with self.lock, self._database.snapshot() as connection:
            applied = self.applied
            rows = self._next(connection)
            if (rows and rows[0][0] == applied + 1) or self._is_whole(connection):
                self._follow(connection, rows)
                # Also where the log ends below it, as after an older database was put back.
                self._checked = announced
                return
        log.warning("index_cannot_follow", applied=applied)
        self._renew(applied)

    def _is_whole(self, connection: Connection) -> bool:
        """Whether the log still has all that came after what is applied."""
        if first_change_number(connection) > max(self.applied, 1):
            return False
        return last_change_number(connection) >= self.applied

    def _renew(self, applied: int) -> None:
        """Load again, as the log no longer leads on from here: it was trimmed, or an older one was put back.

        Meanwhile the present index goes on answering. Then everybody forgets what was kept.
        """
        with self._renewing:
            if self.applied != applied:
                return  # another thread did it
            fresh = Replica(self._database, self._number, self._file)
            fresh.load()
            with self.lock:
                self.index, self.reverse, self._tag_categories = (
                    fresh.index,
                    fresh.reverse,
                    fresh._tag_categories,
                )
                self.suggestions = fresh.suggestions
                for listener in self._listeners:
                    listener(_EVERYTHING)
                self.applied, self.saved, self._checked = fresh.applied, fresh.saved, fresh.applied

    def _next(self, connection: Connection) -> list[tuple[Any, ...]]:
        return _NEXT.run(connection, applied=self.applied)

    def _follow(self, connection: Connection, rows: Sequence[tuple[Any, ...]] | None = None) -> None:
        """rows: those that come next, if they were read already."""
        rows = self._next(connection) if rows is None else rows
        while rows:
            batch = [Change(kind, object_id, user_id) for _, kind, object_id, user_id in rows]
            self._take_in(connection, rows[-1][0], batch)
            rows = self._next(connection) if len(rows) == _BATCH else ()

    def _take_in(self, connection: Connection, number: int, batch: Sequence[Change]) -> None:
        self._update(connection, batch)
        self._applied_all(number, batch)

    def _applied_all(self, number: int, batch: Sequence[Change]) -> None:
        for listener in self._listeners:
            listener(batch)
        # Only now: whoever sees the number keeps what was made of things that others keep.
        self.applied = number

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
        if "image_tags" in ids:
            self._update_taggings(connection, [i for i in ids["image_tags"] if i not in stale])
        for change in by_kind.get("interaction", ()):
            if change.object_id not in stale and change.user_id is not None:
                self._update_interaction(connection, change.object_id, change.user_id)
        for gallery_id in ids.get("gallery", ()):
            self._update_gallery(connection, gallery_id)

    def _update_images(self, connection: Connection, image_ids: Sequence[int]) -> None:
        wanted = set(image_ids)
        counted = {image_id: self._counted_tags(image_id) for image_id in image_ids}
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
        for image_id, before in counted.items():
            after = self._counted_tags(image_id)
            self.suggestions.count(after - before, 1)
            self.suggestions.count(before - after, -1)

    def _update_taggings(self, connection: Connection, image_ids: Sequence[int]) -> None:
        """Tag by tag: an edit changes a few of many."""
        for image_id, tag_ids, numbers in image_index.taggings(connection, image_ids):
            try:
                self.index.set_numbers(image_id, numbers)
            except ImageNotIndexed:
                continue  # it came after this batch: its own change brings its tags along
            before, after = set(self.index.keys("tag", image_id)), set(tag_ids)
            for tag_id in before ^ after:
                self.index.set_member("tag", tag_id, image_id, present=tag_id in after)
            if not self.index.has_flag(image_index.OUT_OF_SIGHT, image_id):
                self.suggestions.count(after - before, 1)
                self.suggestions.count(before - after, -1)

    def _counted_tags(self, image_id: int) -> set[int]:
        """Tags in whose number of visible images this one is."""
        is_unseen = self.index.has_flag(image_index.OUT_OF_SIGHT, image_id)
        return set() if is_unseen else set(self.index.keys("tag", image_id))

    def _update_tags(self, connection: Connection, tag_ids: Sequence[int]) -> set[int]:
        """Names at once; returns images whose counts by category are no longer right."""
        unnamed = set(tag_ids)
        for key, names in image_index.tag_names(connection, tag_ids):
            self.index.name("tag", key, names)
            unnamed.discard(key)
        for key in unnamed:
            self.index.name("tag", key, [])
        suggested = [  # counted in the index, as the rows may be ahead of it
            replace(name, uses=self.index.count("tag", name.key, without=image_index.OUT_OF_SIGHT))
            for name in suggested_names.names(connection, tag_ids)
        ]
        self.suggestions.put(suggested)
        self.suggestions.discard(set(tag_ids) - {name.key for name in suggested})
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
        for row in _INTERACTION.run(connection, image=image_id, user=user_id):
            self._set_interaction(image_id, user_id, image_index.Interaction(*row))

    def _set_interaction(self, image_id: int, user_id: int, now: image_index.Interaction) -> None:
        counted = image_index.counters(now.upvotes, now.downvotes, now.faves, now.hides)
        self.index.set_numbers(image_id, counted)
        for postings, present in (
            ("faved_by_id", now.is_faved),
            ("hidden_by_id", now.is_hidden),
            ("upvoted_by_id", now.is_up is True),
            ("downvoted_by_id", now.is_up is False),
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
