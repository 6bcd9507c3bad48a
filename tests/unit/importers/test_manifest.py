"""Lines of a manifest, good and bad."""

import json
from pathlib import Path

import pytest

from polybooru.importers.entry import Entry, Unreadable
from polybooru.importers.manifest import count_lines, read_manifest


def read(folder: Path, *lines: object) -> list[Entry | Unreadable]:
    manifest = folder / "m.jsonl"
    manifest.write_bytes(
        b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    )
    return list(read_manifest(manifest, folder))


def test_a_full_line_keeps_everything(tmp_path: Path) -> None:
    line = {
        "path": "in/cat.png",
        "title": "A cat",
        "artist": "Jane, Doe",
        "tags": ["safe", "cat, black"],
        "source": "https://x.example/",
        "license": "CC0",
        "more": "is ignored",
    }
    assert read(tmp_path, line) == [
        Entry(
            label="line 1, in/cat.png",
            path=tmp_path / "in/cat.png",
            tags=("safe", "cat  black", "artist:Jane Doe"),
            description="A cat\n\nLicence: CC0",
            sources=("https://x.example/",),
        )
    ]


def test_a_source_that_is_no_web_address_is_kept_in_the_description(tmp_path: Path) -> None:
    [entry] = read(tmp_path, {"path": "a", "source": "ftp://x.example/"})
    assert isinstance(entry, Entry)
    assert (entry.sources, entry.description) == ((), "Source: ftp://x.example/")


@pytest.mark.parametrize("field", ["title", "artist", "source", "license"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_empty_fields_say_nothing(tmp_path: Path, field: str, value: str | None) -> None:
    [entry] = read(tmp_path, {"path": "a", field: value})
    assert isinstance(entry, Entry)
    assert (entry.tags, entry.description.strip(), entry.sources) == ((), "", ())


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"path": 5}',
        b'{"path": ""}',
        b'{"path": "a\\u0000b"}',
        b'{"path": "a", "tags": "cat"}',
        b'{"path": "a", "tags": [5]}',
        b'{"path": "\xff"}',
        b"[" * 100_000,
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path, line: bytes) -> None:
    bad, good = read(tmp_path, line, {"path": "b"})
    assert isinstance(bad, Unreadable)
    assert bad.label == "line 1"
    assert bad.reason.startswith("not a manifest line")
    assert isinstance(good, Entry)
    assert good.label == "line 2, b"


def test_empty_lines_count_for_numbers_only(tmp_path: Path) -> None:
    [entry] = read(tmp_path, b"", b"  ", {"path": "b"}, b"")
    assert entry.label == "line 3, b"
    assert count_lines(tmp_path / "m.jsonl") == 1


def test_a_manifest_that_cannot_be_read_is_the_callers_to_know(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_manifest(tmp_path / "missing", tmp_path))
