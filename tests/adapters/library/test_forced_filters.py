"""What staff hide from somebody by a filter takes no votes and faves of that person, on both databases."""

import pytest
from sqlalchemy import insert, select, update
from tests.libraries import add_image, add_person, add_sources, put_gallery, wrong_counters

from polybooru.db.tables import filter_tags, filters, galleries, tags, users, watched_tags
from polybooru.library.actors import Actor, Role
from polybooru.library.errors import NotAllowed
from polybooru.library.image_orders import order_named
from polybooru.library.image_search import ImageSearch
from polybooru.library.interactions import fave, hide, toggle_fave, unfave, unhide, unvote, vote
from polybooru.library.library import Library
from polybooru.search.language.limits import Limits

FORCED, EVERYTHING = 50, 2
RATING = ((vote, {"is_up": True}), (vote, {"is_up": False}), (unvote, {}), (fave, {}), (toggle_fave, {}))
QUERIES = (
    "dog",
    "kitten",  # an alias of cat
    "ca*",
    "-cat, -dog",
    "id:2 || id:3",
    "width.gte:100",
    "aspect_ratio.gt:1",
    "score.lt:1",
    "created_at:2025",
    "first_seen_at.gt:3 days ago",
    "animated:true",
    "faved_by:bob",
    "faved_by:b*",
    "faved_by_id:1",
    "uploader:bob",
    "my:faves",
    "my:hidden",
    "my:watched",
    "gallery_id:7",
    "mime_type:image/gif",
    "original_format:gif",
    'description:"sleeping foxes"',
    "description:fox",
    "description:sl*",
    "source_url:*example.org*",
    "file_name:fox.png",
    "sha512_hash:0*",
    "tag_count:3",
    "species_tag_count:0",
    "filter_id:1",  # unknown inside filters, so it means everything
    "deleted:true",  # for staff only; for others the tag of that name
    "width.gte:",
    "dog\nwidth.gte:100",
    "cat~0.7",
    "",
)


@pytest.fixture
def bob(library: Library) -> Actor:
    return add_person(library, "bob")


@pytest.fixture
def pictures(library: Library, bob: Actor) -> list[int]:
    ids = [
        add_image(library, ["safe", "cat"], description="A sleeping fox"),
        add_image(library, ["safe", "dog", "forest"], width_px=400, is_animated=True, format="gif"),
        add_image(library, ["cat", "dog"], mime_type="image/gif", uploader_id=bob.user_id),
        add_image(library, ["safe"], width_px=10, description="Foxes, sleeping foxes", file_name="fox.png"),
    ]
    add_sources(library, ids[1], ["https://example.org/A"])
    put_gallery(library, 7, [ids[0], ids[3]], bob)
    with library.work() as work:
        work.execute(update(galleries).values(image_count=2))
        cat = work.execute(select(tags.c.id).where(tags.c.name == "cat")).scalar_one()
        kitten = {"name": "kitten", "slug": "kitten", "name_in_namespace": "kitten", "created_at": work.now}
        work.execute(insert(tags).values(**kitten, aliased_tag_id=cat))
        work.changed("tag", cat)
        fave(work, bob, ids[2])
        hide(work, bob, ids[0])
    return ids


def force(library: Library, actor: Actor, query: str, *tag_names: str) -> Actor:
    """Put a filter on the person that hides this."""
    with library.work() as work:
        row = {"id": FORCED, "name": "f", "hidden_complex": query, "created_at": work.now}
        work.execute(insert(filters).values(row))
        for tag_id in work.execute(select(tags.c.id).where(tags.c.name.in_(tag_names))).scalars().all():
            work.execute(insert(filter_tags).values(filter_id=FORCED, tag_id=tag_id, effect="hide"))
        work.execute(update(users).where(users.c.id == actor.user_id).values(forced_filter_id=FORCED))
        work.changed("filter", FORCED)
        work.changed("preferences", actor.user_id or 0)
    return actor


def refused(library: Library, actor: Actor, pictures: list[int], verb, **facts) -> list[int]:
    """Those of the images that refuse the verb."""
    found: list[int] = []
    for image_id in pictures:
        with library.work() as work:
            try:
                verb(work, actor, image_id, **facts)
            except NotAllowed:
                found.append(image_id)
    return found


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("role", [Role.USER, Role.MODERATOR])
def test_votes_are_refused_on_what_a_search_would_leave_out(
    library: Library, pictures: list[int], role: Role, query: str
) -> None:
    carol = add_person(library, "carol", role, watched_query="dog")
    with library.work() as work:
        fave(work, carol, pictures[1])
        forest = work.execute(select(tags.c.id).where(tags.c.name == "forest")).scalar_one()
        work.execute(insert(watched_tags).values(user_id=carol.user_id, tag_id=forest))
        work.changed("preferences", carol.user_id or 0)
    force(library, carol, query)
    search = ImageSearch(library, Limits())
    page = search.find(
        carol,
        search.parse(carol, "*"),
        order=order_named("id", descending=False),
        offset=0,
        limit=100,
        hidden_by=search.filter_for(carol, EVERYTHING),
        with_own_hidden=True,
    )
    hidden = [image_id for image_id in pictures if image_id not in page.ids]
    assert refused(library, carol, pictures, unvote) == hidden
    assert wrong_counters(library) == []


def test_every_way_of_rating_is_refused_and_hiding_is_not(
    library: Library, bob: Actor, pictures: list[int]
) -> None:
    carol = add_person(library, "carol")
    force(library, carol, "", "dog")
    dogs = [pictures[1], pictures[2]]
    for verb, facts in RATING:
        assert refused(library, carol, pictures, verb, **facts) == dogs
        assert refused(library, bob, pictures, verb, **facts) == []
    for verb in (unfave, hide, hide, unhide):
        expected = dogs if verb is unfave else []  # there is no fave to take back
        assert refused(library, carol, pictures, verb) == expected
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


@pytest.mark.parametrize("taking_back", [unfave, toggle_fave])
def test_a_fave_from_before_the_filter_can_be_taken_back(
    library: Library, pictures: list[int], taking_back
) -> None:
    carol = add_person(library, "carol")
    with library.work() as work:
        fave(work, carol, pictures[1])
    force(library, carol, "dog")
    with library.work() as work:
        assert taking_back(work, carol, pictures[1]).changed
    assert refused(library, carol, [pictures[1]], taking_back) == [pictures[1]]
    assert wrong_counters(library) == []
