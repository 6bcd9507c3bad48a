"""Deleting an account: what is personal goes at once, what it did to others goes in the background.

The row stays, without anything personal, so that its id is never used again and staff still find together
what one person did; texts and uploads stay, as anonymous ones.
Neighbours: `account_changes`, `tag_jobs` (who goes on with the job).
Decision: docs/decisions/0029-deleted-accounts.md
"""

from typing import Any

from sqlalchemy import Table, delete, or_, select, tuple_, update

from polybooru.db.full_text import FILTER_WORDS, remove_words
from polybooru.db.tables import (
    comments,
    earlier_names,
    faves,
    filter_tags,
    filters,
    galleries,
    grants,
    hides,
    images,
    metadata,
    posts,
    shortlinks,
    tokens,
    topics,
    users,
    votes,
)
from polybooru.library import jobs
from polybooru.library.account_changes import owner_or_staff
from polybooru.library.actors import Actor, Permission, Role, require_staff
from polybooru.library.galleries import delete_gallery
from polybooru.library.passwords import NO_PASSWORD
from polybooru.library.tag_names import slug
from polybooru.library.texts import reason_text
from polybooru.library.user_names import fold_name, name_of_the_deleted
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work

_AT_ONCE = 50  # images or texts in one transaction: others wait some ten milliseconds


@verb(Acts.USER)
def delete_user(work: Work, actor: Actor, user_id: int, *, reason: str = "") -> None:
    """End an account for good, as its owner in person or as an admin; `erase_some` does the rest.

    Raises LoginRequired, AccountDeactivated, NotAllowed, UserNotFound, InvalidValue.
    """
    user, staff_id = owner_or_staff(work, actor, user_id)
    why = reason_text(reason, is_required=False)
    is_own = actor.user_id == user_id
    if not is_own:
        require_staff(actor, Permission.ADMINISTER)
    held = or_(grants.c.holder_id == user_id, grants.c.target_id == user_id)
    for holder_id in work.execute(select(grants.c.holder_id).where(held).distinct()).scalars().all():
        work.changed("grant", holder_id)
    work.execute(delete(grants).where(held))
    work.execute(delete(tokens).where(tokens.c.user_id == user_id))
    from_where = {"address": None, "user_agent": None}
    work.execute(update(shortlinks).where(shortlinks.c.user_id == user_id).values(from_where))
    work.execute(delete(earlier_names).where(earlier_names.c.user_id == user_id))
    work.execute(update(users).where(users.c.id == user_id).values(_nobody(work, user_id)))
    jobs.enqueue(work, jobs.ERASE, user_id)
    if not is_own:
        work.logged(staff_id, "user.delete", "user", user_id, name=user.name, reason=why)
    work.changed("user", user_id)


def _nobody(work: Work, user_id: int) -> dict[str, Any]:
    name = name_of_the_deleted(user_id)
    return {
        "name": name,
        "folded_name": fold_name(name),
        "slug": slug(name),
        "password_hash": NO_PASSWORD,
        "role": Role.USER.value,
        "images_per_page": None,
        "current_filter_id": None,
        "forced_filter_id": None,
        "watched_query": "",
        "watched_exclude": "",
        "bio": "",
        "personal_title": "",
        "is_verified": False,
        "deactivated_at": work.now,
        "is_deactivated_by_staff": True,
        "deleted_at": work.now,
    }


def erase_some(work: Work, user_id: int) -> bool:
    """A step of the job: whether there may be more to do. Rows that are left say how far it has come."""
    steps = (_erase_interactions, _erase_gallery, _anonymise, _erase_filter, _erase_choices)
    return any(step(work, user_id) for step in steps)


def _erase_interactions(work: Work, user_id: int) -> int:
    ids: set[int] = set()
    for table in (faves, votes, hides):
        wanted = select(table.c.image_id).where(table.c.user_id == user_id)
        ids.update(work.execute(wanted.order_by(table.c.image_id).limit(_AT_ONCE)).scalars())
    if not ids:
        return 0
    # As every verb: images first, by ascending id.
    locked = select(images.c.id).where(images.c.id.in_(ids)).order_by(images.c.id)
    work.execute(locked.with_for_update(key_share=True))
    for table, column, *which in (
        (faves, images.c.faves),
        (hides, images.c.hides),
        (votes, images.c.upvotes, votes.c.is_up.is_(True)),
        (votes, images.c.downvotes, votes.c.is_up.is_(False)),
    ):
        own = (table.c.user_id == user_id, table.c.image_id.in_(ids), *which)
        gone = work.execute(delete(table).where(*own).returning(table.c.image_id)).scalars().all()
        if gone:
            counted = update(images).where(images.c.id.in_(gone))
            work.execute(counted.values({column: column - 1}))
    for image_id in sorted(ids):
        work.changed("interaction", image_id, user_id)
    return len(ids)


def _erase_gallery(work: Work, user_id: int) -> int:
    own = select(galleries.c.id).where(galleries.c.user_id == user_id).limit(1)
    gallery_id = work.execute(own).scalar_one_or_none()
    if gallery_id is None:
        return 0
    delete_gallery(work, Actor(user_id=user_id, role=Role.USER), gallery_id)
    return 1


def _anonymise(work: Work, user_id: int) -> int:
    for kind, table, author in (
        ("image", images, images.c.uploader_id),
        ("comment", comments, comments.c.user_id),
        ("topic", topics, topics.c.user_id),
        ("post", posts, posts.c.user_id),
    ):
        signed = select(table.c.id).where(author == user_id, table.c.is_anonymous.is_(False))
        ids = work.execute(signed.order_by(table.c.id).limit(_AT_ONCE).with_for_update()).scalars().all()
        if ids:
            work.execute(update(table).where(table.c.id.in_(ids)).values(is_anonymous=True))
            for object_id in ids:
                work.changed(kind, object_id)
            return len(ids)
    return 0


def _erase_filter(work: Work, user_id: int) -> int:
    """One of its filters goes; one that somebody else uses stays, of nobody."""
    own = select(filters.c.id).where(filters.c.user_id == user_id).limit(1)
    filter_id = work.execute(own.with_for_update()).scalar_one_or_none()
    if filter_id is None:
        return 0
    using = or_(users.c.current_filter_id == filter_id, users.c.forced_filter_id == filter_id)
    one = filters.c.id == filter_id
    if work.execute(select(users.c.id).where(using).limit(1)).first() is not None:
        work.execute(update(filters).where(one).values(user_id=None))
    else:
        work.execute(delete(filter_tags).where(filter_tags.c.filter_id == filter_id))
        work.execute(delete(filters).where(one))
        remove_words(work.connection, FILTER_WORDS, filter_id)
    work.changed("filter", filter_id)
    return 1


def _erase_choices(work: Work, user_id: int) -> int:
    """What it follows and has read: rows that are a person's own and that nothing counts."""
    for table in _choices():
        keys = tuple_(*table.primary_key)
        some = select(*table.primary_key).where(table.c.user_id == user_id).limit(20 * _AT_ONCE)
        removed = work.execute(delete(table).where(keys.in_(some.subquery().select()))).rowcount
        if removed:
            work.changed("preferences", user_id)
            return removed
    return 0


def _choices() -> list[Table]:
    names = {"watched_tags", "notice_reads"}
    return [t for t in metadata.sorted_tables if t.name in names or t.name.endswith("_subscriptions")]
