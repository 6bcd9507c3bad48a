"""GET oembed: which image an address means, and what is told of it."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from tests.boards import OpenBoard, drawn_png
from tests.contract.conftest import Workshop
from tests.contract.worlds import ANONYMOUS, DELETED, DRAWING, JPEG, MERGED, PHOTO, World

from polybooru.application import application
from polybooru.library.actors import Role
from polybooru.library.uploads import Upload, spooled, upload
from polybooru.settings import DialectSettings, PhilomenaSettings

BASE = "/api/v1/json"
FIELDS = (
    "version",
    "type",
    "title",
    "author_name",
    "author_url",
    "provider_name",
    "provider_url",
    "cache_age",
    "url",
    "width",
    "height",
    "thumbnail_url",
    "thumbnail_width",
    "thumbnail_height",
    "booru_id",
    "booru_score",
    "booru_comments",
    "booru_tags",
    "derpibooru_id",
    "derpibooru_score",
    "derpibooru_comments",
    "derpibooru_tags",
)


def embedded(client: TestClient, url: str) -> Any:
    return client.get(f"{BASE}/oembed", params={"url": url})


@pytest.mark.parametrize(
    "url",
    [
        "https://static.manebooru.art/img/2020/7/31/1/full.png",
        "https://derpicdn.net/img/2012/1/2/1/thumb_small.jpg",
        "//derpicdn.net/img/2012/1/2/1/full.png",
        "/img/2012/1/2/1/full.png",
        "https://a.example/img/view/2012/1/2/1.png",
        "https://a.example/img/download/2012/1/2/1.svg",
        "https://a.example/img/view/2012/1/2/1__safe_artist-colon-9_oc+2.png",
        "https://a.example/img/download/2012/12/31/1__7.webm",
        "https://a.example/img/2012/1/2/1-0123456789ab/full.png",
        "https://a.example/below/img/2012/1/2/1/full.png",
        "https://a.example/images/1",
        "https://a.example/1",
        "https://a.example/1?q=5",
        "https://a.example/1#comment_7",
        "https://a.example/images/1/related/9",
        "https://a.example/images/0001",
        "https://user:7@a.example:8080/images/1",
        "a.example/images/1",
    ],
)
def test_these_addresses_mean_image_1_whatever_the_host(client: TestClient, url: str) -> None:
    answer = embedded(client, url)
    assert answer.status_code == 200, answer.text
    assert answer.json()["booru_id"] == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://a.example",
        "https://a.example/",
        "https://a.example?q=1",
        "https://1.example/about",
        "https://a.example/img/1.png",
        "https://a.example/img/2012/1/2.png",
        "https://a.example/img/view/1.png",
        "https://a.example/img/other/2012/1/2/1.png",
        "https://a.example/images/999",
        "https://a.example/images/0",
        "https://a.example/images/-1",
        "https://a.example/images/2147483648",
        f"https://a.example/images/{'9' * 5_000}",
        f"https://a.example/img/2012/1/2/{'1' * 5_000}/full.png",
        "https://a.example/\u0661",
        "https://[1/1",
        "mailto:1@a.example",
        f"https://a.example/images/{DELETED}",
        f"https://a.example/images/{MERGED}",
    ],
)
def test_everything_else_is_not_found(client: TestClient, url: str) -> None:
    answer = embedded(client, url)
    assert (answer.status_code, answer.text) == (404, '{"error":"Not found"}')


def test_without_a_text_for_an_address_nothing_is_found(client: TestClient) -> None:
    for query in ("", "?url", "?url[]=/1", "?url[a]=/1"):
        answer = client.get(f"{BASE}/oembed{query}")
        assert (answer.status_code, answer.text) == (404, '{"error":"Not found"}')


def test_all_that_is_told_of_an_image(client: TestClient) -> None:
    told = embedded(client, f"/{PHOTO}").json()
    image = client.get(f"{BASE}/images/{PHOTO}").json()["image"]
    assert list(told) == list(FIELDS)
    assert told == {
        "version": "1.0",
        "type": "photo",
        "title": f"#{PHOTO} - {', '.join(image['tags'])} - Polybooru",
        "author_name": "mary-lou/2.0",
        "author_url": "https://example.org/a",
        "provider_name": "Polybooru",
        "provider_url": "https://board.example",
        "cache_age": 7200,
        "url": image["representations"]["full"],
        "width": 640,
        "height": 480,
        "thumbnail_url": image["representations"]["large"],
        "thumbnail_width": 640,
        "thumbnail_height": 480,
        **{
            f"{prefix}_{name}": value
            for prefix in ("booru", "derpibooru")
            for name, value in (
                ("id", PHOTO),
                ("score", image["score"]),
                ("comments", image["comment_count"]),
                ("tags", image["tags"]),
            )
        },
    }


def test_without_artist_and_source_both_are_empty(client: TestClient) -> None:
    for image_id in (ANONYMOUS, JPEG, DRAWING):
        told = embedded(client, f"/{image_id}").json()
        assert (told["author_name"], told["author_url"]) == ("", "")
        assert told["type"] == "photo"


def made(opened: OpenBoard, name: str, picture: bytes, tags: str) -> int:
    with spooled(opened.library, picture) as path:
        return upload(opened.library, opened.make_user(name), Upload(file=path, tags=[tags]))


def test_a_large_picture_has_a_thumbnail_in_its_box_with_floored_sides(workshop: Workshop) -> None:
    image_id = made(
        workshop.opened,
        "oem",
        drawn_png(611, width_px=1_301, height_px=700),
        "safe, artist:one, artist:two two, cat",
    )
    told = embedded(workshop.client, f"https://a.example/images/{image_id}").json()
    assert told["thumbnail_url"].endswith(f"/{image_id}/large.png")
    assert (told["thumbnail_width"], told["thumbnail_height"]) == (1_280, 688)  # 688.7
    assert told["author_name"] == "one, two two"


def test_a_thumbnail_fills_its_box_on_one_side_to_the_pixel(workshop: Workshop) -> None:
    # 1,122 times 1,024/1,122 is 1,023.99 in floating point.
    picture = drawn_png(613, width_px=300, height_px=1_122)
    image_id = made(workshop.opened, "oriel", picture, "safe, cat, tall")
    told = embedded(workshop.client, f"/{image_id}").json()
    assert (told["thumbnail_width"], told["thumbnail_height"]) == (273, 1_024)


def test_an_image_that_waits_for_approval_is_there_for_its_uploader_and_staff(workshop: Workshop) -> None:
    opened = workshop.opened
    opened.make_user("oliver")
    staff = opened.make_user("olga", Role.MODERATOR)
    before = opened.library.policy
    opened.library.policy = replace(before, first_uploads_to_approve=1)
    try:
        waiting = opened.make_image(opened.make_user("oscar"), "safe, waiting, cute")
    finally:
        opened.library.policy = before
    keys = {name: opened.make_token(name) for name in ("oliver", "olga", "oscar")}
    statuses = {
        name: workshop.client.get(f"{BASE}/oembed?url=/{waiting}&key={key}").status_code
        for name, key in keys.items()
    }
    assert statuses == {"oliver": 404, "olga": 200, "oscar": 200}
    assert staff.is_staff
    assert embedded(workshop.client, f"/{waiting}").status_code == 404


def test_who_provides_the_images_is_a_setting(world: World) -> None:
    named = PhilomenaSettings(
        rate_limit=False, provider_name="Derpibooru", provider_url="https://derpibooru.org"
    )
    settings = replace(world.opened.settings, dialect=DialectSettings(philomena=named))
    with TestClient(application(world.opened.board, settings)) as asking:
        told = embedded(asking, "/1").json()
    assert (told["provider_name"], told["provider_url"]) == ("Derpibooru", "https://derpibooru.org")


def test_a_text_full_of_markup_stays_text(client: TestClient) -> None:
    for url in ("<script>", "/1<script>", "/1'\"><b>", f"/{quote('1<')}"):
        answer = embedded(client, url)
        assert answer.status_code in {200, 404}
        assert "<" not in answer.text
