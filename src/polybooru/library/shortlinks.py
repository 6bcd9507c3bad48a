"""Short addresses that lead to long ones, and who may change them: whoever holds the management code.

The code is shown once and stored hashed. One record for each address and for each code; each image that is in
sight also owns the code that is its MD5, without a row. Where a link may lead: `link_targets`.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from polybooru.db.prepared import Prepared
from polybooru.db.tables import shortlinks
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import LinkFault, LinkNotFound, LinkRefused
from polybooru.library.images import find_md5
from polybooru.library.link_targets import NO_HOSTS, Hosts, check_target
from polybooru.library.texts import reason_text, storable
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MAX_CODE_CHARACTERS = 50
MAX_CREDIT_CHARACTERS = 50
MAX_AGENT_CHARACTERS = 300
NO_CREDIT = "Unknown"
RESERVED = frozenset({"create", "delete", "online", "robots.txt"})
ADDRESS_KEPT = timedelta(days=90)
_CODE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_CODE_BYTES = 8
_MANAGEMENT_BYTES = 30
_SHOWN = tuple(shortlinks.c[name] for name in ("id", "code", "url", "credit", "created_at", "modified_at"))
_BY_CODE = Prepared(select(*_SHOWN).where(shortlinks.c.code == bindparam("code")))


@dataclass(frozen=True, slots=True)
class Shortlink:
    """One record. position: 1 for the first that was ever made, never used again."""

    position: int
    code: str
    url: str
    credit: str
    created_at: datetime
    modified_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkText:
    """What somebody wants shortened. code, credit: empty for one that is made, and for none."""

    url: str
    code: str = ""
    credit: str = ""
    is_editable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """From where and with what a link is made; kept for staff, for a while, and never shown."""

    address: str = ""
    user_agent: str = ""


NOWHERE = Maker()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What came of it. management_code: None for a link that was there already, or that nobody may change."""

    link: Shortlink
    is_new: bool
    management_code: str | None


@verb(Acts.THE_LIBRARY)
def create_shortlink(
    work: Work, actor: Actor, wanted: LinkText, *, hosts: Hosts = NO_HOSTS, maker: Maker = NOWHERE
) -> Shortened:
    """Shorten an address, or find the record that it has.

    Raises LoginRequired, NotAllowed, LinkRefused.
    """
    user_id = require(actor, Permission.WRITE)
    code = wanted.code or secrets.token_hex(_CODE_BYTES)
    if len(code) > MAX_CODE_CHARACTERS:
        raise LinkRefused(LinkFault.CODE_TOO_LONG)
    if not _CODE.fullmatch(code) and code not in RESERVED:
        raise LinkRefused(LinkFault.CODE_INVALID)
    holder = _find_row(work, code)
    is_reserved = code in RESERVED or find_md5(work, code) is not None
    if is_reserved or (holder is not None and holder.url != wanted.url):
        raise LinkRefused(LinkFault.CODE_TAKEN)
    check_target(wanted.url, hosts)
    credit = _credit(wanted.credit) or NO_CREDIT
    found = _row_of_url(work, wanted.url)
    if found is not None:
        return Shortened(link=_link(found), is_new=False, management_code=None)
    management_code = secrets.token_hex(_MANAGEMENT_BYTES) if wanted.is_editable else None
    row = {
        "code": code,
        "url": wanted.url,
        "url_sha256": _sha256(wanted.url),
        "credit": credit,
        "management_sha256": None if management_code is None else _sha256(management_code),
        "created_at": work.now,
        "user_id": user_id,
        "token_id": actor.token_id,
        "address": maker.address or None,
        "user_agent": storable(maker.user_agent)[:MAX_AGENT_CHARACTERS] or None,
    }
    made = work.execute(
        work.insert(shortlinks).values(row).on_conflict_do_nothing().returning(*shortlinks.c)
    ).one_or_none()
    if made is None:  # somebody else was faster, with the same address or the same code
        found = _row_of_url(work, wanted.url)
        if found is None:
            raise LinkRefused(LinkFault.CODE_TAKEN)
        return Shortened(link=_link(found), is_new=False, management_code=None)
    work.changed("shortlink", made.id)
    return Shortened(link=_link(made), is_new=True, management_code=management_code)


@verb(Acts.SHORTLINK)
def edit_shortlink(
    work: Work,
    actor: Actor,
    code: str,
    management_code: str,
    *,
    url: str = "",
    credit: str = "",
    hosts: Hosts = NO_HOSTS,
) -> Shortlink:
    """Have a link lead elsewhere, or name somebody else; what is empty stays.

    Raises LoginRequired, NotAllowed, LinkNotFound, LinkRefused.
    """
    require(actor, Permission.WRITE)
    row = _managed(work, code, management_code)
    if url:
        check_target(url, hosts)
        other = _row_of_url(work, url)
        if other is not None and other.id != row.id:
            raise LinkRefused(LinkFault.URL_TAKEN)
    credit = _credit(credit)
    if (not url or url == row.url) and (not credit or credit == row.credit):
        raise LinkRefused(LinkFault.UNCHANGED)
    values = {"modified_at": work.now, "credit": credit or row.credit}
    if url:
        values |= {"url": url, "url_sha256": _sha256(url)}
    changing = update(shortlinks).where(shortlinks.c.id == row.id).values(values)
    try:
        changed = work.execute(changing.returning(*shortlinks.c)).one()
    except IntegrityError as error:  # somebody else was faster with the same address
        raise LinkRefused(LinkFault.URL_TAKEN) from error
    work.changed("shortlink", row.id)
    return _link(changed)


@verb(Acts.SHORTLINK)
def delete_shortlink(work: Work, actor: Actor, code: str, management_code: str) -> None:
    """Forget a link. Raises LoginRequired, NotAllowed, LinkNotFound, LinkRefused."""
    require(actor, Permission.WRITE)
    row = _managed(work, code, management_code)
    work.execute(delete(shortlinks).where(shortlinks.c.id == row.id))
    work.changed("shortlink", row.id)


@verb(Acts.SHORTLINK)
def remove_shortlink(work: Work, actor: Actor, code: str, *, reason: str) -> None:
    """Forget a link as staff, whoever holds its code.

    Raises LoginRequired, NotAllowed, LinkNotFound, InvalidValue.
    """
    staff_id = require_staff(actor)
    why = reason_text(reason)
    row = _find_row(work, code)
    if row is None:
        raise _not_found(code)
    work.execute(delete(shortlinks).where(shortlinks.c.id == row.id))
    work.logged(staff_id, "shortlink.remove", "shortlink", row.id, code=code, url=row.url, reason=why)
    work.changed("shortlink", row.id)


def find_shortlink(reading: Reading, code: str) -> Shortlink:
    """The record of that very code. Raises LinkNotFound."""
    found = reading.run(_BY_CODE, code=code) if _CODE.fullmatch(code) else []
    if not found:
        raise _not_found(code)
    return Shortlink(*found[0])


def list_shortlinks(reading: Reading, *, after: int = 0, limit: int = 1_000) -> list[Shortlink]:
    """In the order of creation, from the position after."""
    wanted = select(*_SHOWN).where(shortlinks.c.id > after).order_by(shortlinks.c.id).limit(limit)
    return [Shortlink(*row) for row in reading.execute(wanted)]


def forget_addresses(work: Work) -> int:
    """Drop from where old links were made; returns of how many."""
    old = shortlinks.c.created_at <= work.now - ADDRESS_KEPT
    told = or_(shortlinks.c.address.is_not(None), shortlinks.c.user_agent.is_not(None))
    forgotten = update(shortlinks).where(old, told).values(address=None, user_agent=None)
    return work.execute(forgotten).rowcount


def _managed(work: Work, code: str, management_code: str) -> Row[Any]:
    """The row, held, if the code is its own. Raises LinkNotFound, LinkRefused."""
    if find_md5(work, code) is not None:
        raise LinkRefused(LinkFault.NOT_MANAGEABLE)
    row = _find_row(work, code)
    if row is None:
        raise _not_found(code)
    if row.management_sha256 is None:
        raise LinkRefused(LinkFault.NOT_MANAGEABLE)
    if not hmac.compare_digest(row.management_sha256, _sha256(management_code)):
        raise LinkRefused(LinkFault.WRONG_MANAGEMENT_CODE)
    return row


def _find_row(work: Work, code: str) -> Row[Any] | None:
    if not _CODE.fullmatch(code):
        return None
    wanted = select(shortlinks).where(shortlinks.c.code == code).with_for_update()
    return work.execute(wanted).one_or_none()


def _row_of_url(work: Work, url: str) -> Row[Any] | None:
    wanted = select(shortlinks).where(shortlinks.c.url_sha256 == _sha256(url))
    return work.execute(wanted).one_or_none()


def _credit(text: str) -> str:
    credit = storable(text)
    if len(credit) > MAX_CREDIT_CHARACTERS:
        raise LinkRefused(LinkFault.CREDIT_TOO_LONG)
    return credit


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _link(row: Row[Any]) -> Shortlink:
    return Shortlink(
        position=row.id,
        code=row.code,
        url=row.url,
        credit=row.credit,
        created_at=row.created_at,
        modified_at=row.modified_at,
    )


def _not_found(code: str) -> LinkNotFound:
    return LinkNotFound(f"There is no short address {code[:MAX_CODE_CHARACTERS]!r}.")
