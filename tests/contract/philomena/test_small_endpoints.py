"""Tags by their ids, and the file that clients complete tags from; through HTTP, on both databases."""

from struct import unpack_from
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.contract.conftest import Workshop
from tests.contract.worlds import World

from polybooru.api.philomena.compiled_autocomplete import compile_tags


def tags(client: TestClient, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/fetch/tags?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"tags"}
    return answer.json()["tags"]


def test_tags_are_fetched_by_their_ids_and_unknown_ones_left_out(client: TestClient) -> None:
    safe = client.get("/api/v1/json/tags/safe").json()["tag"]
    cat = client.get("/api/v1/json/tags/cat").json()["tag"]
    found = tags(
        client, f"ids[]={cat['id']}&ids[]=99999999&ids[]={safe['id']}&ids[]={cat['id']}&ids[]=-1&ids[]=0"
    )
    assert found == [
        {"id": tag["id"], "name": tag["name"], "images": tag["images"], "spoiler_image_uri": None}
        for tag in sorted([safe, cat], key=lambda tag: tag["id"])
    ]


@pytest.mark.parametrize("query", ["", "ids[]=99999999999999999999999", "ids[]=2147483648", "page=2"])
def test_nothing_is_an_empty_list(client: TestClient, query: str) -> None:
    assert tags(client, query) == []


def test_fifty_tags_are_answered_and_no_more(workshop: Workshop) -> None:
    names = ", ".join(f"fetched {number}" for number in range(60))
    image_id = workshop.opened.make_image(workshop.uploader, f"safe, {names}")
    image = workshop.client.get(f"/api/v1/json/images/{image_id}").json()["image"]
    query = "&".join(f"ids[]={tag_id}" for tag_id in image["tag_ids"])
    assert len(tags(workshop.client, query)) == 50


@pytest.mark.parametrize(
    "query", ["ids=1", "ids[]=one", "ids[]=", "ids[a]=1", "ids[][x]=1", "filter_id=x", "ids[]=1.5"]
)
def test_what_is_no_list_of_numbers_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/fetch/tags?{query}")
    assert (answer.status_code, answer.json()) == (400, {"error": "Bad Request"})


def test_below_fetch_nothing_else_is_found(client: TestClient) -> None:
    for method, path in (
        ("GET", "/fetch"),
        ("GET", "/fetch/users"),
        ("POST", "/fetch/tags"),
        ("DELETE", "/fetch/x/y"),
    ):
        answer = client.request(method, path)
        assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


def test_before_it_was_made_the_compiled_file_is_not_found(workshop: Workshop) -> None:
    (workshop.opened.data / "compiled-tags").unlink(missing_ok=True)
    answer = workshop.client.get("/autocomplete/compiled")
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store, no-cache"


def test_the_compiled_file_is_handed_out_for_a_day_and_asked_for_by_its_tag(
    world: World, workshop: Workshop
) -> None:
    opened, client = workshop.opened, workshop.client
    opened.make_image(workshop.uploader, "safe, compiled tag, another tag")
    made = compile_tags(opened.library)
    opened.board.compiled_tags.write(made)
    answer = client.get("/autocomplete/compiled", headers={"accept": "application/octet-stream"})
    assert answer.status_code == 200
    assert answer.content == made
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers.get_list("cache-control") == ["public, max-age=86400"]
    assert answer.headers["access-control-allow-origin"] == "*"
    version, _, count = unpack_from("<III", made, len(made) - 12)
    assert version == 2
    assert count >= 3
    assert b"compiled tag" in made
    again = client.get("/autocomplete/compiled", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/autocomplete/compiled").content == b""
    opened.make_image(workshop.uploader, "safe, compiled later, another tag")
    opened.board.compiled_tags.write(compile_tags(opened.library))
    fresh = client.get("/autocomplete/compiled", headers={"if-none-match": answer.headers["etag"]})
    assert fresh.status_code == 200
    assert b"compiled later" in fresh.content
