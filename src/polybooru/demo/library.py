"""A ready library: drawn pictures with tags, people of every role, faves and votes.

The same seed makes the same library, apart from passwords and tokens.
"""

import random
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from polybooru.demo.drawings import Drawing, drawings, render
from polybooru.demo.tags import TAG_ALIASES, TAG_CATEGORIES, TAG_DESCRIPTIONS, TAG_IMPLICATIONS
from polybooru.library.accounts import acting_as, create_user
from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.images import feature_image
from polybooru.library.interactions import fave, vote
from polybooru.library.library import Library
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_names import NAMESPACES, split_namespace
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.library.tokens import create_token
from polybooru.library.uploads import Upload, spooled, upload

PEOPLE = (
    ("admin", Role.ADMIN),
    ("moderator", Role.MODERATOR),
    ("assistant", Role.ASSISTANT),
    ("alice", Role.USER),
    ("bob", Role.USER),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person of a new demo library, with a password and a token that are shown once."""

    name: str
    password: str
    token: str


def make_people(library: Library) -> list[Account]:
    """The accounts, with fresh passwords and tokens: nothing about them can be guessed from the seed."""
    made: list[Account] = []
    for name, role in PEOPLE:
        password = secrets.token_urlsafe(12)
        user = create_user(library, OPERATOR, name, password, role=role)
        with library.work() as work:
            token = create_token(work, OPERATOR, user.id, name="demo")
        made.append(Account(name=name, password=password, token=token))
    return made


def make_tags(library: Library) -> None:
    """Aliases, implications, categories and descriptions."""
    with library.work() as work:
        admin = acting_as(work, "admin")
        for name in sorted({*TAG_CATEGORIES, *TAG_DESCRIPTIONS}):
            text = TAG_DESCRIPTIONS.get(name, "")
            describe_tag(
                work,
                admin,
                name,
                description=text,
                short_description=text.split(".")[0],
                category=TAG_CATEGORIES.get(name) or _category_of_namespace(name),
            )
        for alias, target in TAG_ALIASES:
            alias_tag(work, admin, alias, target)
        for name, implied in TAG_IMPLICATIONS:
            imply_tag(work, admin, name, implied)


def _category_of_namespace(name: str) -> str | None:
    namespace, _ = split_namespace(name)
    return None if namespace is None else NAMESPACES[namespace].category


def make_images(
    library: Library, *, count: int, seed: int, at_once: int, progress: Callable[[int, int | None], None]
) -> list[int]:
    """Draw and upload the pictures, `at_once` drawn at a time; returns their ids in the order of drawing."""
    with library.reading() as reading:
        uploaders = [acting_as(reading, name) for name, _ in PEOPLE]
    chosen = list(drawings(count, seed=seed))
    made: list[int] = []
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        pictures = pool.map(render, chosen, chunksize=4)
        for number, (drawing, picture) in enumerate(zip(chosen, pictures, strict=True)):
            made.append(_add(library, uploaders[number % len(uploaders)], drawing, picture))
            progress(len(made), count)
    return made


def _add(library: Library, actor: Actor, drawing: Drawing, picture: bytes) -> int:
    with spooled(library, picture) as path:
        return upload(
            library,
            actor,
            Upload(
                file=path,
                file_name=drawing.file_name,
                tags=drawing.tags,
                description=drawing.description,
                sources=drawing.sources,
            ),
        )


def make_interactions(library: Library, image_ids: Sequence[int], *, seed: int) -> None:
    """Faves and votes, more of them on some images than on others; one image featured."""
    chance = random.Random(seed)
    with library.work() as work:
        people = [acting_as(work, name) for name, _ in PEOPLE]
        for image_id in image_ids:
            appeal = chance.betavariate(2, 1.5)
            for person in people:
                if chance.random() < appeal * 0.6:
                    fave(work, person, image_id)
                elif chance.random() < 0.5:
                    vote(work, person, image_id, is_up=chance.random() < appeal + 0.2)
        feature_image(work, people[0], chance.choice(image_ids))


class SteadyClock:
    """A clock for a made-up past: it begins at a fixed day and goes on by some hours at each reading."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._now = datetime(2024, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The next moment."""
        self._now += timedelta(seconds=self._chance.randrange(60, 7_200))
        return self._now
