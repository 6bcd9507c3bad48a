"""Rules of the search of comments, posts, galleries, tags and filters: sight, pages, messages, cost."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.libraries import NOON, add_image, add_person

from polybooru.db.full_text import COMMENT_WORDS, FILTER_WORDS, POST_WORDS, TOPIC_WORDS
from polybooru.db.tables import comments, filter_tags, filters, forums, posts, tags, topics, users
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.errors import InvalidQuery, QueryTooExpensive
from polybooru.library.library import Library
from polybooru.library.row_search.search import RowSearch
from polybooru.library.tag_relations import alias_tag
from polybooru.library.words import put_words
from polybooru.search.language.limits import Limits

NOUNS = ("comments", "posts", "galleries", "tags", "filters")
MOMENTS = {"created_at": NOON, "updated_at": NOON}


@pytest.fixture
def search(library: Library) -> RowSearch:
    return RowSearch(library, Limits())


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "Alice")


@pytest.fixture
def mod(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def add_comment(library: Library, image_id: int, body: str = "foxes", **values: Any) -> int:
    row = {"image_id": image_id, "body": body, **MOMENTS, **values}
    with library.work() as work:
        key = work.execute(insert(comments).values(row).returning(comments.c.id)).scalar_one()
        put_words(work, COMMENT_WORDS, key, body=body, deletion_reason=values.get("deletion_reason"))
        work.changed("comment", key)
    return key


def add_post(library: Library, *, level: str = "normal", title: str = "Dens", **values: Any) -> int:
    """A post in a topic and a forum of its own; `topic_hidden` hides the topic."""
    is_topic_hidden = values.pop("topic_hidden", False)
    with library.work() as work:
        number = len(work.execute(select(forums.c.id)).all())
        forum = {"short_name": f"F{number}".lower(), "name": "f", "access_level": level}
        forum_id = work.execute(insert(forums).values(forum).returning(forums.c.id)).scalar_one()
        topic = {"forum_id": forum_id, "slug": "t", "title": title, "hidden_from_users": is_topic_hidden}
        topic_id = work.execute(insert(topics).values(topic | MOMENTS).returning(topics.c.id)).scalar_one()
        row = {"topic_id": topic_id, "topic_position": 0, "body": "foxes", **MOMENTS, **values}
        key = work.execute(insert(posts).values(row).returning(posts.c.id)).scalar_one()
        put_words(work, TOPIC_WORDS, topic_id, title=title)
        put_words(work, POST_WORDS, key, body="foxes")
    return key


def add_filter(library: Library, name: str, owner: Actor, *hidden: str, is_public: bool = False) -> int:
    row = {"name": name, "folded_name": name.lower(), "user_id": owner.user_id, "is_public": is_public}
    with library.work() as work:
        row["created_at"] = NOON
        key = work.execute(insert(filters).values(row).returning(filters.c.id)).scalar_one()
        for tag_id in work.execute(select(tags.c.id).where(tags.c.name.in_(hidden))).scalars().all():
            work.execute(insert(filter_tags).values(filter_id=key, tag_id=tag_id, effect="hide"))
        put_words(work, FILTER_WORDS, key, description="")
    return key


def find(search: RowSearch, noun: str, actor: Actor, text: str, **more: Any) -> list[int]:
    more = {"offset": 0, "limit": 50, **more}
    page = search.tags(text, **more) if noun == "tags" else getattr(search, noun)(actor, text, **more)
    return page.ids


def test_a_hidden_comment_is_found_only_by_staff_who_ask(
    library: Library, search: RowSearch, alice: Actor, mod: Actor
) -> None:
    image_id, hidden_image_id = add_image(library), add_image(library, hidden_from_users=True)
    seen = add_comment(library, image_id)
    hidden = add_comment(
        library,
        image_id,
        hidden_from_users=True,
        deletion_reason="Spamming",
        deleted_by_user_id=mod.user_id,
    )
    on_hidden = add_comment(library, hidden_image_id)
    add_comment(library, image_id, hidden_from_users=True, is_destroyed=True)
    for actor in (ANONYMOUS, alice, mod):
        assert find(search, "comments", actor, "fox") == [seen]
    assert find(search, "comments", mod, "deleted:true") == [on_hidden, hidden]
    assert find(search, "comments", mod, "fox, deleted:false") == [seen]
    assert find(search, "comments", mod, "deletion_reason:spam") == [hidden]
    assert find(search, "comments", mod, "deleted_by_user:MOD") == [hidden]
    assert find(search, "comments", mod, f"-deleted_by_user_id:{mod.user_id}") == [on_hidden, seen]
    assert find(search, "comments", alice, "deleted:true || deletion_reason:spam") == []


def test_comments_are_found_by_the_tags_of_their_image_and_by_other_names_of_these(
    library: Library, search: RowSearch, alice: Actor
) -> None:
    on_cat = add_comment(library, add_image(library, ["black cat", "safe"]))
    on_dog = add_comment(library, add_image(library, ["dog"]))
    add_comment(library, add_image(library, ["dog"], hidden_from_users=True))
    with library.work() as work:
        alias_tag(work, OPERATOR, "panther", "black cat")
    for text in ("Black_Cat", "black*", "panther", "blakc cat~2"):
        assert find(search, "comments", alice, f"image.tags:{text}") == [on_cat], text
    assert find(search, "comments", alice, "-image.tags:panther") == [on_dog]
    assert find(search, "comments", alice, "image.tags:*") == [on_dog, on_cat]
    assert find(search, "comments", alice, "image.tags.eq:dog, fox") == [on_dog]
    assert find(search, "posts", alice, "image.tags:dog") == []
    with pytest.raises(InvalidQuery, match=r"range specified for image\.tags"):
        find(search, "comments", alice, "image.tags.gt:dog")


def test_staff_who_ask_find_comments_by_what_became_of_their_image(
    library: Library, search: RowSearch, alice: Actor, mod: Actor
) -> None:
    seen = add_comment(library, add_image(library))
    on_hidden = add_comment(library, add_image(library, hidden_from_users=True))
    on_waiting = add_comment(library, add_image(library, is_approved=False))
    assert find(search, "comments", mod, "*") == [seen]
    assert find(search, "comments", mod, "image.deleted:true") == [on_hidden]
    assert find(search, "comments", mod, "image.approved:false") == [on_waiting]
    assert find(search, "comments", mod, "image.approved:true") == [on_hidden, seen]
    for text in ("image.deleted:true", "image.approved:false || image.deleted:false"):
        assert find(search, "comments", alice, text) == []


@pytest.mark.parametrize("noun", ["comments", "posts"])
def test_only_staff_find_by_whom_something_anonymous_is(
    library: Library, search: RowSearch, alice: Actor, mod: Actor, noun: str
) -> None:
    def add(**values: Any) -> int:
        made = {"user_id": alice.user_id, **values}
        return add_comment(library, 1, **made) if noun == "comments" else add_post(library, **made)

    add_image(library)
    signed, secret = add(), add(is_anonymous=True)
    for actor in (ANONYMOUS, alice, mod):
        assert find(search, noun, actor, f"author_id:{alice.user_id}") == [signed]
        assert find(search, noun, actor, f"-author_id:{alice.user_id}") == [secret]
    for text in (f"true_author_id:{alice.user_id}", "true_author:ALICE", "true_author:al*"):
        assert find(search, noun, mod, text) == [secret, signed]
        assert find(search, noun, alice, text) == []
    with pytest.raises(InvalidQuery, match="expected a numeric value"):
        find(search, noun, alice, "author_id:x")


def test_what_awaits_approval_is_found_only_by_staff(
    library: Library, search: RowSearch, alice: Actor, mod: Actor
) -> None:
    comment_id = add_comment(library, add_image(library), user_id=alice.user_id, is_approved=False)
    post_id = add_post(library, user_id=alice.user_id, is_approved=False)
    for noun, key in (("comments", comment_id), ("posts", post_id)):
        assert find(search, noun, alice, "*") == find(search, noun, ANONYMOUS, "*") == []
        assert find(search, noun, mod, "approved:false") == [key]


def test_a_comment_on_an_image_that_the_filter_hides_is_left_out(
    library: Library, search: RowSearch, alice: Actor
) -> None:
    cat, dog = add_image(library, ["cat"]), add_image(library, ["dog"])
    on_cat, on_dog = add_comment(library, cat), add_comment(library, dog)
    no_cats = add_filter(library, "No cats", alice, "cat")
    no_dogs = add_filter(library, "No dogs", alice, "dog", is_public=True)
    assert find(search, "comments", alice, "*") == [on_dog, on_cat]
    assert find(search, "comments", alice, "*", filter_id=no_cats) == [on_dog]
    assert find(search, "comments", ANONYMOUS, "*", filter_id=no_dogs) == [on_cat]
    for nobodys in (no_cats, 999, -1, 2**70):
        assert find(search, "comments", ANONYMOUS, "*", filter_id=nobodys) == [on_dog, on_cat]
    with library.work() as work:
        work.execute(update(users).where(users.c.id == alice.user_id).values(forced_filter_id=no_dogs))
    assert find(search, "comments", alice, "*") == [on_cat]
    assert find(search, "comments", alice, "*", filter_id=no_cats) == []


def test_a_post_is_found_only_where_everybody_reads(
    library: Library, search: RowSearch, alice: Actor, mod: Actor
) -> None:
    seen = add_post(library)
    in_hidden_topic = add_post(library, topic_hidden=True)
    add_post(library, level="staff")
    add_post(library, level="assistant")
    for actor in (ANONYMOUS, alice, mod):
        assert find(search, "posts", actor, "fox") == [seen]
    assert find(search, "posts", mod, "deleted:true") == [in_hidden_topic]
    assert find(search, "posts", ANONYMOUS, "subject:den, forum:F*, topic_position:0") == [seen]


def test_a_private_filter_is_found_only_by_its_owner(
    library: Library, search: RowSearch, alice: Actor, mod: Actor
) -> None:
    public = add_filter(library, "Alices Public", alice, is_public=True)
    private = add_filter(library, "alices own", alice)
    assert find(search, "filters", alice, "alices*") == [private, public]
    assert find(search, "filters", alice, "my:filters") == [private, public]
    for actor in (ANONYMOUS, mod):
        assert find(search, "filters", actor, "alices*") == [public]
        assert find(search, "filters", actor, "creator:ALICE") == [public]
    assert find(search, "filters", ANONYMOUS, "public:true, system:true") == [1, 2]


def test_my_also_finds_what_one_wrote_anonymously(
    library: Library, search: RowSearch, alice: Actor, mod: Actor
) -> None:
    wrote = {"user_id": alice.user_id, "is_anonymous": True}
    comment_id, post_id = add_comment(library, add_image(library), **wrote), add_post(library, **wrote)
    for noun, key in (("comments", comment_id), ("posts", post_id)):
        assert find(search, noun, alice, f"my:{noun}") == [key]
        assert find(search, noun, mod, f"my:{noun}") == []
        for text in ("author:Alice", "author:*", f"user_id:{alice.user_id}"):
            assert find(search, noun, ANONYMOUS, text) == ([key] if text == "author:*" else [])
        assert find(search, noun, mod, "author:alice") == [key]
        assert find(search, noun, mod, f"user_id:{alice.user_id}, anonymous:true") == [key]


def test_letter_case_of_an_author_counts_for_comments_only(
    library: Library, search: RowSearch, alice: Actor, mod: Actor
) -> None:
    comment_id = add_comment(library, add_image(library), user_id=alice.user_id)
    post_id = add_post(library, user_id=alice.user_id)
    assert find(search, "comments", ANONYMOUS, "author:Alice") == [comment_id]
    assert find(search, "comments", ANONYMOUS, "author:alice || author:a*") == []
    assert find(search, "comments", mod, "author:ALI*") == [comment_id]
    assert find(search, "posts", ANONYMOUS, "author:aLICE") == [post_id]
    assert find(search, "comments", ANONYMOUS, f"user_id:{alice.user_id} and more") == [comment_id]


def test_what_nobody_keeps_matches_nothing(library: Library, search: RowSearch, mod: Actor) -> None:
    comment_id = add_comment(library, add_image(library))
    assert find(search, "comments", mod, "ip:127.0.0.1/0 || fingerprint:a* || fingerprint:a~1") == []
    assert find(search, "comments", mod, "-ip:127.0.0.1, -fingerprint:a") == [comment_id]


@pytest.mark.parametrize("noun", NOUNS)
def test_no_text_matches_nothing(library: Library, search: RowSearch, noun: str) -> None:
    add_comment(library, add_image(library))
    assert find(search, noun, ANONYMOUS, "") == find(search, noun, ANONYMOUS, " \t ") == []


@pytest.mark.parametrize(
    ("noun", "text", "message"),
    [
        *((noun, "a,,b", "Expected a term.") for noun in NOUNS),
        *((noun, "(a", "Imbalanced parentheses.") for noun in NOUNS),
        *((noun, "(a) b", "junk at end of expression: b") for noun in NOUNS),
        *((noun, "a^-1", "Boost value must be non-negative.") for noun in NOUNS),
        *((noun, "id:x", "expected a signed integer, like `3' or `-10', starting at: x") for noun in NOUNS),
        ("comments", "image_id.gt:1", "range specified for image_id"),
        ("comments", "id.gt:1~2", "multiple ranges specified for id"),
        ("comments", "image_id:x", "expected a numeric value, like `3' or `10', starting at: x"),
        ("comments", "user_id:x", "expected a numeric value, like `3' or `10', starting at: x"),
        ("comments", "my:posts", "Unknown `my' value."),
        ("posts", "my:comments", "Unknown `my' value."),
        ("galleries", "my:x", "Unknown `my' value."),
        ("filters", "my:x", "Unknown `my' value."),
        ("tags", "aliased:x", "expected a boolean, like `true' or `false', starting at: x"),
        ("posts", "created_at:2020-13", "invalid date format in input, parsed as 2020, 13, starting at: "),
    ],
)
def test_a_broken_query_is_told_in_the_words_of_the_dialect(
    search: RowSearch, alice: Actor, noun: str, text: str, message: str
) -> None:
    with pytest.raises(InvalidQuery) as refusal:
        find(search, noun, alice, text)
    assert refusal.value.message == message


def test_my_of_nobody_is_text(library: Library, search: RowSearch) -> None:
    said = add_comment(library, add_image(library), "my comments")
    assert find(search, "comments", ANONYMOUS, "my:comments") == [said]
    assert find(search, "galleries", ANONYMOUS, "my:x") == []


def test_pages_fit_together_and_the_total_is_true_past_the_end(library: Library, search: RowSearch) -> None:
    image_id = add_image(library)
    made = [add_comment(library, image_id) for _ in range(7)]
    pages = [search.comments(ANONYMOUS, "fox", offset=offset, limit=3) for offset in (0, 3, 6, 9, 2**80)]
    assert [key for page in pages for key in page.ids] == made[::-1]
    assert [page.total for page in pages] == [7] * 5


WIDE = Limits(text_bytes=64_000, tokens=2_000)
TERMS = {
    "comments": ("author:A{0}", "w{0}", "user_id:{0}", "id:{0}", "deleted_by_user:b{0}", "my:comments"),
    "posts": ("author:A{0}", "subject:w{0}", "forum:f{0}", "user_id:{0}", "w{0}", "topic_id:{0}"),
    "galleries": ("image_ids:{0}", "user:u{0}", "watcher_count:{0}", "t{0}", "description:w{0}"),
    "tags": ("implies:a{0}", "alias_of:a{0}", "aliases:a{0}", "analyzed_name:a{0}", "namespace:n{0}"),
    "filters": ("creator:a{0}", "hidden_count:{0}", "description:w{0}", "public:true", "n{0}"),
}


def mixed(noun: str, number: int) -> str:
    return TERMS[noun][number % len(TERMS[noun])].format(number)


def nested(noun: str, depth: int, beside: int) -> str:
    text = mixed(noun, 0)
    for level in range(depth):
        sides = [mixed(noun, 1 + level * beside + number) for number in range(beside)]
        text = f"-({', '.join([*sides, text])})" if level % 2 else f"-({' || '.join([text, *sides])})"
    return text


@pytest.mark.parametrize("noun", NOUNS)
def test_the_largest_queries_that_are_accepted_are_answered(
    library: Library, alice: Actor, mod: Actor, noun: str
) -> None:
    add_comment(library, add_image(library))
    search = RowSearch(library, WIDE, seconds=60)
    for actor in (alice, mod):
        for template in TERMS[noun]:
            same = [template.format(number) for number in range(512)]
            for text in (", ".join(same), " || ".join(same), f"-({', '.join(same)})", ", -".join(same)):
                find(search, noun, actor, text)
        find(search, noun, actor, ", ".join(mixed(noun, number) for number in range(512)))
        find(search, noun, actor, " || ".join(mixed(noun, number) for number in range(512)))
        find(search, noun, actor, nested(noun, 32, 15))
        find(search, noun, actor, f"*, {nested(noun, 31, 16)}")


def test_a_query_that_takes_too_long_is_refused_and_the_next_one_answered(library: Library) -> None:
    row = {"image_id": add_image(library), "body": "", **MOMENTS}
    with library.work() as work:
        work.execute(insert(comments), [row] * 5_000)
        for _ in range(3):  # PostgreSQL counts 5,000 within the millisecond that is its shortest limit
            again = select(*(comments.c[name] for name in row))
            work.execute(insert(comments).from_select(list(row), again))
    with pytest.raises(QueryTooExpensive, match="takes longer than 1e-06 seconds"):
        RowSearch(library, WIDE, seconds=1e-6).comments(ANONYMOUS, "updated_at.lt:2099", offset=0, limit=1)
    found = RowSearch(library, WIDE).comments(ANONYMOUS, "updated_at.lt:2099", offset=0, limit=1)
    assert found.total == 40_000
