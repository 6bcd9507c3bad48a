"""The saved index: loaded with the changes since, or noticed as unusable and built from the rows."""

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from structlog.testing import capture_logs
from tests.libraries import NOON, Place, add_image, add_person

from polybooru.db import Change
from polybooru.db.change_log import trim_changes
from polybooru.db.tables import changes, image_tags, images
from polybooru.library import image_index, index_file, index_keeper, replica
from polybooru.library.actors import Role
from polybooru.library.index_keeper import LOG_KEPT, IndexKeeper
from polybooru.library.interactions import fave
from polybooru.library.library import Library
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import alias_tag
from polybooru.search.index import DamagedSnapshot, snapshot


def loaded_from(library: Library) -> str:
    """Where the index comes from when it is loaded now, which it is; it must then be right."""
    with capture_logs() as logs:
        library.replica.load()
    assert library.replica.differences() == []
    [source] = [line["source"] for line in logs if line["event"] == "index_loaded"]
    return str(source)


def fill(library: Library) -> list[int]:
    alice = add_person(library, "alice")
    bright = dict.fromkeys(("intensity_nw", "intensity_ne", "intensity_sw", "intensity_se"), 12.5)
    ids = [add_image(library, ["safe", f"t{n % 3}"], perceptual_hash=-n, **bright) for n in range(6)]
    with library.work() as work:
        fave(work, alice, ids[0])
    return ids


def test_a_saved_index_is_loaded_with_the_changes_since(place: Place) -> None:
    with place.library() as library:
        ids = fill(library)
        assert library.replica.save()
        assert library.replica.unsaved == 0
        mod = add_person(library, "mod", Role.MODERATOR)
        ids.append(add_image(library, ["cat", "t1"]))
        with library.work() as work:
            fave(work, mod, ids[1])
            alias_tag(work, mod, "kitty", "cat")
            describe_tag(work, mod, "t1", description="", short_description="", category="species")
    with place.library(is_loaded=False) as again:
        assert loaded_from(again) == "file"
        assert list(again.replica.index.ids) == ids
        assert again.replica.unsaved > 0
        with again.work() as work:  # needs the categories of tags that the file brought
            describe_tag(work, mod, "t2", description="", short_description="", category="species")
        assert again.replica.differences() == []


def test_without_a_file_the_rows_are_read(library: Library) -> None:
    fill(library)
    assert loaded_from(library) == "rows"
    assert library.replica.refused is None


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[random.Random(1).randrange(len(content))] ^= 4
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "flipped": flipped,
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1_000]),
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"garbage" * 1_000),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_noticed_and_replaced_by_a_good_one(
    place: Place, library: Library, damage: str
) -> None:
    fill(library)
    library.replica.save()
    DAMAGES[damage](place.folder / "image-index")
    assert loaded_from(library) == "rows"
    assert isinstance(library.replica.refused, DamagedSnapshot)
    assert library.replica.save()
    assert loaded_from(library) == "file"
    assert library.replica.refused is None


def test_a_refusal_is_one_clear_line(place: Place, library: Library) -> None:
    fill(library)
    library.replica.save()
    flipped(place.folder / "image-index")
    with capture_logs() as logs:
        library.replica.load()
    [line] = [line for line in logs if line["log_level"] == "warning"]
    assert line["event"] == "index_file_refused"
    assert line["reason"]


def test_a_bit_flipped_at_any_of_many_places_is_never_served(place: Place, library: Library) -> None:
    fill(library)
    library.replica.save()
    path = place.folder / "image-index"
    content = bytearray(path.read_bytes())
    chance = random.Random(3)
    for _ in range(60):
        at, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
        content[at] ^= bit
        path.write_bytes(content)
        library.replica.load()
        assert library.replica.refused, at
        content[at] ^= bit


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (snapshot, "_HEAD", b"polybooru-ix\xff\0\0\0"),
        (index_file, "HEAD", "9999"),
        (index_file, "MEANING", image_index.MEANING + 1),
    ],
)
def test_a_file_of_another_version_is_refused(
    library: Library, monkeypatch: pytest.MonkeyPatch, module: object, name: str, value: object
) -> None:
    fill(library)
    library.replica.save()
    monkeypatch.setattr(module, name, value)
    assert loaded_from(library) == "rows"
    assert library.replica.refused


def test_the_file_of_another_library_is_refused(
    place: Place, library: Library, tmp_path: Path, sqlite_template: Path
) -> None:
    fill(library)
    library.replica.save()
    (tmp_path / "other").mkdir()
    url = f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'other.sqlite3')}"
    other = Place(tmp_path / "other", url, place.decoders)
    other.clock.go_on(0.000_001)  # founded a microsecond later
    shutil.copyfile(place.folder / "image-index", other.folder / "image-index")
    with other.library(is_loaded=False) as stranger:
        fill(stranger)
        assert loaded_from(stranger) == "rows"
        assert "another program or library" in str(stranger.replica.refused)


def put_back(library: Library, number: int) -> None:
    """As if the database of an earlier moment had been put back: newer changes are no longer there."""
    with library.database.write(NOON) as transaction:
        transaction.connection.execute(delete(changes).where(changes.c.number > number))
        transaction.connection.execute(update(images).values(width_px=1))


def test_a_file_newer_than_a_database_that_was_put_back_is_refused(place: Place, library: Library) -> None:
    fill(library)
    number = library.replica.applied
    add_image(library)
    library.replica.save()
    put_back(library, number)
    assert loaded_from(library) == "rows"
    assert library.replica.refused


def test_so_it_is_once_the_log_has_grown_over_its_number_again(place: Place, library: Library) -> None:
    fill(library)
    number = library.replica.applied
    add_image(library)
    saved = library.replica.applied
    library.replica.save()
    put_back(library, number)
    place.clock.go_on(1)
    with library.database.write(place.clock()) as transaction:
        row = {"kind": "image", "object_id": 1, "made_at": place.clock()}
        transaction.connection.execute(changes.insert().values(number=saved, **row))
    assert loaded_from(library) == "rows"
    assert library.replica.refused


def test_a_running_process_notices_that_an_older_database_was_put_back(library: Library) -> None:
    ids = fill(library)
    number = library.replica.applied
    extra = add_image(library)
    put_back(library, number)
    with library.database.write(NOON) as transaction:
        transaction.connection.execute(delete(image_tags).where(image_tags.c.image_id == extra))
        transaction.connection.execute(delete(images).where(images.c.id == extra))
    library.replica.poll()
    assert library.replica.applied == number
    assert list(library.replica.index.ids) == ids
    assert not library.replica.differences()


def test_a_process_that_finds_its_next_change_trimmed_loads_again_and_forgets_what_was_kept(
    place: Place,
) -> None:
    with place.library() as here, place.library() as late:
        heard: list[Change] = []
        late.replica.listen(heard.extend)
        mod = add_person(here, "mod", Role.MODERATOR)
        image_id = add_image(here, ["cat"])
        with here.work() as work:
            alias_tag(work, mod, "kitty", "cat")
        here.replica.save()
        while trim_changes(
            here.database, below=here.replica.saved, made_before=NOON + timedelta(days=1), now=NOON
        ):
            pass
        with capture_logs() as logs:
            late.replica.catch_up()
        assert "index_cannot_follow" in [line["event"] for line in logs]
        assert late.replica.applied == here.replica.applied
        assert image_id in late.replica.index.ids
        assert late.replica.differences() == []
        assert {"tag", "user", "filter"} <= {change.kind for change in heard}
        add_image(here)
        with capture_logs() as logs:
            late.replica.catch_up()
        assert logs == []
        assert late.replica.differences() == []


def test_a_log_much_longer_than_the_library_is_not_followed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "_FOLLOWED_AT_LEAST", 20)
    ids = fill(library)
    library.replica.save()
    with library.work() as work:
        for number in range(21):
            work.changed("feature", number)
    assert loaded_from(library) == "rows"
    assert list(library.replica.index.ids) == ids


def test_the_keeper_saves_after_a_rebuild_then_after_many_changes_or_a_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_keeper, "MANY_CHANGES", 20)
    with place.library() as library:
        keeper = IndexKeeper(library)
        assert keeper.is_due  # with the tags that every library begins with, nothing of it was saved yet
        assert keeper.save()
        assert not keeper.is_due
        place.clock.go_on(7_200)
        assert not keeper.is_due  # nothing changed
        add_image(library)
        assert keeper.is_due
        keeper.save()
        place.clock.go_on(60)
        with library.work() as work:
            for number in range(20):
                work.changed("feature", number)
        assert not keeper.is_due  # not so soon
        place.clock.go_on(300)
        assert keeper.is_due
    with place.library(is_loaded=False) as again:
        again.replica.rebuild()
        assert IndexKeeper(again).is_due


def test_the_keeper_trims_old_changes_below_the_file_only(place: Place) -> None:
    with place.library() as library:
        fill(library)
        library.replica.save()
        saved = library.replica.saved
        keeper = IndexKeeper(library)
        with library.database.read() as connection:
            count = len(connection.execute(changes.select()).all())
        keeper.follow()  # all are young
        with library.database.read() as connection:
            assert len(connection.execute(changes.select()).all()) == count
        place.clock.go_on(LOG_KEPT.total_seconds() + 1)
        add_image(library)
        keeper.follow()
        with library.database.read() as connection:
            numbers = list(connection.execute(changes.select().order_by(changes.c.number)).scalars())
        assert numbers[0] == saved
        assert numbers[-1] == library.replica.applied > saved
        assert loaded_from(library) == "file"


def test_a_change_that_is_no_longer_in_the_log_cannot_be_saved(library: Library) -> None:
    fill(library)
    with library.database.write(NOON) as transaction:
        transaction.connection.execute(delete(changes))
    assert not library.replica.save()


def test_a_file_that_cannot_be_written_is_no_error(place: Place) -> None:
    with place.library() as library:
        fill(library)
        (place.folder / "image-index.new").mkdir()
        with capture_logs() as logs:
            assert not IndexKeeper(library).save()
    [line] = [line for line in logs if line["event"] == "index_not_saved"]
    assert "directory" in line["reason"]
