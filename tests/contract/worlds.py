"""One library with something of every kind, for tests that only look.

Images 1 to 9 are uploads, named below; from `FIRST_ROW` on come rows without files, for pages and sorts.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from sqlalchemy import insert, update
from tests.boards import START, OpenBoard, drawn, drawn_png
from tests.contract.social_world import fill_social

from polybooru.api.philomena.compiled_autocomplete import compile_tags
from polybooru.db.tables import image_tags, images, users
from polybooru.library.actors import Actor, Role
from polybooru.library.images import feature_image, hide_image
from polybooru.library.interactions import fave, vote
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.library.tags import expand_tags
from polybooru.library.work import Work

PHOTO, ANIMATION, DRAWING, ANONYMOUS, DELETED, MERGED, QUESTIONABLE, EXPLICIT, JPEG = range(1, 10)
FIRST_ROW, ROWS = 10, 60
UNPROCESSED = ANONYMOUS
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40">
<script>alert(1)</script>
<rect width="60" height="40" fill="#246"/><circle cx="30" cy="20" r="12" fill="#fa3"/></svg>"""


@dataclass(frozen=True, slots=True)
class World:
    opened: OpenBoard
    people: dict[str, Actor]
    keys: dict[str, str]


def fill(opened: OpenBoard) -> World:
    people = {
        "admin": opened.make_user("admin", Role.ADMIN),
        "moderator": opened.make_user("moderator", Role.MODERATOR),
        "assistant": opened.make_user("assistant", Role.ASSISTANT),
        "alice": opened.make_user("alice"),
        "bob": opened.make_user("bob", images_per_page=2),
        "gone": opened.make_user("gone"),
        "restless": opened.make_user("restless"),
    }
    keys = {name: opened.make_token(name) for name in people}
    keys["expired"] = opened.make_token("alice", expires_in=timedelta(seconds=1))
    keys["reader"] = opened.make_token("admin", "read")
    with opened.library.work() as work:
        work.execute(update(users).where(users.c.name == "gone").values(deactivated_at=work.now))
        work.changed("user", people["gone"].user_id or 0)
        _tags(work, people["admin"])
    _uploads(opened, people["alice"])
    fill_social(
        opened,
        people,
        {
            "photo": PHOTO,
            "deleted": DELETED,
            "merged": MERGED,
            "questionable": QUESTIONABLE,
            "explicit": EXPLICIT,
        },
    )
    opened.clock.advance(3600)
    with opened.library.work() as work:
        _moderation(work, people["moderator"])
        _interactions(work, people)
        _rows(work, people["bob"])
    opened.board.compiled_tags.write(compile_tags(opened.library))
    return World(opened, people, keys)


def _tags(work: Work, admin: Actor) -> None:
    describe_tag(work, admin, "cat", description="Purrs.", short_description="Purrs", category="species")
    describe_tag(work, admin, "oc", description="", short_description="", category="oc")
    alias_tag(work, admin, "kitty", "cat")
    alias_tag(work, admin, "artist:m. lou", "artist:mary-lou/2.0")
    imply_tag(work, admin, "kitten", "cat")


def _uploads(opened: OpenBoard, alice: Actor) -> None:
    def add(tags: str, picture: bytes, file_name: str, **more) -> None:
        opened.clock.advance(60)
        opened.make_image(alice, tags, picture=picture, file_name=file_name, **more)

    add(
        "safe, Artist:Mary-Lou/2.0, kitten, OC:fluffy, 100%, c++",
        drawn_png(1, width_px=640, height_px=480),
        "caf\u00e9 photo.png",
        description="First line.\r\n*Second* \U0001f408",
        sources=["https://example.org/a", "http://example.org/b"],
    )
    frames = np.random.default_rng(2).integers(0, 256, (3 * 20, 300, 3), dtype=np.uint8)
    gif: bytes = drawn(frames).copy(interpretation="srgb").write_to_buffer(".gif", page_height=20)
    add("safe, animated, loop", gif, "loop.gif")
    add("safe, drawing, vector", SVG, "drawing.svg")
    opened.process()
    add("safe, secret, cute", drawn_png(4), "", is_anonymous=True)
    add("safe, bad, awful", drawn_png(5), "bad.png")
    add("safe, twin, cute", drawn_png(6), "twin.png")
    add("questionable, cat, cute", drawn_png(7), "q.png")
    add("explicit, cat, cute", drawn_png(8), "e.png")
    flat = np.full((100, 200, 3), (200, 100, 50), dtype=np.uint8)
    add("safe, flat, plain", drawn(flat).write_to_buffer(".jpg"), "flat.jpeg")
    assert opened.library.replica.index.ids.max() == JPEG


def _moderation(work: Work, moderator: Actor) -> None:
    feature_image(work, moderator, DELETED)
    feature_image(work, moderator, PHOTO)
    feature_image(work, moderator, MERGED)
    hide_image(work, moderator, DELETED, reason="Rule #1")
    hide_image(work, moderator, MERGED, reason="Duplicate")
    work.execute(update(images).where(images.c.id == MERGED).values(duplicate_id=PHOTO))


def _interactions(work: Work, people: dict[str, Actor]) -> None:
    for image_id in (DRAWING, PHOTO):
        fave(work, people["alice"], image_id)
    vote(work, people["alice"], ANIMATION, is_up=False)
    vote(work, people["alice"], QUESTIONABLE, is_up=True)
    vote(work, people["bob"], PHOTO, is_up=True)
    for image_id in (PHOTO, ANIMATION):
        fave(work, people["restless"], image_id)


def _rows(work: Work, uploader: Actor) -> None:
    """Images without files, whose columns repeat at different steps so that every sort has ties."""
    tags = expand_tags(work, ["safe", "rows"])
    for number in range(ROWS):
        image_id = FIRST_ROW + number
        moment = START + timedelta(days=1 + number % 7)
        ups, downs = number % 5, number % 3
        row = {
            "id": image_id,
            "created_at": moment,
            "updated_at": START + timedelta(days=30 + number % 4),
            "first_seen_at": moment,
            "uploader_id": uploader.user_id,
            "is_anonymous": False,
            "file_name": f"row{number % 6}.png",
            "mime_type": "image/png",
            "format": "png",
            "width_px": 100 + number % 9,
            "height_px": 100 + number % 11,
            "size_bytes": 1000 + number % 8,
            "orig_size_bytes": 1000,
            "duration_seconds": (number % 2) * 1.5,
            "is_animated": bool(number % 2),
            "sha512_hash": f"{image_id:0128x}",
            "orig_sha512_hash": f"{image_id:0128x}",
            "blob": f"{image_id:0128x}",
            "upvotes": ups,
            "downvotes": downs,
            "faves": number % 4,
            "comment_count": number % 10,
        }
        work.execute(insert(images), [row])
        wanted = tags if number % 2 else [*tags, *expand_tags(work, ["rows even"])]
        work.execute(insert(image_tags), [{"image_id": image_id, "tag_id": tag.id} for tag in wanted])
        work.changed("image", image_id)
    work.database.skip_ids(work.connection, images)
