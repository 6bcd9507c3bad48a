"""A seeded library in which everything is, made by the verbs: what is public, and what must not leave it.

Every text that not everybody may read has the word `secret` in it, and so has every name that stands on
nothing public. Neighbour: `row_worlds`, whose rows keep no rules.
"""

import random
from datetime import timedelta
from typing import Protocol

from sqlalchemy import update
from tests.libraries import NOON, add_image, add_person, add_sources

from polybooru.db.tables import topics
from polybooru.library.account_changes import deactivate_user
from polybooru.library.account_deletion import delete_user
from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.comments import destroy_comment, edit_comment, hide_comment, post_comment
from polybooru.library.dnp import DnpType, list_dnp, request_dnp
from polybooru.library.filter_edits import FilterText, create_filter, set_current_filter
from polybooru.library.forums import ForumText, create_forum
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.images import feature_image, hide_image
from polybooru.library.interactions import fave, hide, vote
from polybooru.library.library import Library
from polybooru.library.merges import merge_image
from polybooru.library.posts import destroy_post, edit_post, hide_post, reply
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.library.topics import TopicText, create_topic, hide_topic, lock_topic, stick_topic

WORDS = ("cats", "running", "the", "forest's", "Forest", "sun-set", "été", "100", "狐", "**bold**", ">>1")
TAGS = ("cat", "black cat", "dog", "artist:jane_doe", "oc:me", "a*b", "fuchs 🦊", "c++", "-minus", "forest")
RATINGS = ("safe", "suggestive", "questionable", "explicit")
FORMATS = (("png", "image/png"), ("jpg", "image/jpeg"), ("webm", "video/webm"), ("gif", "image/gif"))
IMAGES, TEXTS = 60, 60


class GoesOn(Protocol):
    """A clock in a test's hand."""

    def go_on(self, seconds: float) -> None: ...


def fill_world(library: Library, clock: GoesOn, seed: int = 1) -> dict[str, Actor]:
    """The people by name."""
    return _Maker(library, clock, random.Random(seed)).make()


class _Maker:
    def __init__(self, library: Library, clock: GoesOn, chance: random.Random) -> None:
        self.library = library
        self.clock = clock
        self.chance = chance
        roles = {"admin": Role.ADMIN, "mod": Role.MODERATOR}
        names = ("Alice", "bob b", "Ünal", "admin", "mod", "retired", "leaver")
        self.people = {
            name: add_person(library, name, roles.get(name, Role.USER), bio="secret") for name in names
        }
        # Seen by nobody: they do all that they do anonymously, and are switched off in the end.
        for name in ("secret ghost", "secret writer"):
            self.people[name] = add_person(library, name, slug=name.replace(" ", "+"))
        self.mod = self.people["mod"]

    def make(self) -> dict[str, Actor]:
        self.tags()
        self.images()
        self.interactions()
        self.comments()
        self.forums()
        self.galleries()
        self.filters()
        self.moderation()
        return self.people

    def text(self, least: int = 0) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(least, 7)))

    def somebody(self) -> Actor:
        return self.chance.choice(
            [self.people[name] for name in ("Alice", "bob b", "Ünal", "leaver", "retired")]
        )

    def tags(self) -> None:
        with self.library.work() as work:
            describe_tag(
                work, self.mod, "cat", description="A cat.", short_description="cat", category="species"
            )
            alias_tag(work, self.mod, "kitty", "cat")
            alias_tag(work, self.mod, "katze", "cat")
            imply_tag(work, self.mod, "black cat", "cat")
            imply_tag(work, self.mod, "cat", "animal")

    def images(self) -> None:
        for number in range(1, IMAGES + 1):
            shown = number % 6 != 0
            anonymous = number % 5 == 0
            actor = self.people["secret ghost"] if anonymous and number % 2 else self.somebody()
            kind, mime_type = self.chance.choice(FORMATS)
            moment = NOON - timedelta(seconds=self.chance.randint(0, 40) * 3_600)
            words = self.text() if shown else f"secret {self.text()}"
            tags = [self.chance.choice(RATINGS), *self.chance.sample(TAGS, self.chance.randint(2, 5))]
            image_id = add_image(
                self.library,
                tags,
                uploader_id=actor.user_id,
                is_anonymous=anonymous,
                description=words,
                alt_text=words,
                scratchpad="secret",
                file_name=f"{'secret' if not shown else 'öffentlich'} {number}.{kind}",
                format=kind,
                mime_type=mime_type,
                width_px=self.chance.randint(1, 4_000),
                height_px=self.chance.randint(1, 4_000),
                size_bytes=self.chance.randint(1, 10**9),
                duration_seconds=self.chance.choice([0.0, 1.5, 1 / 3]),
                is_animated=self.chance.random() < 0.3,
                created_at=moment,
                updated_at=moment + timedelta(hours=self.chance.randint(0, 3)),
                first_seen_at=moment,
                perceptual_hash=self.chance.randint(-(2**63), 2**63 - 1),
                dominant_color="#102030",
                thumbnails_generated=True,
                is_processed=True,
                is_approved=shown or number % 12 != 0,
                **{f"intensity_{corner}": self.chance.random() * 255 for corner in ("nw", "ne", "sw", "se")},
            )
            urls = [f"https://example.org/{word}/{number}" for word in ("A", "b")][
                : self.chance.randint(0, 2)
            ]
            if urls:
                add_sources(self.library, image_id, urls if shown else ["https://example.org/secret"])

    def interactions(self) -> None:
        with self.library.work() as work:
            for number in range(1, IMAGES + 1):
                if number % 12 == 0:
                    continue
                for person in self.people.values():
                    match self.chance.randint(0, 4):
                        case 0:
                            fave(work, person, number)
                        case 1:
                            vote(work, person, number, is_up=self.chance.random() < 0.6)
                        case 2:
                            hide(work, person, number)
                        case _:
                            pass

    def comments(self) -> None:
        for number in range(TEXTS):
            self.clock.go_on(self.chance.choice([0.000001, 1, 3_600]))
            is_secret = number % 4 == 0
            image_id = self.chance.choice([i for i in range(1, IMAGES + 1) if i % 12])
            body = ("secret " if is_secret or image_id % 6 == 0 else "") + self.text(1)
            with self.library.work() as work:
                made = post_comment(work, self.somebody(), image_id, body, is_anonymous=number % 3 == 0)
                if number % 5 == 0 and not is_secret:
                    edit_comment(work, self.mod, made, self.said(image_id) + self.text(1), reason="typo")
                if is_secret:
                    hide_comment(work, self.mod, made, reason="secret reason")
                if number % 8 == 0:
                    destroy_comment(work, self.mod, made)
        with self.library.work() as work:
            post_comment(
                work, self.people["secret writer"], 1, "secret https://elsewhere.example/"
            )  # waits for approval

    def said(self, image_id: int) -> str:
        return "" if image_id % 6 else "secret "

    def forums(self) -> None:
        with self.library.work() as work:
            create_forum(
                work, self.people["admin"], "cats", ForumText(name="Cats", description="All of them")
            )
        for number in range(12):
            forum = ("dis", "cats", "mod")[number % 3]
            is_secret = forum == "mod" or number % 4 == 0
            word = "secret " if is_secret else ""
            actor = self.mod if forum == "mod" else self.somebody()
            self.clock.go_on(self.chance.choice([1, 60]))
            with self.library.work() as work:
                text = TopicText(
                    title=f"{word}Topic {number % 5}", body=word + self.text(1), is_anonymous=number % 2 == 0
                )
                topic = create_topic(work, actor, forum, text)
                for place in range(self.chance.randint(0, 6)):
                    hidden = place % 3 == 2
                    post = reply(
                        work,
                        actor,
                        topic,
                        word + ("secret " if hidden else "") + self.text(1),
                        is_anonymous=place == 1,
                    )
                    if hidden:
                        hide_post(work, self.mod, post, reason="secret")
                    if place == 5:
                        destroy_post(work, self.mod, post)
                    if place == 0:
                        edit_post(work, self.mod, post, word + self.text(1), reason="why not")
                if number % 5 == 1:
                    stick_topic(work, self.mod, topic)
                if number % 7 == 1:
                    lock_topic(work, self.mod, topic)
                if number % 4 == 0:
                    hide_topic(work, self.mod, topic, reason="secret")
                work.execute(update(topics).where(topics.c.id == topic).values(view_count=number))

    def galleries(self) -> None:
        for number in range(8):
            self.clock.go_on(1)
            owner = self.people["secret ghost"] if number % 4 == 0 else self.somebody()
            owner = owner if owner.name != "leaver" else self.people["Alice"]
            text = GalleryText(
                title=f"Gallery {number}",
                description=self.text(),
                spoiler_warning="The end",
                cover_id=self.chance.choice([1, 2, 3, None]),
                is_anonymous=number % 4 == 0,
                is_descending=number % 2 == 0,
            )
            with self.library.work() as work:
                made = create_gallery(work, owner, text)
                seen = [i for i in range(1, IMAGES + 1) if i % 12]
                add_images(work, owner, made, self.chance.sample(seen, self.chance.randint(0, 9)))

    def filters(self) -> None:
        with self.library.work() as work:
            shared = FilterText(
                name="Calm",
                description="No dogs",
                is_public=True,
                hidden_tags=["dog"],
                spoilered_tags=["forest", "kitty"],
                hidden_complex="score.lt:0",
            )
            made = create_filter(work, self.people["Ünal"], shared)
            create_filter(work, self.people["Ünal"], FilterText(name="secret filter", hidden_tags=["cat"]))
            set_current_filter(work, self.people["Alice"], made)

    def moderation(self) -> None:
        with self.library.work() as work:
            for image_id in range(6, IMAGES + 1, 12):
                hide_image(work, self.mod, image_id, reason="secret reason")
            entry = request_dnp(
                work,
                self.people["Alice"],
                "artist:jane_doe",
                DnpType.OTHER,
                conditions="Ask first.",
                reason="secret",
                hides_reason=True,
                instructions="secret",
            )
            request_dnp(work, self.people["Alice"], "forest", DnpType.OTHER, conditions="secret wish")
            list_dnp(work, self.mod, entry)
            merge_image(work, self.mod, 1, 2)
            feature_image(work, self.mod, 3)
            feature_image(work, self.mod, 4)
            hide_image(work, self.mod, 4, reason="secret, though it was featured")
            deactivate_user(work, self.mod, _id(self.people["retired"]))
            for name in ("secret ghost", "secret writer"):
                deactivate_user(work, self.mod, _id(self.people[name]))
            delete_user(work, OPERATOR, _id(self.people["leaver"]), reason="secret")


def _id(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id
