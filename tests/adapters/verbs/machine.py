"""Random verbs in random order, on a library and on the plain model of it, which have to agree."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import replace
from itertools import cycle
from typing import Any, ClassVar, TypeAlias

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.adapters.verbs.plain.forums import Topics
from tests.adapters.verbs.plain.images import Comments, Galleries, Gallery, Picture, Pictures
from tests.adapters.verbs.plain.looks import Looks
from tests.adapters.verbs.plain.merges import Merges
from tests.adapters.verbs.plain.people import Bans
from tests.adapters.verbs.plain.tags import Tags
from tests.libraries import Clock, add_image, add_person

from polybooru.library import jobs
from polybooru.library.actors import Actor, Role
from polybooru.library.bans import ban_of_user, ban_user, lift_ban
from polybooru.library.comments import hide_comment, post_comment, unhide_comment
from polybooru.library.errors import BooruError
from polybooru.library.filter_edits import FilterText, create_filter, edit_filter
from polybooru.library.galleries import (
    GalleryText,
    add_images,
    create_gallery,
    delete_gallery,
    remove_images,
    reorder_images,
)
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.interactions import fave, hide, unfave, unhide, unvote, vote
from polybooru.library.library import Library
from polybooru.library.merges import merge_image, unmerge_image
from polybooru.library.posts import reply
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.tag_jobs import STEPS, go_on
from polybooru.library.tag_relations import alias_tag, imply_tag, unalias_tag, unimply_tag
from polybooru.library.tags import ensure_tags
from polybooru.library.topics import TopicText, create_topic, hide_topic, unhide_topic
from polybooru.library.watched_lists import unwatch_tag, watch_tag

Verb: TypeAlias = Callable[..., Any]
Doing: TypeAlias = tuple[Verb, dict[str, Any]]
"""A verb, and what it is called with by name."""

TAGS = ("cat", "dog", "bird", "kitty", "hound")
PICTURES = (("cat", "dog"), ("dog", "bird"), ("hound",))
INTERACTIONS = (
    *((vote, {"is_up": True}), (vote, {"is_up": False}), (unvote, {})),
    *((fave, {}), (unfave, {}), (hide, {}), (unhide, {})),
)
ON_GALLERIES = (add_images, add_images, remove_images, reorder_images)
ROLES = {"alice": Role.USER, "bob": Role.USER, "mod": Role.MODERATOR}
people = st.sampled_from(sorted(ROLES))
staff = st.sampled_from(["mod", "mod", "mod", "alice"])
pictures = st.sampled_from(range(1, len(PICTURES) + 1))
"""By number, which is their id in a new library."""
names = st.sampled_from(TAGS)
some_names = st.lists(st.sampled_from([*TAGS, "safe", "suggestive"]), max_size=4, unique=True)
chosen = st.lists(pictures, max_size=3)
nth = st.integers(min_value=0, max_value=5)
"""Which of the things made so far, see `_nth`."""


class Board(RuleBasedStateMachine):
    """Every person, picture and tag is there from the beginning; the rest is made by verbs."""

    open_library: ClassVar[Callable[[ExitStack], tuple[Library, Clock]]]
    """Set by the test: a new library, which is closed with the stack, and its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.library, self.clock = type(self).open_library(self.stack)
        self.actors = {name: add_person(self.library, name, role) for name, role in ROLES.items()}
        self.pictures = Pictures()
        for carried in PICTURES:
            image_id = add_image(self.library, ["safe", *carried])
            self.pictures.by_id[image_id] = Picture(tags={"safe", *carried})
        with self.library.work() as work:
            ensure_tags(work, TAGS)
        self.banned = Bans(self.actors)
        self.talk = Topics()
        self.said, self.shown = Comments(self.pictures), Galleries(self.pictures)
        self.merged = Merges(self.pictures, self.said, self.shown)
        self.tags = Tags(self.pictures, self.library.policy.min_tags)
        self.searchers = cycle([None, None, "", None, None, "alice", None, None, "bob", None, None, "mod"])
        self.looks = Looks(
            self.library, self.actors, self.pictures, self.said, self.shown, self.tags, self.talk
        )

    def teardown(self) -> None:
        try:
            self.looks.check("", *ROLES)
            self.looks.check_sound()
        finally:
            self.stack.close()

    @invariant()
    def they_agree(self) -> None:
        """At every third step: looking takes longer than doing."""
        searcher = next(self.searchers)
        if searcher is not None:
            self.looks.check(searcher)

    def both(self, verb: Verb, model: object, person: str, *arguments: Any, **facts: Any) -> Any:
        """What the verb answered, None if it was refused; the model answers alike."""
        actor: Actor = self.actors[person]
        refusal: type[BooruError] | None = None
        expected: type[BooruError] | None = None
        answer = None
        self.pictures.now += 1
        self.clock.go_on(1)
        try:
            with self.library.work() as work:
                answer = verb(work, actor, *arguments, **facts)
        except BooruError as error:
            refusal = type(error)
        try:
            self.banned.check(actor)
            getattr(model, verb.__name__)(actor, *arguments, **facts)
        except BooruError as error:
            expected = type(error)
        assert refusal is expected
        return answer

    @rule(
        person=people,
        image_id=pictures,
        doing=st.lists(st.sampled_from(INTERACTIONS), min_size=2, max_size=6),
    )
    def interacts(self, person: str, image_id: int, doing: list[Doing]) -> None:
        for verb, facts in doing:
            counts = self.both(verb, self.pictures, person, image_id, **facts)
            if counts is not None:
                told = (counts.upvotes, counts.downvotes, counts.faves, counts.hides)
                assert told == self.pictures.by_id[image_id].counts

    @rule(person=staff, image_id=pictures, target_id=pictures, doing=st.integers(min_value=0, max_value=5))
    def moderates_an_image(self, person: str, image_id: int, target_id: int, doing: int) -> None:
        match doing:
            case 0:
                self.both(hide_image, self.pictures, person, image_id, reason="blurry")
            case 1:
                self.both(unhide_image, self.pictures, person, image_id)
            case 2 | 3:
                self.both(merge_image, self.merged, person, image_id, target_id)
            case _:
                merged = _nth(self.merged.carried, target_id) or image_id
                self.both(unmerge_image, self.merged, person, merged)

    @precondition(lambda self: len(self.said.image_of) < 8)
    @rule(person=people, image_id=pictures)
    def comments(self, person: str, image_id: int) -> None:
        comment_id = self.both(post_comment, self.said, person, image_id, "nice")
        if comment_id is not None:
            self.said.image_of[comment_id] = image_id

    @rule(person=staff, number=nth, is_hiding=st.booleans())
    def moderates_what_was_said(self, person: str, number: int, *, is_hiding: bool) -> None:
        comment_id, topic_id = _nth(self.said.image_of, number), _nth(self.talk.posts, number)
        reason = {"reason": "rude"} if is_hiding else {}
        if comment_id is not None:
            verb = hide_comment if is_hiding else unhide_comment
            self.both(verb, self.said, person, comment_id, **reason)
        if topic_id is not None:
            self.both(hide_topic if is_hiding else unhide_topic, self.talk, person, topic_id, **reason)

    @rule(person=people, number=nth)
    def talks(self, person: str, number: int) -> None:
        topic_id = _nth(self.talk.posts, number)
        if topic_id is not None and number:
            self.both(reply, self.talk, person, topic_id, "All.")
            return
        made = self.both(create_topic, self.talk, person, "dis", TopicText(title="Trees", body="Which?"))
        if made is not None:
            self.talk.posts[made] = 1

    @rule(person=people, number=nth, image_ids=chosen, verb=st.sampled_from(ON_GALLERIES))
    def fills_a_gallery(self, person: str, number: int, image_ids: list[int], verb: Verb) -> None:
        gallery_id = _nth(self.shown.by_id, number)
        if gallery_id is not None and number < 4:
            self.both(verb, self.shown, person, gallery_id, image_ids)
            return
        if number == 4 and gallery_id is not None:
            self.both(delete_gallery, self.shown, person, gallery_id)
        made = self.both(create_gallery, self.shown, person, GalleryText(title="woods"))
        if made is not None:
            self.shown.by_id[made] = Gallery(owner_id=self.actors[person].user_id or 0)

    @rule(person=people, image_id=pictures, old=some_names, new=some_names)
    def edits_tags(self, person: str, image_id: int, old: list[str], new: list[str]) -> None:
        self.both(edit_image_tags, self.tags, person, image_id, old, new)

    @rule(person=staff, name=names, other=names, verb=st.sampled_from([alias_tag, imply_tag, unimply_tag]))
    def relates_tags(self, person: str, name: str, other: str, verb: Verb) -> None:
        self.both(verb, self.tags, person, name, other)
        for kind in STEPS:  # what the worker does
            with self.library.work() as work:
                taken = jobs.take(work, kind, limit=9, lease_seconds=60)
            for job in taken:
                assert go_on(self.library, job)

    @rule(person=people, name=names, verb=st.sampled_from([unalias_tag, watch_tag, unwatch_tag]))
    def says_of_a_tag(self, person: str, name: str, verb: Verb) -> None:
        self.both(verb, self.tags, person, name)

    @rule(number=nth, hidden=st.lists(names, max_size=2))
    def writes_a_filter(self, number: int, hidden: list[str]) -> None:
        known = _nth(self.tags.hidden_by, number) if number > 1 or len(self.tags.hidden_by) > 2 else None
        text = FilterText(
            name=f"filter {known or -len(self.tags.hidden_by)}", is_public=True, hidden_tags=hidden
        )
        if known is not None:
            self.both(edit_filter, self.tags, "alice", known, text)
            return
        made = self.both(create_filter, self.tags, "alice", text)
        if made is not None:
            self.tags.set_filter(made, hidden)

    @rule(person=staff, other=people, is_lifting=st.booleans())
    def bans(self, person: str, other: str, *, is_lifting: bool) -> None:
        ban_id = _nth(self.banned.user_of, len(self.banned.lifted))
        if is_lifting and ban_id is not None:
            self.both(lift_ban, self.banned, person, ban_id)
        else:
            ban = self.both(ban_user, self.banned, person, self.actors[other].user_id, reason="rude")
            if ban is not None:
                self.banned.user_of[ban.id] = ban.user_id
        with self.library.reading() as reading:  # as edges do when the change log tells them
            for name, actor in self.actors.items():
                self.actors[name] = replace(actor, ban=ban_of_user(reading, actor.user_id or 0))


def _nth(made: Collection[int], number: int) -> int | None:
    """One of these ids; None if there is none."""
    return sorted(made)[number % len(made)] if made else None
