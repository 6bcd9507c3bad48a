"""People and filters: what everybody may know of them, and whose filters are whose."""

from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.contract import social_world as social
from tests.contract.conftest import Workshop
from tests.contract.philomena.test_comments import NO_IDS, NOT_FOUND, ODD_IDS
from tests.contract.worlds import World

from polybooru.library.filter_edits import FilterText, create_filter, set_current_filter
from polybooru.library.galleries import GalleryText, create_gallery

BASE = "/api/v1/json"
FILTERS = f"{BASE}/filters"
EVERYBODY = ["", "alice", "bob", "assistant", "moderator", "admin"]


def key_of(world: World, who: str) -> dict[str, str]:
    return {"key": world.keys.get(who, "")}


# --- people ---


@pytest.mark.parametrize("name", ["alice", "bob", "assistant", "moderator"])
def test_the_body_of_a_person_is_exactly_the_golden_one(
    client: TestClient, world: World, golden, name: str
) -> None:
    answer = client.get(f"{BASE}/profiles/{world.people[name].user_id}")
    assert answer.status_code == 200
    golden(f"profile-{name}.json", answer.text + "\n")


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_person_is_the_same_for_everybody(client: TestClient, world: World, who: str) -> None:
    path = f"{BASE}/profiles/{world.people['alice'].user_id}"
    answer = client.get(path, params=key_of(world, who))
    assert answer.text == client.get(path).text
    assert [link["state"] for link in answer.json()["user"]["links"]] == ["verified"]
    assert "secret.example" not in answer.text
    assert "lou.example" not in answer.text


def test_a_role_that_is_hidden_is_that_of_everybody(client: TestClient, world: World) -> None:
    def role(name: str) -> str:
        user: dict[str, Any] = client.get(f"{BASE}/profiles/{world.people[name].user_id}").json()["user"]
        return str(user["role"])

    assert [role(name) for name in ("admin", "moderator", "assistant", "alice")] == [
        "admin",
        "moderator",
        "user",
        "user",
    ]


@pytest.mark.parametrize("who", ["", "admin"])
def test_a_deactivated_person_is_not_found(client: TestClient, world: World, who: str) -> None:
    answer = client.get(f"{BASE}/profiles/{world.people['gone'].user_id}", params=key_of(world, who))
    assert (answer.status_code, answer.text) == NOT_FOUND


@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_unknown_person_or_filter_is_not_found(client: TestClient, odd: str) -> None:
    for path in (f"{BASE}/profiles/{odd}", f"{FILTERS}/{odd}"):
        assert (client.get(path).status_code, client.get(path).text) == NOT_FOUND


@pytest.mark.parametrize("odd", NO_IDS)
def test_what_is_no_integer_is_a_bad_request_but_of_a_filter_not_found(client: TestClient, odd: str) -> None:
    answer = client.get(f"{BASE}/profiles/{odd}")
    assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')
    answer = client.get(f"{FILTERS}/{odd}")
    assert (answer.status_code, answer.text) == NOT_FOUND


# --- filters ---


@pytest.mark.parametrize(
    ("name", "who", "path"),
    [
        ("filter-default", "", f"{FILTERS}/{social.DEFAULT}"),
        ("filter-public", "", f"{FILTERS}/{social.PUBLIC_FILTER}"),
        ("filter-private", "alice", f"{FILTERS}/{social.PRIVATE_FILTER}"),
        ("filters-system", "", f"{FILTERS}/system"),
        ("filters-user", "alice", f"{FILTERS}/user"),
    ],
)
def test_the_body_of_a_filter_is_exactly_the_golden_one(
    client: TestClient, world: World, golden, name: str, who: str, path: str
) -> None:
    answer = client.get(path, params=key_of(world, who))
    assert answer.status_code == 200
    golden(f"{name}.json", answer.text + "\n")


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_private_filter_is_there_for_its_owner_and_staff(
    client: TestClient, world: World, who: str
) -> None:
    answer = client.get(f"{FILTERS}/{social.PRIVATE_FILTER}", params=key_of(world, who))
    if who in {"alice", "moderator", "admin"}:
        assert answer.json()["filter"]["hidden_complex"] == "score.lt:-5\nfaves:0, loud"
    else:
        assert (answer.status_code, answer.text) == NOT_FOUND


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_may_see_public_and_system_filters(client: TestClient, world: World, who: str) -> None:
    for path in (f"{FILTERS}/{social.PUBLIC_FILTER}", f"{FILTERS}/{social.EVERYTHING}", f"{FILTERS}/system"):
        assert client.get(path, params=key_of(world, who)).text == client.get(path).text


@pytest.mark.parametrize("key", ["", "x", "x" * 100])
def test_own_filters_need_a_token(client: TestClient, key: str) -> None:
    answer = client.get(f"{FILTERS}/user", params={"key": key})
    assert (answer.status_code, answer.content) == (403, b"")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("who", ["assistant", "moderator", "admin"])
def test_whoever_has_no_filters_lists_none(client: TestClient, world: World, who: str) -> None:
    answer = client.get(f"{FILTERS}/user", params=key_of(world, who))
    assert answer.text == '{"filters":[],"total":0}'


def test_a_page_past_the_end_of_a_list_of_filters_is_the_last(client: TestClient, world: World) -> None:
    for page in ("2", "99", "9" * 30):
        found = client.get(f"{FILTERS}/system?per_page=1&page={page}").json()
        assert [[one["id"] for one in found["filters"]], found["total"]] == [[social.EVERYTHING], 2]
        own = client.get(f"{FILTERS}/user?page={page}", params=key_of(world, "alice")).json()
        assert [one["id"] for one in own["filters"]] == [social.PRIVATE_FILTER]


@pytest.mark.parametrize("query", ["page[]=1", "per_page[a]=1", "filter_id=x"])
@pytest.mark.parametrize("path", [f"{FILTERS}/system", f"{FILTERS}/user"])
def test_a_malformed_page_of_filters_is_a_bad_request(
    client: TestClient, world: World, path: str, query: str
) -> None:
    answer = client.get(f"{path}?{query}&key={world.keys['alice']}")
    assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')


def test_who_uses_a_filter_is_counted(workshop: Workshop) -> None:
    opened = workshop.opened
    people = [opened.make_user(f"counted {number}") for number in range(3)]

    def count(filter_id: int) -> int:
        shown = workshop.client.get(f"{FILTERS}/{filter_id}").json()["filter"]
        found = workshop.client.get(f"{BASE}/search/filters?q=id:{filter_id}").json()["filters"]
        assert found == [shown]
        return int(shown["user_count"])

    by_default = count(social.DEFAULT)
    with opened.library.work() as work:
        text = FilterText(name="Counted", is_public=True)
        filter_id = create_filter(work, people[0], text)
    assert count(filter_id) == 0
    with opened.library.work() as work:
        for person in people[:2]:
            set_current_filter(work, person, filter_id)
    assert count(filter_id) == 2
    assert count(social.DEFAULT) == by_default - 2


def test_the_owner_of_a_gallery_has_his_newer_names_only_where_they_are_set(workshop: Workshop) -> None:
    with workshop.opened.library.work() as work:
        gallery_id = create_gallery(work, workshop.uploader, GalleryText(title="Owned"))
    [found] = workshop.client.get(f"{BASE}/search/galleries?q=id:{gallery_id}").json()["galleries"]
    assert found == {
        "id": gallery_id,
        "title": "Owned",
        "thumbnail_id": None,
        "spoiler_warning": "",
        "description": "",
        "user": "ursula",
        "user_id": workshop.uploader.user_id,
    }
