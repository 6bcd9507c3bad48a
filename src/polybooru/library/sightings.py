"""How often each image was given to somebody who asked for any: counted in memory, added to the rows later.

A write for each request would cost more than the request. What a process has not saved yet is lost if it is
killed, and what others have counted is seen after the next saving.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from polybooru.db import joined
from polybooru.db.tables import sightings
from polybooru.library.library import Library

_KNOWN = 200_000


class Sightings:
    """Of one library, as one process sees them. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._known: dict[int, int] = {}
        self._unsaved: Counter[int] = Counter()

    @property
    def is_saved(self) -> bool:
        """Whether there is nothing to save."""
        return not self._unsaved

    def are_known(self, image_ids: Sequence[int]) -> bool:
        """Whether the rows need not be asked for these."""
        return all(image_id in self._known for image_id in image_ids)

    def learn(self, stored: Mapping[int, int]) -> None:
        """Take what somebody has just read of images that are not known."""
        with self._lock:
            if len(self._known) + len(stored) > _KNOWN:
                self._known.clear()
            for image_id, times in stored.items():
                self._known.setdefault(image_id, times + self._unsaved[image_id])

    def of(self, image_ids: Sequence[int]) -> list[int]:
        """How often each was given."""
        unknown = [image_id for image_id in image_ids if image_id not in self._known]
        if unknown:
            self.learn(dict.fromkeys(unknown, 0) | self._stored(unknown))
        with self._lock:
            return [self._known.get(image_id, 0) for image_id in image_ids]

    def saw(self, image_ids: Sequence[int]) -> list[int]:
        """Count one for each; how often each was given, with this time."""
        before = self.of(image_ids)
        with self._lock:
            self._unsaved.update(image_ids)
            for image_id in image_ids:
                self._known[image_id] = self._known.get(image_id, 0) + 1
        return [times + 1 for times in before]

    def save(self) -> None:
        """Add what was counted to the rows. Raises Unavailable; then it is kept for the next time."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, Counter()
        if not unsaved:
            return
        try:
            with self._library.work() as work:
                added = work.insert(sightings).values(image_id=bindparam("image"), times=bindparam("more"))
                added = added.on_conflict_do_update(
                    index_elements=["image_id"], set_={"times": sightings.c.times + added.excluded.times}
                )
                # In the order of the ids, as another process that saves too might wait for this one.
                work.execute(added, [{"image": key, "more": unsaved[key]} for key in sorted(unsaved)])
        except BaseException:
            with self._lock:
                self._unsaved.update(unsaved)
            raise
        stored = self._stored([*unsaved])
        with self._lock:
            for image_id, times in stored.items():
                self._known[image_id] = times + self._unsaved[image_id]

    def _stored(self, image_ids: Sequence[int]) -> dict[int, int]:
        among = joined.among_asked(sightings.c.image_id)
        with self._library.reading() as reading:
            rows = reading.connection.execute(
                select(sightings.c.image_id, sightings.c.times).where(among), joined.asked(image_ids)
            ).all()
        return {row.image_id: row.times for row in rows}
