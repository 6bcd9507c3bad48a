"""Every request that the services' documents print, as it stands there, on a board where those ids exist."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Table, delete, func, insert, select
from starlette.testclient import TestClient
from tests.boards import OpenBoard, drawn, drawn_png, open_board

from polybooru.application import application
from polybooru.db.tables import comments, images, posts, users
from polybooru.library.actors import Actor, Role
from polybooru.library.comments import post_comment
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.images import feature_image
from polybooru.library.posts import reply
from polybooru.library.topics import TopicText, create_topic
from polybooru.media import Decoders
from polybooru.settings import DialectSettings, PhilomenaSettings, Settings, UploadSettings

API = "/api/v1/json"
MANEBOORU, DERPIBOORU = "https://static.manebooru.art", "https://derpicdn.net"
EVERYTHING = 56_027
SETTINGS = Settings(
    public_url=MANEBOORU,
    upload=UploadSettings(rate_limit=False),
    dialect=DialectSettings(philomena=PhilomenaSettings(rate_limit=False, everything_filter_id=EVERYTHING)),
)


@dataclass(frozen=True, slots=True)
class Printed:
    """Clients of the board, under the names of the two services, and a token of somebody on it."""

    manebooru: TestClient
    derpibooru: TestClient
    key: str

    def get(self, request: str) -> Any:
        answer = self.manebooru.get(f"{API}/{request}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def printed(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> Iterator[Printed]:
    folder = tmp_path_factory.mktemp("printed")
    with open_board(database_url(), folder, settings=SETTINGS, decoders=decoders) as opened:
        make(opened)
        derpibooru = application(replace(opened.board, public_url=DERPIBOORU), SETTINGS)
        with TestClient(opened.application()) as one, TestClient(derpibooru) as other:
            yield Printed(one, other, opened.make_token("first"))


@contextmanager
def as_number(opened: OpenBoard, wanted: int, table: Table, **unique: Any) -> Iterator[None]:
    """Let the next row of a table get this id, as on a board that has had so many.

    unique: columns of the row before it, which is a copy and goes again.
    """
    with opened.library.work() as work:
        newest = select(table).where(table.c.id == select(func.max(table.c.id)).scalar_subquery())
        row = dict(work.execute(newest).mappings().one())
        work.execute(insert(table).values(row | unique | {"id": wanted - 1}))
        work.database.skip_ids(work.connection, table)
    yield
    with opened.library.work() as work:
        work.execute(delete(table).where(table.c.id == wanted - 1))


def make(opened: OpenBoard) -> None:
    first = opened.make_user("first")
    with as_number(opened, 216_494, users, name="?", folded_name="?", slug="?"):
        late = opened.make_user("late", Role.MODERATOR)
    _images(opened, first)
    with opened.library.work() as work:
        feature_image(work, late, 1)
        for number in range(1, 5):
            post_comment(work, first, 1, f"Comment {number}")
    with as_number(opened, 1_000, comments), opened.library.work() as work:
        post_comment(work, first, 1_000_000, "The thousandth")
    for title in ("Mean things", "Kind things"):
        with opened.library.work() as work:
            gallery = GalleryText(title=title, description="", cover_id=1)
            add_images(work, first, create_gallery(work, first, gallery), [1, 3])
    _talk(opened, first, late)
    opened.process()


def _images(opened: OpenBoard, who: Actor) -> None:
    def add(image_id: int, day: tuple[int, int, int], tags: str, picture: bytes) -> None:
        opened.clock.now = datetime(*day, 12, tzinfo=UTC)
        if image_id <= 3:
            assert opened.make_image(who, tags, picture=picture) == image_id
            return
        with as_number(opened, image_id, images, orig_sha512_hash=None, is_approved=False):
            assert opened.make_image(who, tags, picture=picture) == image_id

    add(1, (2012, 1, 2), "safe, artist:atryl, wing", drawn_png(1))
    add(2, (2012, 1, 2), "safe, spread wings, cute", drawn_png(2))
    add(3, (2012, 1, 2), "safe, winged, big wing hugs", drawn_png(3))
    add(1_000_000, (2015, 10, 10), "safe, million, cute", drawn_png(4))
    noise = np.random.default_rng(5).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    add(2_228_439, (2019, 12, 24), "safe, winter, cute", drawn(noise).write_to_buffer(".jpg"))
    add(4_000_000, (2020, 7, 31), "safe, summer, cute", drawn_png(6))


def _talk(opened: OpenBoard, first: Actor, late: Actor) -> None:
    with opened.library.work() as work:
        text = TopicText(title="Time wasting thread", body="Say something.")
        create_topic(work, late, "dis", text)
    with as_number(opened, 2_730_144, posts, topic_position=1_000), opened.library.work() as work:
        asking = TopicText(title="Ask the mods anything", body="Questions go here.")
        topic_id = create_topic(work, late, "dis", asking)
    with as_number(opened, 2_761_095, posts, topic_position=1_000), opened.library.work() as work:
        reply(work, first, topic_id, "Why is the sky blue?")


@pytest.mark.parametrize(
    ("request_", "noun", "field", "value"),
    [
        ("comments/4", "comment", "body", "Comment 4"),
        ("comments/1000", "comment", "body", "The thousandth"),
        ("images/1", "image", "tags", ["safe", "artist:atryl", "wing"]),
        ("images/featured", "image", "id", 1),
        ("posts/1", "post", "body", "Say something."),
        ("posts/2730144", "post", "body", "Questions go here."),
        ("profiles/1", "user", "name", "first"),
        ("profiles/216494", "user", "role", "moderator"),
        ("filters/1", "filter", "name", "Default"),
        ("filters/56027", "filter", "name", "Everything"),
        ("tags/artist-colon-atryl", "tag", "name", "artist:atryl"),
        ("forums/dis", "forum", "topic_count", 2),
        ("forums/dis/topics/ask-the-mods-anything", "topic", "title", "Ask the mods anything"),
        ("forums/dis/topics/ask-the-mods-anything/posts/2761095", "post", "body", "Why is the sky blue?"),
    ],
)
def test_a_request_for_one_thing(printed: Printed, request_: str, noun: str, field: str, value: Any) -> None:
    assert printed.get(request_)[noun][field] == value


@pytest.mark.parametrize(
    ("request_", "noun", "field", "values"),
    [
        ("filters/system", "filters", "name", ["Default", "Everything"]),
        ("search/comments?q=image_id:1000000", "comments", "id", [1000]),
        ("search/galleries?q=title:mean*", "galleries", "title", ["Mean things"]),
        ("search/posts?q=subject:time wasting thread", "posts", "id", [1]),
        ("search/posts?q=subject:time%20wasting%20thread", "posts", "id", [1]),
        ("search/posts?q=subject:time+wasting+thread", "posts", "id", [1]),
        ("search/images?q=safe", "images", "id", [4_000_000, 2_228_439, 1_000_000, 3, 2, 1]),
        ("forums", "forums", "short_name", ["art", "dis", "rp", "pony", "meta"]),
        ("forums/dis/topics", "topics", "slug", ["ask-the-mods-anything", "time-wasting-thread"]),
        ("forums/dis/topics/ask-the-mods-anything/posts", "posts", "id", [2_730_144, 2_761_095]),
    ],
)
def test_a_request_for_a_list(
    printed: Printed, request_: str, noun: str, field: str, values: list[Any]
) -> None:
    found = printed.get(request_)
    assert [one[field] for one in found[noun]] == values
    assert found["total"] == len(values)


def test_tags_with_a_word_are_found(printed: Printed) -> None:
    names = {tag["name"] for tag in printed.get("search/tags?q=analyzed_name:wing")["tags"]}
    assert names == {"wing", "big wing hugs"}  # words as they stand: neither `wings` nor `winged`


def test_own_filters_need_a_token(printed: Printed) -> None:
    refused = printed.manebooru.get(f"{API}/filters/user")
    assert (refused.status_code, refused.content) == (403, b"")
    assert printed.get(f"filters/user?key={printed.key}") == {"filters": [], "total": 0}


def test_ids_of_tags_are_not_used(printed: Printed) -> None:
    answer = printed.manebooru.get(f"{API}/tags/1")
    assert (answer.status_code, answer.text) == (404, '{"error":"Not found"}')


@pytest.mark.parametrize(
    "request_",
    ["comments/5", "images/2000000", "posts/2730145", "profiles/216495", "filters/56028", "forums/nothing"],
)
def test_an_id_that_nothing_has_is_not_found(printed: Printed, request_: str) -> None:
    answer = printed.manebooru.get(f"{API}/{request_}")
    assert (answer.status_code, answer.text) == (404, '{"error":"Not found"}')


def test_oembed_of_either_service_is_understood_by_both(printed: Printed) -> None:
    first = "oembed?url=https://static.manebooru.art/img/2020/7/31/4000000/full.png"
    second = "oembed?url=https://derpicdn.net/img/2012/1/2/3/full.png"
    for client in (printed.manebooru, printed.derpibooru):
        assert client.get(f"{API}/{first}").json()["booru_id"] == 4_000_000
        assert client.get(f"{API}/{second}").json()["derpibooru_id"] == 3


def test_a_reverse_search_takes_the_address_in_the_query_without_body_and_key(printed: Printed) -> None:
    asked = (
        (printed.manebooru, "https://static.manebooru.art/img/2020/7/31/4000000/full.png", 4_000_000),
        (printed.derpibooru, "https://derpicdn.net/img/2019/12/24/2228439/full.jpg", 2_228_439),
    )
    for client, url, image_id in asked:
        answer = client.post(f"{API}/search/reverse?url={url}")
        assert answer.status_code == 200
        assert answer.json()["images"][0]["id"] == image_id


def test_an_upload_is_sent_as_printed(printed: Printed) -> None:
    url = f"{MANEBOORU}/img/view/2020/7/31/4000000.png"
    description = '[bq]Some quote\r\nof two lines[/bq]\r\n\r\n*Bold* "link":https://a.example'
    names = [f"some tag-{number} no. {number}" for number in range(40)]
    answer = printed.manebooru.post(
        f"{API}/images?key={printed.key}",
        headers={"content-type": "application/json"},
        json={
            "image": {
                "description": description,
                "tag_input": f"safe, artist:some-one, {', '.join(names)}",
                "source_url": "https://example.org/source",
            },
            "url": url,
        },
    )
    assert answer.status_code == 200, answer.text
    image = answer.json()["image"]
    assert image["description"] == description
    assert image["source_url"] == "https://example.org/source"
    assert len(image["tags"]) == len(names) + 2
