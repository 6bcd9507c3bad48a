"""Merges of images, and their undoing, in plain Python."""

from dataclasses import dataclass, field
from typing import Any

from tests.adapters.verbs.plain.images import Comments, Galleries, Pictures, refuse, staff_only
from tests.adapters.verbs.plain.tags import RATINGS

from polybooru.library.actors import Actor

PEOPLES = ("votes", "faves", "hides")


@dataclass(slots=True)
class Carried:
    """What came over: of people by kind and person; the others by name or id."""

    people: dict[str, dict[int, Any]]
    tags: set[str]
    comments: set[int]
    galleries: set[int]


@dataclass(slots=True)
class Merges:
    pictures: Pictures
    comments: Comments
    galleries: Galleries
    carried: dict[int, Carried] = field(default_factory=dict)

    def merge_image(self, actor: Actor, image_id: int, target_id: int) -> None:
        staff_only(actor)
        image, target = self.pictures.known(image_id), self.pictures.known(target_id)
        refuse(image_id == target_id or image.is_hidden or target.is_hidden)
        people = {kind: _missing(getattr(image, kind), getattr(target, kind)) for kind in PEOPLES}
        tags = image.tags - target.tags
        if len((image.tags | target.tags) & RATINGS) > 1:
            tags -= RATINGS
        comments = {one for one, on in self.comments.image_of.items() if on == image_id}
        places = {
            gallery_id
            for gallery_id, gallery in self.galleries.by_id.items()
            if image_id in gallery.image_ids and target_id not in gallery.image_ids
        }
        self.carried[image_id] = Carried(people=people, tags=tags, comments=comments, galleries=places)
        for kind, came in people.items():
            getattr(target, kind).update(came)
        target.tags |= tags
        self._move(comments, places, image_id, target_id)
        image.is_hidden, image.merged_into = True, target_id

    def unmerge_image(self, actor: Actor, image_id: int) -> None:
        staff_only(actor)
        image = self.pictures.known(image_id)
        refuse(image.merged_into is None)
        target_id = image.merged_into or 0
        target = self.pictures.known(target_id)
        refuse(target.merged_into is not None)
        carried = self.carried.pop(image_id)
        for kind, came in carried.people.items():
            there = getattr(target, kind)
            for person, given in came.items():
                if there.get(person) == given:
                    del there[person]
        target.tags -= carried.tags
        self._move(carried.comments, carried.galleries, target_id, image_id)
        image.is_hidden, image.merged_into = False, None

    def _move(self, comments: set[int], gallery_ids: set[int], image_id: int, to_id: int) -> None:
        for comment_id in comments:
            if self.comments.image_of[comment_id] == image_id:
                self.comments.image_of[comment_id] = to_id
        for gallery_id in gallery_ids & self.galleries.by_id.keys():
            listed = self.galleries.by_id[gallery_id].image_ids
            if image_id in listed and to_id not in listed:
                listed[listed.index(image_id)] = to_id


def _missing(own: dict[int, Any], there: dict[int, Any]) -> dict[int, Any]:
    return {person: given for person, given in own.items() if person not in there}
