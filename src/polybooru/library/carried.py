"""What a merge carries from an image to its target, and back.

A person, a tag, a source comes over unless the target has it already; the image keeps its own, so that
nothing counts twice on the target and nothing is lost by going back. Comments, and the places in galleries
where the target is not yet, move. A record of each row says what may go back, with the time it was made: a
vote given since is not taken away. The rows of people are copied by the database, however many they are.
Neighbours: `merges` (the rules), `taggings`, `image_sources`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    Table,
    and_,
    delete,
    exists,
    false,
    insert,
    literal,
    not_,
    null,
    select,
    true,
    update,
)

from polybooru.db import joined
from polybooru.db.tables import (
    comments,
    faves,
    galleries,
    gallery_images,
    hides,
    image_subscriptions,
    images,
    merged_rows,
    votes,
)
from polybooru.library.image_sources import find_sources, put_sources
from polybooru.library.image_visibility import ImageState, is_in_sight
from polybooru.library.ratings import RATINGS, rating_faults
from polybooru.library.taggings import Retagging, carried_tags, retag
from polybooru.library.tags import add_to_counts, load_tags
from polybooru.library.work import Reading, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Rows of people that the image keeps. made_at: None where the table does not tell."""

    kind: str
    table: Table
    made_at: Column[Any] | None
    counter: str | None
    extra: tuple[tuple[str, bool], ...] = ()

    @property
    def only(self) -> ColumnElement[bool]:
        return and_(true(), *(self.table.c[name].is_(value) for name, value in self.extra))


_UNRECORDED = 0
_COMMENT = (comments.c.id, comments.c.is_approved)
_PEOPLE = (
    _Kept(kind="fave", table=faves, made_at=faves.c.liked_at, counter="faves"),
    _Kept(kind="hide", table=hides, made_at=hides.c.hidden_at, counter="hides"),
    _Kept(kind="upvote", table=votes, made_at=votes.c.voted_at, counter="upvotes", extra=(("is_up", True),)),
    _Kept(
        kind="downvote",
        table=votes,
        made_at=votes.c.voted_at,
        counter="downvotes",
        extra=(("is_up", False),),
    ),
    _Kept(kind="subscription", table=image_subscriptions, made_at=None, counter=None),
)


def carry(work: Work, merge_id: int, image: ImageState, target: ImageState, *, user_id: int | None) -> None:
    """Over to the target, which is in sight; image: as it was when it was held, not hidden yet."""
    counted: dict[str, int] = {
        kept.counter or "": _copy(work, merge_id, kept, image.id, target.id) for kept in _PEOPLE
    }
    counted["comment_count"] = _move_comments(work, merge_id, image.id, target.id)
    _raise(work, target.id, counted)
    _raise(work, image.id, {"comment_count": -counted["comment_count"]})
    _carry_tags(work, merge_id, image, target, user_id)
    _carry_sources(work, merge_id, image.id, target.id, user_id)
    before = {image.id: is_in_sight(image), target.id: True}
    _in_galleries(work, before, {**before, image.id: False}, merge_id, image.id, target.id, is_back=False)


def carry_back(
    work: Work, merge_id: int | None, image: ImageState, target: ImageState, *, user_id: int | None
) -> None:
    """Back to the image; both as they were when they were held: the image hidden.

    merge_id: None where nothing is recorded; then it only comes into sight again.
    """
    merge_id = merge_id or _UNRECORDED
    counted: dict[str, int] = {
        kept.counter or "": -_take_away(work, merge_id, kept, target.id) for kept in _PEOPLE
    }
    counted["comment_count"] = -_move_comments_back(work, merge_id, image.id, target.id)
    _raise(work, target.id, counted)
    _raise(work, image.id, {"comment_count": -counted["comment_count"]})
    _carry_tags_back(work, merge_id, image, target, user_id)
    urls = set(_recorded(work, merge_id, "source", merged_rows.c.url))
    left = [url for url in find_sources(work, target.id) if url not in urls]
    put_sources(work, target.id, left, user_id=user_id)
    before = {image.id: False, target.id: is_in_sight(target)}
    after = {**before, image.id: bool(image.is_approved)}
    _in_galleries(work, before, after, merge_id, image.id, target.id, is_back=True)


def _copy(work: Work, merge_id: int, kept: _Kept, image_id: int, target_id: int) -> int:
    """How many rows came over."""
    own, there = kept.table.alias("own"), kept.table.alias("there")
    has = exists().where(there.c.image_id == target_id, there.c.user_id == own.c.user_id)
    made_at = null() if kept.made_at is None else own.c[kept.made_at.name]
    coming = select(literal(merge_id), literal(kept.kind), own.c.user_id, made_at).where(
        own.c.image_id == image_id, *(own.c[name].is_(value) for name, value in kept.extra), not_(has)
    )
    record = insert(merged_rows).from_select(["merge_id", "kind", "row_id", "made_at"], coming)
    if not _number_written(work, record):
        return 0
    values: dict[str, Any] = {"image_id": literal(target_id), "user_id": merged_rows.c.row_id}
    if kept.made_at is not None:
        values[kept.made_at.name] = merged_rows.c.made_at
    values |= {name: true() if value else false() for name, value in kept.extra}
    rows = select(*values.values()).where(_of(merge_id, kept.kind))
    return _number_written(work, insert(kept.table).from_select(list(values), rows))


def _number_written(work: Work, statement: Executable) -> int:
    # Of an insert SQLAlchemy does not keep the number unless it is told to.
    return work.execute(statement.execution_options(preserve_rowcount=True)).rowcount


def _take_away(work: Work, merge_id: int, kept: _Kept, target_id: int) -> int:
    """How many rows went."""
    same = [_of(merge_id, kept.kind), merged_rows.c.row_id == kept.table.c.user_id]
    if kept.made_at is not None:
        same.append(merged_rows.c.made_at == kept.made_at)
    gone = delete(kept.table).where(kept.table.c.image_id == target_id, kept.only)
    return work.execute(gone.where(exists().where(*same))).rowcount


def _raise(work: Work, image_id: int, counted: dict[str, int]) -> None:
    by = {images.c[name]: images.c[name] + number for name, number in counted.items() if name and number}
    if by:
        work.execute(update(images).where(images.c.id == image_id).values(by))


def _move_comments(work: Work, merge_id: int, image_id: int, target_id: int) -> int:
    """How many of the comments are counted."""
    own = select(*_COMMENT).where(comments.c.image_id == image_id)
    rows = work.execute(own).all()
    _record(work, merge_id, "comment", [{"row_id": row.id} for row in rows])
    work.execute(update(comments).where(comments.c.image_id == image_id).values(image_id=target_id))
    for row in rows:
        work.changed("comment", row.id)
    return sum(row.is_approved for row in rows)


def _move_comments_back(work: Work, merge_id: int, image_id: int, target_id: int) -> int:
    ours = comments.c.id.in_(select(merged_rows.c.row_id).where(_of(merge_id, "comment")))
    moved = update(comments).where(comments.c.image_id == target_id, ours).values(image_id=image_id)
    rows = work.execute(moved.returning(*_COMMENT)).all()
    for row in rows:
        work.changed("comment", row.id)
    return sum(row.is_approved for row in rows)


def _carry_tags(
    work: Work, merge_id: int, image: ImageState, target: ImageState, user_id: int | None
) -> None:
    carried = carried_tags(work, [image.id, target.id])
    own, there = carried.get(image.id, set()), carried.get(target.id, set())
    known = load_tags(work, own | there)
    coming = own - there
    ratings = {tag_id for tag_id in coming if known[tag_id].name in RATINGS}
    if rating_faults([known[tag_id].name for tag_id in there | ratings]):
        coming -= ratings  # two pictures that are the same have one rating, and the target's stands
    coming = set(sorted(coming)[: max(0, work.policy.max_tags - len(there))])
    _record(work, merge_id, "tag", [{"row_id": tag_id} for tag_id in sorted(coming)])
    counted = Counter(dict.fromkeys(own, -1) if is_in_sight(image) else {})
    counted.update(dict.fromkeys(coming, 1))
    _retag(work, target.id, added=coming, removed=set(), counted=counted, user_id=user_id)


def _carry_tags_back(
    work: Work, merge_id: int, image: ImageState, target: ImageState, user_id: int | None
) -> None:
    carried = carried_tags(work, [image.id, target.id])
    going = carried.get(target.id, set()) & set(_recorded(work, merge_id, "tag", merged_rows.c.row_id))
    counted = Counter(dict.fromkeys(carried.get(image.id, set()), 1) if image.is_approved else {})
    counted.update(dict.fromkeys(going, -1) if is_in_sight(target) else {})
    _retag(work, target.id, added=set(), removed=going, counted=counted, user_id=user_id)


def _retag(
    work: Work,
    image_id: int,
    *,
    added: set[int],
    removed: set[int],
    counted: Counter[int],
    user_id: int | None,
) -> None:
    if added or removed:
        one = Retagging(image_id=image_id, added=frozenset(added), removed=frozenset(removed))
        retag(work, [one], hidden=(image_id,), user_id=user_id)
    # Both images' tags at once, in one order: counted one image after the other, two merges could wait for
    # each other.
    add_to_counts(work, {tag_id: by for tag_id, by in counted.items() if by})


def _carry_sources(work: Work, merge_id: int, image_id: int, target_id: int, user_id: int | None) -> None:
    there = find_sources(work, target_id)
    coming = [url for url in find_sources(work, image_id) if url not in there]
    coming = coming[: max(0, work.policy.max_sources - len(there))]
    _record(work, merge_id, "source", [{"row_id": place, "url": url} for place, url in enumerate(coming)])
    put_sources(work, target_id, [*there, *coming], user_id=user_id)


def _in_galleries(
    work: Work,
    before: dict[int, bool],
    after: dict[int, bool],
    merge_id: int,
    image_id: int,
    target_id: int,
    *,
    is_back: bool,
) -> None:
    """Move places and covers, and count. before, after: which of the two images is in sight."""
    held = _hold_galleries(work, image_id, target_id)
    counted = _counted(work, before)
    if is_back:
        _move_places(work, target_id, image_id, _recorded(work, merge_id, "gallery", merged_rows.c.row_id))
        _move_covers(work, target_id, image_id, _recorded(work, merge_id, "cover", merged_rows.c.row_id))
    else:
        places = _move_places(work, image_id, target_id, held)
        covers = _move_covers(work, image_id, target_id, held)
        _record(work, merge_id, "gallery", [{"row_id": gallery_id} for gallery_id in places])
        _record(work, merge_id, "cover", [{"row_id": gallery_id} for gallery_id in covers])
    now_counted = _counted(work, after)
    now_counted.subtract(counted)
    for gallery_id in held:
        by = now_counted[gallery_id]
        if by:
            one = update(galleries).where(galleries.c.id == gallery_id)
            work.execute(one.values(image_count=galleries.c.image_count + by))
        work.changed("gallery", gallery_id)


def _hold_galleries(work: Work, *image_ids: int) -> Sequence[int]:
    having = select(gallery_images.c.gallery_id).where(gallery_images.c.image_id.in_(image_ids))
    wanted = select(galleries.c.id).where(
        galleries.c.id.in_(having) | galleries.c.thumbnail_id.in_(image_ids)
    )
    return work.execute(wanted.order_by(galleries.c.id).with_for_update(key_share=True)).scalars().all()


def _counted(reading: Reading, seen: dict[int, bool]) -> Counter[int]:
    """How many of these images count in each gallery."""
    in_sight = [image_id for image_id, is_seen in seen.items() if is_seen]
    places = select(gallery_images.c.gallery_id).where(gallery_images.c.image_id.in_(in_sight))
    return Counter(reading.execute(places).scalars())


def _move_places(work: Work, image_id: int, to_id: int, gallery_ids: Sequence[int]) -> Sequence[int]:
    """Ids of the galleries in which the one has taken the other's place: of these, where it was not yet."""
    there = gallery_images.alias("there")
    has = exists().where(there.c.gallery_id == gallery_images.c.gallery_id, there.c.image_id == to_id)
    among = joined.among_asked(gallery_images.c.gallery_id)
    moved = update(gallery_images).where(gallery_images.c.image_id == image_id, among, not_(has))
    moved = moved.values(image_id=to_id).returning(gallery_images.c.gallery_id)
    return work.connection.execute(moved, joined.asked(gallery_ids)).scalars().all()


def _move_covers(work: Work, image_id: int, to_id: int, gallery_ids: Sequence[int]) -> Sequence[int]:
    covered = update(galleries).where(
        galleries.c.thumbnail_id == image_id, joined.among_asked(galleries.c.id)
    )
    covered = covered.values(thumbnail_id=to_id).returning(galleries.c.id)
    return work.connection.execute(covered, joined.asked(gallery_ids)).scalars().all()


def _record(work: Work, merge_id: int, kind: str, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        work.execute(insert(merged_rows), [{"merge_id": merge_id, "kind": kind, **row} for row in rows])


def _recorded(reading: Reading, merge_id: int, kind: str, column: Column[Any]) -> Sequence[Any]:
    return reading.execute(select(column).where(_of(merge_id, kind))).scalars().all()


def _of(merge_id: int, kind: str) -> ColumnElement[bool]:
    return and_(merged_rows.c.merge_id == merge_id, merged_rows.c.kind == kind)
