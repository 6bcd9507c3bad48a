"""Dumps: what is in them, and that a library taken in from one answers as the first, on both databases."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select
from tests.databases import fresh_sqlite
from tests.dump_worlds import fill_world
from tests.libraries import Clock, Place, add_image, add_person, wrong_counters

from polybooru.db.tables import (
    dump_imports,
    forums,
    images,
    metadata,
    posts,
    tags,
    tokens,
    topics,
    users,
)
from polybooru.library.account_deletion import erase_some
from polybooru.library.actors import ANONYMOUS, Role
from polybooru.library.comments import hide_comment, post_comment
from polybooru.library.doctor import Complaint, examine
from polybooru.library.dumps.checking import check_lines
from polybooru.library.dumps.errors import DumpDamaged, DumpError
from polybooru.library.dumps.folder import Dump, open_dump
from polybooru.library.dumps.importing import import_dump
from polybooru.library.dumps.lines import PostText
from polybooru.library.dumps.parts import PARTS
from polybooru.library.dumps.writing import schema, write_dump
from polybooru.library.forums import FORUMS
from polybooru.library.image_search import ImageSearch
from polybooru.library.images import featured_image_id, load_images
from polybooru.library.interactions import fave
from polybooru.library.library import Library
from polybooru.library.merges import merge_image, unmerge_image
from polybooru.library.posts import reply
from polybooru.library.reverse_search import Picture, near_picture
from polybooru.library.row_search.search import RowSearch
from polybooru.library.tag_suggestions import suggest_tags
from polybooru.library.tags import find_tag_by_slug
from polybooru.media import Decoders
from polybooru.search.language.limits import Limits

EVERYTHING = 2
IMAGE_QUERIES = (
    "*", "safe", "cat", "kitty", "animal", "black cat || dog", "-safe, cat", "artist:*", "score.gt:0",
    "faves.gte:1, upvotes.gt:0", "comment_count.gt:1", "uploader:alice", "uploader:retired",
    "description:cats",
    "created_at.lt:2025-06-01", "width.gt:1000", "file_name:öffentlich*", "tag_count:4", "source_count:2",
    "source_url:*example.org/a/*", "mime_type:image/png", "animated:true", "duration.gt:1", "hides.gt:0",
    "orig_sha512_hash:000*", "gallery_id:1", "filter_id:3", "species_tag_count:1", "cats", "secret",
)  # fmt: skip
SORTS = ("first_seen_at", "id", "score", "faves", "comment_count", "wilson_score", "size", "random:7",
         "_score", "gallery_id:2", "updated_at")  # fmt: skip
ROW_QUERIES = {
    "comments": (
        "*",
        "cats",
        "running",
        "image_id:5",
        "author:Alice",
        "user_id:1",
        "created_at.gt:2025-06-01",
    ),
    "posts": ("*", "cats", "subject:topic", "forum:cats", "topic_id:2", "author:alice", "topic_position:1"),
    "galleries": ("*", "title:gallery*", "user:alice", "image_count.gt:2", "image_ids:5", "description:cats"),
    "tags": (
        "*",
        "cat*",
        "aliased:true",
        "implies:cat",
        "alias_of:cat",
        "analyzed_name:cat",
        "category:species",
    ),
    "filters": (
        "*",
        "calm",
        "public:true",
        "system:true",
        "user_id:3",
        "hidden_count:1",
        "spoilered_count:2",
    ),
}


def silent(*_: object) -> None:
    pass


def dumped(library: Library, folder: Path) -> Path:
    return write_dump(library, folder, site_name="Board", public_url="https://board.example", progress=silent)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Makes migrated, empty databases; the world of one kind serves all tests that only read it."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            yield lambda: fresh_sqlite(template, tmp_path_factory.mktemp("database"))
        else:
            server = request.getfixturevalue("postgresql_server")
            name = request.getfixturevalue("postgresql_template")
            yield lambda: stack.enter_context(server.fresh_database(name))


@pytest.fixture(scope="module")
def world(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> Iterator[Library]:
    """Is only read."""
    place = Place(tmp_path_factory.mktemp("world"), database_url(), decoders)
    with place.library() as library:
        people = fill_world(library, place.clock)
        with library.work() as work:
            while erase_some(work, people["leaver"].user_id or 0):
                pass
        yield library


@pytest.fixture(scope="module")
def made(world: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its dump."""
    return dumped(world, tmp_path_factory.mktemp("dumps"))


@pytest.fixture
def place(database_url: Callable[[], str], tmp_path: Path, decoders: Decoders) -> Place:
    folder = tmp_path / "data"
    folder.mkdir()
    return Place(folder, database_url(), decoders)


@pytest.fixture
def copy(place: Place) -> Iterator[Library]:
    """An empty library on the same kind of database."""
    with place.library() as library:
        yield library


def answers(library: Library) -> dict[str, Any]:
    """What anybody is told who asks, by the question."""
    library.replica.poll()
    return {
        **image_searches(library),
        **row_searches(library),
        **looks(library),
    }


def image_searches(library: Library) -> dict[str, Any]:
    search = ImageSearch(library, Limits())
    told: dict[str, Any] = {}
    for text, sort, descending, chosen in product(IMAGE_QUERIES, SORTS, (True, False), (None, EVERYTHING, 3)):
        page = search.find(
            ANONYMOUS,
            search.parse(ANONYMOUS, text),
            order=search.order(sort, descending=descending),
            offset=0,
            limit=50,
            hidden_by=search.filter_for(ANONYMOUS, chosen),
        )
        told[f"images {text} {sort} {descending} {chosen}"] = (list(page.ids), page.total)
    return told


def row_searches(library: Library) -> dict[str, Any]:
    search = RowSearch(library, Limits())
    told: dict[str, Any] = {}
    for noun, queries in ROW_QUERIES.items():
        for text, offset in product(queries, (0, 3)):
            if noun == "tags":
                page = search.tags(text, offset=offset, limit=30)
            else:
                page = getattr(search, noun)(ANONYMOUS, text, offset=offset, limit=30)
            told[f"{noun} {text} {offset}"] = (list(page.ids), page.total)
    return told


def looks(library: Library) -> dict[str, Any]:
    with library.reading() as reading:
        ids = list(reading.execute(select(images.c.id).order_by(images.c.id)).scalars())
        found = {key: image for key, image in load_images(reading, ids).items() if image.is_in_sight}
        slugs = list(reading.execute(select(tags.c.slug).order_by(tags.c.id)).scalars())
        tag_pages = {slug: find_tag_by_slug(reading, slug) for slug in slugs}
        place = topics.join(forums, forums.c.id == topics.c.forum_id)
        in_sight = (topics.c.hidden_from_users.is_(False), forums.c.access_level == "normal")
        pages = reading.execute(
            select(topics).select_from(place).where(*in_sight).order_by(topics.c.id)
        ).all()
        shown = reading.execute(
            select(posts)
            .select_from(posts.join(place, topics.c.id == posts.c.topic_id))
            .where(*in_sight, posts.c.hidden_from_users.is_(False))
            .order_by(posts.c.id)
        ).all()
        levels = reading.execute(
            select(forums).where(forums.c.access_level == "normal").order_by(forums.c.id)
        )
        front = featured_image_id(reading)
        forum_rows = levels.all()
    return {
        "images": {key: image_facts(image) for key, image in found.items()},
        "tags": tag_pages,
        "topics": [row_facts(row) for row in pages],
        "posts": [row_facts(row) for row in shown],
        "forums": [row_facts(row) for row in forum_rows],
        "front": front,
        "suggested": suggest_tags(library, "ca", 10),
        "near": near_picture(
            library,
            Picture(intensities=(100.0, 100.0, 100.0, 100.0), aspect_ratio=1.0),
            distance=0.25,
            limit=50,
        ),
    }


def image_facts(image: Any) -> dict[str, Any]:
    """Whether the files are there is another question, and under which key."""
    facts = msgspec.structs.asdict(image)
    return {k: v for k, v in facts.items() if k not in {"blob", "thumbnails_generated", "is_processed"}}


def row_facts(row: Any) -> dict[str, Any]:
    facts = dict(row._mapping)
    if facts.get("is_anonymous"):
        del facts["user_id"]
    return facts


def test_a_library_taken_in_from_a_dump_answers_as_the_first(
    world: Library, copy: Library, made: Path
) -> None:
    dump = open_dump(made)
    assert import_dump(copy, dump, silent)
    asked, told = answers(world), answers(copy)
    assert asked.keys() == told.keys()
    assert {question for question in asked if asked[question] != told[question]} == set()
    assert sum(isinstance(answer, tuple) and answer[1] > 0 for answer in asked.values()) > 1_000
    assert wrong_counters(copy) == []
    assert {finding.complaint for finding in examine(copy, repair=False, progress=silent)} == {
        Complaint.ORIGINAL_MISSING
    }


def test_a_dump_of_the_copy_is_the_same_dump(copy: Library, made: Path, tmp_path: Path) -> None:
    import_dump(copy, open_dump(made), silent)
    again = dumped(copy, tmp_path)
    for part in PARTS:
        assert lines_of(again, part.name) == lines_of(made, part.name), part.name


def lines_of(folder: Path, part: str) -> list[dict[str, Any]]:
    with gzip.open(folder / f"{part}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_nothing_secret_is_in_a_dump(world: Library, made: Path) -> None:
    with world.reading() as reading:
        ids = {name: key for key, name in reading.execute(select(users.c.id, users.c.name)).all()}
        unseen = set(
            reading.execute(
                select(images.c.id).where(images.c.hidden_from_users | images.c.is_approved.is_(False))
            ).scalars()
        )
    assert len(unseen) > 10
    secret_people = {ids["secret ghost"], ids["secret writer"]}
    for part in PARTS:
        for line in lines_of(made, part.name):
            text = json.dumps(line)
            assert "secret" not in text, (part.name, line)
            assert not secret_people & {line.get("user_id"), line.get("uploader_id")}
            if line.get("is_anonymous"):
                assert line.get("user_id", line.get("uploader_id")) is None
            assert line.get("image_id") not in unseen
            assert not unseen & {*line.get("image_ids", []), line.get("thumbnail_id")}
    assert not unseen & {line["id"] for line in lines_of(made, "images")}
    assert secret_people.isdisjoint(line["id"] for line in lines_of(made, "users"))


def test_what_is_public_of_each_kind_is_there(made: Path) -> None:
    found = {part.name: lines_of(made, part.name) for part in PARTS}
    assert all(found.values())
    assert {line["name"] for line in found["users"]} >= {"Alice", "bob b", "Ünal", "admin", "mod", "retired"}
    assert [line["is_deactivated"] for line in found["users"] if line["name"] == "retired"] == [True]
    assert any(line["text"] is None for line in found["posts"])
    assert any(line["uploader_id"] for line in found["images"])
    assert found["dnp_entries"][0]["reason"] == ""


def test_the_manifest_tells_what_lies_there(made: Path) -> None:
    manifest = json.loads((made / "dump.json").read_text())
    assert (manifest["format"], manifest["version"]) == ("polybooru-dump", 2)
    assert manifest["files_root"] == "https://board.example/img"
    for facts in manifest["parts"]:
        raw = (made / facts["file"]).read_bytes()
        assert facts["sha256"] == hashlib.sha256(raw).hexdigest()
        assert facts["bytes"] == len(raw)
        assert facts["lines"] == len(lines_of(made, facts["part"]))


def test_every_line_has_the_fields_of_the_schema(made: Path) -> None:
    told = json.loads((made / "schema.json").read_bytes())
    assert (made / "schema.json").read_bytes() == schema()
    for part in PARTS:
        own = told["$defs"][told["properties"][part.name]["$ref"].rpartition("/")[2]]
        assert own["additionalProperties"] is False
        for line in lines_of(made, part.name):
            assert line.keys() == own["properties"].keys() == set(own["required"])


def test_the_same_rows_give_the_same_bytes(world: Library, made: Path, tmp_path: Path) -> None:
    again = dumped(world, tmp_path)
    for part in PARTS:
        assert (again / part.file_name).read_bytes() == (made / part.file_name).read_bytes()


def test_a_dump_is_one_look_at_the_rows(small: Library, tmp_path: Path) -> None:
    """What is made while it is written is not in it, in no part."""

    def meanwhile(done: int, _: int | None) -> None:
        if done and not added:
            added.append(add_image(small, ["safe", "meanwhile", "cat"]))

    added: list[int] = []
    folder = write_dump(small, tmp_path, site_name="", public_url="", progress=meanwhile)
    assert added
    assert {line["id"] for line in lines_of(folder, "images")} == {*range(1, added[0])}
    assert "meanwhile" not in {line["name"] for line in lines_of(folder, "tags")}


@pytest.fixture
def small(copy: Library) -> Library:
    """Another library, that may be changed."""
    person = add_person(copy, "alice")
    for _ in range(5):
        add_image(copy, uploader_id=person.user_id)
    return copy


def test_a_new_dump_takes_the_place_of_the_last_and_leaves_it_for_once(
    small: Library, clock: Clock, tmp_path: Path
) -> None:
    folders = []
    for _ in range(3):
        clock.go_on(1)
        folders.append(dumped(small, tmp_path))
        assert (tmp_path / "current").resolve() == folders[-1]
    (tmp_path / "mine").mkdir()
    clock.go_on(1)
    last = dumped(small, tmp_path)
    assert [path.exists() for path in (*folders, last)] == [False, False, True, True]
    assert (tmp_path / "mine").is_dir()
    assert not (tmp_path / "unfinished").exists()


def test_a_dump_that_fails_leaves_the_last_one(small: Library, clock: Clock, tmp_path: Path) -> None:
    first = dumped(small, tmp_path)
    clock.go_on(1)

    def fail(done: int, _: int | None) -> None:
        if done > 10:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        write_dump(small, tmp_path, site_name="", public_url="", progress=fail)
    assert (tmp_path / "current").resolve() == first
    open_dump(tmp_path).check_files()
    assert dumped(small, tmp_path) == (tmp_path / "current").resolve()


def test_two_dumps_into_one_folder_do_not_mix(small: Library, tmp_path: Path) -> None:
    refused: list[str] = []

    def again(_: int, __: int | None) -> None:
        if not refused:
            with pytest.raises(DumpError) as raised:
                dumped(small, tmp_path)
            refused.append(str(raised.value))

    write_dump(small, tmp_path, site_name="", public_url="", progress=again)
    assert "Another dump is being written" in refused[0]


LEFT_OUT = {
    "users": "folded_name slug password_hash role images_per_page current_filter_id forced_filter_id "
    "watched_query watched_exclude watched_hides_spoilered deactivated_at is_verified "
    "is_deactivated_by_staff deleted_at renamed_at bio personal_title hides_role writes_anonymously",
    "tags": "slug namespace name_in_namespace image_count aliased_tag_id",
    "images": "blob intensity_nw intensity_ne intensity_sw intensity_se thumbnails_generated "
    "is_processed hidden_from_users deletion_reason deleted_by_user_id duplicate_id is_approved is_destroyed "
    "scratchpad are_comments_locked is_description_locked are_tags_locked md5_hash",
    "features": "user_id",
    "comments": "body_html hidden_from_users deletion_reason deleted_by_user_id is_destroyed is_approved",
    "forums": "access_level topic_count post_count",
    "topics": "hidden_from_users deletion_reason deleted_by_user_id post_count",
    "posts": "body_html hidden_from_users deletion_reason deleted_by_user_id is_destroyed is_approved",
    "galleries": "folded_title is_anonymous image_count",
    "filters": "folded_name",
    "dnp_entries": "user_id staff_user_id hides_reason instructions state",
}
"""Columns that are in no line: secret, told by other fields, or made anew. A new column has to be decided."""


@pytest.mark.parametrize("name", LEFT_OUT)
def test_whether_a_column_leaves_the_library_is_decided(name: str) -> None:
    [part] = [part for part in PARTS if part.name == name]
    fields = {*part.line.__struct_fields__, *(PostText.__struct_fields__ if name == "posts" else ())}
    columns = {column.name for column in metadata.tables[name].columns}
    assert columns - fields == {*LEFT_OUT[name].split()}


def test_every_table_of_which_rows_are_dumped_is_decided() -> None:
    assert {part.name for part in PARTS} - LEFT_OUT.keys() == {"tag_aliases", "tag_implications"}


class _Killed(Exception):
    pass


def test_an_import_that_was_cut_off_goes_on_where_it_was(
    world: Library, place: Place, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polybooru.library.dumps.importing._AT_ONCE", 7)
    dump = open_dump(made)
    cuts = 0

    def cut(after: int) -> Callable[[str, int, int | None], None]:
        left = after

        def progress(label: str, _: int, __: int | None) -> None:
            nonlocal left
            if label == "Importing":
                left -= 1
                if not left:
                    raise _Killed

        return progress

    while True:
        with place.library(is_loaded=False) as copy:  # which `init` and `serve` found anew each time
            try:
                import_dump(copy, dump, cut(5 + cuts))
            except _Killed:
                cuts += 1
                continue
            break
    assert cuts > 3
    with place.library() as copy:
        assert answers(copy) == answers(world)
        assert wrong_counters(copy) == []
        assert not import_dump(copy, dump, silent)
        assert answers(copy) == answers(world)


def test_only_an_empty_library_takes_a_dump_in(copy: Library, made: Path) -> None:
    dump = open_dump(made)
    add_person(copy, "operator")
    with pytest.raises(DumpError, match="users has 1 row"):
        import_dump(copy, dump, silent)
    with copy.reading() as reading:
        assert reading.execute(select(func.count()).select_from(dump_imports)).scalar_one() == 0
        assert reading.execute(select(func.count()).select_from(forums)).scalar_one() == len(FORUMS)


def test_another_dump_is_refused_even_by_a_library_that_came_from_one(
    world: Library, copy: Library, made: Path, tmp_path: Path
) -> None:
    second = open_dump(dumped(world, tmp_path))
    import_dump(copy, open_dump(made), silent)
    with pytest.raises(DumpError, match="another dump"):
        import_dump(copy, second, silent)


def test_life_goes_on_in_the_copy(copy: Library, made: Path) -> None:
    import_dump(copy, open_dump(made), silent)
    person = add_person(copy, "newcomer", slug="newcomer")
    with copy.work() as work:
        before = work.execute(select(images.c.faves).where(images.c.id == 2)).scalar_one()
        assert fave(work, person, 2).faves == before + 1
        topic = work.execute(
            select(topics.c.id).where(topics.c.is_locked.is_(False), topics.c.post_count > 1).limit(1)
        ).scalar_one()
        reply(work, person, topic, "hello")
        people = work.execute(select(users.c.password_hash).where(users.c.name != "newcomer")).scalars()
        assert set(people) == {"!"}
        assert work.execute(select(func.count()).select_from(tokens)).scalar_one() == 0
    assert add_image(copy, ["safe", "new", "cat"]) > 58
    assert wrong_counters(copy) == []


def test_a_copy_counts_comments_that_staff_hid_before_and_goes_on_counting(copy: Library, made: Path) -> None:
    there = {line["id"]: line["comment_count"] for line in lines_of(made, "images")}
    shown = Counter(line["image_id"] for line in lines_of(made, "comments"))
    import_dump(copy, open_dump(made), silent)
    first, second = [image_id for image_id in there if 0 < shown[image_id] < there[image_id]][:2]
    person, staff = add_person(copy, "newcomer"), add_person(copy, "helper", Role.MODERATOR)

    def counts() -> tuple[int, ...]:
        assert wrong_counters(copy) == []
        with copy.reading() as reading:
            found = {row.id: row.comment_count for row in reading.execute(select(images))}
        return found[first], found[second]

    assert counts() == (there[first], there[second])
    with copy.work() as work:
        hide_comment(work, staff, post_comment(work, person, first, "spam"), reason="spam")
    assert counts() == (there[first] + 1, there[second])
    with copy.work() as work:
        merge_image(work, staff, first, second)  # what is only a number stays with its image, as faves do
    assert counts() == (there[first] - shown[first], there[second] + shown[first] + 1)
    with copy.work() as work:
        unmerge_image(work, staff, first)
    assert counts() == (there[first] + 1, there[second])
    wrong = examine(copy, repair=False, progress=silent)
    assert {finding.complaint for finding in wrong} == {Complaint.ORIGINAL_MISSING}


def rewritten(folder: Path, part: str, change: Callable[[list[bytes]], list[bytes]]) -> Dump:
    """The dump with other lines in a part, and a manifest that goes with them: made to do harm."""
    path = folder / f"{part}.jsonl.gz"
    lines = change(gzip.decompress(path.read_bytes()).splitlines(keepends=True))
    raw = gzip.compress(b"".join(lines))
    path.write_bytes(raw)
    manifest = json.loads((folder / "dump.json").read_text())
    for facts in manifest["parts"]:
        if facts["part"] == part:
            facts |= {"lines": len(lines), "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    (folder / "dump.json").write_text(json.dumps(manifest))
    return open_dump(folder)


def with_fields(number: int, **fields: Any) -> Callable[[list[bytes]], list[bytes]]:
    def change(lines: list[bytes]) -> list[bytes]:
        line = json.loads(lines[number - 1]) | fields
        return [*lines[: number - 1], json.dumps(line).encode() + b"\n", *lines[number:]]

    return change


def all_on_one_image(lines: list[bytes]) -> list[bytes]:
    for number in range(1, len(lines) + 1):
        lines = with_fields(number, image_id=5)(lines)
    return lines


HOSTILE: Sequence[tuple[str, Callable[[list[bytes]], list[bytes]], str]] = (
    ("users", with_fields(2, name="a\u202eb"), "line 2: name A user name has no control"),
    ("users", with_fields(3, id=1), "line 3: 1 does not come after 2"),
    ("users", with_fields(1, id=2**31), "line 1: Expected `int` <= 2147483647"),
    ("users", with_fields(1, password_hash="x"), "line 1: Object contains unknown field `password_hash`"),
    ("users", with_fields(1, created_at="2020-01-01T00:00:00+09:00"), "line 1: created_at is not in UTC"),
    ("users", with_fields(1, created_at="2020-01-01T00:00:00"), "line 1: Expected `datetime` with a"),
    ("users", lambda lines: [b"[" * 100_000 + b"\n", *lines[1:]], "line 1: "),
    ("users", lambda lines: [*lines[:2], b"\xff\xfe\n"], "line 3: "),
    ("users", lambda lines: [*lines, b'{"id":'], "the line has no end"),
    ("tags", with_fields(5, name="CAT"), "line 5: name is not as names are stored"),
    ("tags", with_fields(5, name="a,b"), "line 5: tag A tag has a name"),
    ("tags", with_fields(5, name="a\u0000"), "line 5: Expected `str` matching regex"),
    ("tags", with_fields(5, category="nonsense"), "line 5: there is no category 'nonsense'"),
    ("tag_aliases", with_fields(1, target_id=99_999), "line 1: there is no tag 99999"),
    ("tag_aliases", with_fields(1, tag_id=1), "line 1: a rating cannot be an alias"),
    ("tag_implications", with_fields(1, implied_tag_ids=[8]), "imply each other"),
    ("images", with_fields(3, tag_ids=[99_999]), "line 3: there is no tag 99999"),
    ("images", with_fields(3, tag_ids=[7, 7]), "line 3: tag_ids names something twice"),
    ("images", with_fields(3, uploader_id=4_000), "line 3: there is no user 4000"),
    ("images", with_fields(3, sha512_hash="../../etc"), "line 3: Expected `str` matching regex"),
    ("images", with_fields(3, format="html", mime_type="text/html"), "line 3: there is no 'html'"),
    ("images", with_fields(3, sources=["javascript:alert(1)"]), "line 3: Expected `str` matching regex"),
    ("images", with_fields(3, upvotes=-1), "line 3: Expected `int` >= 0"),
    ("images", with_fields(3, width_px=10**12), "line 3: Expected `int` <= "),
    ("comments", with_fields(2, image_id=6), "line 2: there is no image 6"),
    ("comments", all_on_one_image, "the image 5 has more comments than it counts"),
    ("comments", with_fields(2, body="x" * 20_001), "line 2: body is longer than 20000 bytes"),
    ("forums", with_fields(1, short_name="../x"), "line 1: Expected `str` matching regex"),
    ("topics", with_fields(1, forum_id=500), "line 1: there is no forum 500"),
    ("posts", with_fields(1, topic_position=70), "leave places free"),
    ("galleries", with_fields(1, thumbnail_id=6), "line 1: there is no image 6"),
    ("filters", with_fields(1, hidden_complex="(((("), "line 1: hidden_complex is invalid"),
)  # fmt: skip


@pytest.mark.parametrize(("part", "change", "fault"), HOSTILE)
def test_a_dump_that_was_made_to_do_harm_is_refused_by_its_line(
    made: Path, tmp_path: Path, part: str, change: Any, fault: str
) -> None:
    dump = rewritten(copied(made, tmp_path), part, change)
    dump.check_files()
    with pytest.raises(DumpDamaged) as raised:
        check_lines(dump, silent)
    assert str(raised.value).startswith(f"{part}.jsonl.gz")
    assert fault in str(raised.value)


def copied(made: Path, folder: Path) -> Path:
    for path in made.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_a_damaged_dump_leaves_the_library_as_it_was(copy: Library, made: Path, tmp_path: Path) -> None:
    folder = copied(made, tmp_path)
    path = folder / "filters.jsonl.gz"
    whole = path.read_bytes()
    for damaged in (whole[:-9], whole[:40] + bytes([whole[40] ^ 1]) + whole[41:], b"", whole * 2):
        path.write_bytes(damaged)
        with pytest.raises(DumpDamaged, match=r"filters\.jsonl\.gz: is not as it was written"):
            import_dump(copy, open_dump(folder), silent)
    path.unlink()
    with pytest.raises(DumpDamaged, match="is missing"):
        import_dump(copy, open_dump(folder), silent)
    with copy.reading() as reading:
        assert reading.execute(select(func.count()).select_from(dump_imports)).scalar_one() == 0
        assert reading.execute(select(func.count()).select_from(users)).scalar_one() == 0


def test_what_two_lines_cannot_both_be_is_told_by_its_line_and_goes_on_when_it_is_mended(
    copy: Library, made: Path, tmp_path: Path
) -> None:
    folder = copied(made, tmp_path)
    names = [line["name"] for line in lines_of(folder, "tags")]
    hostile = rewritten(folder, "tags", with_fields(11, name=names[8]))
    with pytest.raises(DumpDamaged, match=r"tags\.jsonl\.gz, line 11: contradicts what is there already"):
        import_dump(copy, hostile, silent)
    mended = rewritten(folder, "tags", with_fields(11, name=names[10]))
    assert import_dump(copy, mended, silent)
    assert lines_of(dumped(copy, tmp_path / "again"), "tags") == lines_of(made, "tags")


def test_a_file_that_unpacks_to_one_endless_line_is_not_read_into_memory(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polybooru.library.dumps.folder.MAX_LINE_BYTES", 100_000)
    dump = rewritten(copied(made, tmp_path), "users", lambda _: [b"0" * 50_000_000])
    with pytest.raises(DumpDamaged, match="line 1: the line has no end, or is too long"):
        check_lines(dump, silent)


def test_what_is_no_dump_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(DumpError, match="There is no dump in"):
        open_dump(tmp_path)
    for text in ("", "[]", '{"format": "other"}', '{"format": "polybooru-dump", "version": 1}', "\xff"):
        (tmp_path / "dump.json").write_text(text, encoding="latin-1")
        with pytest.raises(DumpDamaged, match=r"dump\.json: "):
            open_dump(tmp_path)
