"""The folder store: keys, whole blobs or none, and what a full or foreign folder does."""

import os
import threading
from pathlib import Path

import pytest

from polybooru.store import FolderStore, StoreError, StoreFull

KEY = "ab/cdef/thumb_small.png"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "blobs")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"content")
    return path


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "/etc/passwd",
        "..",
        "a/../b",
        "a/..",
        "a/.hidden",
        "a//b",
        "a/",
        "./a",
        "A",
        "a b",
        "a\\b",
        "a\n",
        "a\0",
        "a.",
        "a..b",
        "é",
        "-a",
        "a:b",
        "٣",
    ],
)
def test_what_is_no_key_is_refused_by_every_method(store: FolderStore, source: Path, key: str) -> None:
    for method in (store.path, store.exists, store.delete, store.modified_seconds):
        with pytest.raises(ValueError, match="not a key"):
            method(key)
    with pytest.raises(ValueError, match="not a key"):
        store.put({key: source})
    assert source.read_bytes() == b"content"


def test_a_blob_is_moved_in_whole_and_can_be_replaced(store: FolderStore, source: Path) -> None:
    store.put({KEY: source})
    assert not source.exists()
    assert store.path(KEY).read_bytes() == b"content"
    source.write_bytes(b"other")
    store.put({KEY: source})
    assert store.path(KEY).read_bytes() == b"other"
    assert list(store.keys()) == [KEY]


def test_a_reader_never_sees_a_part_of_a_blob(store: FolderStore, tmp_path: Path) -> None:
    contents = {bytes([letter]) * 300_000 for letter in b"ab"}
    seen: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            if store.exists(KEY):
                seen.add(store.path(KEY).read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        path = tmp_path / f"new-{number}"
        path.write_bytes(sorted(contents)[number % 2])
        store.put({KEY: path})
    done.set()
    reader.join()
    assert seen <= contents


def test_parallel_puts_into_new_folders_all_arrive(store: FolderStore, tmp_path: Path) -> None:
    def put(number: int) -> None:
        path = tmp_path / f"n{number}"
        path.write_bytes(b"%d" % number)
        store.put({f"aa/bb/cc/{number}": path})

    threads = [threading.Thread(target=put, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(store.keys()) == sorted(f"aa/bb/cc/{number}" for number in range(16))


def test_below_the_free_floor_nothing_is_taken(tmp_path: Path, source: Path) -> None:
    store = FolderStore(tmp_path / "full", free_floor_bytes=2**60)
    with pytest.raises(StoreFull):
        store.put({KEY: source})
    with pytest.raises(StoreFull):
        store.check()
    assert source.read_bytes() == b"content"
    assert list(store.keys()) == []


def test_a_source_that_is_gone_stops_before_anything_is_moved(store: FolderStore, source: Path) -> None:
    with pytest.raises(StoreError):
        store.put({KEY: source, "ab/other": source.with_name("missing")})
    assert source.exists()
    assert not store.exists(KEY)


def test_a_key_below_a_blob_is_a_failure_of_the_store_and_keeps_the_source(
    store: FolderStore, source: Path
) -> None:
    store.put({"ab": source})
    source.write_bytes(b"two")
    with pytest.raises(StoreError):
        store.put({"ab/cd": source})
    assert source.exists()


def test_deleting_is_quiet_about_what_is_not_there(store: FolderStore, source: Path) -> None:
    store.delete(KEY)
    store.put({KEY: source})
    store.delete(KEY)
    assert not store.exists(KEY)


def test_foreign_files_are_not_listed_as_keys(store: FolderStore, source: Path) -> None:
    store.put({KEY: source})
    for name in ("README.TXT", ".nfs0001", "ab/Thumbs.db"):
        (store.root / name).write_bytes(b"")
    assert list(store.keys()) == [KEY]


def test_the_time_of_a_blob_is_known(store: FolderStore, source: Path) -> None:
    os.utime(source, (1_000, 2_000))
    store.put({KEY: source})
    assert store.modified_seconds(KEY) == 2_000
    with pytest.raises(FileNotFoundError):
        store.modified_seconds("ab/none")


def test_a_folder_that_is_gone_is_a_failure_of_the_store(store: FolderStore) -> None:
    store.check()
    store.root.rmdir()
    with pytest.raises(StoreError):
        store.check()
