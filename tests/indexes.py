"""Libraries for the image index, kept the plain way, and queries for them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from pyroaring import BitMap

from polybooru.search.index import (
    MISSING,
    Block,
    Entry,
    FlagField,
    IdField,
    ImageIdField,
    ImageIndex,
    NameField,
    NumberField,
    NumberKind,
    OutsideField,
    Shape,
    SnapshotReader,
    SnapshotWriter,
    TextField,
)
from polybooru.search.language.matcher import matches
from polybooru.search.language.tree import (
    Ago,
    And,
    Boost,
    Bound,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Not,
    Nothing,
    Or,
    Range,
    Wildcard,
)

NOW = datetime(2025, 6, 1, 12, 0, 0, tzinfo=UTC)
SHAPE = Shape(
    numbers={
        "score": NumberKind.INTEGER,
        "size": NumberKind.INTEGER,
        "ratio": NumberKind.FLOAT,
        "created_at": NumberKind.DATE,
    },
    flags=frozenset({"animated", "deleted"}),
    postings=frozenset({"tag", "faved_by_id", "gallery_id"}),
    vocabularies=frozenset({"tag", "user"}),
    texts=frozenset({"mime_type"}),
    fields={
        "score": NumberField("score"),
        "size": NumberField("size"),
        "ratio": NumberField("ratio"),
        "created_at": NumberField("created_at"),
        "id": ImageIdField(),
        "animated": FlagField("animated"),
        "deleted": FlagField("deleted"),
        "tag": NameField("tag", "tag"),
        "tag_id": IdField("tag"),
        "faved_by": NameField("faved_by_id", "user"),
        "faved_by_id": IdField("faved_by_id"),
        "gallery_id": IdField("gallery_id"),
        "mime_type": TextField("mime_type"),
        "sha512_hash": OutsideField(),
    },
    gallery="gallery_id",
)
MIMES = ("image/png", "image/jpeg", "video/webm")
HASHES = ("aa", "bb")
CHARACTERS = "abé*?:🦊"

# Few values, so that things meet; a few extreme ones, so that columns widen.
scores = st.integers(-4, 4) | st.sampled_from([-128, 127, 128, 40_000, -(2**31), 2**31 - 1, 2**40])
ratios = st.sampled_from([0.0, -0.0, 1.5, 1.7, 1.7000000000000002, -2.5, 1e300])
moments = st.integers(-3, 3).map(lambda seconds: int(NOW.timestamp()) - 100 + seconds)
short_texts = st.text("abé🦊", max_size=5)
patterns = st.text(CHARACTERS, min_size=1, max_size=6)
fuzzes = st.sampled_from(["0", "0.0", "0.3", "0.5", "0.75", "0.9", "1", "1.5", "2", "7"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One image of a test library; everything that may be absent is None or empty."""

    score: int | None = None
    size: int | None = None
    ratio: float | None = None
    created_at: int | None = None
    flags: frozenset[str] = frozenset()
    tags: frozenset[int] = frozenset()
    faved_by: frozenset[int] = frozenset()
    galleries: frozenset[int] = frozenset()
    mime_type: str | None = None
    sha512_hash: str | None = None

    def numbers(self) -> dict[str, int | float]:
        values = {"score": self.score, "size": self.size, "ratio": self.ratio, "created_at": self.created_at}
        return {name: value for name, value in values.items() if value is not None}

    def entry(self) -> Entry:
        return Entry(
            numbers=self.numbers(),
            flags=self.flags,
            postings={"tag": self.tags, "faved_by_id": self.faved_by, "gallery_id": self.galleries},
            texts={} if self.mime_type is None else {"mime_type": self.mime_type},
        )


@dataclass(slots=True, kw_only=True)
class Library:
    """What the index should hold, kept the plain way."""

    pictures: dict[int, Picture] = field(default_factory=dict)
    tag_names: dict[int, tuple[str, ...]] = field(default_factory=dict)
    user_names: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def document(self, image_id: int) -> Mapping[str, Sequence[str | int | float | bool]]:
        picture = self.pictures[image_id]
        document: dict[str, Sequence[str | int | float | bool]] = {
            "id": [image_id],
            "animated": ["animated" in picture.flags],
            "deleted": ["deleted" in picture.flags],
            "tag": [name for tag in picture.tags for name in self.tag_names.get(tag, ())],
            "tag_id": list(picture.tags),
            "faved_by": [name for user in picture.faved_by for name in self.user_names.get(user, ())],
            "faved_by_id": list(picture.faved_by),
            "gallery_id": list(picture.galleries),
        }
        document |= {name: [value] for name, value in picture.numbers().items()}
        if picture.mime_type is not None:
            document["mime_type"] = [picture.mime_type]
        if picture.sha512_hash is not None:
            document["sha512_hash"] = [picture.sha512_hash]
        return document

    def matching(self, query) -> set[int]:
        return {image_id for image_id in self.pictures if matches(query, self.document(image_id), NOW)}

    def outside(self, leaf) -> BitMap:
        """The hashes, and an image that the index has not heard of."""
        found = [image_id for image_id in self.pictures if matches(leaf, self.document(image_id), NOW)]
        return BitMap([*found, 999_999])

    def loaded(self) -> ImageIndex:
        """An index made in bulk, in two portions."""
        index = ImageIndex(SHAPE)
        index.load_names("tag", self.tag_names)
        index.load_names("user", self.user_names)
        ids = sorted(self.pictures)
        for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            index.load(self.block(part))
        return index

    def put_singly(self) -> ImageIndex:
        """An index made image by image."""
        index = ImageIndex(SHAPE)
        for image_id, picture in self.pictures.items():
            index.put(image_id, picture.entry())
        for key, names in self.tag_names.items():
            index.name("tag", key, names)
        for key, names in self.user_names.items():
            index.name("user", key, names)
        return index

    def restored(self) -> ImageIndex:
        """An index that was saved and read again."""
        file = BytesIO()
        writer = SnapshotWriter(file)
        self.put_singly().dump(writer)
        writer.finish({})
        return ImageIndex.restored(SHAPE, SnapshotReader(memoryview(file.getvalue())))

    def block(self, ids: Sequence[int]) -> Block:
        pictures = [self.pictures[image_id] for image_id in ids]

        def pairs(keys):
            found = [(i, key) for i, picture in zip(ids, pictures, strict=True) for key in keys(picture)]
            return np.array([i for i, _ in found], np.int64), np.array([key for _, key in found], np.int64)

        def column(name, absent, kind):
            return np.array([picture.numbers().get(name, absent) for picture in pictures], kind)

        return Block(
            ids=np.array(ids, np.uint32),
            numbers={
                **{name: column(name, MISSING, np.int64) for name in ("score", "size", "created_at")},
                "ratio": column("ratio", np.nan, np.float64),
            },
            flags={
                name: np.array([name in picture.flags for picture in pictures], np.bool_)
                for name in ("animated", "deleted")
            },
            postings={
                "tag": pairs(lambda picture: picture.tags),
                "faved_by_id": pairs(lambda picture: picture.faved_by),
                "gallery_id": pairs(lambda picture: picture.galleries),
            },
            texts={
                "mime_type": (
                    np.array(
                        [MIMES.index(p.mime_type) if p.mime_type is not None else -1 for p in pictures],
                        np.int64,
                    ),
                    MIMES,
                )
            },
        )


def few(limit):
    return st.frozensets(st.integers(0, limit), max_size=4)


pictures = st.builds(
    Picture,
    score=st.none() | scores,
    size=st.none() | scores,
    ratio=st.none() | ratios,
    created_at=st.none() | moments,
    flags=st.frozensets(st.sampled_from(["animated", "deleted"])),
    tags=few(9),
    faved_by=few(5),
    galleries=few(3),
    mime_type=st.none() | st.sampled_from(MIMES),
    sha512_hash=st.none() | st.sampled_from(HASHES),
)
image_ids = st.integers(0, 40) | st.integers(250, 260) | st.sampled_from([1_023, 1_024, 70_000])
names = st.lists(short_texts, max_size=3, unique=True).map(tuple)
libraries = st.builds(
    Library,
    pictures=st.dictionaries(image_ids, pictures, max_size=25),
    tag_names=st.dictionaries(st.integers(0, 9), names, max_size=10),
    user_names=st.dictionaries(st.integers(0, 5), names, max_size=6),
)

number_bounds = st.builds(
    Bound,
    scores | st.floats(-5, 5, allow_nan=False).map(lambda value: round(value, 2)) | ratios,
    st.booleans(),
)
moment_bounds = st.builds(
    Bound,
    st.integers(95, 105).map(Ago)
    | st.integers(-4, 4).map(lambda seconds: NOW - timedelta(seconds=100 - seconds))
    | st.integers(-4, 4).map(lambda halves: NOW - timedelta(seconds=100 - halves / 2)),
    st.booleans(),
)


def ranges(fields, bounds):
    return st.builds(Range, st.sampled_from(fields), st.none() | bounds, st.none() | bounds)


texts_asked = st.tuples(st.sampled_from(["tag", "faved_by"]), short_texts) | st.tuples(
    st.just("mime_type"), st.sampled_from(MIMES)
)
leaves = (
    st.just(Nothing())
    | st.just(Everything())
    | texts_asked.map(lambda asked: Equals(*asked))
    | st.builds(Equals, st.sampled_from(["tag_id", "faved_by_id", "gallery_id", "id"]), st.integers(0, 9))
    | st.builds(Equals, st.sampled_from(["animated", "deleted"]), st.booleans())
    | st.builds(Equals, st.sampled_from(["score", "size", "ratio"]), scores | ratios)
    | st.builds(Equals, st.just("created_at"), moments)
    | st.builds(Equals, st.just("sha512_hash"), st.sampled_from(HASHES))
    | ranges(["score", "size", "ratio", "id"], number_bounds)
    | ranges(["created_at"], moment_bounds)
    | st.builds(Wildcard, st.sampled_from(["tag", "faved_by"]), patterns)
    | st.builds(
        Wildcard, st.just("mime_type"), st.sampled_from(["image/*", "*", "video/????", "*p?g", "*/*"])
    )
    | st.builds(Fuzzy, st.sampled_from(["tag", "faved_by"]), short_texts, fuzzes)
    | st.builds(InGallery, st.integers(0, 3))
)


def nested(children):
    several = st.lists(children, min_size=1, max_size=4).map(tuple)
    return (
        st.builds(Not, children)
        | st.builds(And, several)
        | st.builds(Or, several)
        | st.builds(Boost, st.just("2"), children)
    )


long_lists = st.lists(st.builds(Equals, st.just("tag"), short_texts), min_size=8, max_size=12) | st.lists(
    st.builds(Equals, st.just("tag_id"), st.integers(-1, 9)), min_size=8, max_size=12
)
queries = st.recursive(leaves | long_lists.map(tuple).map(Or), nested, max_leaves=12)


@contextmanager
def thresholds(images: int) -> Iterator[None]:
    """Take results of more than so many images for wide ones, and split buckets above it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "numbers.GATHER_BELOW",
            "by_number.NARROW",
            "by_number.DEPTH",
            "by_number.COUNTED_FROM",
            "branches.NARROW",
            "by_number.FEW",
            "ordering.FEW",
            "ordering.ASKED_SINGLY",
            "buckets.SMALLEST_SPLIT",
            "postings.MOST_FEW",
        ):
            patch.setattr(f"polybooru.search.index.{name}", images)
        patch.setattr("polybooru.search.index.buckets._END_BUCKET", 1)
        patch.setattr("polybooru.search.index.buckets.MOST_BUCKETS", 8)
        patch.setattr("polybooru.search.index.kept.MOST_KEPT", 3)
        yield


unhurried = settings(max_examples=60, deadline=None)  # the machine may be busy
wide = st.sampled_from([0, 1, 5, 100])
makers = st.sampled_from([Library.loaded, Library.put_singly, Library.restored])
