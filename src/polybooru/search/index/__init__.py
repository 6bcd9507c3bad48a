"""The image index: a library's images in memory, asked with query trees. See README.md beside this file."""

from polybooru.search.index.columns import MAX_IMAGE_ID, MISSING
from polybooru.search.index.errors import (
    DamagedSnapshot,
    ImageIdOutOfRange,
    ImageIndexError,
    ImageNotIndexed,
    UnknownName,
    UnsupportedLeaf,
    UnusableSnapshot,
)
from polybooru.search.index.evaluate import Outside
from polybooru.search.index.index import Block, Entry, ImageIndex, Page
from polybooru.search.index.ordering import AtRandom, ById, ByNumber, Order
from polybooru.search.index.shape import (
    FlagField,
    IdField,
    ImageIdField,
    NameField,
    NumberField,
    NumberKind,
    OutsideField,
    Shape,
    TextField,
)
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter, open_snapshot, write_snapshot

__all__ = [
    "MAX_IMAGE_ID",
    "MISSING",
    "AtRandom",
    "Block",
    "ById",
    "ByNumber",
    "DamagedSnapshot",
    "Entry",
    "FlagField",
    "IdField",
    "ImageIdField",
    "ImageIdOutOfRange",
    "ImageIndex",
    "ImageIndexError",
    "ImageNotIndexed",
    "NameField",
    "NumberField",
    "NumberKind",
    "Order",
    "Outside",
    "OutsideField",
    "Page",
    "Shape",
    "SnapshotReader",
    "SnapshotWriter",
    "TextField",
    "UnknownName",
    "UnsupportedLeaf",
    "UnusableSnapshot",
    "open_snapshot",
    "write_snapshot",
]
