"""What people want to hear of: images, topics, forums, galleries.

What happened before somebody subscribed is not new to them. Neighbours: `notices`; `forums`, `topics`.
"""

from sqlalchemy import ColumnElement, Table, and_, delete, select

from polybooru.db.tables import (
    forum_subscriptions,
    galleries,
    gallery_subscriptions,
    image_subscriptions,
    notice_reads,
    notices,
    topic_subscriptions,
)
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import GalleryNotFound
from polybooru.library.forums import locked_forum
from polybooru.library.image_visibility import MAX_ID, lock_image, lock_open_image
from polybooru.library.notices import (
    FORUM_TOPIC,
    GALLERY_IMAGE,
    IMAGE_COMMENT,
    IMAGE_MERGE,
    TOPIC_POST,
    NoticeKind,
    see,
)
from polybooru.library.topics import locked_topic
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work

_IMAGE = (IMAGE_COMMENT, IMAGE_MERGE)


@verb(Acts.IMAGE)
def subscribe_image(work: Work, actor: Actor, image_id: int) -> bool:
    """Hear of comments on the image and of images merged into it; whether that is new.

    Raises LoginRequired, NotAllowed, ImageNotFound.
    """
    user_id = require(actor, Permission.INTERACT)
    lock_open_image(work, actor, image_id)
    return _add(work, image_subscriptions, user_id, image_id, *_IMAGE)


@verb(Acts.IMAGE)
def unsubscribe_image(work: Work, actor: Actor, image_id: int) -> bool:
    """Undo `subscribe_image`, for a hidden image too. Raises LoginRequired, NotAllowed, ImageNotFound."""
    user_id = require(actor, Permission.INTERACT)
    lock_image(work, actor, image_id)
    return _remove(work, image_subscriptions, user_id, image_id, *_IMAGE)


@verb(Acts.TOPIC)
def subscribe_topic(work: Work, actor: Actor, topic_id: int) -> bool:
    """Hear of replies; whether that is new. Raises LoginRequired, NotAllowed, TopicNotFound."""
    user_id = require(actor, Permission.INTERACT)
    locked_topic(work, actor, topic_id)
    return _add(work, topic_subscriptions, user_id, topic_id, TOPIC_POST)


@verb(Acts.TOPIC)
def unsubscribe_topic(work: Work, actor: Actor, topic_id: int) -> bool:
    """Undo `subscribe_topic`. Raises LoginRequired, NotAllowed, TopicNotFound."""
    user_id = require(actor, Permission.INTERACT)
    locked_topic(work, actor, topic_id)
    return _remove(work, topic_subscriptions, user_id, topic_id, TOPIC_POST)


@verb(Acts.FORUM)
def subscribe_forum(work: Work, actor: Actor, forum: str) -> bool:
    """Hear of new topics; whether that is new. Raises LoginRequired, NotAllowed, ForumNotFound."""
    user_id = require(actor, Permission.INTERACT)
    forum_id = locked_forum(work, actor, forum).id
    return _add(work, forum_subscriptions, user_id, forum_id, FORUM_TOPIC)


@verb(Acts.FORUM)
def unsubscribe_forum(work: Work, actor: Actor, forum: str) -> bool:
    """Undo `subscribe_forum`. Raises LoginRequired, NotAllowed, ForumNotFound."""
    user_id = require(actor, Permission.INTERACT)
    forum_id = locked_forum(work, actor, forum).id
    return _remove(work, forum_subscriptions, user_id, forum_id, FORUM_TOPIC)


@verb(Acts.GALLERY)
def subscribe_gallery(work: Work, actor: Actor, gallery_id: int) -> bool:
    """Hear of images that come into the gallery; whether that is new.

    Raises LoginRequired, NotAllowed, GalleryNotFound.
    """
    user_id = require(actor, Permission.INTERACT)
    _lock_gallery(work, gallery_id)
    return _add(work, gallery_subscriptions, user_id, gallery_id, GALLERY_IMAGE)


@verb(Acts.GALLERY)
def unsubscribe_gallery(work: Work, actor: Actor, gallery_id: int) -> bool:
    """Undo `subscribe_gallery`. Raises LoginRequired, NotAllowed, GalleryNotFound."""
    user_id = require(actor, Permission.INTERACT)
    _lock_gallery(work, gallery_id)
    return _remove(work, gallery_subscriptions, user_id, gallery_id, GALLERY_IMAGE)


def _add(work: Work, table: Table, user_id: int, subject_id: int, *kinds: NoticeKind) -> bool:
    added = work.execute(
        work.insert(table)
        .values({table.c[0]: subject_id, table.c.user_id: user_id})
        .on_conflict_do_nothing()
        .returning(table.c.user_id)
    ).first()
    if added is not None:
        see(work, user_id, _of(subject_id, *kinds))
    return added is not None


def _remove(work: Work, table: Table, user_id: int, subject_id: int, *kinds: NoticeKind) -> bool:
    which = select(notices.c.id).where(_of(subject_id, *kinds))
    reads = (notice_reads.c.user_id == user_id, notice_reads.c.notice_id.in_(which))
    work.execute(delete(notice_reads).where(*reads))
    removed = delete(table).where(table.c[0] == subject_id, table.c.user_id == user_id)
    return work.execute(removed).rowcount > 0


def _of(subject_id: int, *kinds: NoticeKind) -> ColumnElement[bool]:
    return and_(notices.c.kind.in_(kinds), notices.c.subject_id == subject_id)


def _lock_gallery(work: Work, gallery_id: int) -> None:
    row = None
    if 0 < gallery_id <= MAX_ID:
        wanted = select(galleries.c.id).where(galleries.c.id == gallery_id)
        row = work.execute(wanted.with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise GalleryNotFound(f"There is no gallery {gallery_id}.")
