"""Random verbs in random order, on a library and on the plain model of it, which have to agree."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from itertools import cycle
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, precondition, rule
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

TAGS = ("cat", "dog", "bird", "kitty", "hound")
PICTURES = (("cat", "dog"), ("dog", "bird"), ("hound",))
INTERACTIONS = (
    *((vote, {"is_up": True}), (vote, {"is_up": False}), (unvote, {})),
    *((fave, {}), (unfave, {}), (hide, {}), (unhide, {})),
)
ROLES = {"alice": Role.USER, "bob": Role.USER, "mod": Role.MODERATOR}
people = st.sampled_from(sorted(ROLES))
staff = st.sampled_from(["mod", "mod", "mod", "alice"])
pictures = st.sampled_from(range(1, len(PICTURES) + 1))
"""By number, which is their id in a new library."""
names = st.sampled_from(TAGS)
some_names = st.lists(st.sampled_from([*TAGS, "safe", "suggestive"]), max_size=4, unique=True)
chosen = st.lists(pictures, max_size=3)


class Board(RuleBasedStateMachine):
    """Every person, picture and tag is there from the beginning; the rest is made by verbs."""

    open_library: ClassVar[Callable[[ExitStack], tuple[Library, Clock]]]
    """Set by the test: a new library, which is closed with the stack, and its clock."""
    comments, galleries = Bundle("comments"), Bundle("galleries")
    filters, bans, topics = Bundle("filters"), Bundle("bans"), Bundle("topics")

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

    def both(
        self, verb: Callable[..., Any], model: object, person: str, *arguments: Any, **facts: Any
    ) -> Any:
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
        verbs=st.lists(st.sampled_from(INTERACTIONS), min_size=2, max_size=5),
    )
    def interacts(
        self, person: str, image_id: int, verbs: list[tuple[Callable[..., Any], dict[str, Any]]]
    ) -> None:
        for verb, facts in verbs:
            counts = self.both(verb, self.pictures, person, image_id, **facts)
            if counts is not None:
                told = (counts.upvotes, counts.downvotes, counts.faves, counts.hides)
                assert told == self.pictures.by_id[image_id].counts

    @rule(person=staff, image_id=pictures)
    def hides_an_image(self, person: str, image_id: int) -> None:
        self.both(hide_image, self.pictures, person, image_id, reason="blurry")

    @rule(person=staff, image_id=pictures)
    def unhides_an_image(self, person: str, image_id: int) -> None:
        self.both(unhide_image, self.pictures, person, image_id)

    @rule(person=staff, image_id=pictures, target_id=pictures)
    def merges(self, person: str, image_id: int, target_id: int) -> None:
        self.both(merge_image, self.merged, person, image_id, target_id)

    @rule(person=staff, image_id=pictures)
    def unmerges(self, person: str, image_id: int) -> None:
        merged = sorted(self.merged.carried) or [image_id]
        self.both(unmerge_image, self.merged, person, merged[image_id % len(merged)])

    @rule(target=comments, person=people, image_id=pictures)
    def comments_on(self, person: str, image_id: int) -> Any:
        comment_id = self.both(post_comment, self.said, person, image_id, "nice")
        if comment_id is None:
            return multiple()
        self.said.image_of[comment_id] = image_id
        return comment_id

    @rule(person=staff, comment_id=comments, is_hiding=st.booleans())
    def moderates_a_comment(self, person: str, comment_id: int, *, is_hiding: bool) -> None:
        if is_hiding:
            self.both(hide_comment, self.said, person, comment_id, reason="rude")
        else:
            self.both(unhide_comment, self.said, person, comment_id)

    @precondition(lambda self: len(self.shown.by_id) < 3)
    @rule(target=galleries, person=people)
    def makes_a_gallery(self, person: str) -> Any:
        gallery_id = self.both(create_gallery, self.shown, person, GalleryText(title="woods"))
        if gallery_id is None:
            return multiple()
        self.shown.by_id[gallery_id] = Gallery(owner_id=self.actors[person].user_id or 0)
        return gallery_id

    @rule(
        person=people,
        gallery_id=galleries,
        image_ids=chosen,
        verb=st.sampled_from([add_images, add_images, remove_images, reorder_images]),
    )
    def fills_a_gallery(
        self, person: str, gallery_id: int, image_ids: list[int], verb: Callable[..., Any]
    ) -> None:
        self.both(verb, self.shown, person, gallery_id, image_ids)

    @rule(person=people, gallery_id=galleries)
    def deletes_a_gallery(self, person: str, gallery_id: int) -> None:
        self.both(delete_gallery, self.shown, person, gallery_id)

    @rule(person=staff, name=names, other=names, verb=st.sampled_from([alias_tag, imply_tag, unimply_tag]))
    def relates_tags(self, person: str, name: str, other: str, verb: Callable[..., Any]) -> None:
        self.both(verb, self.tags, person, name, other)
        self._work_off()

    @rule(person=staff, name=names)
    def unaliases(self, person: str, name: str) -> None:
        self.both(unalias_tag, self.tags, person, name)

    def _work_off(self) -> None:
        """What verbs leave to the worker."""
        for kind in STEPS:
            with self.library.work() as work:
                taken = jobs.take(work, kind, limit=9, lease_seconds=60)
            for job in taken:
                assert go_on(self.library, job)

    @rule(person=people, image_id=pictures, old=some_names, new=some_names)
    def edits_tags(self, person: str, image_id: int, old: list[str], new: list[str]) -> None:
        self.both(edit_image_tags, self.tags, person, image_id, old, new)

    @rule(person=people, name=names, verb=st.sampled_from([watch_tag, unwatch_tag]))
    def watches(self, person: str, name: str, verb: Callable[..., Any]) -> None:
        self.both(verb, self.tags, person, name)

    @rule(target=topics, person=people)
    def begins_a_topic(self, person: str) -> Any:
        topic_id = self.both(create_topic, self.talk, person, "dis", TopicText(title="Trees", body="Which?"))
        if topic_id is None:
            return multiple()
        self.talk.posts[topic_id] = 1
        return topic_id

    @rule(person=people, topic_id=topics)
    def replies(self, person: str, topic_id: int) -> None:
        self.both(reply, self.talk, person, topic_id, "All.")

    @rule(person=staff, topic_id=topics, is_hiding=st.booleans())
    def moderates_a_topic(self, person: str, topic_id: int, *, is_hiding: bool) -> None:
        if is_hiding:
            self.both(hide_topic, self.talk, person, topic_id, reason="rude")
        else:
            self.both(unhide_topic, self.talk, person, topic_id)

    @rule(target=bans, person=staff, other=people)
    def bans_somebody(self, person: str, other: str) -> Any:
        user_id = self.actors[other].user_id
        ban = self.both(ban_user, self.banned, person, user_id, reason="rude")
        if ban is None:
            return multiple()
        self.banned.user_of[ban.id] = ban.user_id
        self._remember_bans()
        return ban.id

    @rule(person=staff, ban_id=bans)
    def lifts_a_ban(self, person: str, ban_id: int) -> None:
        self.both(lift_ban, self.banned, person, ban_id)
        self._remember_bans()

    def _remember_bans(self) -> None:
        """As the edges do when the change log tells them."""
        with self.library.reading() as reading:
            for name, actor in self.actors.items():
                self.actors[name] = replace(actor, ban=ban_of_user(reading, actor.user_id or 0))

    @precondition(lambda self: len(self.tags.hidden_by) < 3)
    @rule(target=filters, hidden=st.lists(names, max_size=2))
    def makes_a_filter(self, hidden: list[str]) -> Any:
        text = FilterText(name=f"f{len(self.tags.hidden_by)}", is_public=True, hidden_tags=hidden)
        filter_id = self.both(create_filter, self.tags, "alice", text)
        if filter_id is None:
            return multiple()
        self.tags.set_filter(filter_id, hidden)
        return filter_id

    @rule(filter_id=filters, hidden=st.lists(names, max_size=2))
    def edits_a_filter(self, filter_id: int, hidden: list[str]) -> None:
        text = FilterText(name=f"g{filter_id}", is_public=True, hidden_tags=hidden)
        self.both(edit_filter, self.tags, "alice", filter_id, text)
