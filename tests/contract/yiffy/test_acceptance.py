"""The acceptance list of the dialect, line by line and in its order. Contract: docs/reference/yiffy.md."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.contract.yiffy.conftest import IMG, ORIGIN, SHT, THM, Yiffy

NOBODY = ""


def told(answer: Any) -> tuple[int, int]:
    """Status and code."""
    body = answer.json()
    assert body["success"] is False
    return answer.status_code, body["code"]


def test_01_online_with_a_bad_key_is_not_limited(yiffy: Yiffy) -> None:
    answer = yiffy.get(f"{IMG}/online", "unknown")
    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert isinstance(answer.json()["uptime"], int | float)
    assert not [name for name in answer.headers if "ratelimit" in name.lower() and name[:6] != "access"]


def test_02_categories_and_one_of_them(yiffy: Yiffy) -> None:
    data = yiffy.get(f"{IMG}/categories").json()["data"]
    assert [one["db"] for one in data["enabled"]] == [
        "animals.birb", "animals.fox", "furry.hug",
    ]  # fmt: skip
    assert data["enabled"][0] == {"name": "Animals > Birb", "db": "animals.birb", "sfw": True, "count": 7}
    assert data["enabled"][1]["sfw"] is False
    assert [(one["db"], one["_comment"], one["count"]) for one in data["disabled"]] == [
        ("animals.fox.sleepy", "Category has never had any content.", 0),
        ("animals.nothing", "Category has never had any content.", 0),
        ("animals.resting", "Moulting.", 0),
    ]
    birb = yiffy.get(f"{IMG}/categories/animals.birb").json()["data"]
    assert (birb["name"], birb["db"], birb["sfw"], birb["count"]) == (
        "Animals > Birb",
        "animals.birb",
        True,
        7,
    )
    assert (birb["dir"], birb["disabled"]) == ("/V2/animals/birb", False)
    files = birb["files"]["list"]
    assert (birb["files"]["exists"], files["total"], files["types"]) == (True, 7, {"image/png": 7})
    size = files["size"]
    assert size["totalM"] == round(size["totalM"], 3) == round(size["total"] / 1048576, 3)
    assert size["average"] == round(size["total"] / 7, 3)


def test_03_what_is_no_category_and_no_route(yiffy: Yiffy) -> None:
    unknown = yiffy.get(f"{IMG}/categories/animals.nope")
    assert told(unknown) == (404, 1030)
    assert unknown.json()["error"] == {"message": "Category not found in list."}
    for path in ("/animals/nope", "/nope"):
        answer = yiffy.get(f"{IMG}{path}")
        assert told(answer) == (404, 1030)
        assert isinstance(answer.json()["error"], str)
    for path in ("/a%20b", "", "/"):
        assert told(yiffy.get(f"{IMG}{path}")) == (404, 1024)


@pytest.mark.parametrize("path", ["/animals/birb", "/animals.birb", "//animals/birb/", "/V2/Animals/Birb"])
def test_04_a_random_image_by_every_form_of_the_path(yiffy: Yiffy, path: str) -> None:
    body = yiffy.get(f"{IMG}{path}").json()
    assert body["success"] is True
    assert body["$schema"] == "https://schema.yiff.rest/V2.json"
    assert [note["id"] for note in body["notes"]] == [3, 5, 6, 7, 8]
    [image] = body["images"]
    assert image["id"] in {yiffy.md5(bird) for bird in yiffy.birds}
    assert image["category"] == "animals.birb"
    aliased = yiffy.get(f"/yiffrest{path}").json()
    assert [note["id"] for note in aliased["notes"]] == [2, 3, 5, 6, 7, 8]


def test_05_several_without_notes(yiffy: Yiffy) -> None:
    body = yiffy.get(f"{IMG}/animals/birb?amount=5&notes=DISABLED").json()
    assert len({image["id"] for image in body["images"]}) == 5
    assert body["notes"] == []
    few = yiffy.get(f"{IMG}/animals/fox?amount=5&notes=disabled").json()
    assert len(few["images"]) == 2


def test_06_amounts_out_of_bounds(yiffy: Yiffy) -> None:
    for amount in ("0", "-1", "abc"):
        assert told(yiffy.get(f"{IMG}/animals/birb?amount={amount}")) == (400, 1051)
    assert told(yiffy.get(f"{IMG}/animals/birb?amount=6")) == (400, 1052)


def test_07_sizes(yiffy: Yiffy) -> None:
    assert told(yiffy.get(f"{IMG}/animals/birb?sizeLimit=1")) == (400, 1041)
    assert yiffy.get(f"{IMG}/animals/birb?sizeLimit=<5MB>").status_code == 200


def test_08_other_response_types(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    unknown = yiffy.get(f"{IMG}/animals/birb?responseType=xml")
    assert (unknown.status_code, unknown.json()["error"]["code"], unknown.json()["code"]) == (400, 1023, 1023)
    image = yiffy.get(f"{IMG}/animals/birb/image")
    assert image.status_code == 200
    assert image.headers["x-yiffy-image-type"] == image.headers["content-type"] == "image/png"
    assert len(image.content) == int(image.headers["x-yiffy-image-size"])
    assert told(other(image_response=False).get(f"{IMG}/animals/birb/image")) == (404, 1053)


def test_09_one_image_with_and_without_json(yiffy: Yiffy) -> None:
    md5 = yiffy.md5(yiffy.birds[0])
    first, second = yiffy.get(f"{IMG}/images/{md5}.json"), yiffy.get(f"{IMG}/images/{md5}")
    assert first.status_code == 200
    assert first.json() == second.json()


def test_10_what_bulk_refuses(yiffy: Yiffy) -> None:
    body = {"animals.birb": 1}
    assert told(yiffy.ask("POST", f"{IMG}/bulk", json=body)) == (401, 1013)
    assert told(yiffy.ask("POST", f"{IMG}/bulk", "plain", json=body)) == (403, 1022)
    text = {"content": "animals.birb", "headers": {"content-type": "text/plain"}}
    assert told(yiffy.ask("POST", f"{IMG}/bulk", "bulk", **text)) == (400, 1054)
    assert told(yiffy.ask("POST", f"{IMG}/bulk", "bulk", json={})) == (400, 1054)
    much = yiffy.ask("POST", f"{IMG}/bulk", "bulk", json={"animals.birb": 60, "animals.fox": 41})
    assert told(much) == (400, 1056)
    assert much.json()["error"].endswith("100 (101)")


def test_11_bulk_answers_both_ways(yiffy: Yiffy) -> None:
    answer = yiffy.ask("POST", f"{IMG}/bulk", "bulk", json={"animals.birb": 3, "animals.fox": 2})
    body = answer.json()
    assert (answer.status_code, body["success"]) == (200, True)
    assert body["data"]["animals.birb"] == body["animals.birb"]
    assert (len(body["animals.birb"]), len(body["animals.fox"])) == (3, 2)


def test_12_keys_that_open_nothing(yiffy: Yiffy) -> None:
    path = f"{IMG}/animals/fox"
    assert told(yiffy.get(path, "unknown")) == (401, 1010)
    assert told(yiffy.get(path, "inactive")) == (401, 1011)
    disabled = yiffy.get(path, "disabled")
    assert told(disabled) == (403, 1012)
    assert disabled.json()["extra"]["reason"] == "Too loud."
    assert told(yiffy.get(path, "sfw")) == (403, 1057)
    assert yiffy.get(f"{IMG}/animals/birb", "sfw").status_code == 200


def test_13_too_many_requests(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    limited = other(rate_limit=True)
    yiffy.opened.clock.advance(100)
    answers = [limited.get(f"{IMG}/animals/birb") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert told(answers[2]) == (429, 1000)
    assert int(answers[2].headers["retry-after"]) == 2
    assert answers[2].headers["x-ratelimit-global-remaining"] == "5"
    yiffy.opened.clock.advance(100)
    answers = [limited.get(f"{IMG}/animals/birb/{'v2/' * number}") for number in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 7 + [429]
    assert told(answers[7]) == (429, 1001)
    assert answers[7].json()["info"]["bucket"] is None


def test_14_thumbnails_want_a_key(yiffy: Yiffy) -> None:
    md5 = yiffy.md5(yiffy.birds[1])
    assert told(yiffy.get(f"{THM}/{md5}")) == (401, 1013)
    assert told(yiffy.get(f"{THM}/check/{md5}/webp", "plain")) == (404, 1066)


def test_15_a_thumbnail_is_made(yiffy: Yiffy) -> None:
    md5 = yiffy.md5(yiffy.birds[2])
    started = [yiffy.ask("PUT", f"{THM}/{md5}/png", "plain") for _ in range(2)]
    assert [answer.status_code for answer in started] == [202, 202]
    assert started[0].json()["status"] == "processing"
    assert started[0].json()["startedAt"] == started[1].json()["startedAt"]
    check = started[0].json()["checkURL"]
    assert check == f"{ORIGIN}{THM}/check/{md5}/png"
    assert yiffy.get(check.removeprefix(ORIGIN), "plain").status_code == 200
    yiffy.opened.process()
    done = yiffy.get(check.removeprefix(ORIGIN), "plain")
    assert (done.status_code, done.json()["status"]) == (201, "done")
    again = yiffy.ask("PUT", f"{THM}/{md5}/png", "plain")
    assert (again.status_code, again.json()) == (200, done.json())
    picture = yiffy.get(done.json()["url"].removeprefix(ORIGIN))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")


def test_16_what_no_thumbnail_is_made_of(yiffy: Yiffy) -> None:
    md5 = yiffy.md5(yiffy.birds[2])
    assert told(yiffy.ask("PUT", f"{THM}/{md5}/bmp", "plain")) == (404, 1064)
    assert told(yiffy.ask("PUT", f"{THM}/zz/png", "plain")) == (404, 1063)
    assert told(yiffy.ask("PUT", f"{THM}/999999999/png", "plain")) == (404, 1062)


def create(yiffy: Yiffy, key: str = "plain", query: str = "", **body: str) -> Any:
    return yiffy.ask("POST", f"{SHT}/create{query}", key, json=body)


def test_17_short_addresses_are_made_once(yiffy: Yiffy) -> None:
    made = create(yiffy, url="https://example.com/17", code="seventeen")
    assert made.status_code == 201
    assert len(made.json()["data"]["managementCode"]) == 60
    again = create(yiffy, url="https://example.com/17", code="other")
    assert (again.status_code, again.json()["data"]["managementCode"]) == (200, None)
    assert again.json()["data"]["code"] == "seventeen"
    assert told(create(yiffy, url="https://example.com/17b", code="seventeen")) == (409, 1072)


def test_18_what_breaks_a_rule(yiffy: Yiffy) -> None:
    good = "https://example.com/18"
    assert told(create(yiffy, url=good, code="x" * 51)) == (422, 1070)
    assert told(create(yiffy, url=good, code="a b")) == (422, 1071)
    assert told(create(yiffy, url="http://10.0.0.1/")) == (422, 1073)
    assert told(create(yiffy, url=good, credit="x" * 51)) == (422, 1074)


def test_19_what_nobody_may_change(yiffy: Yiffy) -> None:
    made = create(yiffy, query="?editable=false", url="https://example.com/19", code="nineteen")
    assert made.json()["data"]["managementCode"] is None
    gone = yiffy.ask("DELETE", f"{SHT}/nineteen", "plain", json={"managementCode": "0" * 60})
    assert told(gone) == (403, 1077)
    assert gone.json()["error"].endswith("deleted.")


def test_20_three_ways_to_ask_for_one(yiffy: Yiffy) -> None:
    create(yiffy, url="https://example.com/20?a=b&c=<d>", code="twenty")
    followed = yiffy.get(f"{SHT}/twenty")
    assert (followed.status_code, followed.headers["location"][:23]) == (302, "https://example.com/20?")
    for path in ("twenty+", "twenty%2B"):
        page = yiffy.get(f"{SHT}/{path}")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "a=b&amp;c=&lt;d&gt;" in page.text
    record = yiffy.get(f"{SHT}/twenty.json", "plain")
    assert (record.status_code, record.json()["data"]["url"]) == (200, "https://example.com/20?a=b&c=<d>")
    assert "managementCode" not in record.json()["data"]


def test_21_changes(yiffy: Yiffy) -> None:
    made = create(yiffy, url="https://example.com/21", code="twenty-one").json()["data"]

    def patch(**body: str) -> Any:
        return yiffy.ask("PATCH", f"{SHT}/twenty-one", "plain", json=body)

    assert told(patch(credit="Fern")) == (401, 1076)
    assert told(patch(credit="Fern", managementCode="0" * 60)) == (401, 1078)
    changed = patch(credit="Fern", managementCode=made["managementCode"])
    assert (changed.status_code, changed.json()["data"]["credit"]) == (200, "Fern")
    assert changed.json()["data"]["modifiedAt"] is not None
    assert told(patch(credit="Fern", managementCode=made["managementCode"])) == (400, 1080)


def test_22_wrong_methods_and_read_only(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    wrong = yiffy.get(f"{SHT}/create")
    assert told(wrong) == (405, 1025)
    assert wrong.headers["allow"] == "POST"
    reading = other(read_only=True)
    assert told(reading.ask("PUT", f"{THM}/zz/bmp", "plain")) == (503, 2)
    assert told(create(reading, url="no")) == (503, 2)
