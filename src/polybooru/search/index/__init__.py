"""The image index: a library's images in memory, asked with query trees. See README.md beside this file."""

from polybooru.search.index.columns import MAX_IMAGE_ID, MISSING
from polybooru.search.index.entries import Block, Entry
from polybooru.search.index.errors import (
    DamagedSnapshot,
    ImageIdOutOfRange,
    ImageIndexError,
    ImageNotIndexed,
    UnknownName,
    UnsupportedLeaf,
    UnusableSnapshot,
)
from polybooru.search.index.exclusions import NOTHING_LEFT_OUT, LeftOut
from polybooru.search.index.index import ImageIndex
from polybooru.search.index.ordering import Page
from polybooru.search.index.orders import AtRandom, ByGallery, ById, ByNumber, ByScore, Order, Position
from polybooru.search.index.plan import How, Plan, Step
from polybooru.search.index.sampling import draw
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
from polybooru.search.index.steps import Outside

__all__ = [
    "MAX_IMAGE_ID",
    "MISSING",
    "NOTHING_LEFT_OUT",
    "AtRandom",
    "Block",
    "ByGallery",
    "ById",
    "ByNumber",
    "ByScore",
    "DamagedSnapshot",
    "Entry",
    "FlagField",
    "How",
    "IdField",
    "ImageIdField",
    "ImageIdOutOfRange",
    "ImageIndex",
    "ImageIndexError",
    "ImageNotIndexed",
    "LeftOut",
    "NameField",
    "NumberField",
    "NumberKind",
    "Order",
    "Outside",
    "OutsideField",
    "Page",
    "Plan",
    "Position",
    "Shape",
    "SnapshotReader",
    "SnapshotWriter",
    "Step",
    "TextField",
    "UnknownName",
    "UnsupportedLeaf",
    "UnusableSnapshot",
    "draw",
    "open_snapshot",
    "write_snapshot",
]
