"""Images and what people do with them, in plain Python: what the verbs of `library` have to come to.

Methods are called as the verbs are, without the work; ids are those that the library gave.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from polybooru.library.actors import Actor
from polybooru.library.errors import GalleryNotFound, ImageNotFound, InvalidValue, NotAllowed
from polybooru.library.galleries import GalleryText


@dataclass(slots=True)
class Picture:
    """What people did, by person, with when they did it."""

    tags: set[str]
    is_hidden: bool = False
    merged_into: int | None = None
    votes: dict[int, tuple[bool, int]] = field(default_factory=dict)
    faves: dict[int, int] = field(default_factory=dict)
    hides: dict[int, int] = field(default_factory=dict)

    @property
    def upvotes(self) -> int:
        return sum(is_up for is_up, _ in self.votes.values())

    @property
    def downvotes(self) -> int:
        return len(self.votes) - self.upvotes

    @property
    def score(self) -> int:
        return self.upvotes - self.downvotes

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Upvotes, downvotes, faves, hides."""
        return self.upvotes, self.downvotes, len(self.faves), len(self.hides)


@dataclass(slots=True)
class Pictures:
    """now: a number that rises with each verb."""

    by_id: dict[int, Picture] = field(default_factory=dict)
    now: int = 0

    def open(self, image_id: int) -> Picture:
        """One that people may do something with."""
        picture = self.known(image_id)
        if picture.is_hidden:
            raise ImageNotFound
        return picture

    def known(self, image_id: int) -> Picture:
        if image_id not in self.by_id:
            raise ImageNotFound
        return self.by_id[image_id]

    def vote(self, actor: Actor, image_id: int, *, is_up: bool) -> None:
        votes, me = self.open(image_id).votes, _id(actor)
        if me not in votes or votes[me][0] is not is_up:
            votes[me] = (is_up, self.now)

    def unvote(self, actor: Actor, image_id: int) -> None:
        self.open(image_id).votes.pop(_id(actor), None)

    def fave(self, actor: Actor, image_id: int) -> None:
        picture = self.open(image_id)
        if _id(actor) not in picture.faves:
            picture.faves[_id(actor)] = self.now
            self.vote(actor, image_id, is_up=True)

    def unfave(self, actor: Actor, image_id: int) -> None:
        """Also from one that staff took from sight."""
        picture = self.known(image_id)
        if _id(actor) not in picture.faves:
            self.open(image_id)
        picture.faves.pop(_id(actor), None)

    def hide(self, actor: Actor, image_id: int) -> None:
        self.open(image_id).hides.setdefault(_id(actor), self.now)

    def unhide(self, actor: Actor, image_id: int) -> None:
        self.open(image_id).hides.pop(_id(actor), None)

    def hide_image(self, actor: Actor, image_id: int, *, reason: str) -> None:
        staff_only(actor)
        picture = self.known(image_id)
        refuse(picture.merged_into is not None)
        picture.is_hidden = bool(reason)

    def unhide_image(self, actor: Actor, image_id: int) -> None:
        staff_only(actor)
        picture = self.known(image_id)
        refuse(picture.merged_into is not None)
        picture.is_hidden = False


@dataclass(slots=True)
class Comments:
    pictures: Pictures
    image_of: dict[int, int] = field(default_factory=dict)

    def post_comment(self, actor: Actor, image_id: int, body: str) -> None:
        self.pictures.open(image_id)

    def hide_comment(self, actor: Actor, comment_id: int, *, reason: str) -> None:
        staff_only(actor)

    def unhide_comment(self, actor: Actor, comment_id: int) -> None:
        staff_only(actor)

    def count(self, image_id: int) -> int:
        return sum(on == image_id for on in self.image_of.values())


@dataclass(slots=True)
class Gallery:
    owner_id: int
    image_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Galleries:
    pictures: Pictures
    by_id: dict[int, Gallery] = field(default_factory=dict)

    def create_gallery(self, actor: Actor, text: GalleryText) -> None:
        """Everybody who is heard may."""

    def add_images(self, actor: Actor, gallery_id: int, image_ids: Sequence[int]) -> None:
        gallery = self._own(actor, gallery_id)
        for image_id in image_ids:
            self.pictures.open(image_id)
        gallery.image_ids += [i for i in dict.fromkeys(image_ids) if i not in gallery.image_ids]

    def remove_images(self, actor: Actor, gallery_id: int, image_ids: Sequence[int]) -> None:
        gallery = self._own(actor, gallery_id)
        gallery.image_ids = [i for i in gallery.image_ids if i not in image_ids]

    def reorder_images(self, actor: Actor, gallery_id: int, image_ids: Sequence[int]) -> None:
        gallery, wanted = self._own(actor, gallery_id), list(dict.fromkeys(image_ids))
        if not set(wanted) <= set(gallery.image_ids):
            raise ImageNotFound
        places = iter(wanted)
        gallery.image_ids = [next(places) if i in wanted else i for i in gallery.image_ids]

    def delete_gallery(self, actor: Actor, gallery_id: int) -> None:
        self._own(actor, gallery_id)
        del self.by_id[gallery_id]

    def _own(self, actor: Actor, gallery_id: int) -> Gallery:
        if gallery_id not in self.by_id:
            raise GalleryNotFound
        gallery = self.by_id[gallery_id]
        if gallery.owner_id != actor.user_id and not actor.is_staff:
            raise NotAllowed
        return gallery


def staff_only(actor: Actor) -> None:
    if not actor.is_staff:
        raise NotAllowed


def refuse(is_wrong: bool, field_name: str = "value") -> None:
    if is_wrong:
        raise InvalidValue(field_name, "no")


def _id(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id
