"""The firehose in process: frames, events and their payloads, refusals; on both databases."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from tests.boards import OpenBoard, drawn_png, open_board
from tests.contract.conftest import LOOPBACK, Workshop
from tests.dump_worlds import fill_world

from polybooru.api.philomena.live.events import Events
from polybooru.api.philomena.live.socket import MAX_MESSAGE_BYTES, MAX_MESSAGES, MAX_SOCKETS
from polybooru.api.philomena.shown_images import ShownImages
from polybooru.db.tables import comments, images, posts, topics
from polybooru.httpkit.documents import DocumentCache
from polybooru.library.actors import Role
from polybooru.library.comments import edit_comment, hide_comment, post_comment
from polybooru.library.heard import span
from polybooru.library.image_edits import edit_description
from polybooru.library.image_sources import edit_sources
from polybooru.library.images import hide_image
from polybooru.library.library import Library
from polybooru.library.merges import merge_image
from polybooru.library.posts import reply
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.taggings import Retagging, hold_images, retag
from polybooru.library.tags import ensure_tags
from polybooru.library.topics import TopicText, create_topic

SOCKET = "/socket/websocket?vsn=2.0.0"
Frame = list[Any]


class Listening:
    """A client that has a socket."""

    def __init__(self, session: WebSocketTestSession) -> None:
        self.session = session

    def say(self, *frame: Any) -> None:
        self.session.send_text(json.dumps(frame))

    def hear(self) -> Frame:
        return json.loads(self.session.receive_text())

    def join(self, join_ref: str = "1", **payload: Any) -> Frame:
        self.say(join_ref, "2", "firehose", "phx_join", payload)
        return self.hear()

    def event(self, name: str) -> dict[str, Any]:
        """The payload of the next event, which has that name."""
        join_ref, ref, topic, event, payload = self.hear()
        assert (join_ref, ref, topic, event) == ("1", None, "firehose", name)
        return payload

    def closed(self) -> int:
        with pytest.raises(WebSocketDisconnect) as ended:
            self.hear()
        return ended.value.code


@contextmanager
def listening(client: TestClient, path: str = SOCKET, **headers: str) -> Iterator[Listening]:
    with client.websocket_connect(path, headers=headers) as session:
        yield Listening(session)


@pytest.fixture
def hose(workshop: Workshop) -> Iterator[Listening]:
    """A client that has joined, when nothing is left to process of what other tests have uploaded."""
    workshop.opened.process()
    with listening(workshop.client) as client:
        assert client.join() == ["1", "2", "firehose", "phx_reply", {"status": "ok", "response": {}}]
        yield client


def api(workshop: Workshop, path: str) -> Any:
    return workshop.client.get(f"/api/v1/json/{path}").json()


def shown(workshop: Workshop, image_id: int) -> dict[str, Any]:
    image = api(workshop, f"images/{image_id}")["image"]
    del image["spoilered"]
    return image


def test_an_upload_is_told_with_the_object_that_the_api_shows(workshop: Workshop, hose: Listening) -> None:
    answer = workshop.client.post(
        f"/api/v1/json/images?key={workshop.key}",
        data={"image[tag_input]": "safe, cat, firehose"},
        files={"image[image]": ("a.png", drawn_png(80_001), "image/png")},
    )
    image_id = answer.json()["image"]["id"]
    told = hose.event("image:create")
    assert told == {"image": shown(workshop, image_id), "interactions": []}
    assert "spoilered" not in told["image"]
    workshop.opened.process()
    assert hose.event("image:process") == {"image_id": image_id}
    assert hose.event("image:update") == {"image": shown(workshop, image_id), "interactions": []}
    assert shown(workshop, image_id)["processed"]


def test_edits_are_told_with_what_they_added_and_removed(workshop: Workshop, hose: Listening) -> None:
    library, actor = workshop.opened.library, workshop.uploader
    image_id = workshop.opened.make_image(actor, "safe, cat, forest", picture=drawn_png(80_002))
    assert hose.event("image:create")["image"]["id"] == image_id
    with library.work() as work:
        edit_image_tags(work, actor, image_id, ["forest"], ["artist:jane", "wood"])
    assert hose.event("image:tag_update") == {
        "image_id": image_id,
        "added": ["artist:jane", "wood"],
        "removed": ["forest"],
    }
    assert hose.event("image:update") == {"image": shown(workshop, image_id), "interactions": []}
    for added, removed in (
        (["https://example.org/a"], []),
        (["https://example.org/b"], ["https://example.org/a"]),
    ):
        with library.work() as work:
            edit_sources(work, actor, image_id, added)
        assert hose.event("image:source_update") == {"image_id": image_id, "added": added, "removed": removed}
        assert hose.event("image:update")["image"]["source_urls"] == added
    for added, removed in (("One", ""), ("Two", "One")):
        with library.work() as work:
            edit_description(work, actor, image_id, added)
        told = {"image_id": image_id, "added": added, "removed": removed}
        assert hose.event("image:description_update") == told
        assert hose.event("image:update")["image"]["description"] == added


def test_many_images_are_told_of_at_once_and_a_merge_with_both(workshop: Workshop, hose: Listening) -> None:
    opened, actor = workshop.opened, workshop.uploader
    mod = opened.make_user("firehose mod", Role.MODERATOR)
    found = [opened.make_image(actor, picture=drawn_png(80_010 + number)) for number in range(3)]
    for image_id in found:
        assert hose.event("image:create")["image"]["id"] == image_id
    with opened.library.work() as work:
        tag = ensure_tags(work, ["batch"])["batch"].id
        wanted = [Retagging(image_id=i, added=frozenset([tag]), removed=frozenset()) for i in found]
        retag(work, wanted, hidden=hold_images(work, found), user_id=actor.user_id)
    assert hose.event("image:batch_tag_update") == {"image_ids": found, "added": ["batch"], "removed": []}
    with opened.library.work() as work:
        merge_image(work, mod, found[0], found[1])
    stub = api(workshop, f"images/{found[0]}")["image"]
    assert stub["duplicate_of"] == found[1]
    target = shown(workshop, found[1])
    assert hose.event("image:merge") == {"image": stub, "duplicate_of_image": target}
    assert hose.event("image:update") == {"image": target, "interactions": []}


def test_texts_are_told_with_the_objects_of_the_api(workshop: Workshop, hose: Listening) -> None:
    library, actor = workshop.opened.library, workshop.uploader
    mod = workshop.opened.make_user("writing mod", Role.MODERATOR)
    image_id = workshop.opened.make_image(actor, picture=drawn_png(80_020))
    hose.event("image:create")
    with library.work() as work:
        comment = post_comment(work, actor, image_id, "Nice.", is_anonymous=True)
    told = hose.event("comment:create")
    assert told == api(workshop, f"comments/{comment}")
    assert told["comment"]["user_id"] is None
    with library.work() as work:
        edit_comment(work, actor, comment, "Nice!")
    assert hose.event("comment:update") == api(workshop, f"comments/{comment}")
    with library.work() as work:
        topic = create_topic(work, actor, "dis", TopicText(title="Firehose topic", body="First"))
    first = hose.event("post:create")
    with library.work() as work:
        post = reply(work, actor, topic, "Second")
        create_topic(work, mod, "mod", TopicText(title="Staff only", body="Third"))
    told = hose.event("post:create")
    place = "forums/dis/topics/firehose-topic"
    assert told["post"] == api(workshop, f"{place}/posts/{post}")["post"]
    assert told["topic"] == api(workshop, place)["topic"]
    assert told["forum"] == api(workshop, "forums/dis")["forum"]
    assert first["post"]["body"] == "First"


def test_what_waits_or_is_hidden_is_not_told(workshop: Workshop, hose: Listening) -> None:
    opened, actor = workshop.opened, workshop.uploader
    mod = opened.make_user("hiding mod", Role.MODERATOR)
    image_id = opened.make_image(actor, picture=drawn_png(80_030))
    hose.event("image:create")
    with opened.library.work() as work:
        comment = post_comment(work, actor, image_id, "rude")
        hide_comment(work, mod, comment, reason="rude")
        edit_description(work, actor, image_id, "bad")
        hide_image(work, mod, image_id, reason="bad")
    last = opened.make_image(actor, picture=drawn_png(80_031))
    assert hose.event("image:create")["image"]["id"] == last


def test_a_cursor_goes_on_and_a_stale_one_is_refused(workshop: Workshop, hose: Listening) -> None:
    opened = workshop.opened
    with opened.library.reading() as reading:
        _, before = span(reading)
    image_id = opened.make_image(workshop.uploader, picture=drawn_png(80_040))
    hose.event("image:create")
    with listening(workshop.client) as other:
        assert other.join(cursor=before)[4]["status"] == "ok"
        assert other.event("image:create")["image"]["id"] == image_id
    with listening(workshop.client) as other:
        assert other.join(cursor=10**9)[4] == {"status": "error", "response": {"reason": "stale cursor"}}
        assert other.join()[4]["status"] == "ok"


def test_heartbeats_foreign_topics_second_joins_and_leaving(workshop: Workshop) -> None:
    with listening(workshop.client) as client:
        client.say(None, "7", "phoenix", "heartbeat", {})
        assert client.hear() == [None, "7", "phoenix", "phx_reply", {"status": "ok", "response": {}}]
        client.say("1", "8", "images:1", "phx_join", {})
        refusal = {"status": "error", "response": {"reason": "unmatched topic"}}
        assert client.hear() == ["1", "8", "images:1", "phx_reply", refusal]
        assert client.join("1")[4]["status"] == "ok"
        client.say("2", "9", "firehose", "phx_join", {})
        assert client.hear() == ["1", None, "firehose", "phx_close", {}]
        assert client.hear() == ["2", "9", "firehose", "phx_reply", {"status": "ok", "response": {}}]
        client.say("2", "10", "firehose", "phx_leave", {})
        assert client.hear() == ["2", "10", "firehose", "phx_reply", {"status": "ok", "response": {}}]
        assert client.hear() == ["2", None, "firehose", "phx_close", {}]
        assert client.closed() == 1000


def test_any_other_message_ends_it(workshop: Workshop) -> None:
    with listening(workshop.client) as client:
        client.join()
        client.say("1", "3", "firehose", "shout", {"body": "hello"})
        assert client.hear() == ["1", None, "firehose", "phx_error", {}]
        assert client.closed() == 1008
    for send, code in SENT:
        with listening(workshop.client) as client:
            send(client.session)
            assert client.closed() == code


SENT: tuple[tuple[Callable[[WebSocketTestSession], None], int], ...] = (
    (lambda session: session.send_text("no frame"), 1008),
    (lambda session: session.send_text("[" * 4_000), 1008),
    (lambda session: session.send_text('["1","2","firehose","phx_leave",{}]'), 1008),
    (lambda session: session.send_bytes(b"[]"), 1003),
    (
        lambda session: session.send_text(
            json.dumps([None, "1", "phoenix", "heartbeat", "é" * MAX_MESSAGE_BYTES])
        ),
        1009,
    ),
)


def test_too_many_messages_end_it(workshop: Workshop) -> None:
    with listening(workshop.client) as client:
        for _ in range(MAX_MESSAGES):
            client.say(None, "7", "phoenix", "heartbeat", {})
            client.hear()
        client.say(None, "7", "phoenix", "heartbeat", {})
        assert client.closed() == 1008


def test_one_address_has_five_sockets_and_another_its_own(workshop: Workshop) -> None:
    with several(workshop.client, MAX_SOCKETS):
        denied(workshop.client, 429)
        elsewhere = TestClient(workshop.client.app, client=("198.51.100.7", 1))
        with listening(elsewhere) as client:
            assert client.join()[4]["status"] == "ok"
    with listening(workshop.client) as client:
        assert client.join()[4]["status"] == "ok"


@contextmanager
def several(client: TestClient, count: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(listening(client))
        yield


def denied(client: TestClient, status: int, path: str = SOCKET, **headers: str) -> None:
    with pytest.raises(WebSocketDenialResponse) as refused, listening(client, path, **headers):
        pass
    assert refused.value.status_code == status
    assert set(refused.value.json()) == {"error"}


def test_foreign_pages_and_other_versions_are_refused(workshop: Workshop) -> None:
    for origin in (
        "https://evil.example",
        "null",
        "http://board.example",
        "https://board.example.evil.example",
    ):
        denied(workshop.client, 403, origin=origin)
    denied(workshop.client, 400, "/socket/websocket?vsn=1.0.0")
    with listening(workshop.client, origin="https://Board.example") as client:
        assert client.join()[4]["status"] == "ok"
    with listening(workshop.client, "/socket/websocket") as client:
        assert client.join()[4]["status"] == "ok"


@pytest.fixture(scope="module")
def secretive(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Any
) -> Iterator[OpenBoard]:
    """A board where much is hidden, anonymous or waiting."""
    with open_board(database_url(), tmp_path_factory.mktemp("secretive"), decoders=decoders) as opened:
        fill_world(opened.library, opened.clock)
        yield opened


def test_all_that_was_ever_told_is_what_anybody_may_read(secretive: OpenBoard) -> None:
    opened = secretive
    library = opened.library
    shown_images = ShownImages(opened.board, DocumentCache(2**20), with_extra_fields=False)
    events, last, told = Events(opened.board, shown_images), 0, []
    while True:
        seen, found = events.after(last, 50)
        if seen == last:
            break
        last = seen
        told += found
    assert len(told) > 50
    assert {event.name for event in told} >= {
        "comment:create",
        "comment:update",
        "post:create",
        "image:merge",
    }
    with TestClient(opened.application(), client=LOOPBACK) as client:

        def get(path: str) -> Any:
            answer = client.get(f"/api/v1/json/{path}")
            assert answer.status_code == 200, path
            return answer.json()

        for event in told:
            assert b"secret" not in event.payload, event
            payload = json.loads(event.payload)
            match event.name.partition(":")[0]:
                case "comment":
                    assert payload == get(f"comments/{payload['comment']['id']}")
                case "post":
                    assert payload["post"] == get(f"posts/{payload['post']['id']}")["post"]
                case _:
                    pass
    unseen = hidden(library)
    for event in told:
        payload = json.loads(event.payload)
        for noun in ("comment", "post"):
            assert (noun, payload.get(noun, {}).get("id")) not in unseen
        if event.name != "image:merge":
            assert ("image", payload.get("image", {}).get("id", payload.get("image_id"))) not in unseen


def hidden(library: Library) -> set[tuple[str, int]]:
    with library.reading() as reading:
        found = {
            ("image", key) for key in reading.execute(select(images.c.id).where(~_seen(images))).scalars()
        }
        found |= {
            ("comment", key)
            for key in reading.execute(select(comments.c.id).where(~_seen(comments))).scalars()
        }
        found |= {("post", key) for key in reading.execute(select(posts.c.id).where(~_seen(posts))).scalars()}
        closed = select(posts.c.id).join(topics).where(topics.c.hidden_from_users)
        found |= {("post", key) for key in reading.execute(closed).scalars()}
    return found


def _seen(table: Any) -> Any:
    return table.c.hidden_from_users.is_(False) & table.c.is_approved
