"""Which filter applies: the request's, the person's, the cookie's of an anonymous caller, the board's."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient
from tests.contract.conftest import LOOPBACK, Workshop

from polybooru.library.filter_edits import FilterText, create_filter, set_current_filter

SEARCH = "/api/v1/json/search/images"
DEFAULT, EVERYTHING = 1, 2


@dataclass(frozen=True, slots=True)
class Scene:
    """Three images with a tag of their own, and filters that hide one of them each."""

    client: TestClient
    plain: int
    loud: int
    explicit: int
    no_loud: int
    private: int
    key: str

    def found(self, cookie: str = "", **parameters: str | int) -> set[int]:
        headers = {"cookie": cookie} if cookie else {}
        answer = self.client.get(SEARCH, params={"q": "scene of filters", **parameters}, headers=headers)
        assert answer.status_code == 200
        return {image["id"] for image in answer.json()["images"]}


@pytest.fixture(scope="module")
def scene(workshop: Workshop) -> Iterator[Scene]:
    opened = workshop.opened
    tags = (
        "safe, scene of filters, soft",
        "safe, scene of filters, loud",
        "explicit, scene of filters, soft",
    )
    plain, loud, explicit = (opened.make_image(workshop.uploader, one) for one in tags)
    owner = opened.make_user("filippa")
    with opened.library.work() as work:
        public = FilterText(name="No noise", is_public=True, hidden_tags=["loud"])
        private = FilterText(name="Nothing", hidden_tags=["scene of filters"])
        no_loud, nothing = create_filter(work, owner, public), create_filter(work, owner, private)
        set_current_filter(work, owner, no_loud)
    with TestClient(opened.application(), client=LOOPBACK) as client:
        yield Scene(client, plain, loud, explicit, no_loud, nothing, opened.make_token("filippa"))


def test_without_token_and_cookie_the_boards_default_applies(scene: Scene) -> None:
    assert scene.found() == {scene.plain, scene.loud}


def test_the_cookie_of_an_anonymous_caller_applies(scene: Scene) -> None:
    assert scene.found(f"filter_id={EVERYTHING}") == {scene.plain, scene.loud, scene.explicit}
    assert scene.found(f"filter_id={scene.no_loud}") == {scene.plain, scene.explicit}
    assert scene.found(f"a=b; filter_id={scene.no_loud}; c=d") == {scene.plain, scene.explicit}
    assert scene.found() == {scene.plain, scene.loud}  # nothing of it is kept


def test_the_parameter_wins_over_the_cookie(scene: Scene) -> None:
    everything = {scene.plain, scene.loud, scene.explicit}
    assert scene.found(f"filter_id={scene.no_loud}", filter_id=EVERYTHING) == everything


def test_a_parameter_that_nobody_may_use_leaves_the_cookie(scene: Scene) -> None:
    for other in (scene.private, 56_027, ""):
        found = scene.found(f"filter_id={scene.no_loud}", filter_id=other)
        assert found == {scene.plain, scene.explicit}


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "9" * 400, "1.5", "%32", "2 3", '"x"', "=", "\u0662"])
def test_a_cookie_that_names_no_filter_is_ignored(scene: Scene, value: str) -> None:
    headers = {"cookie": f"filter_id={value}".encode()}
    answer = scene.client.get(SEARCH, params={"q": "scene of filters"}, headers=headers)
    assert {image["id"] for image in answer.json()["images"]} == {scene.plain, scene.loud}


def test_a_cookie_with_somebodys_private_filter_is_ignored(scene: Scene) -> None:
    assert scene.found(f"filter_id={scene.private}") == {scene.plain, scene.loud}


def test_a_token_is_stronger_than_the_cookie(scene: Scene) -> None:
    cookie = f"filter_id={EVERYTHING}"
    assert scene.found(cookie, key=scene.key) == {scene.plain, scene.explicit}
    assert scene.found(cookie, key="unknown") == {scene.plain, scene.loud, scene.explicit}


def test_the_owner_may_use_a_private_filter(scene: Scene) -> None:
    assert scene.found(key=scene.key, filter_id=scene.private) == set()


def test_the_cookie_covers_images_too(scene: Scene) -> None:
    def spoilered(cookie: str) -> bool:
        path = f"/api/v1/json/images/{scene.loud}"
        return scene.client.get(path, headers={"cookie": cookie}).json()["image"]["spoilered"]

    assert spoilered(f"filter_id={scene.no_loud}") is True
    assert spoilered(f"filter_id={EVERYTHING}") is False


def test_other_sites_get_no_leave_to_send_cookies(scene: Scene) -> None:
    headers = {"cookie": f"filter_id={EVERYTHING}", "origin": "https://elsewhere.example"}
    answer = scene.client.get(SEARCH, params={"q": "safe"}, headers=headers)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "set-cookie" not in answer.headers
