"""The blocklist: files that nobody may upload, and pictures that staff want to see no more.

A file is known by its hash before anything is stored; a picture only once it has been decoded, after the
upload was acknowledged. So the one is refused, and the other hidden by the worker, with a report to staff:
the hash of a picture can be wrong, and a hidden image comes back as it was. Neighbours: `representations`.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from polybooru.db.tables import blocks, images
from polybooru.db.types import HIGHEST_ID
from polybooru.library.actors import OPERATOR, Actor, require_staff
from polybooru.library.errors import BlockNotFound, InvalidValue
from polybooru.library.fingerprints import signed, unsigned
from polybooru.library.image_visibility import lock_image
from polybooru.library.images import hide_image
from polybooru.library.report_rows import Category, Reportable, report_by_program
from polybooru.library.texts import reason_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

DEFAULT_BITS = 4
MAX_BITS = 10
"""Beyond that, hashes of different pictures meet."""
MAX_PICTURES = 10_000
"""All of them are compared with each new picture, in some 2 ms."""
_SHA512 = re.compile(r"[0-9a-f]{128}")
_HASHES = range(2**64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One entry: of a file by sha512_hash, or of a picture by perceptual_hash (from 0) within so many bits.

    user_id: who made it, None for the operator.
    """

    id: int
    sha512_hash: str | None
    perceptual_hash: int | None
    bits: int | None
    reason: str
    user_id: int | None
    created_at: datetime


@verb(Acts.THE_LIBRARY)
def block_file(work: Work, actor: Actor, sha512_hash: str, *, reason: str) -> int:
    """Refuse this file from now on; a repeat changes nothing. Returns the block's id.

    sha512_hash: of the original, hexadecimal. Raises LoginRequired, NotAllowed, InvalidValue.
    """
    staff_id = require_staff(actor)
    why, wanted = reason_text(reason), sha512_hash.strip().lower()
    if not _SHA512.fullmatch(wanted):
        raise InvalidValue("sha512_hash", "is no SHA-512 in hexadecimal")
    return _block_file(work, staff_id, wanted, why)


@verb(Acts.THE_LIBRARY)
def block_picture(
    work: Work, actor: Actor, perceptual_hash: int, *, reason: str, bits: int = DEFAULT_BITS
) -> int:
    """Hide from now on whatever looks like this; returns the block's id.

    perceptual_hash: 64 bits, from 0. bits: in how many a hash may differ.
    Raises LoginRequired, NotAllowed, InvalidValue.
    """
    staff_id = require_staff(actor)
    why = reason_text(reason)
    if perceptual_hash not in _HASHES:
        raise InvalidValue("perceptual_hash", "is no number of 64 bits")
    _check_bits(bits)
    return _block_picture(work, staff_id, perceptual_hash, bits, why)


@verb(Acts.IMAGE)
def block_image(
    work: Work, actor: Actor, image_id: int, *, reason: str, bits: int = DEFAULT_BITS
) -> list[int]:
    """Block the file of an image, and its picture once that is known; ids of the blocks. The image stays.

    Raises LoginRequired, NotAllowed, ImageNotFound, InvalidValue.
    """
    staff_id = require_staff(actor)
    why = reason_text(reason)
    _check_bits(bits)
    lock_image(work, actor, image_id)
    # By blob where staff allowed a new upload: stored files lie under the hash of their original.
    wanted = select(images.c.blob, images.c.perceptual_hash).where(images.c.id == image_id)
    row = work.execute(wanted).one()
    made = [_block_file(work, staff_id, row.blob, why)]
    if row.perceptual_hash is not None:
        made.append(_block_picture(work, staff_id, unsigned(row.perceptual_hash), bits, why))
    return made


@verb(Acts.BLOCK)
def unblock(work: Work, actor: Actor, block_id: int) -> None:
    """Take it off the list; what was hidden stays hidden. Raises LoginRequired, NotAllowed, BlockNotFound."""
    staff_id = require_staff(actor)
    removed = None
    if 0 < block_id <= HIGHEST_ID:
        statement = delete(blocks).where(blocks.c.id == block_id).returning(blocks)
        removed = work.execute(statement).mappings().one_or_none()
    if removed is None:
        raise BlockNotFound(f"There is no block {block_id}.")
    told = {name: removed[name] for name in ("sha512_hash", "perceptual_hash", "bits", "reason")}
    work.logged(staff_id, "block.remove", "block", block_id, **told)
    work.changed("block", block_id)


def list_blocks(reading: Reading, actor: Actor, *, before_id: int | None = None, limit: int) -> list[Block]:
    """The newest first. Raises LoginRequired, NotAllowed."""
    require_staff(actor)
    page = select(blocks).order_by(blocks.c.id.desc()).limit(limit)
    if before_id is not None:
        page = page.where(blocks.c.id < before_id)
    return [
        Block(
            id=row.id,
            sha512_hash=row.sha512_hash,
            perceptual_hash=None if row.perceptual_hash is None else unsigned(row.perceptual_hash),
            bits=row.bits,
            reason=row.reason,
            user_id=row.user_id,
            created_at=row.created_at,
        )
        for row in reading.execute(page)
    ]


def is_file_blocked(reading: Reading, sha512_hash: str) -> bool:
    """Whether nobody may upload the file. sha512_hash: lower case."""
    return reading.execute(select(blocks.c.id).where(blocks.c.sha512_hash == sha512_hash)).first() is not None


def hide_if_blocked(work: Work, image_id: int, perceptual_hash: int) -> bool:
    """Hide an image whose picture is blocked, and tell staff; whether it is. perceptual_hash: from 0."""
    block_id = _blocking(work, perceptual_hash)
    if block_id is None:
        return False
    hidden = select(images.c.hidden_from_users).where(images.c.id == image_id)
    if not work.execute(hidden).scalar_one():
        hide_image(work, OPERATOR, image_id, reason="The picture is blocked")
    report_by_program(
        work, Reportable.IMAGE, image_id, Category.REVIEW, f"Hidden, as it looks like block {block_id}"
    )
    return True


def _blocking(reading: Reading, perceptual_hash: int) -> int | None:
    """Id of the nearest block of pictures that this hash falls under, the oldest of equal ones."""
    wanted = select(blocks.c.id, blocks.c.perceptual_hash, blocks.c.bits)
    rows = reading.execute(wanted.where(blocks.c.perceptual_hash.is_not(None)))
    near = (
        ((unsigned(found) ^ perceptual_hash).bit_count(), block_id, bits) for block_id, found, bits in rows
    )
    return min(((apart, block_id) for apart, block_id, bits in near if apart <= bits), default=(0, None))[1]


def _block_file(work: Work, staff_id: int | None, sha512_hash: str, reason: str) -> int:
    known = select(blocks.c.id).where(blocks.c.sha512_hash == sha512_hash)
    row = {"sha512_hash": sha512_hash, "reason": reason, "user_id": staff_id, "created_at": work.now}
    statement = work.insert(blocks).values(row).on_conflict_do_nothing(index_elements=["sha512_hash"])
    made = work.execute(statement.returning(blocks.c.id)).scalar_one_or_none()
    if made is None:
        repeated: int = work.execute(known).scalar_one()
        return repeated
    return _added(work, staff_id, made, sha512_hash=sha512_hash, reason=reason)


def _block_picture(work: Work, staff_id: int | None, perceptual_hash: int, bits: int, reason: str) -> int:
    stored = signed(perceptual_hash)
    same = select(blocks.c.id).where(blocks.c.perceptual_hash == stored, blocks.c.bits == bits)
    known: int | None = work.execute(same).scalar()
    if known is not None:
        return known
    counted = select(func.count()).select_from(blocks).where(blocks.c.perceptual_hash.is_not(None))
    if work.execute(counted).scalar_one() >= MAX_PICTURES:
        raise InvalidValue("block", f"There are {MAX_PICTURES} blocked pictures; remove some first")
    row = {"perceptual_hash": stored, "bits": bits, "reason": reason}
    row |= {"user_id": staff_id, "created_at": work.now}
    made = work.execute(insert(blocks).values(row).returning(blocks.c.id)).scalar_one()
    return _added(work, staff_id, made, perceptual_hash=f"{perceptual_hash:016x}", bits=bits, reason=reason)


def _added(work: Work, staff_id: int | None, block_id: int, **told: object) -> int:
    work.logged(staff_id, "block.add", "block", block_id, **told)
    work.changed("block", block_id)
    return block_id


def _check_bits(bits: int) -> None:
    if not 0 <= bits <= MAX_BITS:
        raise InvalidValue("bits", f"are 0 to {MAX_BITS}")
