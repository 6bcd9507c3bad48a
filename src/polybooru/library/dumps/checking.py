"""Whether a dump may be taken in: every line by itself, and the lines with each other.

All of it is read before anything is written, so that a dump that is damaged, or was made to do harm, leaves
the library as it was. What only the database knows (that two have one name) is found when it is written.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from graphlib import CycleError, TopologicalSorter

import msgspec
from pyroaring import BitMap

from polybooru.library.actors import Actor
from polybooru.library.dnp import DnpType
from polybooru.library.dumps.errors import DumpDamaged
from polybooru.library.dumps.folder import Dump
from polybooru.library.dumps.lines import (
    CommentLine,
    DnpEntryLine,
    FeatureLine,
    FilterLine,
    ForumLine,
    GalleryLine,
    ImageLine,
    Line,
    PostLine,
    TagAliasLine,
    TagImplicationLine,
    TagLine,
    TopicLine,
    UserLine,
)
from polybooru.library.dumps.parts import PARTS
from polybooru.library.errors import InvalidValue
from polybooru.library.ratings import RATINGS
from polybooru.library.stored_queries import check_filter_query
from polybooru.library.tag_names import CATEGORIES
from polybooru.library.tags import check_tag_name
from polybooru.library.user_names import clean_user_name
from polybooru.library.written import MAX_BODY_BYTES
from polybooru.media import MediaType

_TYPES = {media_type.format: media_type.mime_type for media_type in MediaType}
_DNP_TYPES = frozenset(kind.value for kind in DnpType)
_NO_OFFSET = timedelta(0)
_TOLD_EVERY = 1_000
_NOBODY = Actor()


def check_lines(dump: Dump, progress: Callable[[int, int | None], None]) -> None:
    """Raises DumpDamaged at the first line that cannot be taken in."""
    known = _Known()
    done, total = 0, dump.line_count
    for part in PARTS:
        for number, line in dump.lines(part):
            for fault in (*_times(line), *known.faults(line)):
                raise DumpDamaged(part.file_name, number, fault)
            done += 1
            if done % _TOLD_EVERY == 0:
                progress(done, total)
        for fault in known.faults_at_the_end(part.line):
            raise DumpDamaged(part.file_name, None, fault)


class _Known:
    """The lines so far: which ids there are, and what they already are. Some bytes for each."""

    def __init__(self) -> None:
        self.ids: dict[type[Line], BitMap] = {part.line: BitMap() for part in PARTS}
        self.ratings = BitMap()
        self.aliases = BitMap()
        self.targets = BitMap()
        self.implied: dict[int, list[int]] = {}
        self.posts: dict[int, BitMap] = {}
        self.comments_left: dict[int, int] = {}

    def faults(self, line: Line) -> Iterator[str]:
        """What is wrong with it, among those before it."""
        try:
            yield from self._faults(line)
        except InvalidValue as error:
            yield f"{error.field} {error.message}"
        self.ids[type(line)].add(line.key)

    def _faults(self, line: Line) -> Iterator[str]:
        match line:
            case UserLine():
                if clean_user_name(line.name) != line.name:
                    yield "name is not as names are stored"
            case TagLine():
                yield from self._tag(line)
            case TagAliasLine():
                yield from self._alias(line)
            case TagImplicationLine():
                yield from self._missing(TagLine, "tag", line.tag_id, *line.implied_tag_ids)
                self.implied[line.tag_id] = line.implied_tag_ids
            case DnpEntryLine():
                yield from self._missing(TagLine, "tag", line.tag_id)
                if line.dnp_type not in _DNP_TYPES:
                    yield f"there is no DNP type {line.dnp_type!r}"
            case ImageLine():
                yield from self._image(line)
            case FeatureLine():
                yield from self._missing(ImageLine, "image", line.image_id)
            case CommentLine():
                yield from self._comment(line)
            case ForumLine():
                if not line.name.strip():
                    yield "name can't be blank"
            case TopicLine():
                yield from self._missing(ForumLine, "forum", line.forum_id)
                yield from self._missing(UserLine, "user", line.user_id)
            case PostLine():
                yield from self._post(line)
            case GalleryLine():
                yield from self._missing(UserLine, "user", line.user_id)
                yield from self._missing(ImageLine, "image", line.thumbnail_id, *line.image_ids)
                yield from _repeated("image_ids", line.image_ids)
            case FilterLine():
                yield from self._filter(line)
            case _:
                raise AssertionError(type(line))

    def _missing(self, kind: type[Line], noun: str, *ids: int | None) -> Iterator[str]:
        known = self.ids[kind]
        for one in ids:
            if one is not None and one not in known:
                yield f"there is no {noun} {one}"

    def _tag(self, line: TagLine) -> Iterator[str]:
        if check_tag_name(line.name) != line.name:
            yield "name is not as names are stored"
        if line.category is not None and line.category not in CATEGORIES:
            yield f"there is no category {line.category!r}"
        if line.name in RATINGS:
            self.ratings.add(line.id)

    def _alias(self, line: TagAliasLine) -> Iterator[str]:
        yield from self._missing(TagLine, "tag", line.tag_id, line.target_id)
        self.aliases.add(line.tag_id)
        self.targets.add(line.target_id)
        if line.tag_id in self.ratings:
            yield "a rating cannot be an alias"
        if line.tag_id in self.targets or line.target_id in self.aliases:
            yield "the alias of an alias"

    def _image(self, line: ImageLine) -> Iterator[str]:
        yield from self._missing(UserLine, "user", line.uploader_id)
        yield from self._missing(TagLine, "tag", *line.tag_ids)
        yield from _repeated("tag_ids", line.tag_ids)
        yield from _repeated("sources", line.sources)
        if any(tag_id in self.aliases for tag_id in line.tag_ids):
            yield "has a tag that is an alias"
        if _TYPES.get(line.format) != line.mime_type:
            yield f"there is no {line.format!r} of the type {line.mime_type!r}"
        if line.comment_count:
            self.comments_left[line.id] = line.comment_count

    def _comment(self, line: CommentLine) -> Iterator[str]:
        yield from self._missing(ImageLine, "image", line.image_id)
        yield from self._missing(UserLine, "user", line.user_id)
        yield from _body(line.body)
        left = self.comments_left.pop(line.image_id, 0)
        if not left:
            yield f"the image {line.image_id} has more comments than it counts"
        if left > 1:
            self.comments_left[line.image_id] = left - 1

    def _post(self, line: PostLine) -> Iterator[str]:
        yield from self._missing(TopicLine, "topic", line.topic_id)
        places = self.posts.setdefault(line.topic_id, BitMap())
        if line.topic_position in places:
            yield f"the topic {line.topic_id} has a post at {line.topic_position} already"
        places.add(line.topic_position)
        if line.text is not None:
            yield from self._missing(UserLine, "user", line.text.user_id)
            yield from _body(line.text.body)

    def _filter(self, line: FilterLine) -> Iterator[str]:
        yield from self._missing(UserLine, "user", line.user_id)
        yield from self._missing(TagLine, "tag", *line.hidden_tag_ids, *line.spoilered_tag_ids)
        yield from _repeated("hidden_tag_ids", line.hidden_tag_ids)
        yield from _repeated("spoilered_tag_ids", line.spoilered_tag_ids)
        check_filter_query(_NOBODY, "hidden_complex", line.hidden_complex)
        check_filter_query(_NOBODY, "spoilered_complex", line.spoilered_complex)

    def faults_at_the_end(self, kind: type[Line]) -> Iterator[str]:
        """What is wrong with all lines of a kind together."""
        if kind is TagImplicationLine:
            try:
                TopologicalSorter(self.implied).prepare()
            except CycleError as error:
                yield f"the tags {' and '.join(map(str, error.args[1]))} imply each other"
        if kind is PostLine:
            for topic_id, places in self.posts.items():
                if len(places) != places.max() + 1:
                    yield f"the posts of the topic {topic_id} leave places free"


def _times(line: msgspec.Struct) -> Iterator[str]:
    for name in line.__struct_fields__:
        value = getattr(line, name)
        if isinstance(value, datetime) and value.utcoffset() != _NO_OFFSET:
            yield f"{name} is not in UTC"
        elif isinstance(value, msgspec.Struct):
            yield from _times(value)


def _repeated(name: str, values: list[int] | list[str]) -> Iterator[str]:
    if len(set(values)) != len(values):
        yield f"{name} names something twice"


def _body(body: str) -> Iterator[str]:
    if len(body.encode()) > MAX_BODY_BYTES:
        yield f"body is longer than {MAX_BODY_BYTES} bytes"
