"""GET search/images for people who have hidden images, chosen what to watch, or been given a filter."""

from collections.abc import Callable
from itertools import count

import pytest
from starlette.testclient import TestClient
from tests.contract.conftest import Workshop
from tests.libraries import add_image

from polybooru.library.interactions import hide

SEARCH = "/api/v1/json/search/images"
NUMBERS = count(1)


@pytest.fixture
def ask(workshop: Workshop) -> Callable[..., dict]:
    client: TestClient = workshop.client

    def asked(**parameters: str) -> dict:
        answer = client.get(SEARCH, params={"filter_id": "2", "sf": "id", "sd": "asc", **parameters})
        assert answer.status_code == 200, answer.text
        body: dict = answer.json()
        return body

    return asked


def ids(answer: dict) -> list[int]:
    found = [image["id"] for image in answer["images"]]
    assert answer["total"] == len(found)
    return found


def test_own_hides_are_shown_only_with_the_switch_and_a_key(
    workshop: Workshop, ask: Callable[..., dict]
) -> None:
    name = f"hider{next(NUMBERS)}"
    person, library = workshop.opened.make_user(name), workshop.opened.library
    key = workshop.opened.make_token(name)
    one, two = (add_image(library, ["safe", name]) for _ in range(2))
    with library.work() as work:
        hide(work, person, two)
    for switch in ({}, {"hidden": ""}, {"hidden": "0"}, {"hidden": "true"}, {"hidden[]": "1"}):
        assert ids(ask(q=name, key=key, **switch)) == [one]
        assert ids(ask(q="my:hidden", key=key, **switch)) == []
    shown = ask(q=name, key=key, hidden="1")
    assert ids(shown) == [one, two]
    assert shown["interactions"] == [
        {"image_id": two, "interaction_type": "hidden", "user_id": person.user_id, "value": ""}
    ]
    assert ids(ask(q="my:hidden", key=key, hidden="1")) == [two]
    for nobody in ("", "unknown"):
        assert ids(ask(q=name, key=nobody)) == ids(ask(q=name, key=nobody, hidden="1")) == [one, two]


def test_a_pattern_that_stands_for_too_much_is_refused_with_what_to_do(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polybooru.library.outside_fields.MOST_WORDS", 2)
    add_image(workshop.opened.library, ["safe"], description="owl oak oar")
    answer = workshop.client.get(SEARCH, params={"q": "description:o*"})
    assert answer.status_code == 400
    assert answer.json() == {"error": "`o*' stands for more than 2 words. Ask for more of the word."}
    assert workshop.client.get(SEARCH, params={"q": "description:owl*"}).status_code == 200
