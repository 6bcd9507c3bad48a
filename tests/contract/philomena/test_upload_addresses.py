"""POST images with `url`: fetched once through the guard, read from the store, or no file at all."""

import itertools
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.boards import START, drawn_png
from tests.contract.conftest import Workshop
from tests.contract.philomena.test_upload_faults import NO_FILE

from polybooru.fetch import Fetcher
from polybooru.library.actors import Role
from polybooru.library.blobs import original_key
from polybooru.library.images import hide_image

UPLOAD = "/api/v1/json/images"
SEEDS = itertools.count(70_000)
TAGS = {"tag_input": "safe, cat, cute"}

Script = Callable[[BaseHTTPRequestHandler], None]


class Host(ThreadingHTTPServer):
    """A host on loopback; a path answers as the test says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.scripts: dict[str, Script] = {}
        self.asked: list[str] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.scripts[self.path](self)

    def log_message(self, *_: object) -> None:
        pass


def answering(body: bytes, status: int = 200, **headers: str) -> Script:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65_536)
    except OSError:
        handler.close_connection = True


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with Host() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}).start()
        yield running
        running.shutdown()


def post(workshop: Workshop, url: Any, **image: Any):
    body = {"key": workshop.key, "url": url, "image": TAGS | image}
    return workshop.client.post(UPLOAD, json=body)


def test_the_documents_request_works_as_printed(workshop: Workshop, host: Host) -> None:
    content = drawn_png(next(SEEDS))
    host.scripts["/a/full.png"] = answering(content)
    asked_before = host.asked.count("/a/full.png")  # on the other database
    answer = workshop.client.post(
        f"{UPLOAD}?key={workshop.key}",
        headers={"content-type": "application/json"},
        json={
            "image": {
                "description": "[bq]line\nbreak[/bq]",
                "tag_input": "safe, " + ", ".join(f"some-tag no. {number}" for number in range(40)),
                "source_url": "https://example.org/source",
            },
            "url": host.url("/a/full.png"),
        },
    )
    assert answer.status_code == 200
    image = answer.json()["image"]
    assert (image["name"], image["size"]) == ("full.png", len(content))
    assert (image["description"], image["source_url"]) == (
        "[bq]line\nbreak[/bq]",
        "https://example.org/source",
    )
    assert image["tag_count"] == 41
    assert host.asked.count("/a/full.png") == asked_before + 1


@pytest.mark.parametrize("where", ["query", "form", "multipart"])
def test_the_address_may_travel_anywhere(workshop: Workshop, host: Host, where: str) -> None:
    host.scripts[f"/{where}.png"] = answering(drawn_png(next(SEEDS)))
    url = host.url(f"/{where}.png")
    fields = {"key": workshop.key, "image[tag_input]": TAGS["tag_input"]}
    sent: dict[str, Any] = {
        "query": {"params": fields | {"url": url}},
        "form": {"data": fields | {"url": url}},
        "multipart": {"data": fields | {"url": url}, "files": {"image[image]": ("", b"")}},
    }[where]
    assert workshop.client.post(UPLOAD, **sent).status_code == 200


@pytest.mark.parametrize(
    ("path", "header", "name"),
    [
        ("/n/plain.png?size=full", None, "plain.png"),
        ("/n/get", 'attachment; filename="nice cat.png"', "nice cat.png"),
        ("/n/" + "l" * 140, None, "l" * 127),
    ],
)
def test_the_name_is_the_hosts_or_the_last_of_the_path_and_short(
    workshop: Workshop, host: Host, path: str, header: str | None, name: str
) -> None:
    more = {"content_disposition": header} if header else {}
    host.scripts[path] = answering(drawn_png(next(SEEDS)), **more)
    assert post(workshop, host.url(path)).json()["image"]["name"] == name


def test_one_redirect_is_followed(workshop: Workshop, host: Host) -> None:
    host.scripts["/once"] = answering(b"", 302, location="/target.png")
    host.scripts["/target.png"] = answering(drawn_png(next(SEEDS)))
    assert post(workshop, host.url("/once")).status_code == 200


def test_every_failure_to_fetch_is_no_file(workshop: Workshop, host: Host, changing_nothing) -> None:
    content = drawn_png(next(SEEDS))
    failing: dict[str, Script] = {
        "/404": answering(content, 404),
        "/500": answering(content, 500),
        "/204": answering(b"", 204),
        "/206": answering(content, 206),
        "/twice": answering(b"", 302, location="/again"),
        "/loop": answering(b"", 302, location="/loop"),
        "/nowhere": answering(b"", 302),
        "/file": answering(b"", 302, location="file:///etc/passwd"),
        "/endless": endless,
        "/huge": answering(b"x" * 100, content_length=str(10**12)),
        "/short": answering(content[:100], content_length=str(len(content))),
        "/gzip": answering(content, content_encoding="gzip"),
        "/bad-length": answering(content, content_length="x"),
    }
    reached_too_late = {"/again": answering(b"", 301, location="/good"), "/good": answering(content)}
    host.scripts |= failing | reached_too_late
    addresses = [host.url(path) for path in failing]
    addresses += [
        "http://127.0.0.1:1/closed.png",
        "http://nothing.invalid/a.png",
        "ftp://127.0.0.1/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "http://",
        "http://[::1",
        "//host/a.png",
        "no address",
        "http://user:password@127.0.0.1/a.png",
        "http://127.0.0.1/" + "a" * 3000,
        "http://127.0.0.1/\u0661\ud7ff",
        "https://board.example/img/nothing",
        "https://board.example/img/view/2026/1/2/999999.png",
        "https://board.example/img/view/2026/1/2/99999999999.png",
    ]
    with changing_nothing():
        for url in addresses:
            answer = post(workshop, url)
            assert (answer.status_code, answer.json()) == (400, {"errors": NO_FILE}), url


def test_a_lying_host_is_judged_by_what_it_sends(workshop: Workshop, host: Host, changing_nothing) -> None:
    host.scripts["/lie.png"] = answering(b"<html>not a picture</html>", content_type="image/png")
    with changing_nothing():
        errors = post(workshop, host.url("/lie.png")).json()["errors"]
    assert errors == NO_FILE | {"image_mime_type": ["(text/html) is invalid"]}


def test_inner_addresses_are_no_file_and_never_connected_to(
    workshop: Workshop, host: Host, changing_nothing
) -> None:
    library = workshop.opened.library
    before, library.fetcher = library.fetcher, Fetcher(user_agent="Polybooru/test")
    host.scripts["/inner.png"] = answering(drawn_png(next(SEEDS)))
    try:
        with changing_nothing():
            for url in (
                host.url("/inner.png"),
                "http://localhost/inner.png",
                "http://169.254.169.254/latest/meta-data/",
                "http://[::1]/a.png",
                "http://0x7f.1/a.png",
                "http://2130706433/a.png",
            ):
                assert post(workshop, url).json() == {"errors": NO_FILE}, url
    finally:
        library.fetcher = before
    assert "/inner.png" not in host.asked


def test_other_faults_are_reported_beside_a_missing_file(workshop: Workshop) -> None:
    errors = post(workshop, "http://127.0.0.1:1/a.png", tag_input="safe, cat").json()["errors"]
    assert errors == NO_FILE | {"tag_input": ["must contain at least 3 tags"]}


# --- the board's own addresses ---


def test_an_own_address_is_read_from_the_store(workshop: Workshop) -> None:
    opened = workshop.opened
    library = opened.library
    image_id = opened.make_image(workshop.uploader, picture=drawn_png(next(SEEDS), width_px=90), process=True)
    image = workshop.client.get(f"{UPLOAD}/{image_id}").json()["image"]
    before, library.fetcher = (
        library.fetcher,
        Fetcher(user_agent="Polybooru/test"),
    )  # would refuse any address
    try:
        again = post(workshop, image["representations"]["thumb_tiny"])
        assert again.status_code == 200
        assert (again.json()["image"]["name"], again.json()["image"]["width"]) == ("thumb_tiny.png", 50)
        assert image["sha512_hash"] != image["orig_sha512_hash"]  # metadata was taken out: another file
        viewed = post(workshop, image["view_url"]).json()["image"]
        assert viewed["orig_sha512_hash"] == image["sha512_hash"]
        assert viewed["name"] == image["view_url"].rpartition("/")[2]
    finally:
        library.fetcher = before


def test_an_own_address_that_shows_no_file_is_no_file(workshop: Workshop, changing_nothing) -> None:
    opened = workshop.opened
    contents = [drawn_png(next(SEEDS)) for _ in range(3)]
    hidden, lost, waiting = (
        opened.make_image(workshop.uploader, picture=content) for content in contents[:3]
    )
    moderator = opened.make_user("hector", Role.MODERATOR)
    with opened.library.work() as work:
        hide_image(work, moderator, hidden, reason="test")
    opened.process()
    addresses = [f"https://board.example/img/view/{START.year}/{START.month}/{START.day}/{hidden}.png"]
    address = workshop.client.get(f"{UPLOAD}/{lost}").json()["image"]["representations"]["full"]
    store = opened.library.store
    image = workshop.client.get(f"{UPLOAD}/{lost}").json()["image"]
    for path in store.path(original_key(image["orig_sha512_hash"], "png")).parent.iterdir():
        path.unlink()
    addresses.append(address)
    assert waiting
    with changing_nothing():
        for url in addresses:
            assert post(workshop, url).json() == {"errors": NO_FILE}, url
