"""Watch lists: tags and queries that somebody follows, on both databases."""

from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.libraries import Place, add_image, add_person, scoped

from polybooru.db.tables import changes, users, watched_tags
from polybooru.httpkit.documents import DocumentCache
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import InvalidValue, LoginRequired, NotAllowed, TagNotFound
from polybooru.library.filter_edits import FilterText, create_filter, force_filter
from polybooru.library.image_orders import order_named
from polybooru.library.image_search import ImageSearch
from polybooru.library.library import Library
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tags import ensure_tags, find_tags
from polybooru.library.watched_lists import set_watch_queries, unwatch_tag, watch_tag
from polybooru.search.language.limits import Limits


@pytest.fixture
def alice(library: Library) -> Actor:
    with library.work() as work:
        ensure_tags(work, ["cat", "fox"])
    return add_person(library, "alice")


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def queries(
    library: Library, actor: Actor, watched: str = "", excluded: str = "", *, spoilered=False
) -> None:
    do(library, set_watch_queries, actor, watched=watched, excluded=excluded, hides_spoilered=spoilered)


def watched(library: Library, actor: Actor) -> set[str]:
    with library.reading() as reading:
        mine = select(watched_tags.c.tag_id).where(watched_tags.c.user_id == actor.user_id)
        ids = set(reading.execute(mine).scalars())
        return {name for name, tag in find_tags(reading, ["cat", "fox", "dog"]).items() if tag.id in ids}


def user_changes(library: Library, actor: Actor) -> int:
    with library.reading() as reading:
        mine = (changes.c.kind == "preferences", changes.c.object_id == actor.user_id)
        return len(reading.execute(select(changes.c.number).where(*mine)).all())


def test_a_tag_is_followed_by_any_of_its_names(library: Library, alice: Actor) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    do(library, alias_tag, mod, "kitty", "cat")
    before = user_changes(library, alice)
    assert do(library, watch_tag, alice, " Kitty ") is True
    assert do(library, watch_tag, alice, "cat") is False
    assert do(library, watch_tag, alice, "fox") is True
    assert watched(library, alice) == {"cat", "fox"}
    assert do(library, unwatch_tag, alice, "kitty") is True
    assert do(library, unwatch_tag, alice, "kitty") is False
    assert watched(library, alice) == {"fox"}
    assert user_changes(library, alice) == before + 3


def test_a_followed_tag_that_becomes_an_alias_is_followed_as_its_target(
    library: Library, alice: Actor
) -> None:
    mod, bob = add_person(library, "mod", Role.MODERATOR), add_person(library, "bob")
    do(library, watch_tag, alice, "cat")
    for name in ("cat", "fox"):
        do(library, watch_tag, bob, name)
    before = user_changes(library, alice)
    do(library, alias_tag, mod, "cat", "fox")
    assert user_changes(library, alice) == before + 1
    with library.reading() as reading:
        fox = find_tags(reading, ["fox"])["fox"].id
        rows = set(reading.execute(select(watched_tags.c.user_id, watched_tags.c.tag_id)).all())
    assert rows == {(alice.user_id, fox), (bob.user_id, fox)}


def test_queries_are_kept_as_written(library: Library, alice: Actor) -> None:
    filter_id = do(library, create_filter, alice, FilterText(name="x"))
    for text in (f"cat, filter_id:{filter_id}\n\nmy:faves || score.gt:5", "'; --\0", ""):
        queries(library, alice, text, "my:downvotes", spoilered=True)
        with library.reading() as reading:
            stored = reading.execute(select(users).where(users.c.id == alice.user_id)).one()
        assert stored.watched_query == text.replace("\0", "")
        assert (stored.watched_exclude, stored.watched_hides_spoilered) == ("my:downvotes", True)


def test_queries_that_may_not_stand_there_are_refused(library: Library, alice: Actor) -> None:
    bob = add_person(library, "bob")
    hidden = do(library, create_filter, bob, FilterText(name="x"))
    before = user_changes(library, alice)
    for text, message in (
        ("my:watched", "is invalid: Recursive watchlists are not allowed."),
        ("a\n-(b || my:watched)", "is invalid: Recursive watchlists are not allowed."),
        (f"filter_id:{hidden}", f"is invalid: Invalid filter `{hidden}`."),
        ("filter_id:x", "is invalid: Invalid filter `x`."),
        ("(a", "is invalid: Imbalanced parentheses."),
        ("x" * 8_193, "should be at most 8192 byte(s)"),
        ("a*\n" * 9, "is invalid: The lines have more than 8 terms with wildcards together."),
    ):
        for place in ({"watched": text}, {"excluded": text}):
            with pytest.raises(InvalidValue) as raised:
                queries(library, alice, **place)
            assert raised.value.message == message
    assert user_changes(library, alice) == before


def test_only_people_with_a_fitting_token_watch(library: Library, alice: Actor) -> None:
    for actor, refusal in ((ANONYMOUS, LoginRequired), (scoped(alice, "read"), NotAllowed)):
        for verb in (watch_tag, unwatch_tag):
            with pytest.raises(refusal):
                do(library, verb, actor, "cat")
        with pytest.raises(refusal):
            queries(library, actor)
    for role in Role:
        assert do(library, watch_tag, add_person(library, f"a {role}", role), "cat") is True


@pytest.mark.parametrize("name", ["", " ", "dog", "\0", "\ud800", "x" * 300, "cat,fox"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unknown_tag_is_not_followed(library: Library, alice: Actor, name: str) -> None:
    for verb in (watch_tag, unwatch_tag):
        with pytest.raises(TagNotFound):
            do(library, verb, alice, name)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_watch_list_has_at_most_five_thousand_tags(library: Library, alice: Actor) -> None:
    with library.work() as work:
        made = ensure_tags(work, [f"t{n}" for n in range(4_999)])
        work.execute(
            insert(watched_tags), [{"user_id": alice.user_id, "tag_id": tag.id} for tag in made.values()]
        )
    assert do(library, watch_tag, alice, "cat") is True
    with pytest.raises(InvalidValue, match="at most 5000"):
        do(library, watch_tag, alice, "fox")


def test_a_choice_holds_at_the_next_search_and_drops_no_document(place: Place) -> None:
    with place.library() as here, place.library() as there:
        alice, mod = add_person(here, "alice"), add_person(here, "mod", Role.MODERATOR)
        image_id, other = add_image(here, ["safe", "cat"]), add_image(here, ["safe", "fox"])
        there.replica.catch_up()
        searches = [ImageSearch(library, Limits()) for library in (here, there)]
        documents = DocumentCache(1_000)
        documents.put_many("x", {image_id: b"1", other: b"2"})
        here.replica.listen(documents.follow)

        def everywhere(text: str) -> list[list[int]]:
            there.replica.catch_up()
            return [
                search.find(
                    alice,
                    search.parse(alice, text),
                    order=order_named("id", descending=False),
                    offset=0,
                    limit=9,
                    hidden_by=search.filter_for(alice, None),
                ).ids
                for search in searches
            ]

        assert everywhere("my:watched") == [[], []]
        do(here, watch_tag, alice, "cat")
        assert everywhere("my:watched") == [[image_id]] * 2
        queries(here, alice, "fox", "cat")
        assert everywhere("my:watched") == [[other]] * 2
        filter_id = do(here, create_filter, mod, FilterText(name="x", hidden_tags=["fox"]))
        do(here, force_filter, mod, alice.user_id, filter_id)
        assert everywhere("safe") == [[image_id]] * 2
        assert documents.get_many("x", [image_id, other]) == [b"1", b"2"]
