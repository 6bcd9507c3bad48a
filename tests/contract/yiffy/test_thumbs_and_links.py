"""Thumbnails and short addresses beyond the acceptance list."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient
from tests.boards import drawn_png
from tests.contract.conftest import LOOPBACK
from tests.contract.yiffy.conftest import MEDIA, ORIGIN, SHT, THM, TMEDIA, Yiffy
from tests.contract.yiffy.test_acceptance import create

from polybooru.library.actors import OPERATOR
from polybooru.library.images import hide_image

Other = Callable[..., Yiffy]


@pytest.fixture(scope="module")
def owl(yiffy: Yiffy) -> tuple[int, str]:
    """An image of this module's own, and its MD5."""
    image_id = yiffy.opened.make_image(
        yiffy.person, "safe, owl, tree", picture=drawn_png(31_337), process=True
    )
    return image_id, yiffy.md5(image_id)


@pytest.mark.parametrize("kind", ["jpg", "webp", "gif"])
def test_each_kind_is_made_and_listed(yiffy: Yiffy, owl: tuple[int, str], kind: str) -> None:
    image_id, md5 = owl
    started = yiffy.ask("PUT", f"{THM}/{image_id}/{kind.upper()}", "plain")
    assert started.status_code == 202
    body = started.json()
    assert body["checkURL"] == f"{ORIGIN}{THM}/check/{md5}/{kind}"
    assert (body["success"], body["post_id"], body["time"]) == (
        True,
        image_id,
        500 if kind == "jpg" else 2_000,
    )
    assert body["checkAt"] == body["startedAt"] + body["time"]
    assert yiffy.get(f"{THM}/{md5}", "plain").json()[kind] is None
    assert yiffy.get(f"{TMEDIA}/{md5}.{kind}").status_code == 404
    yiffy.opened.process()
    for path in (f"check/{md5}/{kind}", f"check/{kind}/{md5}", f"check/{image_id}/{kind}"):
        for _ in range(2):
            done = yiffy.get(f"{THM}/{path}", "plain")
            assert (done.status_code, done.json()["post_id"]) == (201, image_id)
    info = yiffy.get(f"{THM}/{image_id}", "plain").json()
    assert info[kind] == f"{ORIGIN}{TMEDIA}/{md5}.{kind}"
    assert info["gifURL"] == info["gif"]
    assert info["pngURL"] is info["png"] is None
    file = yiffy.get(f"{TMEDIA}/{md5}.{kind}")
    assert file.status_code == 200
    assert file.headers["content-type"] == {"jpg": "image/jpeg"}.get(kind, f"image/{kind}")


def test_a_failure_is_told_until_it_is_forgotten(yiffy: Yiffy) -> None:
    from polybooru.library import blobs
    from polybooru.library.images import find_image

    image_id = yiffy.opened.make_image(
        yiffy.person, "safe, wren, tree", picture=drawn_png(5_150), process=True
    )
    with yiffy.opened.library.reading() as reading:
        image = find_image(reading, image_id)
    path = yiffy.opened.library.store.path(blobs.original_key(image.blob, image.format))
    whole = path.read_bytes()
    path.write_bytes(whole[:70])
    yiffy.ask("PUT", f"{THM}/{image_id}/png", "plain")
    yiffy.opened.process()
    for method, where in (("GET", f"{THM}/check/{image.md5_hash}/png"), ("PUT", f"{THM}/{image_id}/png")):
        answer = yiffy.ask(method, where, "plain")
        body = answer.json()
        assert (answer.status_code, body["status"], body["code"]) == (500, "error", 1060)
        assert body["expiresAt"] == round(yiffy.opened.clock().timestamp() * 1_000) + 300_000
        assert body["error"]
    path.write_bytes(whole)
    yiffy.opened.clock.advance(301)
    assert yiffy.get(f"{THM}/check/{image.md5_hash}/png", "plain").json()["code"] == 1066
    assert yiffy.ask("PUT", f"{THM}/{image_id}/png", "plain").status_code == 202
    yiffy.opened.process()
    assert yiffy.ask("PUT", f"{THM}/{image_id}/png", "plain").status_code == 200


def test_what_took_too_long_is_told_as_such(yiffy: Yiffy, owl: tuple[int, str]) -> None:
    image_id = yiffy.opened.make_image(
        yiffy.person, "safe, finch, tree", picture=drawn_png(777), process=True
    )
    yiffy.ask("PUT", f"{THM}/{image_id}/png", "plain")
    yiffy.opened.clock.advance(120)
    answer = yiffy.get(f"{THM}/check/{image_id}/png", "plain")
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (408, "timeout", 1065)


def test_of_hidden_images_there_is_nothing(yiffy: Yiffy) -> None:
    image_id = yiffy.opened.make_image(yiffy.person, "safe, crow, tree", picture=drawn_png(778), process=True)
    md5 = yiffy.md5(image_id)
    yiffy.ask("PUT", f"{THM}/{md5}/png", "plain")
    yiffy.opened.process()
    assert yiffy.get(f"{TMEDIA}/{md5}.png").status_code == 200
    with yiffy.opened.library.work() as work:
        hide_image(work, OPERATOR, image_id, reason="blurred")
    assert yiffy.get(f"{TMEDIA}/{md5}.png").status_code == 404
    assert yiffy.get(f"{THM}/{md5}", "plain").json()["code"] == 1063
    assert yiffy.get(f"{THM}/{image_id}", "plain").json()["code"] == 1062


def test_while_read_only_thumbnails_can_still_be_looked_up(
    yiffy: Yiffy, owl: tuple[int, str], other: Other
) -> None:
    reading = other(read_only=True)
    assert reading.get(f"{THM}/{owl[1]}", "plain").status_code == 200
    assert reading.get(f"{THM}/check/{owl[1]}/jpg", "plain").json()["code"] == 2
    for method in ("PATCH", "DELETE"):
        assert reading.ask(method, f"{SHT}/x", "plain", json={}).json()["code"] == 2


def test_a_record_has_every_field(yiffy: Yiffy) -> None:
    data = create(yiffy, url="https://example.com/record", code="rec-ord_1", credit="Fern").json()["data"]
    assert data.pop("managementCode")
    assert isinstance(data.pop("pos"), int)
    assert data.pop("createdAt").endswith("Z")
    assert data == {
        "code": "rec-ord_1",
        "credit": "Fern",
        "modifiedAt": None,
        "url": "https://example.com/record",
        "fullURL": f"{ORIGIN}{SHT}/rec-ord_1",
    }
    made = create(yiffy, url="https://example.com/made").json()["data"]
    assert (len(made["code"]), made["credit"]) == (16, "Unknown")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 1073),
        (b"{", 1073),
        (b"[]", 1073),
        (b"{}", 1073),
        (b'{"url":5}', 1073),
        (b'{"url":null}', 1073),
        (b'{"url":"http://localhost/"}', 1073),
        (b'{"url":"http://169.254.169.254/latest/meta-data"}', 1073),
        (b'{"url":"https://board.example/login"}', 1073),
        (b'{"url":"https://example.com/","code":"\xc3\xa9"}', 1071),
        (b'{"url":"https://example.com/","code":"a/b"}', 1071),
        (b'{"url":"https://example.com/","code":"a\\u0000"}', 1071),
    ],
)
def test_bodies_that_shorten_nothing(yiffy: Yiffy, body: bytes, code: int) -> None:
    headers = {"content-type": "application/json"}
    answer = yiffy.ask("POST", f"{SHT}/create", "plain", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    for method in ("PATCH", "DELETE"):
        other_way = yiffy.ask(method, f"{SHT}/nothing", "plain", content=body, headers=headers)
        assert (other_way.status_code, other_way.json()["code"]) == (401, 1076)


def test_forms_are_read_too_and_post_deletes(yiffy: Yiffy) -> None:
    made = yiffy.ask(
        "POST", f"{SHT}/create", "plain", data={"url": "https://example.com/form", "code": "form"}
    )
    assert made.status_code == 201
    code = made.json()["data"]["managementCode"]
    gone = yiffy.ask("POST", f"{SHT}/delete", "plain", data={"code": "form", "managementCode": code})
    assert (gone.status_code, gone.content) == (204, b"")
    assert yiffy.get(f"{SHT}/form").status_code == 404


@pytest.mark.parametrize("code", ["nothing", "a/b", "é", "x" * 51, "%00", "+", ".json+", "a b"])
def test_unknown_codes_are_told_in_a_text(yiffy: Yiffy, code: str) -> None:
    answer = yiffy.get(f"{SHT}/{code}")
    assert (answer.status_code, answer.text) == (404, "Unknown short url code.")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_the_format_beats_the_suffix(yiffy: Yiffy) -> None:
    create(yiffy, url="https://example.com/format", code="format")
    assert yiffy.get(f"{SHT}/format?format=json").json()["data"]["code"] == "format"
    assert yiffy.get(f"{SHT}/format+?format=json").json()["data"]["code"] == "format"
    for path in ("format?format=redirect", "format+?format=redirect", "format?format=xml"):
        assert yiffy.get(f"{SHT}/{path}").status_code == 302
    assert yiffy.get(f"{SHT}/format.json?format=redirect", "plain").status_code == 302
    assert yiffy.get(f"{SHT}/nothing?format=json").json()["code"] == 1075
    assert yiffy.get(f"{SHT}/format.json").json()["code"] == 1013


def test_codes_know_case(yiffy: Yiffy) -> None:
    create(yiffy, url="https://example.com/Case", code="Case")
    assert yiffy.get(f"{SHT}/case").status_code == 404
    assert create(yiffy, url="https://example.com/case", code="case").status_code == 201


def test_each_image_owns_its_code(yiffy: Yiffy, owl: tuple[int, str]) -> None:
    md5 = owl[1]
    led = yiffy.get(f"{SHT}/{md5}")
    assert (led.status_code, led.headers["location"]) == (302, f"{ORIGIN}{MEDIA}/{md5}.png")
    data = yiffy.get(f"{SHT}/{md5}.json", "plain").json()["data"]
    assert (data["credit"], data["pos"], data["url"]) == ("YiffyAPI", 0, f"{ORIGIN}{MEDIA}/{md5}.png")
    assert create(yiffy, url="https://example.com/owl", code=md5).json()["code"] == 1072
    media = create(yiffy, url=f"{ORIGIN}{MEDIA}/{md5}.png")
    assert media.status_code == 201  # an own file is fine, whatever its host


def test_of_many_who_want_one_code_at_once_one_gets_it(yiffy: Yiffy) -> None:
    key = {"authorization": yiffy.keys["plain"]}

    def attempt(number: int) -> int:
        with TestClient(yiffy.client.app, client=LOOPBACK) as client:
            body = {"url": f"https://example.com/race/{number}", "code": "race"}
            return client.post(f"{SHT}/create", json=body, headers=key).status_code

    with ThreadPoolExecutor(
        4
    ) as pool:  # as many as the desk lets do slow work at once: its queue is one loop's
        assert Counter(pool.map(attempt, range(18))) == {201: 1, 409: 17}


def test_a_preview_never_runs_what_it_shows(yiffy: Yiffy) -> None:
    create(yiffy, url="https://example.com/'\"><script>alert(1)</script>", code="script", credit="<b>x</b>")
    page = yiffy.get(f"{SHT}/script+")
    assert "<script>" not in page.text
    assert "<b>" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    led = yiffy.get(f"{SHT}/script")
    assert "<" not in led.headers["location"]


def test_narrowed_tokens_make_no_links(yiffy: Yiffy) -> None:
    answer = create(yiffy, "reader", url="https://example.com/reader")
    assert (answer.status_code, answer.json()["code"]) == (403, 1022)
    assert yiffy.get(f"{SHT}/nothing.json", "reader").json()["code"] == 1075


def test_whoever_is_banned_makes_no_links(yiffy: Yiffy) -> None:
    from polybooru.library.bans import ban_user

    key = yiffy.new_key()
    found = yiffy.opened.board.callers.find(key)
    assert found is not None
    with yiffy.opened.library.work() as work:
        ban_user(work, OPERATOR, found.user_id or 0, reason="Spam.")
    answer = create(yiffy, key, url="https://example.com/banned")
    assert (answer.status_code, answer.json()["code"]) == (403, 1012)
    assert answer.json()["extra"]["reason"] == "Spam."
    assert yiffy.get(f"{SHT}/nothing.json", key).json()["code"] == 1075
