"""GET /api/v1/rss/watched: the images that somebody watches, as any reader of feeds reads them."""

from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient
from tests.contract.conftest import Workshop
from tests.contract.worlds import World

from polybooru.library.actors import Role
from polybooru.library.images import hide_image
from polybooru.library.interactions import hide
from polybooru.library.watched_lists import set_watch_queries, watch_tag

WATCHED = "/api/v1/rss/watched"


class Pictures(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs)["src"] or "")


def items(client: TestClient, key: str, **more: str) -> list[dict[str, str]]:
    answer = client.get(WATCHED, params={"key": key, **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/rss+xml"
    root = ET.fromstring(answer.content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    [channel] = root
    assert {"title", "link", "description"} <= {child.tag for child in channel}
    return [{part.tag: part.text or "" for part in item} for item in channel.iter("item")]


def titles(client: TestClient, key: str, **more: str) -> list[int]:
    return [int(item["link"].rpartition("/")[2]) for item in items(client, key, **more)]


def test_an_item_has_title_picture_date_and_address(workshop: Workshop) -> None:
    opened = workshop.opened
    reader = opened.make_user("rita")
    with opened.library.work() as work:
        watch_tag(work, reader, "safe")  # makes nothing new: the tag is there from the start
        set_watch_queries(work, reader, watched="rita's <b>&amp; tag", excluded="", hides_spoilered=False)
    image_id = opened.make_image(
        opened.make_user("ron"), "questionable, rita's <b>&amp; tag, cute", process=True
    )
    everything = "2"
    found = items(workshop.client, opened.make_token("rita"), filter_id=everything)
    item = next(one for one in found if one["link"] == f"https://board.example/images/{image_id}")
    image = workshop.client.get(f"/api/v1/json/images/{image_id}").json()["image"]
    assert list(item) == ["title", "description", "pubDate", "link", "guid"]
    assert item["title"] == f"#{image_id} - questionable, cute, rita's <b>&amp; tag"
    assert Pictures(item["description"]).found == [image["representations"]["medium"]]
    assert item["pubDate"] == image["created_at"]
    assert item["guid"] == item["link"]


@pytest.fixture
def reader(workshop: Workshop) -> str:
    """A token of somebody new who watches one tag of their own."""
    opened = workshop.opened
    name = f"reader{opened.library.replica.applied}"
    actor = opened.make_user(name)
    opened.make_image(workshop.uploader, f"safe, {name}, cute")
    with opened.library.work() as work:
        watch_tag(work, actor, name)
    return opened.make_token(name)


def test_the_feed_pages_like_the_image_search(workshop: Workshop, reader: str) -> None:
    opened = workshop.opened
    [first] = titles(workshop.client, reader)
    name = next(tag for tag in image_tags(workshop, first) if tag.startswith("reader"))
    rest = []
    for _ in range(4):
        opened.clock.advance(60)
        rest.append(opened.make_image(workshop.uploader, f"safe, {name}, cute"))
    newest_first = [*rest[::-1], first]
    assert titles(workshop.client, reader) == newest_first
    assert titles(workshop.client, reader, per_page="2") == newest_first[:2]
    assert titles(workshop.client, reader, per_page="2", page="3") == newest_first[4:]
    assert titles(workshop.client, reader, page="9") == []


def image_tags(workshop: Workshop, image_id: int) -> list[str]:
    return workshop.client.get(f"/api/v1/json/images/{image_id}").json()["image"]["tags"]


def test_what_is_hidden_filtered_or_not_approved_is_not_in_it(workshop: Workshop, reader: str) -> None:
    opened = workshop.opened
    [first] = titles(workshop.client, reader)
    name = next(tag for tag in image_tags(workshop, first) if tag.startswith("reader"))
    moderator = opened.make_user(f"{name} moderator", Role.MODERATOR)
    hidden = opened.make_image(workshop.uploader, f"safe, {name}, cute")
    with opened.library.work() as work:
        hide_image(work, moderator, hidden, reason="Rule 1")
    explicit = opened.make_image(workshop.uploader, f"explicit, {name}, cute")
    before = opened.library.policy
    opened.library.policy = replace(before, first_uploads_to_approve=1_000)
    try:
        opened.make_image(opened.make_user(f"{name} new"), f"safe, {name}, cute")
    finally:
        opened.library.policy = before
    assert titles(workshop.client, reader) == [first]
    assert set(titles(workshop.client, reader, filter_id="2")) == {explicit, first}
    with opened.library.work() as work:
        hide(work, opened.board.callers.find(reader), explicit)
    assert titles(workshop.client, reader, filter_id="2") == [first]


def test_control_characters_do_not_break_the_document(workshop: Workshop, reader: str) -> None:
    [first] = titles(workshop.client, reader)
    name = next(tag for tag in image_tags(workshop, first) if tag.startswith("reader"))
    odd = workshop.opened.make_image(workshop.uploader, f"safe, {name}, bell \x07 \x1b, \ufffe, ]]>")
    titled = {int(one["link"].rpartition("/")[2]): one["title"] for one in items(workshop.client, reader)}
    assert name in titled[odd]
    assert "]]>" in titled[odd]
    assert not any(ord(letter) < 32 for letter in titled[odd])


@pytest.mark.parametrize("key", ["", "x" * 100, None])
def test_without_a_good_token_it_is_refused_with_an_empty_body(client: TestClient, key: str | None) -> None:
    answer = client.get(WATCHED if key is None else f"{WATCHED}?key={key}")
    assert (answer.status_code, answer.content) == (403, b"")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("accept", ["application/rss+xml", "text/xml", "text/html", "image/png", ""])
def test_readers_of_feeds_accept_what_they_like(client: TestClient, world: World, accept: str) -> None:
    answer = client.get(f"{WATCHED}?key={world.keys['alice']}", headers={"accept": accept})
    assert answer.status_code == 200


def test_bad_numbers_are_refused_as_in_the_image_search(client: TestClient, world: World) -> None:
    key = world.keys["alice"]
    for query in ("page[]=1", "filter_id=x", "page=200001&per_page=50"):
        answer = client.get(f"{WATCHED}?key={key}&{query}")
        assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')


def test_other_paths_beside_it_are_not_found(client: TestClient) -> None:
    for path in ("/api/v1/rss", "/api/v1/rss/", "/api/v1/rss/other", f"{WATCHED}/"):
        assert (client.get(path).status_code, client.get(path).text) == (404, '{"error":"Not Found"}')
    assert client.post(WATCHED).status_code == 404
