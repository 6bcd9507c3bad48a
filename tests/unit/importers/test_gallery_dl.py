"""Sidecars of the shapes that gallery-dl writes."""

import json
from pathlib import Path

import pytest

from polybooru.importers.entry import Entry, Unreadable
from polybooru.importers.gallery_dl import read_folder

PHILOMENA = {
    "category": "derpibooru",
    "id": 4711,
    "tags": ["safe", "artist:Jane Doe", "cat", "solo, really"],
    "source_urls": ["https://a.example/1,2", "https://b.example/"],
    "source_url": "https://a.example/1,2",
    "description": "A *cat*.",
    "uploader": "somebody",
}
DANBOORU = {
    "category": "danbooru",
    "rating": "g",
    "tag_string": "long_hair cat_ears jane_doe",
    "tag_string_artist": "jane_doe",
    "tags": ["long_hair", "cat_ears", "jane_doe"],
    "tags_artist": ["jane_doe"],
    "source": "https://c.example/art",
}


def read_one(folder: Path, facts: object, name: str = "a.png") -> Entry | Unreadable:
    (folder / name).write_bytes(b"picture")
    text = facts if isinstance(facts, str) else json.dumps(facts)
    (folder / f"{name}.json").write_text(text)
    [entry] = read_folder(folder)
    return entry


def tags_of(folder: Path, **facts: object) -> tuple[str, ...]:
    entry = read_one(folder, facts)
    assert isinstance(entry, Entry)
    return entry.tags


def test_a_philomena_sidecar_keeps_tags_sources_and_description(tmp_path: Path) -> None:
    assert read_one(tmp_path, PHILOMENA) == Entry(
        label="a.png",
        path=tmp_path / "a.png",
        tags=("safe", "artist:Jane Doe", "cat", "solo  really"),
        description="A *cat*.",
        sources=("https://a.example/1,2", "https://b.example/"),
    )


def test_a_danbooru_sidecar_names_the_artist_once_and_the_rating(tmp_path: Path) -> None:
    entry = read_one(tmp_path, DANBOORU)
    assert isinstance(entry, Entry)
    assert entry.tags == ("long_hair", "cat_ears", "artist:jane_doe", "safe")
    assert entry.sources == ("https://c.example/art",)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"category": "danbooru", "rating": "s"}, ("suggestive",)),
        ({"category": "e621", "rating": "s"}, ("safe",)),
        ({"rating": "Q"}, ("questionable",)),
        ({"rating": "explicit"}, ("explicit",)),
        ({"rating": "unknown"}, ()),
        ({"rating": 5}, ()),
        ({"rating": None}, ()),
    ],
)
def test_a_rating_is_read_as_its_board_means_it(tmp_path: Path, facts, expected) -> None:
    assert tags_of(tmp_path, **facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"tags": "1girl long_hair"}, ("1girl", "long_hair")),
        ({"tags": "one girl, long hair"}, ("one girl", "long hair")),
        ({"tags": [{"name": "cat"}, {"id": 4}, None, 5]}, ("cat",)),
        ({"tags": {"name": "cat"}}, ("cat",)),
        ({"tags": None, "artist": "Jane Doe"}, ("artist:Jane Doe",)),
        ({"artist": ["Jane, Doe", "artist:Max"]}, ("artist:Jane Doe", "artist:Max")),
        ({"tags": 5}, ()),
    ],
)
def test_names_are_read_however_they_are_listed(tmp_path: Path, facts, expected) -> None:
    assert tags_of(tmp_path, **facts) == expected


def test_what_is_no_address_stands_in_the_description(tmp_path: Path) -> None:
    long = f"https://{'x' * 300}"
    entry = read_one(tmp_path, {"title": " T ", "source": "a book", "sources": [long], "license": "CC0"})
    assert isinstance(entry, Entry)
    assert entry.sources == ()
    assert entry.description == f"T\n\nLicence: CC0\n\nSource: {long}, a book"


def test_sources_beyond_what_an_image_may_have_stand_in_the_description(tmp_path: Path) -> None:
    urls = [f"https://x.example/{n}" for n in range(17)]
    entry = read_one(tmp_path, {"source_urls": [*urls, urls[0]]})
    assert isinstance(entry, Entry)
    assert entry.sources == tuple(urls[:15])
    assert entry.description == f"Source: {urls[15]}, {urls[16]}"


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '"x"', "[" * 100_000, "\ufeff"])
def test_a_sidecar_that_says_nothing_is_named_with_its_reason(tmp_path: Path, text: str) -> None:
    entry = read_one(tmp_path, text)
    assert isinstance(entry, Unreadable)
    assert entry.label == "a.png"
    assert entry.reason.startswith("unreadable sidecar: ")


def test_folders_are_read_in_the_order_of_paths_and_missing_files_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("sub/b.jpg", "a.png"):
        (tmp_path / name).write_bytes(b"x")
        (tmp_path / f"{name}.json").write_text("{}")
    (tmp_path / "gone.png.json").write_text("{}")
    (tmp_path / "info.json").write_text("{}")
    (tmp_path / "c.png").write_bytes(b"no sidecar")
    (tmp_path / "folder.d").mkdir()
    (tmp_path / "folder.d.json").write_text("{}")
    assert [entry.label for entry in read_folder(tmp_path)] == [
        "a.png",
        "folder.d.json",
        "gone.png.json",
        "sub/b.jpg",
    ]
