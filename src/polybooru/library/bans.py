"""Bans: people, and addresses and networks, from whom nothing is accepted. They may go on reading.

A ban is found when an actor is made, and `actors.require` refuses whoever has one. Its end needs no write: a
remembered actor loses it by the clock. Neighbours: `callers` (who remembers), `networks` (addresses).
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, update

from polybooru.db.tables import bans, users
from polybooru.db.types import HIGHEST_ID
from polybooru.library.accounts import lock_user
from polybooru.library.actors import STAFF, Actor, BanNotice, Role, require_staff
from polybooru.library.errors import BanNotFound, InvalidValue, NotAllowed, UserNotFound
from polybooru.library.networks import NetworkMap, parse_address, parse_network
from polybooru.library.texts import body_text, reason_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MAX_NOTE_BYTES = 10_000
_CODE_CHARACTERS = 8
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another when read aloud


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """One ban. Of user_id and network one is set; network: as 192.0.2.0/24. note: for staff only.

    banned_by_user_id: None for the operator.
    """

    id: int
    code: str
    user_id: int | None
    network: str | None
    reason: str
    note: str
    is_enabled: bool
    banned_by_user_id: int | None
    created_at: datetime
    expires_at: datetime | None


@verb(Acts.USER)
def ban_user(
    work: Work, actor: Actor, user_id: int, *, reason: str, expires_at: datetime | None = None, note: str = ""
) -> Ban:
    """Let the person only read, from now on and everywhere. expires_at: None for no end.

    Raises LoginRequired, NotAllowed for somebody not below the actor, UserNotFound, InvalidValue.
    """
    require_staff(actor)
    lock_user(work, user_id)
    _refuse_unless_above(work, actor, user_id)
    return _create(work, actor, "U", reason=reason, note=note, expires_at=expires_at, user_id=user_id)


@verb(Acts.THE_LIBRARY)
def ban_network(
    work: Work, actor: Actor, network: str, *, reason: str, expires_at: datetime | None = None, note: str = ""
) -> Ban:
    """Let whoever calls from there only read, people with accounts too, staff excepted.

    network: an address or a network; one IPv6 address alone means its /64.
    Raises LoginRequired, NotAllowed, InvalidValue.
    """
    require_staff(actor)
    named = str(parse_network(network))
    return _create(work, actor, "N", reason=reason, note=note, expires_at=expires_at, network=named)


@verb(Acts.BAN)
def edit_ban(
    work: Work, actor: Actor, ban_id: int, *, reason: str, expires_at: datetime | None = None, note: str = ""
) -> Ban:
    """Replace what is written about the ban; an end that has come makes it one that is over.

    Raises LoginRequired, NotAllowed, BanNotFound, InvalidValue.
    """
    _locked(work, actor, ban_id)
    written = _written(reason=reason, note=note, expires_at=expires_at)
    told = {"reason": written["reason"], "expires_at": _shown(expires_at)}
    return _change(work, actor, "ban.edit", ban_id, written, **told)


@verb(Acts.BAN)
def lift_ban(work: Work, actor: Actor, ban_id: int) -> Ban:
    """Switch the ban off; a repeat changes nothing. Raises LoginRequired, NotAllowed, BanNotFound."""
    found = _locked(work, actor, ban_id)
    return _change(work, actor, "ban.lift", ban_id, {"is_enabled": False}) if found.is_enabled else found


@verb(Acts.BAN)
def restore_ban(work: Work, actor: Actor, ban_id: int) -> Ban:
    """Undo `lift_ban`. Raises LoginRequired, NotAllowed, BanNotFound."""
    found = _locked(work, actor, ban_id)
    return found if found.is_enabled else _change(work, actor, "ban.restore", ban_id, {"is_enabled": True})


def list_bans(
    reading: Reading,
    actor: Actor,
    *,
    is_holding: bool | None = None,
    user_id: int | None = None,
    before_id: int | None = None,
    limit: int,
) -> list[Ban]:
    """The newest first. is_holding: only those in force, or only the others.

    Raises LoginRequired, NotAllowed.
    """
    require_staff(actor)
    page = select(bans).order_by(bans.c.id.desc()).limit(limit)
    if is_holding is not None:
        page = page.where(_holds(reading) if is_holding else ~_holds(reading))
    if user_id is not None:
        page = page.where(bans.c.user_id == user_id)
    if before_id is not None:
        page = page.where(bans.c.id < before_id)
    return [Ban(**row) for row in reading.execute(page).mappings()]


def find_ban(reading: Reading, actor: Actor, code: str) -> Ban:
    """The ban of this code, which its holder may have told staff; letter case is ignored.

    Raises LoginRequired, NotAllowed, BanNotFound.
    """
    require_staff(actor)
    wanted = code.strip().upper()
    # What a database refuses to be asked is no code.
    of_code = select(bans).where(bans.c.code == wanted)
    row = reading.execute(of_code).mappings().first() if wanted.isalnum() else None
    if row is None:
        raise BanNotFound(f"There is no ban {code!r}.")
    return Ban(**row)


def ban_of_user(reading: Reading, user_id: int) -> BanNotice | None:
    """Of the person's bans in force the one that ends last, so that at its end none is left."""
    return _longest(map(_notice, _in_force(reading, bans.c.user_id == user_id)))


class BannedNetworks:
    """All networks that are banned now, to be asked for many addresses. Cost to make: every such row."""

    def __init__(self, reading: Reading) -> None:
        self._notices = NetworkMap[BanNotice]()
        for row in _in_force(reading, bans.c.network.is_not(None)):
            self._notices.add(ip_network(row.network), _notice(row))

    def ban_of(self, address: str, now: datetime) -> BanNotice | None:
        """Of the bans in force around an address the one that ends last; None also for what is none."""
        parsed = parse_address(address) if self._notices else None
        around = () if parsed is None else self._notices.around(parsed)
        return _longest(notice for notice in around if not notice.is_over(now))


def with_address(actor: Actor, address: str, networks: BannedNetworks, now: datetime) -> Actor:
    """The actor as one who calls from there, with the ban that lies on it. Staff are let through."""
    ban = None if actor.role in STAFF else networks.ban_of(address, now)
    held = [notice for notice in (actor.ban, ban) if notice is not None]
    return replace(actor, address=address, ban=_longest(held))


def _create(
    work: Work,
    actor: Actor,
    prefix: str,
    *,
    reason: str,
    note: str,
    expires_at: datetime | None,
    **against: Any,
) -> Ban:
    if expires_at is not None and expires_at <= work.now:
        raise InvalidValue("expires_at", "is not in the future")
    row = {
        **_written(reason=reason, note=note, expires_at=expires_at),
        **against,
        "code": prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARACTERS)),
        "banned_by_user_id": actor.user_id,
        "created_at": work.now,
    }
    made = Ban(**work.execute(insert(bans).values(row).returning(bans)).mappings().one())
    against = {"banned_user_id": made.user_id} if made.network is None else {"network": made.network}
    details = {"code": made.code, "reason": made.reason, "expires_at": _shown(expires_at)}
    work.logged(actor.user_id, "ban.create", "ban", made.id, **against, **details)
    work.changed("ban", made.id)
    return made


def _change(
    work: Work, actor: Actor, action: str, ban_id: int, values: dict[str, object], **details: object
) -> Ban:
    statement = update(bans).where(bans.c.id == ban_id).values(values).returning(bans)
    changed = Ban(**work.execute(statement).mappings().one())
    work.logged(actor.user_id, action, "ban", ban_id, code=changed.code, **details)
    work.changed("ban", ban_id)
    return changed


def _written(*, reason: str, note: str, expires_at: datetime | None) -> dict[str, object]:
    return {
        "reason": reason_text(reason),
        "note": body_text("note", note, max_bytes=MAX_NOTE_BYTES),
        "expires_at": expires_at,
    }


def _locked(work: Work, actor: Actor, ban_id: int) -> Ban:
    """The ban, held until the commit, if the actor may change it."""
    require_staff(actor)
    row = None
    if 0 < ban_id <= HIGHEST_ID:
        wanted = select(bans).where(bans.c.id == ban_id).with_for_update()
        row = work.execute(wanted).mappings().one_or_none()
    if row is None:
        raise BanNotFound(f"There is no ban {ban_id}.")
    found = Ban(**row)
    if found.user_id is not None:
        _refuse_unless_above(work, actor, found.user_id)
    return found


def _refuse_unless_above(work: Work, actor: Actor, user_id: int) -> None:
    role = None
    if 0 < user_id <= HIGHEST_ID:
        wanted = select(users.c.role).where(users.c.id == user_id)
        # Held, so that nobody becomes staff meanwhile.
        role = work.execute(wanted.with_for_update(key_share=True)).scalar_one_or_none()
    if role is None:
        raise UserNotFound(f"There is no user {user_id}.")
    if not actor.is_operator and (actor.role is None or Role(role).rank >= actor.role.rank):
        raise NotAllowed(f"Only somebody above the role {role!r} may do this.")


def _holds(reading: Reading) -> ColumnElement[bool]:
    return and_(bans.c.is_enabled, or_(bans.c.expires_at.is_(None), bans.c.expires_at > reading.now))


def _in_force(reading: Reading, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
    columns = (bans.c.code, bans.c.reason, bans.c.expires_at, bans.c.network)
    return reading.execute(select(*columns).where(condition, _holds(reading)).order_by(bans.c.id)).all()


def _notice(row: Row[Any]) -> BanNotice:
    return BanNotice(code=row.code, reason=row.reason, expires_at=row.expires_at)


_NO_END = datetime.max.replace(tzinfo=UTC)


def _longest(notices: Iterable[BanNotice]) -> BanNotice | None:
    return max(notices, key=lambda notice: notice.expires_at or _NO_END, default=None)


def _shown(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
