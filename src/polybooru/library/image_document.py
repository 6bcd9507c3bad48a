"""One image as the matcher reads it, from the rows: for a verb that has to judge a single image.

The same fields as the image index holds for all images. Names and texts are read when they are asked for.
Neighbours: `image_index` (what a field is), `search.language.matcher`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from sqlalchemy import Connection, select

from polybooru.db.tables import image_sources, images
from polybooru.library import image_index
from polybooru.library.work import Reading
from polybooru.search.index import (
    Entry,
    FlagField,
    IdField,
    ImageIdField,
    NameField,
    NumberField,
    OutsideField,
    TextField,
)
from polybooru.search.language.matcher import Value
from polybooru.search.language.words import Prose

_NAMES = {"tag": image_index.tag_names, "user": image_index.user_names}
_NAMED_AT_ONCE = 10_000  # keys: both databases bound the length of a list
_PROSE = frozenset({"description", "deletion_reason"})


class ImageDocument(Mapping[str, Collection[Value]]):
    """Of an image that exists. Cost: its index entry, and a statement for each kind of name or text asked."""

    def __init__(self, reading: Reading, image_id: int) -> None:
        self._reading = reading
        self._id = image_id
        [(_, entry)] = image_index.entries(reading.connection, [image_id])
        self._entry: Entry = entry

    def __iter__(self) -> Iterator[str]:
        return iter(image_index.SHAPE.fields)

    def __len__(self) -> int:
        return len(image_index.SHAPE.fields)

    def __getitem__(self, field: str) -> Collection[Value]:
        source = image_index.SHAPE.fields[field]
        match source:
            case ImageIdField():
                return [self._id]
            case NumberField(column):
                return [self._entry.numbers[column]] if column in self._entry.numbers else []
            case FlagField(flag):
                return [flag in self._entry.flags]
            case IdField(postings):
                return self._entry.postings.get(postings, ())
            case NameField(postings, vocabulary):
                return self._names(vocabulary, self._entry.postings.get(postings, ()))
            case TextField(text):
                return [self._entry.texts[text]] if text in self._entry.texts else []
            case OutsideField():
                return self._outside(field)
            case _:
                assert_never(source)

    def _names(self, vocabulary: str, keys: Collection[int]) -> list[str]:
        read: Callable[[Connection, Sequence[int]], Iterable[tuple[int, list[str]]]] = _NAMES[vocabulary]
        wanted = list(keys)
        portions = [wanted[at : at + _NAMED_AT_ONCE] for at in range(0, len(wanted), _NAMED_AT_ONCE)]
        found = (read(self._reading.connection, portion) for portion in portions)
        return [name for portion in found for _, names in portion for name in names]

    def _outside(self, field: str) -> Collection[Value]:
        if field == "source_url":
            urls = select(image_sources.c.folded_url).where(image_sources.c.image_id == self._id)
            return self._reading.execute(urls).scalars().all()
        if field not in image_index.OUTSIDE:
            return ()
        column = select(images.c[field]).where(images.c.id == self._id)
        text: str | None = self._reading.execute(column).scalar_one()
        if text is None:
            return ()
        return [Prose.of(text)] if field in _PROSE else [text]
