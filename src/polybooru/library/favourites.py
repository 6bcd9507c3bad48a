"""What somebody has faved, with when: read from the rows, for images that a search has found.

Neighbours: `interactions` (how a fave comes and goes), `listed_images` (who asks).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import BindParameter, bindparam, select, tuple_

from polybooru.db import Change, joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import faves
from polybooru.library.library import Library
from polybooru.library.work import Reading

_FEW = 500
"""Of so many each is looked up; of more the person's faves are walked, which are likely to be among them."""
_SPARE = 8
"""So many more than are wanted are read at first: some will not be among those that match."""
_LONGEST_STEP = 4_096
_REMEMBERED = 40
"""So many of the newest faves of a person."""
_PEOPLE = 1_000


class Liked(NamedTuple):
    """An image, and when it was faved by whoever is asked about; None if nobody is."""

    image_id: int
    at: datetime | None


_USER: BindParameter[int] = bindparam("user")
_AT: BindParameter[datetime] = bindparam("at", type_=faves.c.liked_at.type)
_IMAGE: BindParameter[int] = bindparam("image")
_BY_USER = select(faves.c.image_id, faves.c.liked_at).where(faves.c.user_id == _USER)
_AMONG = Prepared(_BY_USER.where(joined.among_asked(faves.c.image_id)))
_IN_ORDER = _BY_USER.order_by(faves.c.liked_at.desc(), faves.c.image_id.desc()).limit(bindparam("most"))
_FIRST = Prepared(_IN_ORDER)
_NEXT = Prepared(_IN_ORDER.where(tuple_(faves.c.liked_at, faves.c.image_id) < tuple_(_AT, _IMAGE)))


def liked_among(reading: Reading, user_id: int, image_ids: Iterable[int]) -> dict[int, datetime]:
    """When the person faved these images; those that are no fave are left out."""
    return dict(reading.run(_AMONG, user=user_id, **joined.asked(image_ids)))


def newest_liked(reading: Reading, user_id: int, among: BitMap, most: int | None) -> list[Liked]:
    """The person's faves that are among these, the newest first, ties by id, the highest first.

    most: so many; None for all. Cost: of few images that of looking each up, else of as many faves as have to
    be passed.
    """
    if len(among) <= _FEW:
        found = [Liked(*pair) for pair in liked_among(reading, user_id, among).items()]
        found.sort(key=lambda liked: (liked.at, liked.image_id), reverse=True)
        return found[:most]
    newest: list[Liked] = []
    for image_id, liked_at in _walk(reading, user_id, _LONGEST_STEP if most is None else most + _SPARE):
        if image_id in among:
            newest.append(Liked(image_id, liked_at))
            if len(newest) == most:
                break
    return newest


class NewestFaves:
    """The newest faves of who was asked about lately, remembered until one of theirs may be another.

    Of one library. A fave changes by its person alone, or as its image is merged into another.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[int, Sequence[Liked]] = {}
        library.replica.listen(self._forget)

    def among(self, user_id: int, images: BitMap, most: int | None) -> list[Liked]:
        """As `newest_liked`."""
        if most is not None and len(images) > _FEW:
            newest = self._newest(user_id)
            found = [*islice((liked for liked in newest if liked.image_id in images), most)]
            if len(found) == most or len(newest) < _REMEMBERED:
                return found
        with self._library.reading() as reading:
            return newest_liked(reading, user_id, images, most)

    def _newest(self, user_id: int) -> Sequence[Liked]:
        newest = self._known.get(user_id)
        if newest is None:
            seen = self._library.replica.applied
            with self._library.reading() as reading:
                rows = reading.run(_FIRST, user=user_id, most=_REMEMBERED)
            newest = [Liked(image_id, liked_at) for image_id, liked_at in rows]
            with self._library.replica.lock:  # between the look and the keeping nothing may become stale
                if seen == self._library.replica.applied:
                    if len(self._known) >= _PEOPLE:
                        self._known.clear()
                    self._known[user_id] = newest
        return newest

    def _forget(self, batch: Sequence[Change]) -> None:
        for change in batch:
            if change.kind == "image":
                self._known.clear()
            elif change.kind == "interaction" and change.user_id is not None:
                self._known.pop(change.user_id, None)


def _walk(reading: Reading, user_id: int, step: int) -> Iterator[tuple[int, datetime]]:
    """All faves, the newest first, read in steps that grow. step: the first one."""
    page: Sequence[tuple[int, datetime]] = _FIRST.run(reading.connection, user=user_id, most=step)
    while page:
        yield from page
        if len(page) < step:
            return
        image_id, liked_at = page[-1]
        step = max(step, min(2 * step, _LONGEST_STEP))
        page = _NEXT.run(reading.connection, user=user_id, at=liked_at, image=image_id, most=step)
