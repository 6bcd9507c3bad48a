"""POST images where the rules are about people: wishes of artists, banned networks, forced filters."""

from itertools import count

import pytest
from starlette.testclient import TestClient
from tests.boards import drawn_png
from tests.contract.conftest import Workshop

from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.artist_links import request_artist_link, verify_artist_link
from polybooru.library.bans import ban_network
from polybooru.library.dnp import list_dnp, request_dnp
from polybooru.library.filter_edits import FilterText, create_filter, force_filter
from polybooru.library.tags import find_tags

UPLOAD = "/api/v1/json/images"
SEEDS = count(95_000)


def send(client: TestClient, key: str, tags: str):
    return client.post(
        UPLOAD,
        data={"key": key, "image[tag_input]": tags},
        files={"image[image]": ("a.png", drawn_png(next(SEEDS)))},
    )


@pytest.fixture(scope="module")
def artist(workshop: Workshop) -> tuple[Actor, str]:
    """Somebody to whom staff have granted three artist tags, and two wishes about them."""
    opened = workshop.opened
    person, staff = opened.make_user("dnp artist"), opened.make_user("dnp staff", Role.MODERATOR)
    for wish in ("only me", "no edits", "with permission"):
        opened.make_image(person, f"safe, artist:{wish}, cute")
    with opened.library.work() as work:
        for wish, kind in (
            ("only me", "Artist Upload Only"),
            ("no edits", "No Edits"),
            ("with permission", "With Permission Only"),
        ):
            name = f"artist:{wish}"
            tag_id = find_tags(work, [name])[name].id
            verify_artist_link(
                work, staff, request_artist_link(work, person, tag_id, "https://a.example/").id
            )
            conditions = "Ask." if kind == "With Permission Only" else ""
            list_dnp(work, staff, request_dnp(work, person, name, kind, conditions=conditions))
    return person, opened.make_token("dnp artist")


@pytest.mark.parametrize(
    ("tags", "messages"),
    [
        ("safe, artist:only me, cute", ["DNP (Artist Upload Only)"]),
        ("safe, artist:no edits, edit", ["DNP (No Edits)"]),
        (
            "safe, artist:only me, artist:no edits, edit",
            ["DNP (No Edits)", "DNP (Artist Upload Only)"],
        ),
    ],
)
def test_what_an_artist_does_not_want_is_refused(
    workshop: Workshop, artist: tuple[Actor, str], tags: str, messages: list[str]
) -> None:
    refused = send(workshop.client, workshop.key, tags)
    assert refused.status_code == 400
    assert refused.json()["errors"] == {"image": messages}
    assert send(workshop.client, artist[1], tags).status_code == 200  # the artist may


@pytest.mark.usefixtures("artist")
@pytest.mark.parametrize("tags", ["safe, artist:no edits, cute", "safe, artist:with permission, edit"])
def test_other_wishes_keep_nobody_from_uploading(workshop: Workshop, tags: str) -> None:
    assert send(workshop.client, workshop.key, tags).status_code == 200


def test_a_banned_network_keeps_no_account_from_uploading_here(workshop: Workshop) -> None:
    """Boards of this kind judge networks only where nobody is signed in, and nobody uploads unsigned."""
    with workshop.opened.library.work() as work:
        ban_network(work, OPERATOR, "198.51.100.0/24", reason="Rule 1")
    with TestClient(workshop.opened.application(), client=("198.51.100.7", 1)) as client:
        assert send(client, workshop.key, "safe, cat, cute").status_code == 200
        assert send(client, "", "safe, cat, cute").status_code == 401


def test_a_forced_filter_covers_what_was_just_uploaded(workshop: Workshop) -> None:
    opened = workshop.opened
    staff, person = opened.make_user("force staff", Role.MODERATOR), opened.make_user("forced")
    opened.make_image(staff, "safe, unwelcome, cute")
    with opened.library.work() as work:
        filter_id = create_filter(work, staff, FilterText(name="Forced", hidden_tags=["unwelcome"]))
        assert person.user_id is not None
        force_filter(work, staff, person.user_id, filter_id)
    key = opened.make_token("forced")
    assert send(workshop.client, key, "safe, unwelcome, cute").json()["image"]["spoilered"] is True
    assert send(workshop.client, key, "safe, welcome, cute").json()["image"]["spoilered"] is False
    found = workshop.client.get(
        "/api/v1/json/search/images", params={"q": "unwelcome", "key": key, "filter_id": "2"}
    )
    assert found.json()["total"] == 0
