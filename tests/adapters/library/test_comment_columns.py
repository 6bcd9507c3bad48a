"""The search of comments by columns follows whatever verbs do, and finds what SQL finds."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from tests.libraries import Place, add_image, add_person

from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.comments import (
    approve_comment,
    destroy_comment,
    edit_comment,
    hide_comment,
    post_comment,
    unhide_comment,
)
from polybooru.library.errors import CommentNotFound
from polybooru.library.filter_edits import FilterText, create_filter
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.library import Library
from polybooru.library.merges import merge_image
from polybooru.library.row_search import comment_columns, comment_search
from polybooru.library.row_search.search import RowSearch
from polybooru.library.tag_edits import edit_image_tags
from polybooru.search.language.limits import Limits

QUERIES = (
    "*",
    "foxes",
    "fo*",
    "foxs~1",
    "-foxes",
    "image_id:1",
    "id.gt:3, -id:5",
    "foxes || image_id:2",
    "foxes, -image_id:1",
    "created_at.gte:2025",
    "created_at.lt:1 days ago",
    "my:comments",
    "author:*",
    "deleted:true",
    "deleted:false, foxes",
    "body:the",
    "author_id:2",
    "true_author:alice, -true_author_id:3",
    "image.tags:cat",
    "image.tags:c*, foxes",
    "-image.tags:dgo~2",
    "image.deleted:true",
    "image.approved:false || image.tags:owl",
)


@pytest.fixture
def mod(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def check(fast: RowSearch, slow: RowSearch, callers: list[Actor], filters: list[int | None]) -> None:
    for text in QUERIES:
        for actor in callers:
            for filter_id in filters:
                window = {"offset": 0, "limit": 50, "filter_id": filter_id}
                found = fast.comments(actor, text, **window)  # type: ignore[arg-type]
                assert found == slow.comments(actor, text, **window), (text, actor.name)  # type: ignore[arg-type]


@pytest.fixture
def slow(library: Library, monkeypatch: pytest.MonkeyPatch) -> RowSearch:
    """In SQL."""
    search = RowSearch(library, Limits())
    monkeypatch.setattr(search._comments, "columns_for", lambda _: None)
    return search


def test_what_verbs_do_is_found_as_in_sql(
    library: Library, place: Place, slow: RowSearch, mod: Actor
) -> None:
    chance = random.Random(3)
    fast = RowSearch(library, Limits())
    alice = add_person(library, "alice", is_verified=True)
    young = add_person(library, "young")
    images = [add_image(library, ["safe", name, "cute"]) for name in ("cat", "dog", "owl")]
    with library.work() as work:
        no_cats = create_filter(work, alice, FilterText(name="x", hidden_tags=["cat"], is_public=True))
    known: list[int] = []

    def post() -> None:
        with library.work() as work:
            text = chance.choice(["foxes", "The fox", "A dog", "See https://elsewhere.example/ foxes"])
            anonymous = chance.random() < 0.3
            image_id = chance.choice(images[:2])
            known.append(
                post_comment(work, chance.choice([alice, young]), image_id, text, is_anonymous=anonymous)
            )

    def on_comment(act: Callable[..., object], *args: object, **named: object) -> Callable[[], None]:
        def run() -> None:
            with suppress(CommentNotFound), library.work() as work:  # a hidden one is not edited
                act(work, mod, chance.choice(known), *args, **named)

        return run

    acts = [
        post,
        on_comment(hide_comment, reason="x"),
        on_comment(unhide_comment),
        on_comment(edit_comment, "Foxes again", reason="x"),
        on_comment(approve_comment),
    ]
    post()
    callers, filters = [ANONYMOUS, alice, young, mod], [None, no_cats]
    check(fast, slow, callers, filters)
    for number in range(20):
        place.clock.go_on(-5 if number == 7 else 60)  # a clock that is set back makes an order of its own
        chance.choice(acts)()
        if number % 7 == 6:
            check(fast, slow, callers, filters)
    with library.work() as work:
        hide_comment(work, mod, known[0], reason="x")
    with library.work() as work:
        destroy_comment(work, mod, known[0])
    check(fast, slow, callers, filters)
    for act, more in ((hide_image, {"reason": "x"}), (unhide_image, {})):
        with library.work() as work:
            act(work, mod, images[1], **more)
        check(fast, slow, callers, filters)
    with library.work() as work:
        edit_image_tags(work, mod, images[0], old=["cat"], new=["dog"])
    check(fast, slow, callers, filters)
    with library.work() as work:
        merge_image(work, mod, images[1], images[2])
    check(fast, slow, callers, filters)


def test_another_process_is_followed(place: Place, library: Library, slow: RowSearch, mod: Actor) -> None:
    fast = RowSearch(library, Limits())
    image_id = add_image(library)
    check(fast, slow, [mod], [None])
    with place.library() as other, other.work() as work:
        post_comment(work, mod, image_id, "foxes from elsewhere")
    library.replica.catch_up()
    assert fast.comments(ANONYMOUS, "foxes", offset=0, limit=5).total == 1
    check(fast, slow, [mod], [None])


def test_too_many_comments_and_too_many_conditions_are_left_to_sql(
    library: Library, mod: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_id = add_image(library)
    with library.work() as work:
        for _ in range(3):
            post_comment(work, mod, image_id, "foxes")
    wide = " || ".join(f"id:{number}" for number in range(comment_search.MOST_LEAVES + 1))
    assert RowSearch(library, Limits()).comments(ANONYMOUS, wide, offset=0, limit=5).ids == [3, 2, 1]
    monkeypatch.setattr(comment_columns, "MOST", 3)
    search = RowSearch(library, Limits())
    assert search.comments(ANONYMOUS, "foxes", offset=0, limit=5).ids == [3, 2, 1]
    with library.work() as work:
        post_comment(work, mod, image_id, "foxes")
    assert search.comments(ANONYMOUS, "foxes", offset=0, limit=2).ids == [4, 3]
    assert search.comments(replace(mod), "*", offset=3, limit=2).ids == [1]


def test_pages_end_where_the_comments_do(library: Library, mod: Actor) -> None:
    search = RowSearch(library, Limits())
    assert search.comments(ANONYMOUS, "*", offset=0, limit=5).total == 0
    image_id = add_image(library)
    with library.work() as work:
        for _ in range(5):
            post_comment(work, mod, image_id, "foxes")
    pages = [search.comments(ANONYMOUS, "*", offset=at, limit=2) for at in (0, 2, 4, 6, 2**80)]
    assert [page.ids for page in pages] == [[5, 4], [3, 2], [1], [], []]
    assert {page.total for page in pages} == {5}
