"""Artist links: which tag is somebody's own, and the page that shows it.

Whoever asks for a link puts its code on the page; staff look there, or write to the artist, and verify. A
verified link brings the badge of artists, and lets them upload what a do-not-post entry of the tag keeps
others from. Neighbours: `badges`, `tags` (aliases move links).
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update

from polybooru.db.tables import artist_links, tags, users
from polybooru.db.types import HIGHEST_ID
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.badges import award_artist, take_artist
from polybooru.library.errors import ArtistLinkNotFound, InvalidValue, TagNotFound
from polybooru.library.tag_names import NAMESPACES
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MAX_URL_CHARACTERS = 2_000
MAX_PER_USER = 50
CREATORS = frozenset(name for name, found in NAMESPACES.items() if found.category == "origin")
"""Namespaces of tags that somebody may have."""
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_CODE_LENGTH = 16
_URL = re.compile(r"https?://[^\s/?#@\\\"'<>]+(?:[/?#][^\s\"'<>\\]*)?")


class LinkState(StrEnum):
    """How far it has come."""

    UNVERIFIED = "unverified"
    LINK_VERIFIED = "link_verified"
    CONTACTED = "contacted"
    VERIFIED = "verified"
    REJECTED = "rejected"


WAITING = frozenset({LinkState.UNVERIFIED, LinkState.LINK_VERIFIED, LinkState.CONTACTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistLink:
    """One link. code: to be put on the page; staff_user_id: who brought it where it is."""

    id: int
    user_id: int
    tag_id: int
    url: str
    is_public: bool
    code: str
    state: LinkState
    staff_user_id: int | None
    created_at: datetime
    updated_at: datetime


@verb(Acts.TAG)
def request_artist_link(
    work: Work, actor: Actor, tag_id: int, url: str, *, is_public: bool = True
) -> ArtistLink:
    """Say that the tag is one's own, shown by this page; a repeat changes nothing.

    Raises LoginRequired, NotAllowed, TagNotFound, InvalidValue for a tag that is nobody's, too.
    """
    user_id = require(actor, Permission.WRITE)
    address = _address(url)
    tag_id = _own_able(work, tag_id)
    work.execute(select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True))
    own = artist_links.c.user_id == user_id
    same = select(artist_links).where(own, artist_links.c.tag_id == tag_id, artist_links.c.url == address)
    known = work.execute(same).mappings().one_or_none()
    if known is not None:
        return _link(known)
    if work.execute(select(func.count()).select_from(artist_links).where(own)).scalar_one() >= MAX_PER_USER:
        raise InvalidValue("artist_link", f"You have {MAX_PER_USER} of them already")
    row = {"user_id": user_id, "tag_id": tag_id, "url": address, "is_public": is_public, "code": _new_code()}
    row |= {"created_at": work.now, "updated_at": work.now}
    made = _link(work.execute(artist_links.insert().values(row).returning(artist_links)).mappings().one())
    work.changed("artist_link", made.id)
    return made


@verb(Acts.ARTIST_LINK)
def withdraw_artist_link(work: Work, actor: Actor, link_id: int) -> None:
    """Remove an own link, and the badge that came with it; staff remove anybody's.

    Raises LoginRequired, NotAllowed, ArtistLinkNotFound, also for another's.
    """
    user_id = None if actor.is_operator else require(actor, Permission.WRITE)
    found = _locked(work, link_id)
    if found.user_id != user_id and not actor.is_staff:
        raise _not_found(link_id)
    work.execute(delete(artist_links).where(artist_links.c.id == link_id))
    if found.user_id != user_id:
        work.logged(user_id, "artist_link.remove", "artist_link", link_id, **_about(found))
    _take_badge(work, found)
    work.changed("artist_link", link_id)


@verb(Acts.ARTIST_LINK)
def confirm_link_of_artist(work: Work, actor: Actor, link_id: int) -> None:
    """Say that the code was seen on the page.

    Raises LoginRequired, NotAllowed, ArtistLinkNotFound, InvalidValue for one that is settled.
    """
    _bring(work, actor, link_id, LinkState.LINK_VERIFIED, only_from=WAITING)


@verb(Acts.ARTIST_LINK)
def mark_artist_contacted(work: Work, actor: Actor, link_id: int) -> None:
    """Say that the artist was written to.

    Raises LoginRequired, NotAllowed, ArtistLinkNotFound, InvalidValue for one that is settled.
    """
    _bring(work, actor, link_id, LinkState.CONTACTED, only_from=WAITING)


@verb(Acts.ARTIST_LINK)
def verify_artist_link(work: Work, actor: Actor, link_id: int) -> None:
    """Let the person be this artist, with the badge; also one that was rejected.

    Raises LoginRequired, NotAllowed, ArtistLinkNotFound.
    """
    staff_id, found = _bring(work, actor, link_id, LinkState.VERIFIED)
    award_artist(work, staff_id, found.user_id)


@verb(Acts.ARTIST_LINK)
def reject_artist_link(work: Work, actor: Actor, link_id: int) -> None:
    """Say that it is not so, and take the badge that came with it; also of one that was verified.

    Raises LoginRequired, NotAllowed, ArtistLinkNotFound.
    """
    _, found = _bring(work, actor, link_id, LinkState.REJECTED)
    _take_badge(work, found)


def has_verified_link(reading: Reading, user_id: int, tag_id: int) -> bool:
    """Whether this person is known to be this artist. tag_id: no alias."""
    own = (artist_links.c.user_id == user_id, artist_links.c.tag_id == tag_id)
    verified = artist_links.c.state == LinkState.VERIFIED.value
    return reading.execute(select(artist_links.c.id).where(*own, verified)).first() is not None


def move_artist_links(work: Work, tag_id: int, target_id: int) -> None:
    """Give the links of a tag that became an alias to its target; one that is there already is kept once.

    The caller holds both tags.
    """
    for row in work.execute(select(artist_links).where(artist_links.c.tag_id == tag_id)).mappings().all():
        same = (artist_links.c.user_id == row["user_id"], artist_links.c.url == row["url"])
        there = select(artist_links).where(*same, artist_links.c.tag_id == target_id)
        known = work.execute(there).mappings().one_or_none()
        this = artist_links.c.id == row["id"]
        if known is not None:
            work.execute(delete(artist_links).where(this))
            if row["state"] == LinkState.VERIFIED and known["state"] != LinkState.VERIFIED:
                kept = update(artist_links).where(artist_links.c.id == known["id"])
                work.execute(kept.values(state=LinkState.VERIFIED.value, updated_at=work.now))
                work.changed("artist_link", known["id"])
        else:
            work.execute(update(artist_links).where(this).values(tag_id=target_id, updated_at=work.now))
        work.changed("artist_link", row["id"])


def list_artist_links(
    reading: Reading,
    actor: Actor,
    *,
    states: Collection[LinkState] = WAITING,
    before_id: int | None = None,
    limit: int,
) -> list[ArtistLink]:
    """The newest first. Raises LoginRequired, NotAllowed."""
    require_staff(actor)
    page = select(artist_links).where(artist_links.c.state.in_([state.value for state in states]))
    if before_id is not None:
        page = page.where(artist_links.c.id < before_id)
    rows = reading.execute(page.order_by(artist_links.c.id.desc()).limit(limit)).mappings()
    return [_link(row) for row in rows]


def links_of_user(reading: Reading, actor: Actor, user_id: int) -> list[ArtistLink]:
    """The person's links, oldest first; others than that person and staff see public, verified ones."""
    if not 0 < user_id <= HIGHEST_ID:
        return []
    wanted = select(artist_links).where(artist_links.c.user_id == user_id).order_by(artist_links.c.id)
    if actor.user_id != user_id and not actor.is_staff:
        wanted = wanted.where(artist_links.c.is_public, artist_links.c.state == LinkState.VERIFIED.value)
    return [_link(row) for row in reading.execute(wanted).mappings()]


def _bring(
    work: Work, actor: Actor, link_id: int, state: LinkState, *, only_from: frozenset[LinkState] | None = None
) -> tuple[int | None, ArtistLink]:
    """Who acts, and the link as it was. A link that is there already stays as it is."""
    staff_id = require_staff(actor)
    found = _locked(work, link_id)
    if only_from is not None and found.state not in only_from:
        raise InvalidValue("artist_link", f"is {found.state.value} already")
    if found.state is not state:
        values = {"state": state.value, "staff_user_id": staff_id, "updated_at": work.now}
        work.execute(update(artist_links).where(artist_links.c.id == link_id).values(values))
        work.logged(staff_id, f"artist_link.{state.value}", "artist_link", link_id, **_about(found))
        work.changed("artist_link", link_id)
    return staff_id, found


def _locked(work: Work, link_id: int) -> ArtistLink:
    row = None
    if 0 < link_id <= HIGHEST_ID:
        wanted = select(artist_links).where(artist_links.c.id == link_id).with_for_update()
        row = work.execute(wanted).mappings().one_or_none()
    if row is None:
        raise _not_found(link_id)
    return _link(row)


def _own_able(work: Work, tag_id: int) -> int:
    """The tag's id, or that of what it is an alias of, if it can be somebody's."""
    row = None
    if 0 < tag_id <= HIGHEST_ID:
        wanted = select(tags.c.id, tags.c.aliased_tag_id, tags.c.namespace).where(tags.c.id == tag_id)
        # Held, so that it becomes no alias meanwhile, which would move its links.
        row = work.execute(wanted.with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise TagNotFound(f"There is no tag {tag_id}.")
    if row.aliased_tag_id is not None:
        return _own_able(work, row.aliased_tag_id)
    if row.namespace not in CREATORS:
        raise InvalidValue("tag", f"names no creator, as {', '.join(sorted(CREATORS))} do")
    return tag_id


def _take_badge(work: Work, found: ArtistLink) -> None:
    """Unless the person has another verified link."""
    own = (artist_links.c.user_id == found.user_id, artist_links.c.state == LinkState.VERIFIED.value)
    if work.execute(select(artist_links.c.id).where(*own)).first() is None:
        take_artist(work, found.user_id)


def _address(url: str) -> str:
    text = url.strip()
    if len(text) > MAX_URL_CHARACTERS or not _URL.fullmatch(text) or not text.isprintable():
        raise InvalidValue("url", f"is no http or https address of at most {MAX_URL_CHARACTERS} characters")
    return text


def _new_code() -> str:
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))


def _about(found: ArtistLink) -> dict[str, object]:
    return {"linked_user_id": found.user_id, "tag_id": found.tag_id, "url": found.url}


def _not_found(link_id: int) -> ArtistLinkNotFound:
    return ArtistLinkNotFound(f"There is no artist link {link_id}.")


def _link(row: RowMapping) -> ArtistLink:
    found: dict[str, Any] = dict(row)
    found["state"] = LinkState(found["state"])
    return ArtistLink(**found)
