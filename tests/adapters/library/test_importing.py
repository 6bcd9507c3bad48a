"""Imports: what is counted, what is refused and why, and doing it twice, on both databases."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.libraries import Place, add_person, png, wrong_counters

from polybooru.cli.failures import refusal
from polybooru.db.tables import images, jobs
from polybooru.importers.gallery_dl import read_folder
from polybooru.importers.manifest import read_manifest
from polybooru.importers.run import Outcome, Result, Summary, run_import
from polybooru.library.actors import Actor
from polybooru.library.errors import StorageFull
from polybooru.library.images import find_image
from polybooru.library.library import Library
from polybooru.library.policy import Policy


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.png").write_bytes(png(70 + number, 60, colour=number))
    return folder


def write_manifest(folder: Path, *lines: dict | str) -> Path:
    manifest = folder / "manifest.jsonl"
    manifest.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return manifest


def run(
    library: Library, actor: Actor, entries, *, at_once: int = 2, extra_tags: Sequence[str] = ("safe",)
) -> tuple[Summary, list[Result]]:
    results: list[Result] = []
    summary = run_import(
        library,
        actor,
        entries,
        at_once=at_once,
        extra_tags=extra_tags,
        report=results.append,
        explain=refusal,
    )
    return summary, results


def count(library: Library, table) -> int:
    with library.reading() as reading:
        return reading.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_manifest_is_imported_processed_and_summed_up(library: Library, alice: Actor, source: Path) -> None:
    os.mkfifo(source / "pipe")
    (source / "text.png").write_text("no picture")
    good = {"tags": ["cat", "forest"], "artist": "Jane, Doe", "title": "A cat", "license": "CC0"}
    manifest = write_manifest(
        source,
        {"path": "0.png", **good, "source": "ftp://x.example/a,b"},
        "{ broken",
        {"path": "missing.png", **good},
        {"path": ".", **good},
        {"path": "pipe", **good},
        {"path": "/dev/zero", **good},
        {"path": "0.png/below", **good},
        {"path": "x" * 300, **good},
        {"path": "text.png", **good},
        {"path": "1.png"},
        {"path": "2.png", **good},
        {"path": "../source/2.png", **good},
    )
    summary, results = run(library, alice, read_manifest(manifest, source), at_once=1)
    assert summary.outcomes == {Outcome.IMPORTED: 2, Outcome.ALREADY_THERE: 1, Outcome.REFUSED: 9}
    reasons = {result.label.split(", ")[-1]: result.reason for result in results if result.reason}
    assert reasons["missing.png"] == "no such file or directory"
    assert reasons["."] == "is a directory"
    assert reasons["pipe"] == reasons["/dev/zero"] == "not a regular file"
    assert reasons["0.png/below"] == "not a directory"
    assert reasons["x" * 300] == "file name too long"
    assert reasons["text.png"].startswith("this kind of file is not accepted")
    assert reasons["1.png"] == "there are fewer than 3 tags"
    assert reasons["line 2"].startswith("not a manifest line")
    with library.reading() as reading:
        image = find_image(reading, 1)
    assert [tag.name for tag in image.tags] == ["safe", "artist:jane doe", "cat", "forest"]
    assert image.description == "A cat\n\nLicence: CC0\n\nSource: ftp://x.example/a,b"
    assert (image.file_name, image.uploader, image.is_processed) == ("0.png", "alice", True)
    assert (count(library, jobs), wrong_counters(library)) == (0, [])
    assert list(library.scratch.iterdir()) == []
    assert (source / "0.png").exists()


def test_a_repeated_import_changes_nothing(library: Library, alice: Actor, source: Path) -> None:
    manifest = write_manifest(source, *({"path": f"{n}.png", "tags": ["cat", "x"]} for n in range(4)))
    run(library, alice, read_manifest(manifest, source))
    applied, files = library.replica.applied, sorted(library.store.keys())
    summary, _ = run(library, alice, read_manifest(manifest, source))
    assert summary.outcomes == {Outcome.ALREADY_THERE: 4}
    assert library.replica.applied == applied
    assert sorted(library.store.keys()) == files


def test_an_interrupted_import_goes_on_where_it_was(library: Library, alice: Actor, source: Path) -> None:
    manifest = write_manifest(source, *({"path": f"{n}.png", "tags": ["cat", "x"]} for n in range(4)))

    def interrupted():
        for number, entry in enumerate(read_manifest(manifest, source)):
            if number == 2:
                raise KeyboardInterrupt
            yield entry

    with pytest.raises(KeyboardInterrupt):
        run(library, alice, interrupted(), at_once=1)
    before = count(library, images)
    summary, _ = run(library, alice, read_manifest(manifest, source))
    assert summary.outcomes[Outcome.ALREADY_THERE] == before
    assert summary.outcomes[Outcome.IMPORTED] == 4 - before
    assert (count(library, images), wrong_counters(library)) == (4, [])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_file_listed_twice_at_once_is_one_image(library: Library, alice: Actor, source: Path) -> None:
    manifest = write_manifest(source, *[{"path": "0.png", "tags": ["cat", "x"]}] * 6)
    summary, _ = run(library, alice, read_manifest(manifest, source), at_once=3)
    assert summary.outcomes == {Outcome.IMPORTED: 1, Outcome.ALREADY_THERE: 5}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_folder_of_gallery_dl_is_imported(library: Library, alice: Actor, source: Path) -> None:
    (source / "0.png.json").write_text(
        json.dumps({"tags": ["safe", "cat", "artist:jane"], "source_url": "http://x/"})
    )
    (source / "1.png.json").write_text(
        json.dumps({"category": "danbooru", "rating": "g", "tag_string": "long_hair cat"})
    )
    (source / "2.png.json").write_bytes(b"\xff")
    (source / "gone.png.json").write_text("{}")
    summary, _ = run(library, alice, read_folder(source), at_once=1, extra_tags=())
    assert summary.outcomes == {Outcome.IMPORTED: 2, Outcome.REFUSED: 2}
    with library.reading() as reading:
        assert [tag.name for tag in find_image(reading, 2).tags] == ["safe", "cat", "long hair"]
        assert find_image(reading, 1).sources == ("http://x/",)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_over_the_limit_is_refused_as_too_large(place: Place, source: Path) -> None:
    place.policy = Policy(max_file_bytes=60)
    with place.library() as library:
        manifest = write_manifest(source, {"path": "0.png", "tags": ["cat", "x"]})
        summary, _ = run(library, add_person(library, "alice"), read_manifest(manifest, source))
        assert summary.reasons == {"the file is larger than 60 bytes": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_ends_the_import(place: Place, source: Path) -> None:
    with place.library(free_floor_bytes=2**60) as library:
        manifest = write_manifest(source, {"path": "0.png", "tags": ["cat", "x"]})
        with pytest.raises(StorageFull):
            run(library, add_person(library, "alice"), read_manifest(manifest, source))
        assert count(library, images) == 0
