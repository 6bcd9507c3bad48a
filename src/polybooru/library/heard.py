"""Reading what happened, in the order in which it was committed, and what of it everybody may know.

Neighbours: `happenings` (what is told), `replica` (up to where this process sees).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select

from polybooru.db.prepared import Prepared
from polybooru.db.tables import happenings
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import in_sight
from polybooru.library.tags import load_tags
from polybooru.library.work import Reading

_NEXT = Prepared(
    select(happenings.c.id, happenings.c.kind, happenings.c.object_id, happenings.c.details)
    .where(happenings.c.id > bindparam("after"), happenings.c.change_number <= bindparam("until"))
    .order_by(happenings.c.id)
    .limit(bindparam("at_most"))
)
_LAST = Prepared(
    select(func.coalesce(func.max(happenings.c.id), 0), func.coalesce(func.min(happenings.c.id), 1))
)
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that happened. id: rises in the order of the commits, for all processes alike."""

    id: int
    kind: Happening
    object_id: int
    details: Mapping[str, Any]


def heard_after(reading: Reading, after: int, *, until: int, at_most: int) -> list[Heard]:
    """What happened behind an id. until: a change number up to which all else was applied here."""
    rows = reading.run(_NEXT, after=after, until=until, at_most=at_most)
    return [
        Heard(id=row[0], kind=Happening(row[1]), object_id=row[2], details=_decode(row[3])) for row in rows
    ]


def span(reading: Reading) -> tuple[int, int]:
    """Ids of the first and the last that are still told; (1, 0) if there is none."""
    [(last, first)] = reading.run(_LAST)
    return first, last


def images_to_know(reading: Reading, heard: Sequence[Heard]) -> set[int]:
    """Those of the images that these tell of which everybody may find."""
    named: set[int] = set()
    for one in heard:
        if one.kind.startswith("image"):
            named |= {one.object_id, one.details.get("target_id", one.object_id)}
            named.update(one.details.get("image_ids", ()))
    return in_sight(reading, named)


def tag_names(reading: Reading, tag_ids: Collection[int]) -> list[str]:
    """By name; those of tags that are gone are left out."""
    found = load_tags(reading, tag_ids)
    return sorted(tag.name for tag in found.values())
