"""GET images/:id and images/featured: the objects field by field, stubs, interactions, odd ids."""

import json
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient
from tests.boards import drawn_png
from tests.contract.conftest import Workshop
from tests.contract.worlds import (
    ANIMATION,
    ANONYMOUS,
    DELETED,
    DRAWING,
    EXPLICIT,
    JPEG,
    MERGED,
    PHOTO,
    QUESTIONABLE,
    World,
)

from polybooru.library.actors import Role
from polybooru.library.images import feature_image, hide_image

IMAGES = "/api/v1/json/images"
NOT_FOUND = '{"error":"Not found"}'
BAD_REQUEST = '{"error":"Bad Request"}'
FIELDS = {
    "id": int,
    "created_at": str,
    "updated_at": str,
    "first_seen_at": str,
    "width": int,
    "height": int,
    "mime_type": str,
    "size": int,
    "duration": float,
    "animated": bool,
    "format": str,
    "aspect_ratio": float,
    "name": str,
    "sha512_hash": str,
    "orig_sha512_hash": str,
    "tags": list,
    "tag_ids": list,
    "uploader": str | None,
    "uploader_id": int | None,
    "wilson_score": float,
    "intensities": dict | None,
    "score": int,
    "upvotes": int,
    "downvotes": int,
    "faves": int,
    "comment_count": int,
    "tag_count": int,
    "description": str,
    "source_url": str,
    "source_urls": list,
    "view_url": str,
    "representations": dict,
    "thumbnails_generated": bool,
    "processed": bool,
    "deletion_reason": type(None),
    "duplicate_of": type(None),
    "hidden_from_users": bool,
    "spoilered": bool,
}
WHOLE = [PHOTO, ANIMATION, DRAWING, ANONYMOUS, QUESTIONABLE, EXPLICIT, JPEG]


@pytest.mark.parametrize(
    ("name", "image_id"),
    [
        ("png", PHOTO),
        ("gif", ANIMATION),
        ("svg", DRAWING),
        ("anonymous", ANONYMOUS),
        ("deleted", DELETED),
        ("merged", MERGED),
        ("jpeg", JPEG),
    ],
)
def test_the_body_is_exactly_the_golden_one(
    client: TestClient, golden: Callable[[str, str], None], name: str, image_id: int
) -> None:
    golden(f"image-{name}.json", client.get(f"{IMAGES}/{image_id}").text + "\n")


@pytest.mark.parametrize("image_id", WHOLE)
def test_an_image_has_every_documented_field_and_no_other(client: TestClient, image_id: int) -> None:
    answer = client.get(f"{IMAGES}/{image_id}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json().keys() == {"image", "interactions"}
    image = answer.json()["image"]
    assert list(image) == list(FIELDS)
    wrong = {name: image[name] for name, kind in FIELDS.items() if not isinstance(image[name], kind)}
    assert wrong == {}
    assert len(image["tags"]) == len(image["tag_ids"]) == image["tag_count"]
    if image["intensities"] is not None:
        assert list(image["intensities"]) == ["nw", "ne", "sw", "se"]
        assert all(isinstance(value, float) for value in image["intensities"].values())


def test_whole_floats_are_written_with_a_fraction(client: TestClient) -> None:
    assert '"aspect_ratio":15.0,' in client.get(f"{IMAGES}/{ANIMATION}").text
    assert '"wilson_score":0.0,' in client.get(f"{IMAGES}/{JPEG}").text


@pytest.mark.parametrize("image_id", [PHOTO, DRAWING, JPEG])
def test_a_still_lasts_one_frame(client: TestClient, image_id: int) -> None:
    image = client.get(f"{IMAGES}/{image_id}").json()["image"]
    assert (image["duration"], image["animated"]) == (0.04, False)


def test_an_anonymous_uploader_is_null_even_to_himself_and_to_staff(client: TestClient, world: World) -> None:
    for key in ("", world.keys["alice"], world.keys["admin"]):
        image = client.get(f"{IMAGES}/{ANONYMOUS}", params={"key": key}).json()["image"]
        assert (image["uploader"], image["uploader_id"]) == (None, None)


@pytest.mark.parametrize("who", ["", "alice", "admin"])
def test_a_hidden_image_is_a_stub_of_seven_fields_for_everybody(
    client: TestClient, world: World, who: str
) -> None:
    for image_id, target, reason in ((DELETED, None, "Rule #1"), (MERGED, PHOTO, None)):
        answer = client.get(f"{IMAGES}/{image_id}", params={"key": world.keys.get(who, "")})
        assert answer.status_code == 200
        stub = answer.json()["image"]
        assert stub.keys() == {
            "id",
            "created_at",
            "updated_at",
            "first_seen_at",
            "duplicate_of",
            "deletion_reason",
            "hidden_from_users",
        }
        assert (stub["duplicate_of"], stub["deletion_reason"]) == (target, reason)
        assert stub["hidden_from_users"] is True


def test_interactions_are_the_callers_own_faves_before_votes(client: TestClient, world: World) -> None:
    alice = world.people["alice"].user_id

    def done(image_id: int, who: str) -> list:
        return client.get(f"{IMAGES}/{image_id}", params={"key": world.keys[who]}).json()["interactions"]

    assert done(PHOTO, "alice") == [
        {"image_id": PHOTO, "interaction_type": "faved", "user_id": alice, "value": ""},
        {"image_id": PHOTO, "interaction_type": "voted", "user_id": alice, "value": "up"},
    ]
    assert done(ANIMATION, "alice") == [
        {"image_id": ANIMATION, "interaction_type": "voted", "user_id": alice, "value": "down"}
    ]
    assert done(JPEG, "alice") == []
    assert client.get(f"{IMAGES}/{PHOTO}").json()["interactions"] == []


def test_an_image_is_spoilered_by_what_the_filter_hides_or_covers_and_never_withheld(
    client: TestClient, world: World
) -> None:
    def spoilered(image_id: int, filter_id: str = "") -> bool:
        answer = client.get(f"{IMAGES}/{image_id}", params={"filter_id": filter_id})
        assert answer.status_code == 200
        return answer.json()["image"]["spoilered"]

    assert [spoilered(i) for i in (PHOTO, QUESTIONABLE, EXPLICIT)] == [False, True, True]
    assert [spoilered(i, "2") for i in (PHOTO, QUESTIONABLE, EXPLICIT)] == [False, False, False]
    assert spoilered(EXPLICIT, "56027") is True  # unknown: the caller's own filter applies


@pytest.mark.parametrize("image_id", ["999", "0", "-1", "-0", "2147483647", "2147483648", "-2147483649"])
def test_an_unknown_id_is_not_found(client: TestClient, image_id: str) -> None:
    answer = client.get(f"{IMAGES}/{image_id}")
    assert (answer.status_code, answer.text) == (404, NOT_FOUND)


@pytest.mark.parametrize("digits", [10, 19, 20, 40, 5000])
def test_an_absurdly_long_id_is_not_found(client: TestClient, digits: int) -> None:
    for sign in ("", "-"):
        answer = client.get(f"{IMAGES}/{sign}{'9' * digits}")
        assert (answer.status_code, answer.text) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    "image_id", ["abc", "1.0", "1e3", "1x", "%20", "1%20", "%00", "0x1", "--1", "\u0661"]
)
def test_an_id_that_is_no_integer_is_a_bad_request(client: TestClient, image_id: str) -> None:
    answer = client.get(f"{IMAGES}/{image_id}")
    assert (answer.status_code, answer.text) == (400, BAD_REQUEST)


@pytest.mark.parametrize("value", ["abc", "1.0", "1e3", " ", "null", "\u0661"])
@pytest.mark.parametrize("path", [f"{IMAGES}/1", f"{IMAGES}/featured", "/api/v1/json/search?q=safe"])
def test_a_filter_id_that_is_no_integer_is_a_bad_request(client: TestClient, path: str, value: str) -> None:
    joint = "&" if "?" in path else "?"
    answer = client.get(f"{path}{joint}filter_id={value}")
    assert (answer.status_code, answer.text) == (400, BAD_REQUEST)


@pytest.mark.parametrize("value", ["", "56027", "2", "0", "-1", "9" * 30])
def test_an_empty_or_unknown_filter_id_is_no_error(client: TestClient, value: str) -> None:
    assert client.get(f"{IMAGES}/1", params={"filter_id": value}).status_code == 200


def test_the_featured_image_is_the_one_featured_last_that_is_not_hidden(client: TestClient) -> None:
    assert client.get(f"{IMAGES}/featured").text == client.get(f"{IMAGES}/{PHOTO}").text


def test_nothing_featured_is_not_found_and_a_feature_shows_at_once(workshop: Workshop) -> None:
    opened, asking = workshop.opened, workshop.client
    answer = asking.get(f"{IMAGES}/featured")
    assert (answer.status_code, answer.text) == (404, NOT_FOUND)
    moderator = opened.make_user("fiona", Role.MODERATOR)
    first, second = (opened.make_image(workshop.uploader) for _ in range(2))
    for image_id in (second, first):
        with opened.library.work() as work:
            feature_image(work, moderator, image_id)
        assert asking.get(f"{IMAGES}/featured").json()["image"]["id"] == image_id
    with opened.library.work() as work:
        hide_image(work, moderator, first, reason="test")
    assert asking.get(f"{IMAGES}/featured").json()["image"]["id"] == second
    assert asking.get(f"{IMAGES}/{first}").json()["image"]["hidden_from_users"] is True


def test_processing_shows_in_the_next_answer(workshop: Workshop) -> None:
    opened, asking = workshop.opened, workshop.client
    image_id = opened.make_image(workshop.uploader, picture=drawn_png(10_001))
    before = asking.get(f"{IMAGES}/{image_id}").json()["image"]
    opened.process()
    after = asking.get(f"{IMAGES}/{image_id}").json()["image"]
    changed = {name for name in before if before[name] != after[name]}
    assert {"thumbnails_generated", "processed", "intensities"} <= changed
    assert changed <= {
        "thumbnails_generated",
        "processed",
        "intensities",
        "sha512_hash",
        "size",
        "updated_at",
    }


def test_the_answer_is_json_without_blanks(client: TestClient) -> None:
    text = client.get(f"{IMAGES}/{PHOTO}").text
    assert text == json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
