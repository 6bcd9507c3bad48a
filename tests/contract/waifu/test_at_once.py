"""Many callers at the same moment: one favourite, whatever they do, and counters that are right."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.contract.waifu.conftest import Kiosk
from tests.libraries import wrong_counters

CALLS, THREADS = 200, 16


def at_once(kiosk: Kiosk, method: str, path: str, who: str, image_id: int) -> Counter[tuple[int, str]]:
    def one(_: int) -> tuple[int, str]:
        answer = kiosk.ask(method, path, who, json={"image_id": image_id})
        return answer.status_code, answer.json().get("state", "")

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(one, range(CALLS)))


@pytest.mark.slow
def test_of_two_hundred_inserts_one_is_done(kiosk: Kiosk) -> None:
    who, image_id = kiosk.newcomer(), kiosk.add("safe", "waifu")
    assert at_once(kiosk, "POST", "/fav/insert", who, image_id) == {
        (200, "INSERTED"): 1,
        (409, ""): CALLS - 1,
    }
    assert kiosk.found("/fav", who) == [image_id]
    assert at_once(kiosk, "DELETE", "/fav/delete", who, image_id) == {
        (200, "DELETED"): 1,
        (404, ""): CALLS - 1,
    }
    assert kiosk.found("/fav", who) == []
    assert wrong_counters(kiosk.opened.library) == []


@pytest.mark.slow
def test_toggles_come_to_their_parity(kiosk: Kiosk) -> None:
    who, image_id = kiosk.newcomer(), kiosk.add("safe", "waifu")
    kiosk.ask("POST", "/fav/insert", who, json={"image_id": image_id})
    half = CALLS // 2
    assert at_once(kiosk, "POST", "/fav/toggle", who, image_id) == {
        (200, "INSERTED"): half,
        (200, "DELETED"): half,
    }
    assert kiosk.found("/fav", who) == [image_id]
    assert wrong_counters(kiosk.opened.library) == []
