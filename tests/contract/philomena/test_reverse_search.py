"""POST search/reverse: pictures near a picture, and whatever is wrong with the question finds nothing."""

import threading
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from tests.boards import START, drawn, drawn_png
from tests.contract.conftest import Workshop
from tests.contract.philomena.test_upload_addresses import Host, answering, endless
from tests.contract.raw import ask
from tests.contract.worlds import ANIMATION, DRAWING, PHOTO, SVG, UNPROCESSED, World

from polybooru.fetch import Fetcher
from polybooru.library.actors import Role
from polybooru.library.images import hide_image, unhide_image

REVERSE = "/api/v1/json/search/reverse"
IMAGES = "/api/v1/json/images"
EMPTY = '{"images":[],"interactions":[],"total":0}'
SEEDS = count(50_000)


def address(image_id: int, version: str = "full", extension: str = "png") -> str:
    """One of the board's own, as the world's clock has it."""
    return (
        f"https://board.example/img/{START.year}/{START.month}/{START.day}/{image_id}/{version}.{extension}"
    )


def found(client: TestClient, **sent: Any) -> list[int]:
    answer = client.post(REVERSE, **sent)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["images", "interactions", "total"]
    assert body["total"] >= len(body["images"])
    return [image["id"] for image in body["images"]]


def smooth(seed: int, width_px: int = 400):
    """Noise of 4 by 3 drawn large, as pictures have few edges."""
    noise = np.random.default_rng(seed).integers(0, 256, (3, 4, 3), dtype=np.uint8)
    return drawn(noise).resize(width_px / 4, kernel="cubic")


def part(content: bytes, name: str = "asked.png") -> dict[str, Any]:
    return {"files": {"image[image]": (name, content)}}


# --- what is found ---


def test_the_body_is_exactly_the_golden_one(
    client: TestClient, world: World, golden: Callable[[str, str], None]
) -> None:
    answer = client.post(REVERSE, params={"url": address(PHOTO), "key": world.keys["alice"]})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    golden("reverse.json", answer.text + "\n")


@pytest.mark.parametrize(
    ("image_id", "extension"), [(PHOTO, "png"), (ANIMATION, "gif"), (ANIMATION, "webm"), (DRAWING, "png")]
)
def test_an_image_is_found_by_its_own_address(client: TestClient, image_id: int, extension: str) -> None:
    assert (
        found(client, params={"url": address(image_id, extension=extension), "distance": "1"})[0] == image_id
    )


@pytest.mark.parametrize("where", ["query", "form", "json", "multipart"])
def test_the_address_may_travel_anywhere(client: TestClient, where: str) -> None:
    fields = {"url": address(PHOTO), "distance": "0", "limit": "1"}
    sent: dict[str, Any] = {
        "query": {"params": fields},
        "form": {"data": fields},
        "json": {"json": fields},
        "multipart": {"data": fields, "files": {"image[image]": ("", b"")}},
    }[where]
    assert found(client, **sent) == [PHOTO]


def test_a_file_wins_over_an_address(client: TestClient) -> None:
    sent = {"data": {"url": address(PHOTO)}} | part(SVG, "drawing.svg")
    assert found(client, **sent) == [DRAWING]


def test_an_upload_is_found_again_in_another_size_and_compression(workshop: Workshop) -> None:
    seed = next(SEEDS)
    image_id = workshop.opened.make_image(
        workshop.uploader, picture=smooth(seed).write_to_buffer(".png"), process=True
    )
    for width_px, suffix, distance in (
        (400, ".jpg[Q=60]", "0.25"),
        (320, ".jpg[Q=80]", ".25"),
        (200, ".png", "1"),
    ):
        content = smooth(seed, width_px).write_to_buffer(suffix)
        assert found(workshop.client, data={"distance": distance}, **part(content)) == [image_id]
        answer = workshop.client.post(REVERSE, data={"distance": distance}, **part(content)).json()
        assert answer["images"] == [
            workshop.client.get(f"{IMAGES}/{image_id}").json()["image"],
        ]


def test_the_nearest_come_first_and_all_are_counted(workshop: Workshop) -> None:
    opened, client = workshop.opened, workshop.client
    shades = [opened.make_image(workshop.uploader, picture=flat(30 + shade)) for shade in (0, 2, 1, 3, 9)]
    opened.process()
    zero, two, one, *_ = shades
    asked = part(flat(30))
    assert found(client, data={"distance": "1"}, **asked) == [zero, one, two]
    assert found(client, data={"distance": "0.5"}, **asked) == [zero, one]
    assert found(client, data={"distance": "abc"}, **asked) == [zero]
    answer = client.post(REVERSE, data={"distance": "1", "limit": "2"}, **asked).json()
    assert ([image["id"] for image in answer["images"]], answer["total"]) == ([zero, one], 3)


def flat(shade: int) -> bytes:
    pixels = np.full((200, 300, 3), shade, dtype=np.uint8)
    content: bytes = drawn(pixels).write_to_buffer(".png")
    return content


def test_hidden_and_unprocessed_images_are_neither_shown_nor_counted(workshop: Workshop) -> None:
    opened, client = workshop.opened, workshop.client
    content = smooth(next(SEEDS)).write_to_buffer(".png")
    asked = part(content)
    image_id = opened.make_image(workshop.uploader, picture=content)
    assert client.post(REVERSE, **asked).text == EMPTY
    opened.process()
    assert found(client, **asked) == [image_id]
    moderator = opened.make_user("rhea", Role.MODERATOR)
    key = opened.make_token("rhea")
    with opened.library.work() as work:
        hide_image(work, moderator, image_id, reason="test")
    for parameters in ({}, {"key": key}, {"key": key, "del": "1"}, {"url": address(image_id)}):
        assert client.post(REVERSE, params=parameters, **asked).text == EMPTY
    assert client.post(REVERSE, params={"url": address(image_id)}).text == EMPTY
    with opened.library.work() as work:
        unhide_image(work, moderator, image_id)
    assert found(client, **asked) == [image_id]


def test_filters_cover_but_hide_nothing(workshop: Workshop) -> None:
    content = smooth(next(SEEDS)).write_to_buffer(".png")
    image_id = workshop.opened.make_image(
        workshop.uploader, "explicit, cat, cute", picture=content, process=True
    )
    for filter_id, covered in (("1", True), ("2", False), ("", True), ("999", True)):
        [image] = workshop.client.post(REVERSE, params={"filter_id": filter_id}, **part(content)).json()[
            "images"
        ]
        assert (image["id"], image["spoilered"]) == (image_id, covered)


# --- what is odd ---


@pytest.mark.parametrize(
    ("distance", "is_found"),
    [
        *(
            (text, True)
            for text in ("", "0", "1", "1.0", ".3", "0.3x", "abc", "-1", "-0.5", "1e-1", "0e9", "٣")
        ),
        *((text, False) for text in ("5", "1.0001", "1e9", "1e400", "9" * 400, "2abc")),
        *((number, True) for number in (0, 1, 0.25, 1e-9, None)),
        *((number, False) for number in (-1, 5, 1.5, -0.1, True, [0.2], {"a": 1}, 10**30)),
    ],
)
def test_the_distance_is_read_by_the_odd_rule(client: TestClient, distance: Any, is_found: bool) -> None:
    sent = {"url": address(PHOTO), "distance": distance}
    assert found(client, json=sent) == ([PHOTO] if is_found else [])


@pytest.mark.parametrize(
    ("limit", "is_found"),
    [
        *((value, True) for value in ("", "1", "50", "+5", "010", 1, 50, None)),
        *(
            (value, False)
            for value in ("0", "51", "x", "-1", "1.5", "5x", " 5", "9" * 400, 0, 51, 1.0, True, [1])
        ),
    ],
)
def test_the_limit_is_a_whole_number(client: TestClient, limit: Any, is_found: bool) -> None:
    assert found(client, json={"url": address(PHOTO), "limit": limit}) == ([PHOTO] if is_found else [])


# --- what is wrong ---


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with Host() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}).start()
        yield running
        running.shutdown()


def test_no_file_that_is_no_picture_finds_anything_or_leaves_a_trace(
    workshop: Workshop, changing_nothing
) -> None:
    whole = drawn_png(next(SEEDS), width_px=300, height_px=200)
    webp = drawn(np.zeros((9, 9, 3), dtype=np.uint8)).write_to_buffer(".webp")
    with changing_nothing():
        for content in (
            *(b"", b"just a text file", b"<html><script>alert(1)</script>", b"\x89PNG\r\n\x1a\n"),
            *(whole[:100], whole[:-20], whole[:-100] + bytes(100), b"GIF89a" + bytes(50), webp),
            *(b"<svg/>", b"<svg xmlns='http://www.w3.org/2000/svg'><", b"%PDF-1.4", bytes(5_000)),
        ):
            answer = workshop.client.post(REVERSE, **part(content))
            assert (answer.status_code, answer.text) == (200, EMPTY), content[:30]
        for sent in ({}, {"data": {"image[image]": "text"}}, {"json": {"image": 5}}, {"json": {"url": 7}}):
            answer = workshop.client.post(REVERSE, **sent)
            assert (answer.status_code, answer.text) == (200, EMPTY), sent


def test_no_failure_to_fetch_finds_anything(workshop: Workshop, host: Host, changing_nothing) -> None:
    content = drawn_png(next(SEEDS))
    host.scripts |= {
        "/404": answering(content, 404),
        "/text": answering(b"words", content_type="image/png"),
        "/twice": answering(b"", 302, location="/again"),
        "/again": answering(b"", 302, location="/good"),
        "/good": answering(content),
        "/endless": endless,
        "/short": answering(content[:100], content_length=str(len(content))),
    }
    addresses = [host.url(path) for path in ("/404", "/text", "/twice", "/endless", "/short")]
    addresses += [
        *("http://127.0.0.1:1/closed.png", "http://nothing.invalid/a.png", "ftp://127.0.0.1/a.png"),
        *("file:///etc/passwd", "data:image/png;base64,AAAA", "http://[::1", "no address", "/img/1.png"),
        *(address(999_999), "https://board.example/img/nothing", "https://board.example/"),
    ]
    with changing_nothing():
        for url in addresses:
            answer = workshop.client.post(REVERSE, json={"url": url})
            assert (answer.status_code, answer.text) == (200, EMPTY), url


def test_another_hosts_picture_is_fetched_once(workshop: Workshop, host: Host) -> None:
    content = smooth(next(SEEDS)).write_to_buffer(".png")
    image_id = workshop.opened.make_image(workshop.uploader, picture=content, process=True)
    host.scripts |= {"/r.png": answering(content), "/to": answering(b"", 302, location="/r.png")}
    asked_before = host.asked.count("/r.png")
    assert found(workshop.client, params={"url": host.url("/to")}) == [image_id]
    assert host.asked.count("/r.png") == asked_before + 1
    for wrong in ({"limit": 0}, {"distance": 5}):
        assert found(workshop.client, json={"url": host.url("/r.png")} | wrong) == []
    assert host.asked.count("/r.png") == asked_before + 1


def test_inner_addresses_find_nothing_and_are_never_connected_to(workshop: Workshop, host: Host) -> None:
    library = workshop.opened.library
    before, library.fetcher = library.fetcher, Fetcher(user_agent="Polybooru/test")
    host.scripts["/inner.png"] = answering(drawn_png(next(SEEDS)))
    try:
        for url in (
            *(host.url("/inner.png"), "http://localhost/inner.png", "http://169.254.169.254/latest/"),
            *("http://[::1]/a.png", "http://0x7f.1/a.png", "http://10.0.0.1/a.png"),
        ):
            assert workshop.client.post(REVERSE, json={"url": url}).text == EMPTY, url
    finally:
        library.fetcher = before
    assert "/inner.png" not in host.asked


def test_an_unprocessed_image_shows_no_file_to_ask_with(client: TestClient) -> None:
    assert found(client, params={"url": address(UNPROCESSED)}) == []


def test_what_no_route_takes_is_refused_as_anywhere(client: TestClient, world: World) -> None:
    sent = {"url": address(PHOTO)}
    bad = (400, '{"error":"Bad Request"}')
    answer = client.post(REVERSE, content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.text) == bad
    answer = client.post(REVERSE, json=sent | {"filter_id": "x"})
    assert (answer.status_code, answer.text) == bad
    answer = client.post(REVERSE, json=sent | {"key": world.keys["gone"]})
    assert (answer.status_code, answer.text) == (403, "")
    assert client.post(REVERSE, json=sent | {"_method": "PUT"}).status_code == 404
    assert client.post(REVERSE, json=sent, headers={"content-encoding": "gzip"}).status_code == 415
    assert client.post(REVERSE, json=sent, headers={"accept": "text/html"}).status_code == 406
    for kind, limit in ((b"application/json", 8_000_000), (b"multipart/form-data; boundary=X", 136_314_880)):
        headers = [(b"content-type", kind), (b"content-length", str(limit + 1).encode())]
        large = ask(client, REVERSE.encode(), method="POST", headers=headers, pieces=[b"x"])
        assert (large.status, large.body) == (413, b'{"error":"Request Entity Too Large"}')
    cut = b'--X\r\ncontent-disposition: form-data; name="image[image]"; filename="a"\r\n\r\nx'
    headers = [(b"content-type", b"multipart/form-data; boundary=X")]
    assert ask(client, REVERSE.encode(), method="POST", headers=headers, pieces=[cut]).status == 400


def test_other_sites_may_not_ask(client: TestClient) -> None:
    answer = client.post(REVERSE, headers={"origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
