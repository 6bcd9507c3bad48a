"""What the reverse index holds of the library, read from the rows.

Visible images whose file has been processed: what a caller may not find must not count either, and before
that there is nothing to find an image by. Neighbours: `replica` (when rows are read), `reverse_search`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from polybooru.db.tables import images
from polybooru.search.reverse import Fingerprint, ReverseIndex

_BATCH = 50_000  # images read at once: some 20 MB for a moment
_FINDABLE = select(
    images.c.id,
    images.c.intensity_nw,
    images.c.intensity_ne,
    images.c.intensity_sw,
    images.c.intensity_se,
    images.c.width_px,
    images.c.height_px,
    images.c.perceptual_hash,
).where(
    images.c.hidden_from_users.is_(False),
    images.c.is_approved,
    images.c.intensity_nw.is_not(None),
    images.c.perceptual_hash.is_not(None),
)


def build(connection: Connection) -> ReverseIndex:
    """A complete index of the rows that this connection sees; some 3 s a million."""
    parts: list[list[np.ndarray[Any, Any]]] = [_columns([])]
    result = connection.execute(_FINDABLE, execution_options={"yield_per": _BATCH})
    parts += [_columns(rows) for rows in result.partitions()]
    ids, bright, aspects, hashes = (np.concatenate(column) for column in zip(*parts, strict=True))
    index = ReverseIndex()
    index.load(ids, bright, aspects, hashes)
    return index


def fingerprints(connection: Connection, image_ids: Sequence[int]) -> Iterator[tuple[int, Fingerprint]]:
    """Of these images; those without a row, hidden or not processed yet are left out."""
    for row in connection.execute(_FINDABLE.where(images.c.id.in_(image_ids))):
        yield row.id, _fingerprint(row)


def all_fingerprints(connection: Connection) -> Iterator[tuple[int, Fingerprint]]:
    """Of all images that have one; read in batches, so that memory stays bounded."""
    for row in connection.execute(_FINDABLE, execution_options={"yield_per": _BATCH}):
        yield row.id, _fingerprint(row)


def unsigned(signed_64: int) -> int:
    """The 64 bits of a hash as a number from 0: the databases have only signed ones."""
    return signed_64 % 2**64


def signed(unsigned_64: int) -> int:
    """The same 64 bits as a signed number, which is all that the databases have."""
    return unsigned_64 - 2**64 if unsigned_64 >= 2**63 else unsigned_64


def _fingerprint(row: Any) -> Fingerprint:
    return Fingerprint(
        intensities=(row.intensity_nw, row.intensity_ne, row.intensity_sw, row.intensity_se),
        aspect_ratio=aspect_ratio(row.width_px, row.height_px),
        perceptual_hash=unsigned(row.perceptual_hash),
    )


def aspect_ratio(width_px: int, height_px: int) -> float:
    """Width by height; 0 without a height."""
    return width_px / height_px if height_px else 0.0


def _columns(rows: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
    """Ids, intensities, aspect ratios, hashes."""
    ids, *bright, widths, heights, hashes = zip(*rows, strict=True) if rows else ((),) * 8
    across, down = np.array(widths, np.float64), np.array(heights, np.float64)
    aspects = np.divide(across, down, out=np.zeros_like(across), where=down > 0)
    return [
        np.array(ids, np.int64),
        np.array(bright, np.float64).T,
        aspects,
        np.array(hashes, np.int64).view(np.uint64),
    ]
