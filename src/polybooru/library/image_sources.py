"""Where images come from: their addresses in order, and the history of every change to them.

Neighbours: `source_reverts` (undoing what people did), `merges` (which carries sources over).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from polybooru.db.tables import image_sources, images, source_changes
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import EditRefused, Fault, FaultCode
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import lock_image, lock_open_image
from polybooru.library.images import whole_seconds
from polybooru.library.policy import Policy
from polybooru.library.texts import storable
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """One address that came or went. user_id: None where it is not to be told, or nobody's any more."""

    id: int
    image_id: int
    user_id: int | None
    url: str
    is_added: bool
    changed_at: datetime


def source_faults(policy: Policy, sources: Iterable[str]) -> Iterable[Fault]:
    """What is wrong with a list of addresses."""
    wanted = dict.fromkeys(sources)
    if len(wanted) > policy.max_sources:
        yield Fault(FaultCode.TOO_MANY_SOURCES, policy.max_sources)
    for source in wanted:
        if not source.startswith(("http://", "https://")) or source != storable(source):
            yield Fault(FaultCode.BAD_SOURCE, source)
    if any(len(source) > policy.max_source_characters for source in wanted):
        yield Fault(FaultCode.SOURCE_TOO_LONG, policy.max_source_characters)


@verb(Acts.IMAGE)
def edit_sources(work: Work, actor: Actor, image_id: int, sources: Sequence[str]) -> None:
    """Let these be the image's sources, in this order; repeats are dropped.

    Raises LoginRequired, NotAllowed, ImageNotFound, also for a hidden one, EditRefused with the faults of an
    upload.
    """
    user_id = require(actor, Permission.WRITE)
    image = lock_open_image(work, actor, image_id)
    faults = list(source_faults(work.policy, sources))
    if faults:
        raise EditRefused(faults)
    if put_sources(work, image_id, sources, user_id=user_id) and not image.is_approved:
        log_on_anothers(work, actor, image_id, image.uploader_id, "image.sources")


@verb(Acts.IMAGE)
def clear_source_history(work: Work, actor: Actor, image_id: int) -> None:
    """Forget which sources came and went, as when they tell of somebody who wants to be forgotten.

    Raises NotAllowed, ImageNotFound.
    """
    user_id = require_staff(actor)
    lock_image(work, actor, image_id)
    work.execute(delete(source_changes).where(source_changes.c.image_id == image_id))
    work.logged(user_id, "image.clear_source_history", "image", image_id)
    work.changed("image", image_id)


def find_sources(reading: Reading, image_id: int) -> list[str]:
    """The sources of the image in order."""
    wanted = select(image_sources.c.url).where(image_sources.c.image_id == image_id)
    return list(reading.execute(wanted.order_by(image_sources.c.position)).scalars())


def put_sources(work: Work, image_id: int, sources: Sequence[str], *, user_id: int | None) -> bool:
    """Store and record it, on an image that is held; whether anything is different."""
    before, after = find_sources(work, image_id), list(dict.fromkeys(sources))
    if after == before:
        return False
    work.execute(delete(image_sources).where(image_sources.c.image_id == image_id))
    insert_sources(work, image_id, after)
    came = {url: url not in before for url in [*before, *after] if (url in before) != (url in after)}
    common = {"image_id": image_id, "user_id": user_id, "changed_at": work.now}
    if came:
        work.execute(
            insert(source_changes), [{"url": url, "is_added": added, **common} for url, added in came.items()]
        )
    moment = whole_seconds(work.now)
    touched = update(images).where(images.c.id == image_id).values(updated_at=moment)
    if work.execute(touched.returning(images.c.is_approved)).scalar_one():
        urls = {
            is_added: [url for url, found in came.items() if found is is_added] for is_added in (True, False)
        }
        work.told(Happening.IMAGE_SOURCED, image_id, added=urls[True], removed=urls[False])
        work.told(Happening.IMAGE_CHANGED, image_id)
    work.changed("image", image_id)
    return True


def insert_sources(work: Work, image_id: int, sources: Sequence[str]) -> None:
    """The rows of an image that has none."""
    if sources:
        work.execute(
            insert(image_sources),
            [
                {"image_id": image_id, "position": position, "url": url, "folded_url": url.lower()}
                for position, url in enumerate(sources)
            ],
        )


def source_history(reading: Reading, actor: Actor, image_id: int, *, limit: int = 50) -> list[SourceChange]:
    """What changed, newest first; an anonymous uploader stays unknown to all but staff and himself."""
    image = select(images.c.uploader_id, images.c.is_anonymous).where(images.c.id == image_id)
    found = reading.execute(image).one_or_none()
    hidden = found.uploader_id if found is not None and found.is_anonymous and not actor.is_staff else None
    rows = reading.execute(
        select(source_changes)
        .where(source_changes.c.image_id == image_id)
        .order_by(source_changes.c.id.desc())
        .limit(limit)
    )
    return [
        SourceChange(
            id=row.id,
            image_id=row.image_id,
            user_id=None if row.user_id == hidden and row.user_id != actor.user_id else row.user_id,
            url=row.url,
            is_added=row.is_added,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def log_on_anothers(work: Work, actor: Actor, image_id: int, owner_id: int | None, action: str) -> None:
    """Enter into the moderation log what staff did to what is not their own."""
    if owner_id is None or owner_id != actor.user_id:
        work.logged(actor.user_id, action, "image", image_id)
