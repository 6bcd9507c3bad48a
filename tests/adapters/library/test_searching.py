"""Search against the plain reading of the rows: every field, every order, every page, on both databases.

The documents are made from the rows by other statements than the index's, and judged by the one-document
matcher.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select
from tests.libraries import NOON, add_image, add_person, add_sources, hide, put_gallery

from polybooru.db.tables import (
    faves,
    gallery_images,
    hides,
    image_sources,
    image_tags,
    images,
    tags,
    users,
    votes,
)
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import InvalidQuery
from polybooru.library.image_fields import PUBLIC_FIELDS, STAFF_FIELDS
from polybooru.library.image_orders import SORTS
from polybooru.library.image_search import Deleted, ImageSearch
from polybooru.library.interactions import fave, vote
from polybooru.library.library import Library
from polybooru.library.own_interactions import InteractionType, own_interactions
from polybooru.library.scores import wilson_score
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tags import find_tag_by_slug
from polybooru.search.language.fields import Kind
from polybooru.search.language.limits import Limits
from polybooru.search.language.matcher import matches
from polybooru.search.language.words import Prose

NAMES = (
    "cat",
    "black cat",
    "dog",
    "artist:jane_doe",
    "oc:me",
    "a*b",
    "fuchs 🦊",
    "c++",
    "-minus",
    "spoiler:end",
)
WORDS = ("cats", "running", "the", "forest's", "Forest", "sun-set", "été", "100", "a", "%", "_x_")
CATEGORIES = {"species": "cat", "character": "dog", "body-type": "c++", "error": "-minus"}
EVERYTHING = 2
STAFF = Role.MODERATOR


@pytest.fixture(params=[1, 2])
def chance(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)


@pytest.fixture
def people(library: Library) -> list[Actor]:
    made = [add_person(library, name) for name in ("Alice", "bob b", "Ünal", "carol*")]
    return [*made, add_person(library, "mod", STAFF)]


@pytest.fixture
def search(library: Library) -> ImageSearch:
    return ImageSearch(library, Limits())


def fill(library: Library, people: list[Actor], chance: random.Random, count: int = 24) -> None:
    mod = people[-1]
    with library.work() as work:
        for alias, target in (("kitty", "cat"), ("hound", "dog"), ("köter", "dog")):
            alias_tag(work, mod, alias, target)
        for category, name in CATEGORIES.items():
            describe_tag(work, mod, name, description="", short_description="", category=category)
    ids: list[int] = []
    for number in range(count):
        moments = [NOON - timedelta(seconds=chance.choice([0, 1, 60, 86_400, 9_999_999])) for _ in range(3)]
        is_hidden = chance.random() < 0.25
        digest = f"{chance.choice('ab')}{number:0127x}"
        image_id = add_image(
            library,
            chance.sample(NAMES, chance.randint(0, 5)),
            created_at=moments[0],
            updated_at=moments[1],
            first_seen_at=moments[2],
            uploader_id=chance.choice([None, *(p.user_id for p in people)]),
            is_anonymous=chance.random() < 0.3,
            file_name=chance.choice([None, "Cat.png", "cat.png", "x y.PNG", "ß%_.gif"]),
            mime_type=(kind := chance.choice(["png", "jpg", "gif", "webm"])) and f"image/{kind}",
            format=kind,
            width_px=chance.choice([1, 100, 300, 32_767]),
            height_px=chance.choice([1, 100, 300, 70_000]),
            size_bytes=chance.choice([0, 100, 2**31, 2**40]),
            duration_seconds=chance.choice([0.0, 0.04, 12.5]),
            is_animated=chance.random() < 0.4,
            sha512_hash=digest,
            orig_sha512_hash=chance.choice([None, digest]),
            description=" ".join(chance.choices(WORDS, k=chance.randint(0, 6))),
            comment_count=chance.randint(0, 2),
            is_processed=chance.random() < 0.5,
            thumbnails_generated=chance.random() < 0.5,
            hidden_from_users=is_hidden,
            deletion_reason=" ".join(chance.choices(WORDS, k=2)) if is_hidden else None,
            deleted_by_user_id=mod.user_id if is_hidden else None,
            duplicate_id=chance.choice(ids) if is_hidden and ids and chance.random() < 0.5 else None,
        )
        ids.append(image_id)
        urls = chance.sample(
            ["https://A.example/Cat", "http://b.example/?q=1", "https://c.example/"], chance.randint(0, 3)
        )
        if urls:
            add_sources(library, image_id, urls)
        if not is_hidden:
            for person in people:
                with library.work() as work:
                    if chance.random() < 0.3:
                        fave(work, person, image_id)
                    if chance.random() < 0.4:
                        vote(work, person, image_id, is_up=chance.random() < 0.6)
        hide(library, mod, *([image_id] if chance.random() < 0.3 else []))
        hide(library, people[0], *([image_id] if chance.random() < 0.3 else []))
    for gallery_id in (1, 2, 40):
        put_gallery(library, gallery_id, chance.sample(ids, chance.randint(1, count)), people[0])


def documents(library: Library) -> dict[int, dict[str, list]]:
    """Every image as the matcher takes it."""
    with library.reading() as reading:

        def rows(table):
            return reading.execute(select(table)).all()

        tag_rows = {row.id: row for row in rows(tags)}
        person = {row.id: row.name.lower() for row in rows(users)}
        tagged, sources = defaultdict(list), defaultdict(list)
        who: dict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row in rows(image_tags):
            tagged[row.image_id].append(row.tag_id)
        for row in rows(image_sources):
            sources[row.image_id].append(row.url.lower())
        for row in rows(faves):
            who["faved_by"][row.image_id].append(row.user_id)
        for row in rows(hides):
            who["hidden_by"][row.image_id].append(row.user_id)
        listed = defaultdict(list)
        for row in rows(gallery_images):
            listed[row.image_id].append(row.gallery_id)
        for row in rows(votes):
            who["upvoted_by" if row.is_up else "downvoted_by"][row.image_id].append(row.user_id)
        pictures = rows(images)
    made = {}
    for row in pictures:
        own = tagged[row.id]
        counts = Counter(tag_rows[t].category for t in own)
        document = {
            "id": [row.id],
            "tag_id": own,
            "tag": [t.name for t in tag_rows.values() if t.id in own or t.aliased_tag_id in own],
            "width": [row.width_px],
            "height": [row.height_px],
            "pixels": [row.width_px * row.height_px],
            "aspect_ratio": [row.width_px / row.height_px],
            "size": [row.size_bytes],
            "orig_size": [row.orig_size_bytes],
            "source_count": [len(sources[row.id])],
            "source_url": sources[row.id],
            "score": [row.upvotes - row.downvotes],
            "upvotes": [row.upvotes],
            "downvotes": [row.downvotes],
            "faves": [row.faves],
            "hides": [len(who["hidden_by"][row.id])],
            "gallery_id": listed[row.id],
            "comment_count": [row.comment_count],
            "tag_count": [len(own)],
            "wilson_score": [wilson_score(row.upvotes, row.downvotes)],
            "duration": [row.duration_seconds],
            "created_at": [row.created_at.timestamp()],
            "updated_at": [row.updated_at.timestamp()],
            "first_seen_at": [row.first_seen_at.timestamp()],
            "original_format": [row.format],
            "mime_type": [row.mime_type],
            "sha512_hash": [row.sha512_hash],
            "orig_sha512_hash": [h for h in [row.orig_sha512_hash] if h is not None],
            "file_name": [n for n in [row.file_name] if n is not None],
            "description": [Prose.of(row.description)],
            "deletion_reason": [Prose.of(row.deletion_reason or "")],
            "animated": [row.is_animated],
            "processed": [row.is_processed],
            "thumbnails_generated": [row.thumbnails_generated],
            "anonymous": [row.is_anonymous],
            "deleted": [row.hidden_from_users],
            "duplicate_id": [i for i in [row.duplicate_id] if i is not None],
        }
        for name in (n for n in PUBLIC_FIELDS if n.endswith("_tag_count") and n != "tag_count"):
            document[name] = [counts[name.removesuffix("_tag_count").replace("_", "-")]]
        single = {
            "true_uploader": row.uploader_id,
            "uploader": None if row.is_anonymous else row.uploader_id,
            "deleted_by_user": row.deleted_by_user_id,
        }
        for name, ids in (
            *((name, [key] if key is not None else []) for name, key in single.items()),
            *((name, per_image[row.id]) for name, per_image in who.items()),
        ):
            document[f"{name}_id"] = ids
            document[name] = [person[key] for key in ids]
        made[row.id] = document
    return made


FIELDS = {**PUBLIC_FIELDS, **STAFF_FIELDS}


def term(chance: random.Random, known: dict[int, dict[str, list]], name: str = "") -> str:
    """One term: of this or any field, with a value that some image has, or nearly has."""
    name = name or chance.choice(["tag", *FIELDS])
    if name == "tag":
        text = chance.choice(
            [*NAMES, "kitty", "hound", "c*", "*o*", "?og", "cta~1", "dgo~0.5", "*", "nothing"]
        )
        return f'"{text}"' if text[0] == "-" else text
    field = FIELDS[name]
    here = [value for document in known.values() for value in document.get(name, [])]
    value = chance.choice(here or [0])
    match field.kind:
        case Kind.INTEGER | Kind.FLOAT:
            near = chance.choice([value, value, value + 1, -5, 2**40])
            suffix = chance.choice(["", "", ".gt", ".gte", ".lt", ".lte"])
            spread = chance.choice(["", "", "~1", "~100"]) if suffix == "" else ""
            return f"{name}{suffix}:{near}{spread}"
        case Kind.DATE:
            moment = datetime.fromtimestamp(value, NOON.tzinfo)
            written = chance.choice(
                [
                    moment.isoformat().replace("+00:00", "Z"),
                    f"{moment:%Y-%m-%d}",
                    f"{moment:%Y-%m}",
                    "1 minute ago",
                    "2 days ago",
                    "4 months ago",
                ]
            )
            return f"{name}{chance.choice(['', '.gt', '.gte', '.lt', '.lte'])}:{written}"
        case Kind.BOOLEAN:
            return f"{name}:{chance.choice(['true', 'false'])}"
        case Kind.NUMERIC:
            return f"{name}:{chance.choice([value, 0, 4711])}"
        case Kind.ANALYSED:
            words = chance.choice(
                [
                    "cat",
                    "cats running",
                    "Running the forest",
                    "fo*",
                    "forst~1",
                    "the",
                    "sun set",
                    "nothing here",
                ]
            )
            return f"{name}:{words}" if "*" in words or "~" in words else f'{name}:"{words}"'
        case Kind.LITERAL:
            text = str(value)
            return f"{name}:" + chance.choice(
                [
                    text,
                    text.upper(),
                    text[:3] + "*",
                    "*" + text[-4:],
                    "*",
                    text + "x~1",
                    "?" + text[1:],
                    "no\0",
                ]
            )
        case Kind.IP:
            return f"{name}:127.0.0.1"
        case Kind.CUSTOM:
            return f"{name}:{chance.choice([value, 0, 4711])}"


def query(chance: random.Random, known: dict[int, dict[str, list]], depth: int = 0) -> str:
    roll = chance.random()
    if depth > 2 or roll < 0.4:
        return term(chance, known)
    if roll < 0.55:
        return f"-({query(chance, known, depth + 1)})"
    joined = chance.choice([", ", " || "]).join(
        query(chance, known, depth + 1) for _ in range(chance.randint(2, 3))
    )
    return f"({joined})"


IS_SHOWN: dict[Deleted, Callable[[dict], bool]] = {
    Deleted.NOT: lambda d: not d["deleted"][0],
    Deleted.TOO: lambda _: True,
    Deleted.ONLY: lambda d: d["deleted"][0],
    Deleted.ONLY_UNMERGED: lambda d: d["deleted"][0] and not d["duplicate_id"],
}


def test_search_finds_what_the_rows_say_in_every_order_and_page(
    library: Library, search: ImageSearch, people: list[Actor], chance: random.Random
) -> None:
    fill(library, people, chance)
    known = documents(library)
    ways = [(sort, descending) for sort in [*SORTS, "id"] for descending in (True, False)]
    found_some = 0
    texts = [query(chance, known) for _ in range(120)]
    texts += [term(chance, known, name) for name in ["tag", *FIELDS] for _ in range(3)]
    for number, text in enumerate(texts):
        found_some += compare(search, people[-1], chance, known, text, *ways[number % len(ways)])
    assert found_some > 100


def compare(
    search: ImageSearch,
    mod: Actor,
    chance: random.Random,
    known: dict[int, dict[str, list]],
    text: str,
    sort: str,
    descending: bool,
) -> bool:
    """Hold one page of the text against the rows; whether anything is found at all."""
    try:
        tree = search.parse(mod, text)
    except InvalidQuery:
        return False
    deleted, with_own_hidden = chance.choice(list(Deleted)), chance.random() < 0.5
    expected = [
        image_id
        for image_id, document in known.items()
        if IS_SHOWN[deleted](document)
        and (with_own_hidden or mod.user_id not in document["hidden_by_id"])
        and matches(tree, document, NOON)
    ]
    expected.sort(key=lambda i: (known[i][sort][0], i), reverse=descending)
    offset, limit = chance.choice([(0, 100), (0, 3), (2, 5), (5, 0), (1_000, 10)])
    page = search.find(
        mod,
        tree,
        order=search.order(sort, descending=descending),
        offset=offset,
        limit=limit,
        hidden_by=search.filter_for(mod, EVERYTHING),
        deleted=deleted,
        with_own_hidden=with_own_hidden,
    )
    said = (page.ids, page.total)
    assert said == (expected[offset : offset + limit], len(expected)), (text, deleted, sort, with_own_hidden)
    return bool(expected)


def all_of(search: ImageSearch, actor: Actor, text: str = "*", sort: str = "id", **facts) -> list[int]:
    tree = search.parse(actor, text)
    page = search.find(
        actor,
        tree,
        order=search.order(sort, descending=False),
        offset=0,
        limit=1_000,
        hidden_by=search.filter_for(actor, EVERYTHING),
        **facts,
    )
    assert page.total == len(page.ids)
    return page.ids


def test_a_random_order_is_the_seeds_and_its_pages_fit_together(
    library: Library, search: ImageSearch
) -> None:
    ids = [add_image(library) for _ in range(20)]
    whole = all_of(search, ANONYMOUS, sort="random:42")
    assert sorted(whole) == ids
    assert whole != ids
    hidden_by = search.filter_for(ANONYMOUS, EVERYTHING)
    pages = [
        search.find(
            ANONYMOUS,
            search.parse(ANONYMOUS, "*"),
            order=search.order("random:42", descending=False),
            offset=offset,
            limit=6,
            hidden_by=hidden_by,
        )
        for offset in range(0, 24, 6)
    ]
    assert [i for page in pages for i in page.ids] == whole
    assert {page.total for page in pages} == {20}
    for same in ("random:42abc", "random:+42", "random:042"):
        assert all_of(search, ANONYMOUS, sort=same) == whole
    for odd in ("random:-5", "random:" + "9" * 40):
        assert all_of(search, ANONYMOUS, sort=odd) == all_of(search, ANONYMOUS, sort=odd)
    shuffles = {
        tuple(all_of(search, ANONYMOUS, sort=new))
        for new in ("random", "random:", "random:+-5", "random:x", "random:\u0665")
    }
    assert len(shuffles) == 5


def test_an_unknown_order_is_the_default(library: Library, search: ImageSearch) -> None:
    late = add_image(library, first_seen_at=NOON + timedelta(days=1))
    early = add_image(library, first_seen_at=NOON - timedelta(days=1))
    for name in ("", "created_at", "relevance", "nonsense", "Score", "deleted", "id ", "\0"):
        assert all_of(search, ANONYMOUS, sort=name) == [early, late]


def test_a_hidden_image_is_no_different_from_a_missing_one(library: Library, search: ImageSearch) -> None:
    """Totals, pages and orders with a hidden image equal those without it, for all but staff."""
    alice, mod = add_person(library, "alice"), add_person(library, "mod", STAFF)
    shown = [add_image(library, ["safe", "cat", "dog"]) for _ in range(3)]
    put_gallery(library, 5, shown[::-1], alice)
    texts = ["*", "cat", "-cat", "width.gt:5", "width:77", "cat || dog", "id.gte:0", "wilson_score.gt:0.1"]
    texts += ["my:uploads", "my:hidden", "my:faves", "gallery_id:5", "filter_id:1", "hides:1", "faves.gt:0"]
    texts += [
        "description:secret",
        "description:secr*",
        "file_name:sec*",
        "file_name:sekret~1",
        "file_name:secret",
    ]
    texts += ["source_url:*secret*", "uploader:alice", "faved_by:al*", "size.lt:50", "duplicate_id:1", "*at"]

    def answers() -> list[object]:
        pages = [
            all_of(search, actor, text, sort, deleted=deleted, with_own_hidden=with_own_hidden)
            for actor in (ANONYMOUS, alice)
            for text in texts
            for sort in ("", "id", "score", "hides", "width", "random:7", "gallery_id:5")
            for deleted in (Deleted.NOT, Deleted.TOO)
            for with_own_hidden in (False, True)
        ]
        with library.reading() as reading:
            counts = [find_tag_by_slug(reading, name).image_count for name in ("cat", "dog")]
        return [pages, counts]

    before = answers()
    gone = add_image(
        library,
        ["cat", "dog"],
        hidden_from_users=True,
        uploader_id=alice.user_id,
        description="secret",
        file_name="secret",
        width_px=77,
        size_bytes=1,
        duplicate_id=shown[0],
        faves=9,
        upvotes=100,
    )
    add_sources(library, gone, ["https://secret.example/"])
    put_gallery(library, 5, [*shown[:0:-1], gone, shown[0]], alice)
    hide(library, alice, gone)
    with library.work() as work:
        work.execute(insert(faves).values(image_id=gone, user_id=alice.user_id, liked_at=NOON))
        work.changed("interaction", gone, alice.user_id)
    assert answers() == before
    assert len(all_of(search, mod, deleted=Deleted.TOO)) == 4


def test_interactions_are_listed_by_type_then_image(
    library: Library, search: ImageSearch, people: list[Actor]
) -> None:
    one, two = add_image(library), add_image(library)
    alice, bob = people[0], people[1]
    with library.work() as work:
        fave(work, alice, two)
        vote(work, alice, one, is_up=False)
        fave(work, bob, one)
    assert own_interactions(library, alice.user_id or 0, [one, two, 4711]) == [
        (InteractionType.FAVED, two),
        (InteractionType.UPVOTED, two),
        (InteractionType.DOWNVOTED, one),
    ]
    assert own_interactions(library, alice.user_id or 0, [one]) == [(InteractionType.DOWNVOTED, one)]
    assert all_of(search, alice, "my:faves") == [two]
    assert all_of(search, alice, "my:downvotes") == [one]


def test_odd_values_find_nothing_and_break_nothing(library: Library, search: ImageSearch) -> None:
    mod = add_person(library, "mod", STAFF)
    add_image(library, description="x", file_name="y", deletion_reason=None)
    with library.work() as work:
        work.execute(insert(image_sources).values(image_id=1, position=0, url="z", folded_url="z"))
    for text in ("\0", "é" * 300, "'; drop table images --", "\\", "%", "\U0001f98a" * 20):
        for name in ("file_name", "source_url", "sha512_hash", "orig_sha512_hash", "description", "uploader"):
            try:
                assert all_of(search, mod, f"{name}:{text}") == []
            except InvalidQuery:
                continue
