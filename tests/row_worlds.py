"""A seeded library of comments, posts, galleries, tags and filters, and all of it again as documents.

The rows go in directly, their words too; the documents are made from plain rows in Python and hold, besides
what the matcher reads, what decides about sight and order (names that begin with `_`).
"""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert, select, update
from tests.libraries import NOON, add_image, add_person

from polybooru.db.full_text import (
    COMMENT_WORDS,
    FILTER_WORDS,
    GALLERY_WORDS,
    POST_WORDS,
    TAG_WORDS,
    TOPIC_WORDS,
)
from polybooru.db.tables import (
    comments,
    filter_tags,
    filters,
    forums,
    galleries,
    gallery_images,
    gallery_subscriptions,
    image_tags,
    images,
    posts,
    tag_implications,
    tags,
    topics,
    users,
)
from polybooru.library.actors import Actor, Role
from polybooru.library.library import Library
from polybooru.library.row_search.noun import OWNER
from polybooru.library.user_names import fold_name
from polybooru.library.words import put_words, split_name
from polybooru.search.language.words import Prose

WORDS = ("cats", "running", "the", "forest's", "Forest", "sun-set", "été", "100", "a", "%", "_x_", "ran")
NAMES = ("Alice", "bob b", "Ünal", "carol*", "ALICE2", "Straße")
TITLES = ("Cats", "cats?", "Dogs & [cats]", "a*b", "100%", "Under_Score", "back\\slash", "Été", "狐", "cast")
TAG_NAMES = (
    "cat",
    "cats",
    "black cat",
    "dog",
    "artist:jane_doe",
    "oc:me",
    "a*b",
    "fuchs 🦊",
    "c++",
    "-minus",
)
MORE_TAG_NAMES = ("spoiler:end", "caterpillar", "[odd]", "100%", "back\\slash", "köter", "x" * 200)
WHEN = (0, 1, 2, 60, 3_600, 86_400, 9_999_999)

Row = dict[str, Any]


def fill(library: Library, chance: random.Random, count: int) -> dict[str, Actor]:
    """Put about `count` rows of each noun in; the people by name."""
    people = {name: add_person(library, name, folded_name=fold_name(name)) for name in NAMES}
    people["mod"] = add_person(library, "mod", Role.MODERATOR)
    ids = [actor.user_id for actor in people.values()]
    picture_ids = [
        add_image(
            library,
            chance.sample(TAG_NAMES, 3),
            hidden_from_users=chance.random() < 0.2,
            is_approved=chance.random() < 0.8,
        )
        for _ in range(20)
    ]
    _Filler(library, chance, count, ids, picture_ids).fill()
    return people


class _Filler:
    def __init__(
        self, library: Library, chance: random.Random, count: int, people: list[int], pictures: list[int]
    ) -> None:
        self.library = library
        self.chance = chance
        self.count = count
        self.people = people
        self.pictures = pictures

    def fill(self) -> None:
        with self.library.work() as self.work:
            self.tags()
            self.comments()
            self.posts()
            self.galleries()
            self.filters()

    def text(self, most: int = 6) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(0, most)))

    def moment(self):
        return NOON - timedelta(seconds=self.chance.choice(WHEN), microseconds=self.chance.choice((0, 1)))

    def insert(self, table: Table, row: Row) -> int:
        return self.work.execute(insert(table).values(row).returning(table.c.id)).scalar_one()

    def written(self) -> Row:
        is_hidden = self.chance.random() < 0.2
        return {
            "user_id": self.chance.choice([None, *self.people]),
            "is_anonymous": self.chance.random() < 0.3,
            "body": self.text(),
            "created_at": self.moment(),
            "updated_at": self.moment(),
            "hidden_from_users": is_hidden,
            "deletion_reason": self.text(2) if is_hidden else None,
            "deleted_by_user_id": self.chance.choice(self.people) if is_hidden else None,
            "is_destroyed": is_hidden and self.chance.random() < 0.3,
            "is_approved": self.chance.random() < 0.9,
        }

    def comments(self) -> None:
        for _ in range(self.count):
            row = {"image_id": self.chance.choice(self.pictures), **self.written()}
            key = self.insert(comments, row)
            put_words(self.work, COMMENT_WORDS, key, body=row["body"], deletion_reason=row["deletion_reason"])

    def posts(self) -> None:
        for access in ("normal", "normal", "assistant", "staff"):
            name = f"f{self.chance.randint(0, 9)}_{access}"[:6] + str(self.chance.random())[2:5]
            forum_id = self.insert(forums, {"short_name": name, "name": name, "access_level": access})
            for number in range(5):
                topic = {
                    "forum_id": forum_id,
                    "slug": f"topic-{number}",
                    "title": self.text(4),
                    "created_at": NOON,
                    "updated_at": NOON,
                    "hidden_from_users": self.chance.random() < 0.2,
                }
                topic_id = self.insert(topics, topic)
                put_words(self.work, TOPIC_WORDS, topic_id, title=topic["title"])
                for position in range(self.count // 20):
                    row = {"topic_id": topic_id, "topic_position": position, **self.written()}
                    key = self.insert(posts, row)
                    put_words(
                        self.work, POST_WORDS, key, body=row["body"], deletion_reason=row["deletion_reason"]
                    )

    def galleries(self) -> None:
        for _ in range(self.count):
            title = self.chance.choice(TITLES) + self.chance.choice(("", "", " 2"))
            row = {
                "user_id": self.chance.choice(self.people),
                "title": title,
                "folded_title": title.lower(),
                "description": self.text(),
                "spoiler_warning": self.text(2),
                "thumbnail_id": self.chance.choice([None, *self.pictures]),
                "image_count": self.chance.randint(0, 5),
                "created_at": self.moment(),
                "updated_at": self.moment(),
            }
            key = self.insert(galleries, row)
            words = {name: row[name] for name in ("description", "spoiler_warning")}
            put_words(self.work, GALLERY_WORDS, key, **words)
            self.link(gallery_images, "gallery_id", key, "image_id", self.pictures, position=0)
            self.link(gallery_subscriptions, "gallery_id", key, "user_id", self.people)

    def link(self, table: Table, own: str, key: int, other: str, values: list[int], **more: Any) -> None:
        for value in self.chance.sample(values, self.chance.randint(0, 3)):
            self.work.execute(insert(table).values({own: key, other: value, **more}))

    def tags(self) -> None:
        from polybooru.library.tags import ensure_tags

        more = [f"{self.chance.choice(TAG_NAMES)} {number}" for number in range(self.count)]
        made = ensure_tags(self.work, [*MORE_TAG_NAMES, *dict.fromkeys(more)])
        keys = list(self.work.execute(select(tags.c.id)).scalars())
        for tag in made.values():
            row = {
                "description": self.text(),
                "short_description": self.text(2),
                "image_count": self.chance.randint(0, 4),
                "category": self.chance.choice([None, "species", "oc"]),
            }
            if self.chance.random() < 0.2:
                row["aliased_tag_id"] = self.chance.choice(keys)
            self.work.execute(update(tags).where(tags.c.id == tag.id).values(row))
            for key in {tag.id, row.get("aliased_tag_id", tag.id)}:
                self.work.changed("tag", key)
            texts = {name: row[name] for name in ("description", "short_description")}
            put_words(self.work, TAG_WORDS, tag.id, name=tag.name, **texts)
            if self.chance.random() < 0.3:
                self.link(tag_implications, "tag_id", tag.id, "implied_tag_id", keys)

    def filters(self) -> None:
        keys = list(self.work.execute(select(tags.c.id)).scalars())
        for number in range(self.count):
            name = f"{self.chance.choice(TITLES)} {number}"
            row = {
                "name": name,
                "folded_name": name.lower() if self.chance.random() < 0.9 else "the same",
                "description": self.text(),
                "user_id": self.chance.choice(self.people),
                "is_public": self.chance.random() < 0.4,
                "created_at": self.moment(),
            }
            key = self.insert(filters, row)
            put_words(self.work, FILTER_WORDS, key, description=row["description"])
            for effect in ("hide", "spoiler"):
                self.link(filter_tags, "filter_id", key, "tag_id", keys, effect=effect)


Documents = dict[int, dict[str, Any]]


def documents(library: Library) -> dict[str, Documents]:
    """Noun -> id -> document."""
    with library.reading() as reading:
        return _Reader(lambda table: reading.execute(select(table)).mappings().all()).documents()


class _Reader:
    def __init__(self, rows: Callable[[Table], Any]) -> None:
        self.rows = rows
        self.people = {row["id"]: row["name"] for row in rows(users)}
        self.pictures = {row["id"]: row for row in rows(images)}

    def documents(self) -> dict[str, Documents]:
        return {
            "comments": self.comments(),
            "posts": self.posts(),
            "galleries": self.galleries(),
            "tags": self.tags(),
            "filters": self.filters(),
        }

    def folded(self, user_id: int | None) -> list[str]:
        return [] if user_id is None else [fold_name(self.people[user_id])]

    def linked(self, table: Table, own: str, other: str) -> defaultdict[int, list[int]]:
        found = defaultdict(list)
        for row in self.rows(table):
            found[row[own]].append(row[other])
        return found

    def written(self, row: Row, *, is_hidden: bool) -> Row:
        user_id, is_signed = row["user_id"], not row["is_anonymous"]
        return {
            "id": [row["id"]],
            "body": [Prose.of(row["body"])],
            "created_at": [row["created_at"].timestamp()],
            "updated_at": [row["updated_at"].timestamp()],
            "user_id": known(user_id) if is_signed else [],
            "author_id": known(user_id) if is_signed else [],
            "_author": known(self.people.get(user_id)) if is_signed else [],
            "true_author_id": known(user_id),
            "true_author": self.folded(user_id),
            OWNER: known(user_id),
            "anonymous": [row["is_anonymous"]],
            "approved": [row["is_approved"]],
            "deleted": [is_hidden],
            "deleted_by_user_id": known(row["deleted_by_user_id"]),
            "deleted_by_user": self.folded(row["deleted_by_user_id"]),
            "deletion_reason": [Prose.of(row["deletion_reason"] or "")],
            "_destroyed": row["is_destroyed"],
            "_order": (-row["created_at"].timestamp(), -row["id"]),
        }

    def comments(self) -> Documents:
        tagged = self.linked(image_tags, "image_id", "tag_id")
        named = defaultdict(list)
        for tag in self.rows(tags):
            named[tag["aliased_tag_id"] or tag["id"]].append(tag["name"])
        made = {}
        for row in self.rows(comments):
            picture = self.pictures[row["image_id"]]
            document = self.written(row, is_hidden=row["hidden_from_users"] or picture["hidden_from_users"])
            document["author"] = document["_author"]
            document["image_id"] = [row["image_id"]]
            document["image.deleted"] = [picture["hidden_from_users"]]
            document["image.approved"] = [picture["is_approved"]]
            document["_tag_ids"] = tagged[row["image_id"]]
            document["image.tags"] = [name for key in document["_tag_ids"] for name in named[key]]
            made[row["id"]] = document
        return made

    def posts(self) -> Documents:
        by_topic = {row["id"]: row for row in self.rows(topics)}
        by_forum = {row["id"]: row for row in self.rows(forums)}
        made = {}
        for row in self.rows(posts):
            topic = by_topic[row["topic_id"]]
            forum = by_forum[topic["forum_id"]]
            is_hidden = row["hidden_from_users"] or topic["hidden_from_users"]
            document = self.written(row, is_hidden=is_hidden)
            document["author"] = [fold_name(name) for name in document["_author"]]
            made[row["id"]] = document | {
                "topic_position": [row["topic_position"]],
                "topic_id": [topic["id"]],
                "forum_id": [forum["id"]],
                "subject": [Prose.of(topic["title"])],
                "forum": [forum["short_name"]],
                "_is_public": forum["access_level"] == "normal",
            }
        return made

    def galleries(self) -> Documents:
        pictures = self.linked(gallery_images, "gallery_id", "image_id")
        watchers = self.linked(gallery_subscriptions, "gallery_id", "user_id")
        return {
            row["id"]: {
                "id": [row["id"]],
                "title": [row["folded_title"]],
                "user": self.folded(row["user_id"]),
                "user_id": [row["user_id"]],
                OWNER: [row["user_id"]],
                "image_count": [row["image_count"]],
                "watcher_count": [len(watchers[row["id"]])],
                "subscriber_count": [len(watchers[row["id"]])],
                "image_ids": pictures[row["id"]],
                "watcher_ids": watchers[row["id"]],
                "thumbnail_id": known(row["thumbnail_id"]),
                "created_at": [row["created_at"].timestamp()],
                "updated_at": [row["updated_at"].timestamp()],
                "description": [Prose.of(row["description"])],
                "spoiler_warning": [Prose.of(row["spoiler_warning"])],
                "_order": (-row["created_at"].timestamp(), -row["id"]),
            }
            for row in self.rows(galleries)
        }

    def tags(self) -> Documents:
        rows = {row["id"]: row for row in self.rows(tags)}
        implied = self.linked(tag_implications, "tag_id", "implied_tag_id")
        implying = self.linked(tag_implications, "implied_tag_id", "tag_id")
        aliases = self.linked(tags, "aliased_tag_id", "id")
        return {
            key: {
                "id": [key],
                "images": [row["image_count"]],
                "name": [row["name"]],
                "slug": [row["slug"]],
                "name_in_namespace": [row["name_in_namespace"]],
                "namespace": known(row["namespace"]),
                "category": known(row["category"]),
                "analyzed_name": split_name(row["name"]),
                "implies": [rows[other]["name"] for other in implied[key]],
                "implied_by": [rows[other]["name"] for other in implying[key]],
                "alias_of": [rows[other]["name"] for other in known(row["aliased_tag_id"])],
                "aliases": [rows[other]["name"] for other in aliases[key]],
                "aliased": [row["aliased_tag_id"] is not None],
                "description": [Prose.of(row["description"])],
                "short_description": [Prose.of(row["short_description"])],
                "_order": (-row["image_count"], key),
            }
            for key, row in rows.items()
        }

    def filters(self) -> Documents:
        listed = defaultdict(list)
        for row in self.rows(filter_tags):
            listed[row["filter_id"], row["effect"]].append(row["tag_id"])
        return {
            row["id"]: {
                "id": [row["id"]],
                "name": [row["folded_name"]],
                "creator": self.folded(row["user_id"]),
                "user_id": known(row["user_id"]),
                OWNER: known(row["user_id"]),
                "spoilered_count": [len(listed[row["id"], "spoiler"])],
                "hidden_count": [len(listed[row["id"], "hide"])],
                "created_at": [row["created_at"].timestamp()],
                "description": [Prose.of(row["description"])],
                "public": [row["is_public"] or row["is_system"]],
                "system": [row["is_system"]],
                "_hidden_tag_ids": listed[row["id"], "hide"],
                "_order": (row["folded_name"].encode(), -row["id"]),
            }
            for row in self.rows(filters)
        }


def known(value: Any) -> list[Any]:
    return [] if value is None else [value]
