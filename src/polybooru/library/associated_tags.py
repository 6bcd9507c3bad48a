"""The tags that matter most for completing what somebody types: the most used ones and what goes with them.

Read by dialects that hand clients the whole list to complete from. Neighbours: `suggested_names` (answers to
one beginning at a time), `search/index` (which images have a tag).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Row, select

from polybooru.db.tables import tags
from polybooru.library.image_index import OUT_OF_SIGHT, TAG_ID_FIELD
from polybooru.library.library import Library
from polybooru.library.outside_fields import nothing_outside
from polybooru.library.work import Reading
from polybooru.search.index import LeftOut
from polybooru.search.language.tree import Equals

SAMPLE = 100
"""So many images of a tag are looked at."""
_HIDDEN = LeftOut(Equals(OUT_OF_SIGHT, True))


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedTag:
    """A tag with visible images, or (alias_of) another name of one."""

    id: int
    name: str
    name_in_namespace: str
    image_count: int
    alias_of: int | None


def most_used_tags(reading: Reading, limit: int) -> list[UsedTag]:
    """The tags with most visible images, then all other names of these."""
    is_used = tags.c.aliased_tag_id.is_(None) & (tags.c.image_count > 0)
    most = _TAGS.where(is_used).order_by(tags.c.image_count.desc(), tags.c.id).limit(limit)
    found = [_used(row) for row in reading.execute(most)]
    chosen = {tag.id for tag in found}
    aliases = reading.execute(_TAGS.where(tags.c.aliased_tag_id.is_not(None)).order_by(tags.c.id))
    return found + [_used(row) for row in aliases if row.aliased_tag_id in chosen]


def associated_tags(library: Library, tag_id: int, uses: Mapping[int, int], limit: int) -> list[int]:
    """Tags with more images than this one that are on over half of a sample of its images, commonest first.

    uses: how many images each tag has; others are not named. The sample stays the same as the images do.
    """
    replica, now = library.replica, library.clock()
    with replica.lock:
        sample = replica.index.sample(
            Equals(TAG_ID_FIELD, tag_id),
            SAMPLE,
            Random(tag_id),  # noqa: S311 — which images are looked at is no secret
            now=now,
            outside=nothing_outside,
            without=_HIDDEN,
        )
        found = Counter(key for image_id in sample for key in replica.index.keys("tag", image_id))
    own = uses.get(tag_id, 0)
    common = (key for key, count in found.most_common() if 2 * count > len(sample) and uses.get(key, 0) > own)
    return list(islice(common, limit))


_TAGS = select(tags.c.id, tags.c.name, tags.c.name_in_namespace, tags.c.image_count, tags.c.aliased_tag_id)


def _used(row: Row[Any]) -> UsedTag:
    return UsedTag(
        id=row.id,
        name=row.name,
        name_in_namespace=row.name_in_namespace,
        image_count=row.image_count,
        alias_of=row.aliased_tag_id,
    )
