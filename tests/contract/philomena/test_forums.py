"""Forums, topics and posts: what is in sight, in which order, and on which page."""

from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.contract import social_world as social
from tests.contract.philomena.test_comments import NO_IDS, NOT_FOUND, ODD_IDS
from tests.contract.worlds import World

BASE = "/api/v1/json"
FORUMS = f"{BASE}/forums"
TOPICS = f"{FORUMS}/dis/topics"
STICKY = f"{TOPICS}/ask-the-mods-anything"
POSTS = f"{STICKY}/posts"
GOLDEN = {
    "forums": FORUMS,
    "forum": f"{FORUMS}/dis",
    "topics": TOPICS,
    "topics-of-nothing": f"{FORUMS}/nothing/topics",
    "topic": STICKY,
    "topic-unsigned": f"{TOPICS}/time-wasting-thread",
    "topic-posts": POSTS,
    "topic-post": f"{POSTS}/{social.EDITED_POST}",
    "post": f"{BASE}/posts/{social.FIRST}",
    "post-unsigned": f"{BASE}/posts/{social.UNSIGNED_POST}",
    "post-edited": f"{BASE}/posts/{social.EDITED_POST}",
    "post-hidden": f"{BASE}/posts/{social.HIDDEN_POST}",
}
RESTRICTED = [f"{FORUMS}/mod", f"{FORUMS}/helper", f"{FORUMS}/nothing", f"{FORUMS}/DIS", f"{FORUMS}/%00"]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_body_is_exactly_the_golden_one(client: TestClient, golden, name: str) -> None:
    answer = client.get(GOLDEN[name])
    assert answer.status_code == 200
    golden(f"{name}.json", answer.text + "\n")


@pytest.mark.parametrize(
    ("path", "who"),
    [
        (path, who)
        for path in (*GOLDEN.values(), *RESTRICTED)
        for who in ("alice", "assistant", "moderator", "admin")
        if path != POSTS or who in {"alice", "assistant"}  # staff see what waits for approval; below
    ],
)
def test_a_token_changes_nothing(client: TestClient, world: World, path: str, who: str) -> None:
    answer = client.get(path, params={"key": world.keys[who]})
    assert (answer.status_code, answer.text) == (client.get(path).status_code, client.get(path).text)


@pytest.mark.parametrize("path", RESTRICTED)
def test_a_forum_that_is_not_open_to_all_is_not_found(client: TestClient, path: str) -> None:
    assert (client.get(path).status_code, client.get(path).text) == NOT_FOUND


@pytest.mark.parametrize("path", RESTRICTED)
def test_a_forum_that_is_not_open_lists_no_topics(client: TestClient, path: str) -> None:
    answer = client.get(f"{path}/topics")
    assert (answer.status_code, answer.text) == (200, '{"topics":[],"total":0}')


@pytest.mark.parametrize(
    "topic",
    [
        f"{TOPICS}/a-bad-topic",
        f"{TOPICS}/nothing",
        f"{TOPICS}/ASK-THE-MODS-ANYTHING",
        f"{TOPICS}/%00",
        f"{FORUMS}/mod/topics/among-us",
        f"{FORUMS}/art/topics/ask-the-mods-anything",
        f"{FORUMS}/%00/topics/ask-the-mods-anything",
    ],
)
@pytest.mark.parametrize("who", ["", "moderator"])
def test_a_topic_that_is_hidden_elsewhere_or_unknown_is_not_found(
    client: TestClient, world: World, topic: str, who: str
) -> None:
    for path in (topic, f"{topic}/posts", f"{topic}/posts/{social.FIRST}"):
        answer = client.get(path, params={"key": world.keys.get(who, "")})
        assert (answer.status_code, answer.text) == NOT_FOUND


@pytest.mark.parametrize(
    "post_id", [social.DESTROYED_POST, social.OF_HIDDEN_TOPIC, social.OF_STAFF_TOPIC, social.WAITING_POST]
)
def test_a_post_that_not_everybody_reads_is_not_found(client: TestClient, post_id: int) -> None:
    for path in (f"{BASE}/posts/{post_id}", f"{POSTS}/{post_id}"):
        assert (client.get(path).status_code, client.get(path).text) == NOT_FOUND


@pytest.mark.parametrize("post_id", [social.DESTROYED_POST, social.OF_HIDDEN_TOPIC, social.OF_STAFF_TOPIC])
def test_neither_is_it_for_staff(client: TestClient, world: World, post_id: int) -> None:
    answer = client.get(f"{BASE}/posts/{post_id}", params={"key": world.keys["admin"]})
    assert (answer.status_code, answer.text) == NOT_FOUND


@pytest.mark.parametrize(("who", "is_there"), [("bob", True), ("moderator", True), ("alice", False)])
def test_a_post_that_waits_is_there_for_its_author_and_staff(
    client: TestClient, world: World, who: str, is_there: bool
) -> None:
    key = {"key": world.keys[who]}
    for path in (f"{BASE}/posts/{social.WAITING_POST}", f"{POSTS}/{social.WAITING_POST}"):
        assert client.get(path, params=key).status_code == (200 if is_there else 404)
    listed = [post["id"] for post in client.get(POSTS, params=key).json()["posts"]]
    assert (social.WAITING_POST in listed) is is_there


def test_a_post_is_not_found_under_another_topic(client: TestClient) -> None:
    answer = client.get(f"{TOPICS}/time-wasting-thread/posts/{social.FIRST}")
    assert (answer.status_code, answer.text) == NOT_FOUND
    assert client.get(f"{TOPICS}/time-wasting-thread/posts/{social.OF_UNSIGNED_TOPIC}").status_code == 200


@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_unknown_post_is_not_found(client: TestClient, odd: str) -> None:
    for path in (f"{BASE}/posts/{odd}", f"{POSTS}/{odd}"):
        assert (client.get(path).status_code, client.get(path).text) == NOT_FOUND


@pytest.mark.parametrize("odd", NO_IDS)
def test_what_is_no_integer_is_a_bad_request_but_under_a_topic_not_found(
    client: TestClient, odd: str
) -> None:
    assert client.get(f"{BASE}/posts/{odd}").status_code == 400
    answer = client.get(f"{POSTS}/{odd}")
    assert (answer.status_code, answer.text) == NOT_FOUND


# --- pages ---


def ids(client: TestClient, page: str) -> list[int]:
    return [post["id"] for post in client.get(f"{POSTS}?{page}").json()["posts"]]


def test_posts_are_a_window_of_positions(client: TestClient) -> None:
    assert ids(client, "per_page=4") == [1, 2, 3, 4]
    assert ids(client, "per_page=2&page=2") == [3, 4]
    assert ids(client, "per_page=2&page=3") == []  # one was destroyed, one waits
    assert ids(client, "per_page=2&page=4") == [social.LAST]
    for page in ("per_page=2&page=3", "page=99", f"page={'9' * 30}", "page=0"):
        assert client.get(f"{POSTS}?{page}").json()["total"] == 7
    assert ids(client, "page=99") == ids(client, f"page={'9' * 30}") == []


def slugs(answer: Any) -> list[str]:
    return [topic["slug"] for topic in answer.json()["topics"]]


def test_a_page_past_the_end_of_a_list_is_the_last(client: TestClient) -> None:
    for page in ("2", "99", "9" * 30):
        assert slugs(client.get(f"{TOPICS}?per_page=1&page={page}")) == ["time-wasting-thread"]
        last = client.get(f"{FORUMS}?per_page=2&page={max(int(page), 3)}").json()
        assert [forum["short_name"] for forum in last["forums"]] == ["meta"]
        assert last["total"] == 5


@pytest.mark.parametrize("page", ["", "page=", "page=x&per_page=x", "page=0", "page=-3", "per_page=999"])
@pytest.mark.parametrize("path", [FORUMS, TOPICS, POSTS])
def test_odd_pages_are_the_first(client: TestClient, path: str, page: str) -> None:
    assert client.get(f"{path}?{page}").text == client.get(path).text


@pytest.mark.parametrize("query", ["page[]=1", "page[a]=1", "per_page[]=1", "filter_id=x", "filter_id=1.5"])
@pytest.mark.parametrize("path", [FORUMS, TOPICS, POSTS])
def test_a_page_that_is_a_list_and_a_filter_that_is_no_id_are_bad_requests(
    client: TestClient, path: str, query: str
) -> None:
    answer = client.get(f"{path}?{query}")
    assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')
