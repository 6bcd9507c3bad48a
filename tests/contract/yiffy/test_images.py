"""The images service beyond its acceptance list: objects, files, categories that change, counts."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.boards import drawn_png
from tests.contract.conftest import LOOPBACK
from tests.contract.yiffy.conftest import IMG, MEDIA, ORIGIN, SHT, Yiffy, settings_with

from polybooru.api.yiffy.options import Options
from polybooru.api.yiffy.routes import Yiffy as Dialect
from polybooru.application import application, yiffy_options
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.segments import BySegment
from polybooru.library.actors import OPERATOR
from polybooru.library.categories import CategoryText, add_category
from polybooru.library.images import find_image, hide_image, unhide_image

Other = Callable[..., Yiffy]
BIRB = f"{IMG}/animals/birb"


def test_an_image_object_has_every_field(yiffy: Yiffy) -> None:
    md5 = yiffy.md5(yiffy.birds[0])
    with yiffy.opened.library.reading() as reading:
        image = find_image(reading, yiffy.birds[0])
    shown = yiffy.get(f"{IMG}/images/{md5.upper()}.json").json()["data"]
    assert shown.pop("seen") >= 0
    assert shown == {
        "artists": ["fern"],
        "sources": ["https://example.com/bird"],
        "width": image.width_px,
        "height": image.height_px,
        "size": image.size_bytes,
        "url": f"{ORIGIN}{MEDIA}/{md5}.png",
        "yiffMediaURL": f"{ORIGIN}{MEDIA}/{md5}.png",
        "type": "image/png",
        "ext": "png",
        "name": f"{md5}.png",
        "id": md5,
        "md5": md5,
        "reportURL": None,
        "shortURL": f"{ORIGIN}{SHT}/{md5}",
        "category": "animals.birb",
        "external": False,
        "viewable": True,
    }
    assert yiffy.get(f"{IMG}/images/{yiffy.birds[0]}").json()["data"]["id"] == md5
    random = yiffy.get(f"{IMG}/furry/hug").json()["images"][0]
    assert random.keys() == shown.keys() | {"seen"}
    assert (random["type"], random["ext"], random["artists"], random["category"]) == (
        "image/jpeg", "jpg", [], "furry.hug",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["", "zz", "-1", "0", "999999999", "9" * 40, "0" * 32, "é", "a/b", "%00", "0" * 31, "1.5.json"]
)
def test_odd_ids_are_no_images(yiffy: Yiffy, name: str) -> None:
    assert yiffy.get(f"{IMG}/images/{name}").status_code == 404


def test_an_image_in_no_category_is_shown_with_an_empty_one(yiffy: Yiffy) -> None:
    image_id = yiffy.opened.make_image(yiffy.person, "safe, lonely, tree", process=True)
    assert yiffy.get(f"{IMG}/images/{image_id}").json()["data"]["category"] == ""


def test_an_image_by_its_extension_is_the_file(yiffy: Yiffy, other: Other) -> None:
    md5 = yiffy.md5(yiffy.birds[0])
    answer = yiffy.get(f"{IMG}/images/{md5}.png")
    assert answer.content == yiffy.get(f"{MEDIA}/{md5}.png").content
    assert answer.headers["x-yiffy-artist"] == "fern"
    assert answer.headers["x-yiffy-source"] == "https://example.com/bird"
    assert answer.headers["x-yiffy-image-category"] == "animals.birb"
    assert answer.headers["x-yiffy-version"] == "2"
    assert answer.headers["x-yiffy-report-url"] == "NONE"
    wrong = yiffy.get(f"{IMG}/images/{md5}.jpg")
    assert (wrong.status_code, wrong.content) == (404, b"")
    off = other(image_response=False).get(f"{IMG}/images/{md5}.png")
    assert (off.status_code, off.json()["code"]) == (404, 1040)


def test_files_are_whole_or_in_part_and_named_by_the_hash(yiffy: Yiffy) -> None:
    md5 = yiffy.md5(yiffy.birds[0])
    whole = yiffy.get(f"{MEDIA}/{md5}.png")
    assert (whole.status_code, whole.headers["content-type"], whole.headers["etag"]) == (
        200,
        "image/png",
        f'"{md5}"',
    )
    assert whole.headers["cache-control"].startswith("public, max-age=31536000")
    assert int(whole.headers["content-length"]) == len(whole.content)
    assert yiffy.get(f"{MEDIA}/animals/birb/{md5}.png").content == whole.content
    part = yiffy.get(f"{MEDIA}/{md5}.png", headers={"range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, whole.content[2:6])
    same = yiffy.get(f"{MEDIA}/{md5}.png", headers={"if-none-match": f'"{md5}"'})
    assert (same.status_code, same.content) == (304, b"")
    for path in (f"{md5}.jpg", f"{md5}", "x.png", f"{md5}.png/x", "", "../" + md5 + ".png/"):
        assert yiffy.get(f"{MEDIA}/{path}").status_code == 404


def test_a_redirect_leads_to_the_file(yiffy: Yiffy) -> None:
    answer = yiffy.get(f"{BIRB}?responseType=redirect")
    assert answer.status_code == 302
    assert answer.headers["location"] == answer.headers["x-yiffy-image-url"]
    assert yiffy.get(answer.headers["location"].removeprefix(ORIGIN)).status_code == 200
    for query in ("?responseType=redirect&amount=2", "?responseType=image&amount=2"):
        assert yiffy.get(BIRB + query).json()["code"] == 1050
    assert yiffy.get(f"{BIRB}/json").json()["images"]
    assert (
        yiffy.get(f"{BIRB}/image", headers={"accept": "application/json"}).headers["x-yiffy-version"] == "2"
    )


def test_a_category_may_be_called_like_a_suffix(yiffy: Yiffy) -> None:
    with yiffy.opened.library.work() as work:
        add_category(work, OPERATOR, CategoryText(path="mirror.image", query="bird"))
        add_category(work, OPERATOR, CategoryText(path="data", query="bird, safe"))
    assert yiffy.get(f"{IMG}/mirror/image").json()["images"][0]["category"] == "mirror.image"
    assert yiffy.get(f"{IMG}/mirror/image/image").headers["content-type"] == "image/png"
    bulk = yiffy.ask("POST", f"{IMG}/bulk", "bulk", json={"data": 1, "animals.birb": 1}).json()
    assert list(bulk["data"]) == ["data", "animals.birb"]
    assert bulk["data"]["animals.birb"] == bulk["animals.birb"]


def test_what_is_hidden_is_gone_at_once_and_everywhere(yiffy: Yiffy) -> None:
    image_id = yiffy.opened.make_image(
        yiffy.person, "safe, comet, tree", picture=drawn_png(4711), process=True
    )
    with yiffy.opened.library.work() as work:
        add_category(work, OPERATOR, CategoryText(path="space.comet", query="comet"))
    md5 = yiffy.md5(image_id)
    paths = (f"{IMG}/space/comet", f"{IMG}/images/{md5}", f"{MEDIA}/{md5}.png", f"{SHT}/{md5}")
    assert [yiffy.get(path).status_code for path in paths] == [200, 200, 200, 302]
    with yiffy.opened.library.work() as work:
        hide_image(work, OPERATOR, image_id, reason="blurred")
    assert [yiffy.get(path).status_code for path in paths] == [404, 404, 404, 404]
    assert yiffy.get(f"{IMG}/categories/space.comet").json()["data"]["files"]["exists"] is False
    with yiffy.opened.library.work() as work:
        unhide_image(work, OPERATOR, image_id)
    assert [yiffy.get(path).status_code for path in paths] == [200, 200, 200, 302]


def test_a_safe_key_or_address_sees_safe_categories_alone(yiffy: Yiffy, other: Other) -> None:
    listed = other(sfw_only_addresses=("127.0.0.1",))
    for asking, key in ((yiffy, "sfw"), (listed, "")):
        assert asking.get(BIRB, key).status_code == 200
        refused = asking.get(f"{IMG}/animals/fox", key)
        assert (refused.status_code, refused.json()["code"]) == (403, 1057)
        assert '"animals.fox"' in refused.json()["error"]
    bulk = yiffy.ask("POST", f"{IMG}/bulk", "sfw", json={"animals.birb": 1, "animals.fox": 0})
    assert bulk.json()["code"] == 1057


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"animals.nope": 1}, 1055),
        ({"Animals.Birb": 1}, 1055),
        ({"animals/birb": 1}, 1055),
        ({"": 1}, 1055),
        ({"animals.nothing": 1}, 1055),
        ({"animals.birb": 10**30}, 1056),
        ({"animals.birb": 50, "animals.fox": 50, "furry.hug": 1}, 1056),
        ({"animals.birb": "1"}, 1054),
    ],
)
def test_bulk_refuses_what_it_cannot_give(yiffy: Yiffy, body: dict[str, Any], code: int) -> None:
    answer = yiffy.ask("POST", f"{IMG}/bulk", "bulk", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_bulk_gives_what_there_is(yiffy: Yiffy) -> None:
    body = yiffy.ask("POST", f"{IMG}/bulk", "bulk", json={"animals.birb": 50, "animals.fox": 0}).json()
    assert len({image["id"] for image in body["animals.birb"]}) == len(body["animals.birb"]) >= 7
    assert body["animals.fox"] == []
    small = yiffy.ask("POST", f"{IMG}/bulk?sizeLimit=1", "bulk", json={"animals.birb": 5}).json()
    assert small["data"] == {"animals.birb": []}
    key = yiffy.new_key("yiffy:bulk", bulk_limit=3)
    refused = yiffy.ask("POST", f"{IMG}/bulk", key, json={"animals.birb": 4})
    assert refused.json()["error"] == "Total amount of images requested is greater than 3 (4)"


def test_a_get_with_a_body_works_and_so_does_an_empty_key(yiffy: Yiffy) -> None:
    answer = yiffy.ask("GET", BIRB, headers={"authorization": ""}, json={"a": 1})
    assert answer.status_code == 200
    assert yiffy.get(f"{IMG}/animals/birb?limit=1").status_code == 200


def counted(yiffy: Yiffy) -> TestClient:
    """The same board as another process has it, after this one has saved what it counted."""
    board = yiffy.opened.board
    for save in board.savers:
        save()
    dialect = Dialect(board, DocumentCache(0), yiffy_options(board, settings_with().dialect.yiffy))
    return TestClient(BySegment(dialect.routes()), client=LOOPBACK)


def test_requests_are_counted_by_everybody_address_and_key(yiffy: Yiffy) -> None:
    key = yiffy.new_key("yiffy:bulk")
    headers = {"authorization": key}
    client = counted(yiffy)

    def stats(**more: Any) -> Any:
        return client.get(f"{IMG}/stats", **more).json()["data"]

    before = stats()
    assert before["key"] is None
    client.get(f"{BIRB}?amount=5")
    client.get(BIRB, headers=headers)
    client.post(f"{IMG}/bulk", headers=headers, json={"animals.birb": 3, "animals.fox": 2})
    after = stats(headers=headers)
    assert after["key"]["total"] == 6
    assert after["key"]["animals"]["birb"] == 4
    assert after["key"]["animals"]["fox"] == 2
    assert after["global"]["animals"]["birb"] - before["global"].get("animals", {}).get("birb", 0) == 5
    assert after["ip"]["total"] - before["ip"]["total"] == 7
    second = counted(yiffy).get(f"{IMG}/stats", headers=headers).json()["data"]
    assert second == after  # another process
    elsewhere = TestClient(client.app, client=("192.0.2.77", 1)).get(f"{IMG}/stats").json()["data"]
    assert elsewhere["ip"]["total"] == 0


def test_sightings_are_counted_saved_and_not_while_read_only(yiffy: Yiffy, other: Other) -> None:
    hug = f"{IMG}/furry/hug"
    client = counted(yiffy)
    first = client.get(hug).json()["images"][0]["seen"]
    assert client.get(hug).json()["images"][0]["seen"] == first + 1
    md5 = client.get(hug).json()["images"][0]["id"]
    assert client.get(f"{IMG}/images/{md5}").json()["data"]["seen"] == first + 2
    assert client.get(f"{IMG}/images/{md5}").json()["data"]["seen"] == first + 2
    fresh = counted(yiffy)
    assert fresh.get(f"{IMG}/images/{md5}").json()["data"]["seen"] == first + 2
    reading = other(read_only=True)
    shown = [reading.get(hug).json()["images"][0]["seen"] for _ in range(3)]
    assert len(set(shown)) == 1


def test_two_processes_see_each_others_categories(yiffy: Yiffy) -> None:
    from polybooru import app

    with app.open_board(yiffy.opened.data, yiffy.opened.settings) as second:
        second.library.replica.load()
        with TestClient(application(second, settings_with()), client=LOOPBACK) as there:
            assert there.get(f"{IMG}/brand/new").status_code == 404
            with yiffy.opened.library.work() as work:
                add_category(work, OPERATOR, CategoryText(path="brand.new", query="bird"))
            assert there.get(f"{IMG}/brand/new").status_code == 200


def test_keys_are_never_logged(yiffy: Yiffy, capfd: pytest.CaptureFixture[str]) -> None:
    key = yiffy.keys["plain"]
    answer = yiffy.get(f"{BIRB}?_auth={key}")
    assert answer.status_code == 200
    assert answer.headers["referrer-policy"] == "no-referrer"
    yiffy.ask("DELETE", f"{SHT}/x", "plain", json={"managementCode": "secret-management-code"})
    written = "".join(capfd.readouterr())
    assert key not in written
    assert "secret-management-code" not in written


def test_the_defaults_are_those_of_the_document() -> None:
    assert (Options().links_per_hour, Options().is_limited, Options().gives_images) == (30, True, True)
