"""Comments by id: what of one in each state everybody, its author and staff see."""

import pytest
from starlette.testclient import TestClient
from tests.contract import social_world as social
from tests.contract.conftest import Workshop
from tests.contract.worlds import World

from polybooru.library.actors import Role
from polybooru.library.comments import edit_comment, hide_comment, post_comment

COMMENTS = "/api/v1/json/comments"
NOT_FOUND = (404, '{"error":"Not found"}')
GOLDEN = {
    "signed": social.SIGNED,
    "unsigned": social.UNSIGNED,
    "edited": social.EDITED,
    "hidden": social.HIDDEN,
    "on-questionable": social.ON_QUESTIONABLE,
}
ODD_IDS = ["0", "-1", "999", "2147483648", "-2147483649", "9" * 30, "%2B0"]
NO_IDS = ["x", "1x", "1.0", "%00", "1%20", "\u0661", "1e3", "0x1"]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_body_is_exactly_the_golden_one(client: TestClient, golden, name: str) -> None:
    answer = client.get(f"{COMMENTS}/{GOLDEN[name]}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    golden(f"comment-{name}.json", answer.text + "\n")


@pytest.mark.parametrize("who", ["", "alice", "bob", "assistant", "moderator", "admin"])
@pytest.mark.parametrize("name", GOLDEN)
def test_it_is_the_same_for_everybody(client: TestClient, world: World, name: str, who: str) -> None:
    path = f"{COMMENTS}/{GOLDEN[name]}"
    assert client.get(path, params={"key": world.keys.get(who, "")}).text == client.get(path).text


def test_a_destroyed_one_is_not_found(client: TestClient, world: World) -> None:
    for key in ("", world.keys["admin"]):
        answer = client.get(f"{COMMENTS}/{social.DESTROYED}", params={"key": key})
        assert (answer.status_code, answer.text) == NOT_FOUND


@pytest.mark.parametrize("comment_id", [social.ON_DELETED, social.ON_MERGED])
@pytest.mark.parametrize("who", ["", "alice", "admin"])
def test_one_of_a_hidden_image_is_refused_with_an_empty_body(
    client: TestClient, world: World, comment_id: int, who: str
) -> None:
    answer = client.get(f"{COMMENTS}/{comment_id}", params={"key": world.keys.get(who, "")})
    assert (answer.status_code, answer.content) == (403, b"")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("who", "status"), [("", 404), ("alice", 404), ("assistant", 404), ("bob", 200), ("moderator", 200)]
)
def test_one_that_waits_is_there_for_its_author_and_staff(
    client: TestClient, world: World, who: str, status: int
) -> None:
    answer = client.get(f"{COMMENTS}/{social.WAITING}", params={"key": world.keys.get(who, "")})
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["comment"]["body"] == social.ELSEWHERE


@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_unknown_id_is_not_found(client: TestClient, odd: str) -> None:
    answer = client.get(f"{COMMENTS}/{odd}")
    assert (answer.status_code, answer.text) == NOT_FOUND


@pytest.mark.parametrize("odd", NO_IDS)
def test_what_is_no_integer_is_a_bad_request(client: TestClient, odd: str) -> None:
    answer = client.get(f"{COMMENTS}/{odd}")
    assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')


def test_of_a_hidden_one_neither_body_nor_edit_are_told(workshop: Workshop) -> None:
    opened = workshop.opened
    author, staff = opened.make_user("edgar"), opened.make_user("edna", Role.MODERATOR)
    image_id = opened.make_image(author, "safe, edit, cute")
    with opened.library.work() as work:
        comment_id = post_comment(work, author, image_id, "Rude")
    with opened.library.work() as work:
        edit_comment(work, author, comment_id, "Ruder", reason="not rude enough")
    shown = workshop.client.get(f"{COMMENTS}/{comment_id}").json()["comment"]
    with opened.library.work() as work:
        hide_comment(work, staff, comment_id, reason="Rude")
    image = workshop.client.get(f"/api/v1/json/images/{image_id}").json()["image"]
    assert image["comment_count"] == 1
    hidden = dict.fromkeys(("body", "edited_at", "edit_reason"))
    assert None not in [shown[name] for name in hidden]
    told = workshop.client.get(f"{COMMENTS}/{comment_id}").json()["comment"]
    assert told == shown | hidden | {"updated_at": told["updated_at"]}
    found = workshop.client.get(
        "/api/v1/json/search/comments",
        params={"q": f"deleted:true, id:{comment_id}", "key": opened.make_token("edna")},
    )
    assert found.json() == {"comments": [told], "total": 1}
