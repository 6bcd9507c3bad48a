"""Made-up images: as the image index holds them, and the same as documents for the matcher.

Both are made of one `Sample` by the library's own `SHAPE`, whatever fields that has. Numbers lie close
together, people, tags and galleries are few, so that queries find something. Fields that the index leaves to
others have values too, which `Samples.outside` looks up with the matcher.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import assert_never

from pyroaring import BitMap

from polybooru.library.image_fields import Viewer, image_fields
from polybooru.library.image_index import SHAPE
from polybooru.search.index import (
    Entry,
    FlagField,
    IdField,
    ImageIdField,
    ImageIndex,
    NameField,
    NumberField,
    NumberKind,
    OutsideField,
    TextField,
)
from polybooru.search.index.shape import FieldSource
from polybooru.search.language.fields import Field, Kind
from polybooru.search.language.matcher import Document, Value, matches
from polybooru.search.language.tree import And, Equals, Leaf, Not, Query
from polybooru.search.language.words import Prose

NOW = datetime(2025, 6, 1, 12, 0, 0, tzinfo=UTC)
WORDS = ("safe", "cat", "dog", "blue", "lake", "star", "stars", "café", "fox", "red", "it's", "100%", "night")
NAMESPACES = ("", "", "", "artist:", "oc:", "series:", "re:")
PEOPLE = ("Jane", "joe", "Mary Lou", "Ann-Sofie", "zoë", "x", "a*b", "bo\\b", "Jan", "jean", "li", "q, r")
TEXTS = ("image/png", "image/jpeg", "video/webm", "png", "jpeg")


def _no_or_one_of_a_few(filter_id: int) -> Query | None:
    hidden: Query = (
        Equals("tag", "safe") if filter_id % 2 else And((Equals("tag", "cat"), Equals("score", 1)))
    )
    return Not(hidden) if filter_id <= 12 else None


FIELDS = image_fields(
    Viewer(user_id=1, is_staff=True),
    resolve_filter=_no_or_one_of_a_few,
    watched=lambda: And((Equals("tag", "lake"), Not(Equals("tag", "safe")))),
)
"""All there are: those of person 1, who is staff, with a dozen filters and a watch list."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One image: what the index holds, and the values of the other fields."""

    entry: Entry
    outside: dict[str, list[Value]]


class Samples:
    """Some images with the names of their tags and people; the same for the same seed."""

    def __init__(self, count: int, *, seed: int) -> None:
        chance = random.Random(seed)
        self.names = {
            "tag": _tag_names(chance),
            "user": {key: (name.lower(),) for key, name in enumerate(PEOPLE)},
        }
        ids = sorted(chance.sample(range(1, 3 * count), count))
        self.images = {image_id: Sample(_entry(chance, self.names), _outside(chance)) for image_id in ids}
        self.documents = {image_id: self._document(image_id) for image_id in ids}

    def index(self) -> ImageIndex:
        """An index of all of them."""
        index = ImageIndex(SHAPE)
        for vocabulary, names in self.names.items():
            index.load_names(vocabulary, names)
        for image_id, sample in self.images.items():
            index.put(image_id, sample.entry)
        return index

    def matching(self, query: Query) -> set[int]:
        """The images that the matcher finds."""
        return {image_id for image_id, document in self.documents.items() if matches(query, document, NOW)}

    def outside(self, leaf: Leaf) -> BitMap:
        """Answers what the index does not."""
        return BitMap(self.matching(leaf))

    def known(self, most: int = 40) -> dict[str, list[str]]:
        """Values that occur, as one would write them, by field."""
        known: dict[str, list[str]] = {}
        for name in (*SHAPE.fields, FIELDS.default.name):
            field = FIELDS.default if name == FIELDS.default.name else FIELDS.by_name.get(name)
            values = {value: None for document in self.documents.values() for value in document.get(name, ())}
            if field is not None and values:
                known[name] = [_written(field, value) for value in list(values)[:most]]
        return known | {
            "gallery_id": known["gallery_id"],
            "filter_id": ["1", "2", "13"],
            "my": ["faves", "watched"],
        }

    def _document(self, image_id: int) -> Document:
        sample = self.images[image_id]
        return {name: self._values(image_id, sample, name, source) for name, source in SHAPE.fields.items()}

    def _values(self, image_id: int, sample: Sample, name: str, source: FieldSource) -> Sequence[Value]:
        entry = sample.entry
        match source:
            case ImageIdField():
                return [image_id]
            case NumberField(column):
                return [entry.numbers[column]] if column in entry.numbers else []
            case FlagField(flag):
                return [flag in entry.flags]
            case IdField(postings):
                return list(entry.postings.get(postings, ()))
            case NameField(postings, vocabulary):
                keys = entry.postings.get(postings, ())
                return [text for key in keys for text in self.names[vocabulary].get(key, ())]
            case TextField(text):
                return [entry.texts[text]] if text in entry.texts else []
            case OutsideField():
                return sample.outside.get(name, [])
            case _:
                assert_never(source)


def _tag_names(chance: random.Random) -> dict[int, tuple[str, ...]]:
    """Thirty tags, one in three with another name as well; two tags may share a name."""
    normal = FIELDS.default.normalise
    names = [
        normal(chance.choice(NAMESPACES) + " ".join(chance.sample(WORDS, chance.randint(1, 2))))
        for _ in range(40)
    ]
    plain = {key: (word,) for key, word in enumerate(WORDS)}
    return plain | {20 + key: (names[key], *names[30:][key : key + 1]) for key in range(30)}


def _entry(chance: random.Random, names: dict[str, dict[int, tuple[str, ...]]]) -> Entry:
    numbers: dict[str, int | float] = {}
    for name, kind in SHAPE.numbers.items():
        if chance.random() < 0.03:
            continue  # an image without a value matches no comparison
        match kind:
            case NumberKind.INTEGER:
                numbers[name] = chance.choice([chance.randint(-3, 40), chance.randint(0, 9), 2**31 - 1])
            case NumberKind.FLOAT:
                numbers[name] = chance.choice([0.0, 1.5, chance.randint(-200, 400) / 100, 1 / 3])
            case NumberKind.DATE:
                age = chance.choice(
                    [timedelta(days=chance.randint(0, 400)), timedelta(seconds=chance.randint(0, 99))]
                )
                numbers[name] = int((NOW - age).timestamp())
    postings: dict[str, list[int]] = {}
    for name in SHAPE.postings:
        keys = sorted(names["tag"] if name == "tag" else names["user"])
        most = {"tag": 9}.get(name, 3)
        postings[name] = chance.sample(keys, chance.randint(0, most))
    return Entry(
        numbers=numbers,
        flags=frozenset(name for name in sorted(SHAPE.flags) if chance.random() < 0.4),
        postings=postings,
        texts={name: chance.choice(TEXTS) for name in sorted(SHAPE.texts) if chance.random() < 0.9},
    )


def _outside(chance: random.Random) -> dict[str, list[Value]]:
    """Values of the fields that the index leaves to others; not every image has each."""
    outside: dict[str, list[Value]] = {}
    for name, source in SHAPE.fields.items():
        field = FIELDS.by_name.get(name)
        if not isinstance(source, OutsideField) or field is None or chance.random() < 0.2:
            continue
        words = chance.sample(WORDS, chance.randint(1, 4))
        match field.kind:
            case Kind.ANALYSED:
                outside[name] = [Prose.of(" ".join(words))]
            case Kind.IP:
                outside[name] = [ip_address(f"10.0.0.{chance.randint(1, 9)}")]
            case _:
                outside[name] = [field.normalise(word) for word in words[:2]]
    return outside


def _written(field: Field, value: Value) -> str:
    if isinstance(value, Prose):
        return " ".join(value.words)
    if field.kind is Kind.DATE and isinstance(value, int):
        return datetime.fromtimestamp(value, UTC).replace(tzinfo=None).isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
