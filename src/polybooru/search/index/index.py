"""The image index: the whole library in memory, asked with query trees.

It is a replica: its owner loads it from rows or a snapshot, tells it what changed, and holds a lock around
every call, because nothing here is safe for two threads at once (a search may build what it finds missing).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Self, TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.bitmaps import Ids, bitmap_of, ids_of, memory_of
from polybooru.search.index.columns import Number, check_image_id
from polybooru.search.index.entries import Block, Entry
from polybooru.search.index.errors import ImageNotIndexed, UnknownName, UnusableSnapshot
from polybooru.search.index.exclusions import Exclusions
from polybooru.search.index.kept import KeptUnions
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.postings import Postings
from polybooru.search.index.prepare import Tables
from polybooru.search.index.searches import Searches
from polybooru.search.index.shape import (
    FieldSource,
    FlagField,
    IdField,
    ImageIdField,
    NameField,
    NumberField,
    OutsideField,
    Shape,
    TextField,
)
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter
from polybooru.search.index.sources import Elsewhere, Flag, ImageIds, Keys, Names, Source, Texts
from polybooru.search.index.vocabulary import Vocabulary

Part = TypeVar("Part")


class ImageIndex(Searches):
    """See the module; every method raises UnknownName for a part that the shape does not have."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._images = BitMap()
        numbers = {name: Numbers(kind, self._images) for name, kind in shape.numbers.items()}
        self._numbers = numbers
        self._flags = {name: BitMap() for name in shape.flags}
        self._postings = {name: Postings() for name in shape.postings}
        self._vocabularies = {name: Vocabulary() for name in shape.vocabularies}
        self._texts = {name: Texts() for name in shape.texts}
        self._kept_patterns = KeptUnions()
        self._kept_lists = KeptUnions()
        self._exclusions = Exclusions()
        tables = Tables(
            images=self._images,
            sources={name: self._bound(source) for name, source in shape.fields.items()},
            gallery=Keys(self._postings[shape.gallery]) if shape.gallery is not None else None,
            kept_patterns=self._kept_patterns,
            kept_lists=self._kept_lists,
            exclusions=self._exclusions,
        )
        super().__init__(tables, numbers)

    def __len__(self) -> int:
        """How many images there are."""
        return len(self._images)

    def __contains__(self, image_id: int) -> bool:
        """Whether the image is there."""
        return image_id in self._images

    @property
    def ids(self) -> BitMap:
        """All image ids; a copy."""
        return self._images.copy()

    @classmethod
    def restored(cls, shape: Shape, source: SnapshotReader) -> Self:
        """The index that was dumped. Raises UnusableSnapshot, also for one of another shape."""
        index = cls(shape)
        if source.texts("shape") != [shape.fingerprint()]:
            raise UnusableSnapshot("it holds an index of another shape")
        images, *flags = source.bitmaps("images")
        index._images |= images
        for name, found in zip(sorted(index._flags), flags, strict=True):
            index._flags[name].update(found)
        for path, part in index._tables():
            with source.below(path):
                part.restore(source)
        return index

    def dump(self, into: SnapshotWriter) -> None:
        """Write all that is needed to restore it; makes the orders that are not there."""
        into.texts("shape", [self.shape.fingerprint()])
        into.bitmaps("images", [self._images, *(self._flags[name] for name in sorted(self._flags))])
        for path, part in self._tables():
            with into.below(path):
                part.dump(into)

    def _tables(self) -> Iterator[tuple[str, Numbers | Postings | Vocabulary | Texts]]:
        kinds: tuple[tuple[str, Mapping[str, Numbers | Postings | Vocabulary | Texts]], ...] = (
            ("numbers", self._numbers),
            ("postings", self._postings),
            ("vocabularies", self._vocabularies),
            ("texts", self._texts),
        )
        for kind, tables in kinds:
            for name, table in tables.items():
                yield f"{kind}/{name}", table

    def load(self, block: Block) -> None:
        """Add many new images; may be called again and again, in portions that suit the memory.

        Raises ValueError when the ids do not ascend or one is indexed already, ImageIdOutOfRange.
        """
        ids = block.ids.astype(np.uint32)
        if not len(ids):
            return
        check_image_id(int(block.ids.max()))
        check_image_id(int(block.ids.min()))
        fresh = bitmap_of(ids)
        if len(fresh) != len(ids) or (ids[1:] <= ids[:-1]).any() or fresh.intersect(self._images):
            raise ValueError("the ids of a block ascend and are new to the index")
        self._images |= fresh
        for name, numbers in self._numbers.items():
            numbers.load(ids, block.numbers.get(name))
        for name, chosen in block.flags.items():
            self._part(self._flags, name).update(bitmap_of(ids[chosen]))
        for name, (images, keys) in block.postings.items():
            self._part(self._postings, name).load(images.astype(np.uint32), keys)
        for name, (which, texts) in block.texts.items():
            self._load_texts(self._part(self._texts, name), ids, which, texts)
        self._forget_kept()

    def put(self, image_id: int, entry: Entry) -> None:
        """Insert or replace one image.

        Raises ImageIdOutOfRange, UnknownName, ValueError for a number of the wrong kind, before any change.
        """
        check_image_id(image_id)
        self._check(entry)
        self._exclusions.changed(image_id)
        self._images.add(image_id)
        for name, numbers in self._numbers.items():
            numbers.set(image_id, entry.numbers.get(name))
        for name, flag in self._flags.items():
            (flag.add if name in entry.flags else flag.discard)(image_id)
        for name, postings in self._postings.items():
            self._replace(postings, image_id, entry.postings.get(name, ()))
        for name, texts in self._texts.items():
            text = entry.texts.get(name)
            keys = () if text is None else (texts.key(text),)
            self._replace(texts.names.postings, image_id, keys)

    def discard(self, image_id: int) -> None:
        """Remove an image; one that is not there changes nothing."""
        if image_id not in self._images:
            return
        self._images.discard(image_id)
        self._exclusions.changed(image_id)
        for numbers in self._numbers.values():
            numbers.forget(image_id)
        for flag in self._flags.values():
            flag.discard(image_id)
        for postings in self._all_postings():
            self._replace(postings, image_id, ())

    def holds(self, image_id: int, entry: Entry) -> bool:
        """Whether this is exactly what is known of the image."""

        def has(postings: Postings, keys: Collection[int]) -> bool:
            return postings.keys(image_id) == sorted(keys)

        return (
            image_id in self._images
            and all(n.column.get(image_id) == entry.numbers.get(name) for name, n in self._numbers.items())
            and all((image_id in flag) is (name in entry.flags) for name, flag in self._flags.items())
            and all(has(p, set(entry.postings.get(name, ()))) for name, p in self._postings.items())
            and all(
                has(t.names.postings, [t.key(entry.texts[name])] if name in entry.texts else [])
                for name, t in self._texts.items()
            )
        )

    def keys(self, postings: str, image_id: int) -> list[int]:
        """The keys of the image, ascending; none of one that is not there."""
        return self._part(self._postings, postings).keys(image_id)

    def count(self, postings: str, key: int, *, without: str) -> int:
        """How many images have the key and not the flag."""
        table, flag = self._part(self._postings, postings), self._part(self._flags, without)
        found = table.count(key)
        return found - table.images(key).intersection_cardinality(flag) if found and flag else found

    def total(self, number: str, images: BitMap) -> Number:
        """Sum of a number over those of some images that are there and have it."""
        column = self._part(self._numbers, number).column
        values = column.gather(ids_of(images & self._images))
        total: Number = values[column.present(values)].sum().item()
        return total

    def has_flag(self, flag: str, image_id: int) -> bool:
        """Whether it is set; not of an image that is not there."""
        return image_id in self._part(self._flags, flag)

    def set_member(self, postings: str, key: int, image_id: int, *, present: bool) -> None:
        """Add or remove one pair: a vote, a fave, a tag. Raises ImageNotIndexed."""
        table = self._part(self._postings, postings)
        self._require(image_id)
        change = table.add if present else table.remove
        if change(key, image_id):
            self._exclusions.changed(image_id)
            self._kept_changed(table, image_id, (key,))

    def set_number(self, name: str, image_id: int, value: Number | None) -> None:
        """Change or (None) remove one number. Raises ImageNotIndexed, ValueError for the wrong kind."""
        self.set_numbers(image_id, {name: value})

    def set_numbers(self, image_id: int, values: Mapping[str, Number | None]) -> None:
        """As `set_number`, for several."""
        self._require(image_id)
        changed = False
        for name, value in values.items():
            changed |= self._part(self._numbers, name).set(image_id, value)
        if changed:
            self._exclusions.changed(image_id)

    def name(self, vocabulary: str, key: int, names: Collection[str]) -> None:
        """Define all names of a key anew; none remove it."""
        self._part(self._vocabularies, vocabulary).name(key, names)
        self._exclusions.renamed()

    def load_names(self, vocabulary: str, names: Mapping[int, Collection[str]]) -> None:
        """Define the names of many keys at once."""
        self._part(self._vocabularies, vocabulary).load(names)
        self._exclusions.renamed()

    def warm(self) -> None:
        """Make the order of every column and all names now: after loading, before forking."""
        for postings in self._all_postings():
            postings.compact()
        for numbers in self._numbers.values():
            _ = numbers.buckets
        for vocabulary in self._all_vocabularies():
            vocabulary.warm()
        for source in self._searched.sources.values():
            if isinstance(source, Names):
                source.expect(None)

    def memory_bytes(self) -> int:
        """What the tables take, roughly; visits every bitmap, so half a second for a large library."""
        return (
            sum(memory_of(bitmap) for bitmap in (self._images, *self._flags.values()))
            + sum(numbers.memory_bytes() for numbers in self._numbers.values())
            + sum(postings.memory_bytes() for postings in self._all_postings())
            + sum(vocabulary.memory_bytes() for vocabulary in self._all_vocabularies())
            + self._kept_patterns.memory_bytes()
            + self._kept_lists.memory_bytes()
            + self._exclusions.memory_bytes()
        )

    def _bound(self, source: FieldSource) -> Source:
        match source:
            case NumberField(column):
                return self._numbers[column]
            case FlagField(flag):
                return Flag(self._flags[flag])
            case IdField(postings):
                return Keys(self._postings[postings])
            case NameField(postings, vocabulary):
                return Names(self._postings[postings], self._vocabularies[vocabulary])
            case TextField(text):
                return self._texts[text].names
            case ImageIdField():
                return ImageIds()
            case OutsideField():
                return Elsewhere()
            case _:
                assert_never(source)

    def _part(self, parts: Mapping[str, Part], name: str) -> Part:
        try:
            return parts[name]
        except KeyError:
            raise UnknownName(f"the shape has no {name!r} here, only {sorted(parts)}") from None

    def _check(self, entry: Entry) -> None:
        parts = (
            (self._numbers, entry.numbers),
            (self._flags, entry.flags),
            (self._postings, entry.postings),
            (self._texts, entry.texts),
        )
        for known, named in parts:
            for name in named:
                self._part(known, name)
        for name, value in entry.numbers.items():
            self._numbers[name].column.check(value)

    def _require(self, image_id: int) -> None:
        if image_id not in self._images:
            raise ImageNotIndexed(f"image {image_id} is not in the index")

    def _all_postings(self) -> list[Postings]:
        return [*self._postings.values(), *(texts.names.postings for texts in self._texts.values())]

    def _all_vocabularies(self) -> list[Vocabulary]:
        return [*self._vocabularies.values(), *(texts.names.vocabulary for texts in self._texts.values())]

    def _replace(self, postings: Postings, image_id: int, keys: Collection[int]) -> None:
        changed = postings.replace(image_id, keys)
        if changed:
            self._kept_changed(postings, image_id, changed)

    def _load_texts(self, texts: Texts, ids: Ids, which: NDArray[np.integer], choices: Sequence[str]) -> None:
        keys = np.array([texts.key(text) for text in choices], np.uint32)
        present = which >= 0
        texts.names.postings.load(ids[present], keys[which[present]])

    def _kept_changed(self, postings: Postings, image_id: int, keys: Collection[int]) -> None:
        self._kept_patterns.changed(postings, image_id, keys)
        self._kept_lists.changed(postings, image_id, keys)

    def _forget_kept(self) -> None:
        self._kept_patterns.clear()
        self._kept_lists.clear()
        self._exclusions.clear()
