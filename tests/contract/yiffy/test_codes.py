"""Every error code of the table is reached, or reserved with a reason."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.contract.yiffy.conftest import IMG, SHT, THM, Yiffy
from tests.contract.yiffy.test_acceptance import create

from polybooru import store
from polybooru.api.yiffy.answers import ANSWERED, yiffy_error
from polybooru.api.yiffy.codes import CODES
from polybooru.library import blobs, errors
from polybooru.library.errors import BooruError
from polybooru.library.images import find_image

Other = Callable[..., Yiffy]
Case = Callable[[Yiffy, Other], Any]
BIRB = f"{IMG}/animals/birb"


def _full(yiffy: Yiffy, other: Other) -> Any:
    library = yiffy.opened.library
    kept = library.store
    library.store = store.FolderStore(kept.root, free_floor_bytes=2**62)
    try:
        return other(refuses_when_full=True).get(BIRB)
    finally:
        library.store = kept


def _broken(yiffy: Yiffy, other: Other) -> Any:
    library, kept = yiffy.opened.library, yiffy.opened.library.clock

    def no_time() -> Any:
        raise ZeroDivisionError

    asking = other()
    library.clock = no_time
    try:
        return asking.get(BIRB)
    finally:
        library.clock = kept


def _repeat(times: int, paths: Callable[[int], str]) -> Case:
    def case(yiffy: Yiffy, other: Other) -> Any:
        yiffy.opened.clock.advance(60)
        limited = other(rate_limit=True)
        return [limited.get(paths(number)) for number in range(times)][-1]

    return case


def _without_original(yiffy: Yiffy, other: Other) -> Any:
    with yiffy.opened.library.reading() as reading:
        image = find_image(reading, yiffy.birds[3])
    path = yiffy.opened.library.store.path(blobs.original_key(image.blob, image.format))
    kept = path.read_bytes()
    path.unlink()
    try:
        return yiffy.ask("PUT", f"{THM}/{image.md5_hash}/jpg", "plain")
    finally:
        path.write_bytes(kept)


def _damaged(yiffy: Yiffy, other: Other) -> Any:
    with yiffy.opened.library.reading() as reading:
        image = find_image(reading, yiffy.birds[4])
    path = yiffy.opened.library.store.path(blobs.original_key(image.blob, image.format))
    kept = path.read_bytes()
    path.write_bytes(kept[:60])
    try:
        yiffy.ask("PUT", f"{THM}/{image.md5_hash}/webp", "plain")
        yiffy.opened.process()
    finally:
        path.write_bytes(kept)
    return yiffy.get(f"{THM}/check/webp/{image.md5_hash}", "plain")


def _late(yiffy: Yiffy, other: Other) -> Any:
    path = f"{THM}/{yiffy.md5(yiffy.birds[5])}/gif"
    assert yiffy.ask("PUT", path, "plain").status_code == 202
    yiffy.opened.clock.advance(130)
    return yiffy.ask("PUT", path, "plain")


def _url_taken(yiffy: Yiffy, other: Other) -> Any:
    create(yiffy, url="https://example.com/1079a")
    made = create(yiffy, url="https://example.com/1079b", code="c1079").json()["data"]
    body = {"managementCode": made["managementCode"], "url": "https://example.com/1079a"}
    return yiffy.ask("PATCH", f"{SHT}/c1079.json", "plain", json=body)


def _unchanged(yiffy: Yiffy, other: Other) -> Any:
    made = create(yiffy, url="https://example.com/1080", code="c1080").json()["data"]
    body = {"managementCode": made["managementCode"], "url": "https://example.com/1080", "credit": ""}
    return yiffy.ask("PATCH", f"{SHT}/c1080", "plain", json=body)


def _wrong_code(yiffy: Yiffy, other: Other) -> Any:
    create(yiffy, url="https://example.com/1078", code="c1078")
    return yiffy.ask("DELETE", f"{SHT}/c1078", "plain", json={"managementCode": "guess"})


def _not_manageable(yiffy: Yiffy, other: Other) -> Any:
    path = f"{SHT}/{yiffy.md5(yiffy.birds[0])}"
    return yiffy.ask("PATCH", path, "plain", json={"managementCode": "guess", "credit": "x"})


def _bulk(body: Any, key: str = "bulk") -> Case:
    return lambda yiffy, _: yiffy.ask("POST", f"{IMG}/bulk", key, json=body)


def _get(path: str, key: str = "", **settings: Any) -> Case:
    return lambda _, other: other(**settings).get(path, key)


def _create(**body: str) -> Case:
    return lambda yiffy, _: create(yiffy, **body)


GOOD = "https://example.com/codes"
CASES: dict[int, Case] = {
    0: _broken,
    2: lambda _, other: create(other(read_only=True), url=GOOD),
    1000: _repeat(3, lambda _: BIRB),
    1001: _repeat(8, lambda number: f"{IMG}/animals/{'/' * number}birb"),
    1002: _get(BIRB, blocked_addresses=("127.0.0.0/8",)),
    1010: _get(BIRB, "unknown"),
    1011: _get(BIRB, "inactive"),
    1012: _get(BIRB, "disabled"),
    1013: _get(f"{THM}/1"),
    1014: _get(BIRB, key_required_addresses=("127.0.0.1",)),
    1020: _full,
    1021: _get(BIRB, blocked_user_agents=("testclient",)),
    1022: _get(BIRB, "no images"),
    1023: _get(f"{BIRB}?responseType=xml"),
    1024: _get(f"{IMG}/"),
    1025: _get(f"{SHT}/create"),
    1030: _get(f"{IMG}/animals/nothing"),
    1040: _get(f"{IMG}/images/{'0' * 32}"),
    1041: _get(f"{BIRB}?sizeLimit=1"),
    1050: _get(f"{BIRB}/image?amount=2"),
    1051: _get(f"{BIRB}?amount=0"),
    1052: _get(f"{BIRB}?amount=6"),
    1053: _get(f"{BIRB}?responseType=image", image_response=False),
    1054: _bulk({}),
    1055: _bulk({"animals.birb": 1, "animals.resting": 1}),
    1056: _bulk({"animals.birb": 101}),
    1057: _bulk({"animals.fox": 1}, "sfw"),
    1060: _damaged,
    1062: _get(f"{THM}/999999999", "plain"),
    1063: _get(f"{THM}/check/zz/png", "plain"),
    1064: lambda yiffy, _: yiffy.get(f"{THM}/check/{yiffy.md5(yiffy.birds[0])}/bmp", "plain"),
    1065: _late,
    1066: lambda yiffy, _: yiffy.get(f"{THM}/check/{yiffy.md5(yiffy.birds[6])}/webp", "plain"),
    1067: lambda yiffy, other: other(animated_thumbnails=False).ask(
        "PUT", f"{THM}/{yiffy.md5(yiffy.birds[0])}/gif", "plain"
    ),
    1068: _without_original,
    1070: _create(url=GOOD, code="x" * 51),
    1071: _create(url=GOOD, code="a/b"),
    1072: _create(url=GOOD, code="create"),
    1073: _create(url="javascript:alert(1)"),
    1074: _create(url=GOOD, credit="x" * 51),
    1075: _get(f"{SHT}/nothing.json", "plain"),
    1076: lambda yiffy, _: yiffy.ask("DELETE", f"{SHT}/nothing", "plain"),
    1077: _not_manageable,
    1078: _wrong_code,
    1079: _url_taken,
    1080: _unchanged,
    1081: _create(url=GOOD + "x" * 2_048),
}


def test_the_cases_are_the_codes_that_are_sent() -> None:
    assert CASES.keys() == {number for number, code in CODES.items() if not code.reserved}


@pytest.mark.parametrize("number", CASES)
def test_the_code_is_reached_with_its_status_and_text(yiffy: Yiffy, other: Other, number: int) -> None:
    answer = CASES[number](yiffy, other)
    body = answer.json()
    assert (answer.status_code, body["code"], body["success"]) == (CODES[number].status, number, False)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["access-control-allow-origin"] == "*"
    text = body["error"] if isinstance(body["error"], str) else body["error"]["message"]
    assert text


def leaf_errors() -> set[type[BooruError]]:
    found = {
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BooruError)
    }
    return {kind for kind in found if not kind.__subclasses__()} | {errors.NotAllowed}


def test_every_library_error_has_an_answer() -> None:
    assert leaf_errors() == ANSWERED


@pytest.mark.parametrize("fault", errors.LinkFault)
def test_every_fault_of_a_link_has_a_code(fault: errors.LinkFault) -> None:
    told = yiffy_error(errors.LinkRefused(fault), done="deleted")
    assert told.text
    assert "{" not in told.text


def test_a_ban_is_told_with_its_reason(yiffy: Yiffy) -> None:
    told = yiffy_error(errors.Banned("U1", "Spam.", None))
    assert (told.code.number, told.more) == (1012, {"extra": {"reason": "Spam."}})
    assert replace(told.code, number=5).number == 5
