"""GET tags/:slug: the object, and every way in which clients write a slug."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient
from tests.contract.conftest import Workshop

TAGS = "/api/v1/json/tags"
ARTIST = "artist-colon-mary-dash-lou-fwslash-2-dot-0"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("species", "cat"), ("artist", ARTIST), ("alias", "kitty"), ("implying", "kitten"), ("rating", "safe")],
)
def test_the_body_is_exactly_the_golden_one(
    client: TestClient, golden: Callable[[str, str], None], name: str, slug: str
) -> None:
    answer = client.get(f"{TAGS}/{slug}")
    assert answer.status_code == 200
    golden(f"tag-{name}.json", answer.text + "\n")


def test_a_tag_has_every_documented_field_and_no_other(client: TestClient) -> None:
    assert list(client.get(f"{TAGS}/cat").json()) == ["tag"]
    assert list(client.get(f"{TAGS}/cat").json()["tag"]) == [
        "id",
        "name",
        "slug",
        "description",
        "short_description",
        "images",
        "spoiler_image_uri",
        "namespace",
        "name_in_namespace",
        "category",
        "aliased_tag",
        "aliases",
        "implied_tags",
        "implied_by_tags",
        "dnp_entries",
    ]


@pytest.mark.parametrize(
    "path",
    [ARTIST, ARTIST.replace("-", "%2D"), ARTIST.replace("a", "%61"), ARTIST.replace("-", "%252D")],
)
def test_a_slug_is_taken_raw_encoded_and_encoded_twice(client: TestClient, path: str) -> None:
    assert client.get(f"{TAGS}/{path}").json()["tag"]["name"] == "artist:mary-lou/2.0"


def test_a_plus_in_the_path_stays_a_plus(client: TestClient) -> None:
    for path in ("rows+even", "rows%2Beven", "rows%252Beven"):
        assert client.get(f"{TAGS}/{path}").json()["tag"]["name"] == "rows even"
    assert client.get(f"{TAGS}/rows%20even").status_code == 404


def test_a_percent_sign_in_a_name_is_found_in_every_encoding(client: TestClient) -> None:
    for path in ("100%25", "100%2525"):
        assert client.get(f"{TAGS}/{path}").json()["tag"]["name"] == "100%"
    assert client.get(f"{TAGS}/c-plus--plus-").json()["tag"]["name"] == "c++"


@pytest.mark.parametrize(
    "path",
    [
        "artist:mary-lou%2F2.0",
        "artist:mary-lou/2.0",
        "8",
        "CAT",
        "nothing",
        "",
        "%00",
        "cat%00",
        "%ff",
        "a/b",
    ],
)
def test_what_is_no_slug_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(f"{TAGS}/{path}")
    assert (answer.status_code, answer.text) == (404, '{"error":"Not found"}')


def test_the_number_of_images_follows_the_images(workshop: Workshop) -> None:
    workshop.opened.make_image(workshop.uploader, "safe, counted, cute")
    assert workshop.client.get(f"{TAGS}/counted").json()["tag"]["images"] == 1
    workshop.opened.make_image(workshop.uploader, "safe, counted, cute")
    assert workshop.client.get(f"{TAGS}/counted").json()["tag"]["images"] == 2


def test_a_filter_id_that_is_no_integer_is_a_bad_request(client: TestClient) -> None:
    answer = client.get(f"{TAGS}/cat?filter_id=x")
    assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')
