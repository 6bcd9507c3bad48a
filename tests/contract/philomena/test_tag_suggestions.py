"""GET autocomplete/tags: two forms of one answer, and what is wrong with a question."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient
from tests.boards import drawn_png
from tests.contract.conftest import Workshop

from polybooru.library.actors import Role
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.tag_relations import alias_tag

SUGGESTED = "/autocomplete/tags"


def suggested(client: TestClient, term: str, **more: str) -> list[tuple[str | None, str, int]]:
    answer = client.get(SUGGESTED, params={"term": term, "vsn": "2", **more})
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["suggestions"]
    return [(one["alias"], one["canonical"], one["images"]) for one in answer.json()["suggestions"]]


def test_the_body_is_exactly_the_golden_one(client: TestClient, golden: Callable[[str, str], None]) -> None:
    answers = [
        client.get(SUGGESTED, params={"term": term, "vsn": vsn}).text
        for vsn in ("2", "")
        for term in ("cat", "kitt", "mar", "m. l")
    ]
    golden("suggestions.txt", "\n".join(answers) + "\n")


def test_names_aliases_and_names_in_namespaces_are_found(client: TestClient) -> None:
    [(_, cat, count)] = suggested(client, "cat")
    assert suggested(client, "kitty") == [("kitty", cat, count)]
    assert suggested(client, "mary")[0][:2] == (None, "artist:mary-lou/2.0")
    assert suggested(client, "artist:mary") == suggested(client, "mary")
    assert suggested(client, "lou/2")[0][:2] == (None, "artist:mary-lou/2.0")
    assert suggested(client, "  ARTIST : Mary ") == suggested(client, "mary")
    assert suggested(client, "nothing like it") == suggested(client, "bad") == suggested(client, "twin") == []


def test_numbers_are_those_of_searches(client: TestClient) -> None:
    for term in ("safe", "cat", "rows", "questionable"):
        [(_, name, count), *_] = suggested(client, term)
        found = client.get(
            "/api/v1/json/search/images", params={"q": name, "filter_id": "2", "per_page": "1"}
        )
        assert count == found.json()["total"]


def test_a_change_is_seen_by_the_next_question(workshop: Workshop) -> None:
    opened, client = workshop.opened, workshop.client
    moderator = opened.make_user("susan", Role.MODERATOR)
    assert suggested(client, "zebr") == []
    ids = [
        opened.make_image(workshop.uploader, "safe, zebra, stripes", picture=drawn_png(40_000 + at))
        for at in range(3)
    ]
    assert suggested(client, "zebr") == [(None, "zebra", 3)]
    with opened.library.work() as work:
        hide_image(work, moderator, ids[0], reason="test")
        alias_tag(work, moderator, "zebroid", "zebra")
    assert suggested(client, "zebr") == [(None, "zebra", 2)]
    assert suggested(client, "zebro") == [("zebroid", "zebra", 2)]
    with opened.library.work() as work:
        unhide_image(work, moderator, ids[0])
        for image_id in ids:
            hide_image(work, moderator, image_id, reason="test")
    assert suggested(client, "zebr") == suggested(client, "stripes") == []


@pytest.mark.parametrize("limit", ["1", "10", ""])
def test_the_limit_is_kept(client: TestClient, limit: str) -> None:
    assert len(suggested(client, "saf", limit=limit)) == 1
    assert 1 <= len(suggested(client, "row", limit=limit)) <= int(limit or 5)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        *(
            ({"limit": limit}, "`limit` must be a whole number from 1 to 10")
            for limit in ("0", "11", "x", "1.5")
        ),
        *(({"term": term}, "`term` must have at least 3 bytes") for term in ("", "ca", "  c  ", "___")),
        *(({"vsn": vsn}, "`vsn` must be 2") for vsn in ("1", "3", "x", "02")),
    ],
)
def test_what_cannot_be_used_is_said(client: TestClient, wrong: dict[str, str], message: str) -> None:
    answer = client.get(SUGGESTED, params={"term": "cat", "vsn": "2", **wrong})
    assert (answer.status_code, answer.json()) == (422, {"error": message})


def test_a_term_that_is_missing_or_no_text_cannot_be_used(client: TestClient) -> None:
    for query in ("vsn=2", "vsn=2&term[]=cat", "vsn=2&term[a]=cat"):
        assert client.get(f"{SUGGESTED}?{query}").status_code == 422


def test_the_older_form_is_a_list_and_empty_where_there_is_nothing(client: TestClient) -> None:
    assert len(client.get(SUGGESTED, params={"term": "row", "limit": "1"}).json()) >= 2
    for term in ("", "ca", "nothing"):
        assert client.get(SUGGESTED, params={"term": term}).text == "[]"


def test_odd_terms_find_nothing(client: TestClient) -> None:
    for term in (
        "\u0661\u0662\u0663",
        "\U0010ffff" * 3,
        "a" * 20_000,
        "*?\\*",
        "'; drop",
        "cat\u200b\u200bx",
    ):
        assert suggested(client, term) == []
