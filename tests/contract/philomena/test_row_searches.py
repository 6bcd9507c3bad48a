"""Searches of comments, posts, galleries, tags and filters: bodies, order, pages, sight, bad input."""

from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.contract import social_world as social
from tests.contract.conftest import Workshop
from tests.contract.worlds import DELETED, World

from polybooru.library.actors import OPERATOR
from polybooru.library.comments import edit_comment, hide_comment, post_comment
from polybooru.library.filter_edits import FilterText, create_filter
from polybooru.library.images import hide_image

SEARCH = "/api/v1/json/search"
NOUNS = ["comments", "posts", "galleries", "tags", "filters"]
GOLDEN = {
    "search-comments": "comments?q=image_id:1",
    "search-posts": "posts?q=subject:time wasting thread",
    "search-galleries": "galleries?q=title:mean*",
    "search-tags": "tags?q=name:artist:*",
    "search-filters": "filters?q=public:true",
    "search-nothing": "comments?q=",
}


def ids(client: TestClient, noun: str, q: str, **more: str) -> list[int]:
    answer = client.get(f"{SEARCH}/{noun}", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()[noun]]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_body_is_exactly_the_golden_one(client: TestClient, golden, name: str) -> None:
    answer = client.get(f"{SEARCH}/{GOLDEN[name]}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    golden(f"{name}.json", answer.text + "\n")
    assert client.get(f"{SEARCH}/{GOLDEN[name]}").text == answer.text  # found again, this time remembered


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("q", ["", "   ", "%09"])
def test_an_empty_query_finds_nothing_and_a_star_everything(client: TestClient, noun: str, q: str) -> None:
    assert client.get(f"{SEARCH}/{noun}?q={q}").json() == {noun: [], "total": 0}
    assert client.get(f"{SEARCH}/{noun}").json() == {noun: [], "total": 0}
    found = client.get(f"{SEARCH}/{noun}?q=*&per_page=50").json()
    assert found["total"] >= len(found[noun]) > 0


# --- order ---


def test_the_newest_come_first_and_galleries_too(client: TestClient) -> None:
    seen = [social.ON_QUESTIONABLE, social.EDITED, social.UNSIGNED, social.SIGNED]
    assert ids(client, "comments", "*") == seen
    posts = [social.OF_UNSIGNED_TOPIC, social.LAST, social.EDITED_POST, social.UNSIGNED_POST, social.FIRST]
    assert ids(client, "posts", "*") == posts
    assert ids(client, "galleries", "*") == [social.UNSIGNED_GALLERY, social.GALLERY]


def test_tags_with_most_images_come_first_and_filters_by_name(client: TestClient, world: World) -> None:
    tags = client.get(f"{SEARCH}/tags?q=*&per_page=50").json()["tags"]
    assert [tag["images"] for tag in tags] == sorted((tag["images"] for tag in tags), reverse=True)
    filters = client.get(f"{SEARCH}/filters", params={"q": "*", "key": world.keys["alice"]}).json()["filters"]
    assert [one["name"] for one in filters] == ["Default", "Everything", "For All", "Mine"]


# --- sight ---


@pytest.mark.parametrize("who", ["", "alice", "bob", "assistant"])
def test_what_is_hidden_waits_or_is_elsewhere_is_not_found(
    client: TestClient, world: World, who: str
) -> None:
    key = world.keys.get(who, "")
    everything = str(social.EVERYTHING)
    comments = ids(client, "comments", "*", key=key, filter_id=everything)
    assert comments == [
        social.ON_EXPLICIT,
        social.ON_QUESTIONABLE,
        social.EDITED,
        social.UNSIGNED,
        social.SIGNED,
    ]
    assert ids(client, "comments", "deleted:true", key=key) == []  # words like any others
    hidden = {social.HIDDEN_POST, social.DESTROYED_POST, social.WAITING_POST, social.OF_HIDDEN_TOPIC}
    assert not hidden & {*ids(client, "posts", "*", key=key)}
    assert ids(client, "posts", "subject:among us", key=key) == []


@pytest.mark.parametrize("who", ["moderator", "admin"])
def test_staff_find_what_waits_and_ask_for_what_is_hidden(client: TestClient, world: World, who: str) -> None:
    key = world.keys[who]
    assert social.WAITING in ids(client, "comments", "*", key=key)
    asked = client.get(
        f"{SEARCH}/comments", params={"q": "deleted:true", "key": key, "filter_id": "2"}
    ).json()["comments"]
    by_id: dict[int, Any] = {one["id"]: one for one in asked}
    assert {*by_id} == {social.HIDDEN, social.ON_DELETED, social.ON_MERGED}
    assert by_id[social.HIDDEN]["body"] is None
    assert by_id[social.HIDDEN]["author"] == "bob"
    stub = {name: None for name in by_id[social.HIDDEN] if name != "avatar"}
    assert by_id[social.ON_DELETED] == stub | {"id": social.ON_DELETED, "image_id": DELETED}
    posts = client.get(f"{SEARCH}/posts", params={"q": "deleted:true", "key": key}).json()["posts"]
    [hidden_topic] = [one for one in posts if one["id"] == social.OF_HIDDEN_TOPIC]
    assert "avatar" not in hidden_topic
    assert {value for name, value in hidden_topic.items() if name != "id"} == {None}
    assert ids(client, "posts", "subject:among us", key=key) == []


def test_the_filter_hides_comments_by_tag_and_not_by_its_queries(workshop: Workshop) -> None:
    opened, client = workshop.opened, workshop.client
    image_id = opened.make_image(workshop.uploader, "safe, filtered tag, cute")
    with opened.library.work() as work:
        comment_id = post_comment(work, workshop.uploader, image_id, "Filtered words")
        by_tag = create_filter(
            work,
            workshop.uploader,
            FilterText(name="By tag", hidden_tags=["filtered tag"], is_public=True),
        )
        by_query = create_filter(
            work,
            workshop.uploader,
            FilterText(name="By query", hidden_complex="filtered tag", is_public=True),
        )
    asked = {"q": "filtered words"}
    assert ids(client, "comments", **asked) == [comment_id]
    assert ids(client, "comments", **asked, filter_id=str(by_tag)) == []
    assert ids(client, "comments", **asked, filter_id=str(by_query)) == [comment_id]
    for unknown in ("56027", "", "-1", "9" * 30):
        assert ids(client, "comments", **asked, filter_id=unknown) == [comment_id]
    with opened.library.work() as work:
        hide_image(work, OPERATOR, image_id, reason="Rule #1")
    assert ids(client, "comments", **asked) == []  # and not as it was remembered


def test_what_is_told_of_a_remembered_page_follows_what_happens(workshop: Workshop) -> None:
    opened, client = workshop.opened, workshop.client

    def found(noun: str, q: str, field: str) -> list[Any]:
        return [one[field] for one in client.get(f"{SEARCH}/{noun}", params={"q": q}).json()[noun]]

    image_id = opened.make_image(workshop.uploader, "safe, freshly counted, cute")
    assert found("tags", "freshly counted", "images") == [1]
    opened.make_image(workshop.uploader, "safe, freshly counted, cute")
    assert found("tags", "freshly counted", "images") == [2]
    with opened.library.work() as work:
        comment_id = post_comment(work, workshop.uploader, image_id, "A remembered text")
    assert found("comments", "remembered", "body") == ["A remembered text"]
    with opened.library.work() as work:
        edit_comment(work, workshop.uploader, comment_id, "Another remembered text")
    assert found("comments", "remembered", "body") == ["Another remembered text"]
    with opened.library.work() as work:
        hide_comment(work, OPERATOR, comment_id, reason="Rule #1")
    assert found("comments", "remembered", "body") == []


def test_a_private_filter_is_found_by_its_owner_alone(client: TestClient, world: World) -> None:
    for who in ("", "bob", "assistant", "moderator", "admin"):
        assert social.PRIVATE_FILTER not in ids(client, "filters", "*", key=world.keys.get(who, ""))
    assert ids(client, "filters", "my:filters", key=world.keys["alice"]) == [social.PRIVATE_FILTER]
    public = [social.DEFAULT, social.EVERYTHING, social.PUBLIC_FILTER]
    assert ids(client, "filters", "public:true") == public


def test_whose_an_anonymous_text_is_stays_hidden(client: TestClient, world: World) -> None:
    bob = world.people["bob"].user_id
    for text in ("author:bob", f"user_id:{bob}"):
        assert social.UNSIGNED not in ids(client, "comments", text)
        assert social.UNSIGNED_POST not in ids(client, "posts", text)
    assert ids(client, "galleries", "user:bob") == []
    assert social.UNSIGNED in ids(client, "comments", "my:comments", key=world.keys["bob"])


# --- pages ---


@pytest.mark.parametrize("noun", NOUNS)
def test_pages_are_windows_and_end_empty(client: TestClient, noun: str) -> None:
    everything = ids(client, noun, "*", per_page="50")
    for size in (1, 2):
        pages = [ids(client, noun, "*", per_page=str(size), page=str(page)) for page in range(1, 4)]
        assert [key for page in pages for key in page] == everything[: 3 * size]
    past = client.get(f"{SEARCH}/{noun}?q=*&page=9999").json()
    assert past[noun] == []
    assert past["total"] == client.get(f"{SEARCH}/{noun}?q=*").json()["total"]


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("page", ["page=", "page=x&per_page=", "page=0", "page=-1", "page=1.9", "limit=1&&"])
def test_odd_pages_are_the_first(client: TestClient, noun: str, page: str) -> None:
    assert client.get(f"{SEARCH}/{noun}?q=*&{page}").text == client.get(f"{SEARCH}/{noun}?q=*").text


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(
    "query", ["page[]=1", "per_page[a]=1", "filter_id=x", "filter_id[]=1", "page=10000001&per_page=1"]
)
def test_a_malformed_page_or_filter_is_a_bad_request(client: TestClient, noun: str, query: str) -> None:
    answer = client.get(f"{SEARCH}/{noun}?q=*&{query}")
    assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')


# --- bad queries ---


@pytest.mark.parametrize("noun", NOUNS)
def test_a_query_that_is_no_text_is_refused(client: TestClient, noun: str) -> None:
    for q in ("q[]=a", "q[a]=b"):
        answer = client.get(f"{SEARCH}/{noun}?{q}")
        assert (answer.status_code, answer.text) == (400, '{"error":"search query is not a string"}')


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(
    ("q", "message"),
    [
        ("(a", "Imbalanced parentheses."),
        ("a)", "junk at end of expression: )"),
        ("a,", "Expected a term."),
        ("a^-1", "Boost value must be non-negative."),
        ("id:x", "expected a signed integer, like `3' or `-10', starting at: x"),
    ],
)
def test_a_query_that_does_not_parse_is_refused_with_its_message(
    client: TestClient, noun: str, q: str, message: str
) -> None:
    answer = client.get(f"{SEARCH}/{noun}", params={"q": q})
    assert (answer.status_code, answer.json()) == (400, {"error": message})


@pytest.mark.parametrize(
    ("noun", "q"),
    [("comments", "my:posts"), ("posts", "my:comments"), ("galleries", "my:faves"), ("filters", "my:x")],
)
def test_my_knows_one_value(client: TestClient, world: World, noun: str, q: str) -> None:
    answer = client.get(f"{SEARCH}/{noun}", params={"q": q, "key": world.keys["alice"]})
    assert (answer.status_code, answer.json()) == (400, {"error": "Unknown `my' value."})
    assert ids(client, noun, q) == []


def test_hostile_text_finds_nothing_and_breaks_nothing(client: TestClient) -> None:
    for noun in NOUNS:
        for q in ("'; drop table comments--", "\U0001f408" * 200, "\\", '"', "%", "_", "a" * 4_000, "\u202e"):
            answer = client.get(f"{SEARCH}/{noun}", params={"q": q})
            assert answer.status_code == 200, (noun, q)
        assert client.get(f"{SEARCH}/{noun}", params={"q": "a" * 5_000}).status_code == 400


# --- tags ---


def test_a_tag_has_the_entries_that_are_listed_of_it(client: TestClient) -> None:
    [tag] = client.get(f"{SEARCH}/tags", params={"q": "name:artist:mary-lou/2.0"}).json()["tags"]
    assert [(e["dnp_type"], e["conditions"], e["reason"]) for e in tag["dnp_entries"]] == [
        ("Artist Upload Only", "", None),
        ("Other", "Ask me", "Sketches"),
    ]
    assert client.get(f"/api/v1/json/tags/{tag['slug']}").json()["tag"] == tag


def test_every_tag_is_found_as_it_is_shown_by_its_slug(client: TestClient) -> None:
    for tag in client.get(f"{SEARCH}/tags?q=*&per_page=50").json()["tags"]:
        assert client.get(f"/api/v1/json/tags/{tag['slug']}").json()["tag"] == tag


def test_an_aliased_tag_is_found_unless_it_is_left_out(client: TestClient) -> None:
    [kitty] = client.get(f"{SEARCH}/tags?q=kitty").json()["tags"]
    assert (kitty["aliased_tag"], kitty["images"]) == ("cat", 0)
    assert ids(client, "tags", "kitty, -aliased:true") == []
    [cat] = client.get(f"{SEARCH}/tags?q=cat").json()["tags"]
    assert (cat["aliases"], cat["implied_by_tags"]) == (["kitty"], ["kitten"])
