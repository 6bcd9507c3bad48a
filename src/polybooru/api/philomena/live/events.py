"""What happened as the dialect's events: names and payloads, only of what everybody may know by now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from polybooru.api.philomena.present import bare
from polybooru.api.philomena.present_writing import (
    comment_object,
    forum_object,
    post_object,
    topic_object,
)
from polybooru.api.philomena.shown_images import ShownImages
from polybooru.library.actors import ANONYMOUS
from polybooru.library.board import Board
from polybooru.library.errors import CommentNotFound, PostNotFound
from polybooru.library.happenings import Happening
from polybooru.library.heard import Heard, heard_after, images_to_know, span, tag_names
from polybooru.library.shown_comments import find_comment
from polybooru.library.shown_forums import load_forums, load_topics
from polybooru.library.shown_posts import find_post
from polybooru.library.work import Reading

_encode = msgspec.json.Encoder().encode
_IMAGE_EVENTS = {Happening.IMAGE_CREATED: "image:create", Happening.IMAGE_CHANGED: "image:update"}
_COMMENT_EVENTS = {
    Happening.COMMENT_CREATED: "comment:create",
    Happening.COMMENT_CHANGED: "comment:update",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event. id: of what happened, rising; payload: JSON."""

    id: int
    name: str
    payload: bytes


class Events:
    """The events of one board."""

    def __init__(self, board: Board, shown: ShownImages) -> None:
        self._library = board.library
        self._shown = shown
        self._names = board.anonymous_names

    def span(self) -> tuple[int, int]:
        """Ids of the first and the last happening that are still told; (1, 0) if there is none."""
        with self._library.reading() as reading:
            return span(reading)

    def after(self, last_id: int, at_most: int) -> tuple[int, list[Event]]:
        """The next happenings' last id, last_id if there are none, and those that are events.

        Of several updates of one image only the last is one.
        """
        replica = self._library.replica
        with replica.lock:  # whoever called for this may still be about to raise the number
            until = replica.applied
        with self._library.reading() as reading:
            heard = heard_after(reading, last_id, until=until, at_most=at_most)
            if not heard:
                return last_id, []
            known = images_to_know(reading, heard)
            updated = {one.object_id: one.id for one in heard if one.kind is Happening.IMAGE_CHANGED}
            told = [
                one
                for one in heard
                if one.kind is not Happening.IMAGE_CHANGED or updated[one.object_id] == one.id
            ]
            events = [event for one in told for event in self._told(reading, one, known)]
        return heard[-1].id, events

    def _told(self, reading: Reading, one: Heard, known: set[int]) -> Iterator[Event]:
        """The event that it is; none if not everybody may know of it."""
        match one.kind:
            case Happening.COMMENT_CREATED | Happening.COMMENT_CHANGED:
                yield from self._comment(reading, one)
            case Happening.POST_CREATED:
                yield from self._post(reading, one)
            case Happening.IMAGE_MERGED:
                if one.details["target_id"] in known:
                    yield from self._merged(one)
            case Happening.IMAGES_TAGGED:
                image_ids = [image_id for image_id in one.details["image_ids"] if image_id in known]
                if image_ids:
                    tags = _tags(reading, one)
                    yield _event(one, "image:batch_tag_update", image_ids=image_ids, **tags)
            case _ if one.object_id in known:
                yield from self._image(reading, one)
            case _:
                pass

    def _image(self, reading: Reading, one: Heard) -> Iterator[Event]:
        image_id = one.object_id
        match one.kind:
            case Happening.IMAGE_CREATED | Happening.IMAGE_CHANGED:
                document = bare(self._document(image_id))
                if document is not None:  # it may have been hidden since the look
                    yield Event(one.id, _IMAGE_EVENTS[one.kind], b'{"image":%b,"interactions":[]}' % document)
            case Happening.IMAGE_PROCESSED:
                yield _event(one, "image:process", image_id=image_id)
            case Happening.IMAGE_TAGGED:
                yield _event(one, "image:tag_update", image_id=image_id, **_tags(reading, one))
            case Happening.IMAGE_SOURCED:
                changed = {"added": one.details["added"], "removed": one.details["removed"]}
                yield _event(one, "image:source_update", image_id=image_id, **changed)
            case Happening.IMAGE_DESCRIBED:
                changed = {"added": one.details["after"], "removed": one.details["before"]}
                yield _event(one, "image:description_update", image_id=image_id, **changed)
            case _:
                raise AssertionError(one.kind)

    def _merged(self, one: Heard) -> Iterator[Event]:
        """The one image as the stub that everybody sees of it, the other as it is."""
        target = bare(self._document(one.details["target_id"]))
        source = self._document(one.object_id)
        if target is not None and bare(source) is None:  # else it is undone already
            payload = b'{"image":%b,"duplicate_of_image":%b}' % (source, target)
            yield Event(one.id, "image:merge", payload)

    def _comment(self, reading: Reading, one: Heard) -> Iterator[Event]:
        try:
            found = find_comment(reading, self._names, ANONYMOUS, one.object_id)
        except CommentNotFound:
            return
        if not found.is_hidden and not found.is_image_hidden:
            yield _event(one, _COMMENT_EVENTS[one.kind], comment=comment_object(found))

    def _post(self, reading: Reading, one: Heard) -> Iterator[Event]:
        try:
            found = find_post(reading, self._names, ANONYMOUS, one.object_id)
        except PostNotFound:
            return
        topic = load_topics(reading, self._names, [found.topic_id]).get(found.topic_id)
        if found.is_hidden or topic is None:
            return
        forum = load_forums(reading, [topic.forum_id])[topic.forum_id]
        yield _event(
            one,
            "post:create",
            post=post_object(found),
            topic=topic_object(topic),
            forum=forum_object(forum),
        )

    def _document(self, image_id: int) -> bytes:
        [document] = self._shown.documents([image_id], frozenset())
        return document


def _event(one: Heard, name: str, **payload: object) -> Event:
    return Event(one.id, name, _encode(payload))


def _tags(reading: Reading, one: Heard) -> dict[str, Sequence[str]]:
    return {name: tag_names(reading, one.details[name]) for name in ("added", "removed")}
