"""DNP entries: what an artist does not want to be posted, on a tag, and what uploads make of it.

Somebody asks for one, staff claim and list it; only then it counts and shows. Neighbours: `uploads`, which
asks `dnp_faults`; `tag_pointers`, as an entry follows a tag that becomes an alias.
Source of types and states: docs/reference/tags.md
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, case, exists, insert, null, select, update

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import artist_links, dnp_entries, tags
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import (
    DnpEntryNotFound,
    Fault,
    FaultCode,
    InvalidValue,
    NotAllowed,
    TagNotFound,
)
from polybooru.library.tags import check_tag_name, find_tags_to_keep
from polybooru.library.texts import body_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MAX_TEXT_BYTES = 10_000
_MAX_ID = 2**63 - 1
_EDIT = "edit"


class DnpType(StrEnum):
    """What is asked for; the value is what people read."""

    NO_EDITS = "No Edits"
    ARTIST_TAG_CHANGE = "Artist Tag Change"
    UPLOADER_CREDIT_CHANGE = "Uploader Credit Change"
    CERTAIN_TYPE_OR_LOCATION = "Certain Type/Location Only"
    WITH_PERMISSION = "With Permission Only"
    ARTIST_UPLOAD = "Artist Upload Only"
    OTHER = "Other"


class DnpState(StrEnum):
    """How far an entry is."""

    REQUESTED = "requested"
    CLAIMED = "claimed"
    LISTED = "listed"
    RESCINDED = "rescinded"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


_OPEN = frozenset({DnpState.REQUESTED, DnpState.CLAIMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DnpEntry:
    """A listed entry as everybody reads it. reason: None if whoever asked for it hid it."""

    id: int
    dnp_type: str
    conditions: str
    reason: str | None
    created_at: datetime


# Of all states, few for each tag: asked for both, SQLite reads all that is listed of any tag.
_OF_TAGS = Prepared(
    select(
        dnp_entries.c.state,
        dnp_entries.c.tag_id,
        *(dnp_entries.c[name] for name in ("id", "dnp_type", "conditions")),
        case((dnp_entries.c.hides_reason.is_(False), dnp_entries.c.reason), else_=null()),
        dnp_entries.c.created_at,
    )
    .where(joined.among_asked(dnp_entries.c.tag_id))
    .order_by(dnp_entries.c.id)
)


@verb(Acts.TAG)
def request_dnp(
    work: Work,
    actor: Actor,
    name: str,
    dnp_type: str,
    *,
    conditions: str = "",
    reason: str = "",
    hides_reason: bool = False,
    instructions: str = "",
) -> int:
    """Ask for an entry on a tag, an alias as its target; returns its id. instructions: for staff alone.

    Raises NotAllowed, TagNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.WRITE)
    clean = check_tag_name(name)
    if dnp_type not in set(DnpType):
        raise InvalidValue("dnp_type", "is invalid")
    texts = {"conditions": conditions, "reason": reason, "instructions": instructions}
    texts = {field: body_text(field, text, max_bytes=MAX_TEXT_BYTES) for field, text in texts.items()}
    if dnp_type == DnpType.OTHER and not texts["conditions"]:
        raise InvalidValue("conditions", "can't be blank")
    found = find_tags_to_keep(work, [clean]).get(clean)
    if found is None:
        raise TagNotFound(f"There is no tag {clean!r}.")
    row = {
        "tag_id": found.id,
        "user_id": user_id,
        "dnp_type": dnp_type,
        "hides_reason": hides_reason,
        **texts,
    }
    moments = {"created_at": work.now, "updated_at": work.now, "state": DnpState.REQUESTED.value}
    made = insert(dnp_entries).values(row | moments).returning(dnp_entries.c.id)
    entry_id: int = work.execute(made).scalar_one()
    work.changed("dnp_entry", entry_id)
    return entry_id


@verb(Acts.DNP_ENTRY)
def claim_dnp(work: Work, actor: Actor, entry_id: int) -> None:
    """Look into a request. Raises NotAllowed, DnpEntryNotFound, InvalidValue in any other state."""
    staff_id = require_staff(actor)
    _bring(work, staff_id, _held(work, entry_id), DnpState.CLAIMED, come_from=frozenset({DnpState.REQUESTED}))


@verb(Acts.DNP_ENTRY)
def list_dnp(work: Work, actor: Actor, entry_id: int) -> None:
    """Let an entry count and show. Raises NotAllowed, DnpEntryNotFound, InvalidValue unless it is open."""
    staff_id = require_staff(actor)
    _bring(work, staff_id, _held(work, entry_id), DnpState.LISTED, come_from=_OPEN)


@verb(Acts.DNP_ENTRY)
def rescind_dnp(work: Work, actor: Actor, entry_id: int) -> None:
    """Take a listed entry back, as whoever asked for it or as staff.

    Raises NotAllowed, DnpEntryNotFound, InvalidValue in any other state.
    """
    staff_id = require_staff(actor) if actor.is_staff else require(actor, Permission.WRITE)
    row = _held(work, entry_id)
    if row.user_id != actor.user_id and not actor.is_staff:
        if row.state != DnpState.LISTED:
            raise _not_found(entry_id)
        raise NotAllowed("Only staff and whoever asked for it rescind an entry.")
    is_own = row.user_id == actor.user_id
    state = frozenset({DnpState.LISTED})
    _bring(work, staff_id, row, DnpState.RESCINDED, come_from=state, is_logged=not is_own or actor.is_staff)


@verb(Acts.DNP_ENTRY)
def acknowledge_dnp(work: Work, actor: Actor, entry_id: int) -> None:
    """Take note of a rescinded entry. Raises NotAllowed, DnpEntryNotFound, InvalidValue in another state."""
    staff_id = require_staff(actor)
    state = frozenset({DnpState.RESCINDED})
    _bring(work, staff_id, _held(work, entry_id), DnpState.ACKNOWLEDGED, come_from=state)


@verb(Acts.DNP_ENTRY)
def close_dnp(work: Work, actor: Actor, entry_id: int) -> None:
    """End an entry, whatever state it is in. Raises NotAllowed, DnpEntryNotFound, InvalidValue if it is."""
    staff_id = require_staff(actor)
    others = frozenset(DnpState) - {DnpState.CLOSED}
    _bring(work, staff_id, _held(work, entry_id), DnpState.CLOSED, come_from=others)


def listed_dnp_entries(reading: Reading, tag_ids: Iterable[int]) -> dict[int, list[DnpEntry]]:
    """What is listed of these tags, by tag, oldest first; a tag without entries is left out."""
    found: dict[int, list[DnpEntry]] = {}
    for state, tag_id, entry_id, dnp_type, conditions, reason, created_at in reading.run(
        _OF_TAGS, **joined.asked(tag_ids)
    ):
        if state != DnpState.LISTED:
            continue
        entry = DnpEntry(
            id=entry_id, dnp_type=dnp_type, conditions=conditions, reason=reason, created_at=created_at
        )
        found.setdefault(tag_id, []).append(entry)
    return found


def dnp_faults(reading: Reading, user_id: int, tag_names: Collection[str]) -> list[Fault]:
    """What listed entries forbid about an upload with these tags, in the order of the rules.

    Nothing of a tag to which the uploader has a verified artist link.
    """
    is_linked = exists().where(
        and_(
            artist_links.c.tag_id == tags.c.id,
            artist_links.c.user_id == user_id,
            artist_links.c.state == "verified",
        )
    )
    listed = (
        select(dnp_entries.c.dnp_type)
        .join(tags, tags.c.id == dnp_entries.c.tag_id)
        .where(tags.c.name.in_(sorted(tag_names)), dnp_entries.c.state == DnpState.LISTED.value, ~is_linked)
    )
    types = set(reading.execute(listed).scalars())
    faults = [Fault(FaultCode.DNP_ARTIST_UPLOAD_ONLY)] if DnpType.ARTIST_UPLOAD in types else []
    if DnpType.NO_EDITS in types and _EDIT in tag_names:
        faults.append(Fault(FaultCode.DNP_NO_EDITS))
    return faults


def _held(work: Work, entry_id: int) -> Row[Any]:
    row = None
    if 0 < entry_id <= _MAX_ID:
        held = select(dnp_entries).where(dnp_entries.c.id == entry_id).with_for_update(key_share=True)
        row = work.execute(held).one_or_none()
    if row is None:
        raise _not_found(entry_id)
    return row


def _not_found(entry_id: int) -> DnpEntryNotFound:
    return DnpEntryNotFound(f"There is no DNP entry {entry_id}.")


def _bring(
    work: Work,
    staff_id: int | None,
    row: Row[Any],
    state: DnpState,
    *,
    come_from: frozenset[DnpState],
    is_logged: bool = True,
) -> None:
    if row.state not in come_from:
        raise InvalidValue("dnp_entry", f"is {row.state} and cannot become {state.value}")
    values = {"state": state.value, "updated_at": work.now, "staff_user_id": staff_id if is_logged else None}
    work.execute(update(dnp_entries).where(dnp_entries.c.id == row.id).values(**values))
    if DnpState.LISTED in {row.state, state}:  # what everybody reads of the tag
        work.changed("tag", row.tag_id)
    if is_logged:
        work.logged(staff_id, f"dnp_entry.{state.value}", "dnp_entry", row.id, was=row.state)
