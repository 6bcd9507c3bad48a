"""Writing a dump: one look at the rows, files beside each other, and the whole put in place at once.

    FOLDER/current                     a link to the newest dump
    FOLDER/20261130T020000Z/           dump.json, schema.json, a file for each part
    FOLDER/unfinished/                 what a dump under way, or one that was killed, has written so far

A dump that was killed cannot go on: what it saw of the rows went with it. The next one begins anew, and until
it is whole and on the disk, `current` leads to the dump of before, which then stays until the one after.
"""

import fcntl
import gzip
import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import IO

import msgspec

from polybooru.db import last_change_number
from polybooru.library.dumps.errors import DumpError
from polybooru.library.dumps.folder import CURRENT, FORMAT, MANIFEST, SCHEMA, VERSION, FileFacts, Manifest
from polybooru.library.dumps.part import Part
from polybooru.library.dumps.parts import PARTS
from polybooru.library.failpoints import failpoint
from polybooru.library.library import Library
from polybooru.library.work import Reading

_UNFINISHED = "unfinished"
_LOCK = "lock"
_PAGE = 1_000  # rows read at once: some MB for a moment
_LEVEL = 6
_encode = msgspec.json.Encoder().encode


def write_dump(
    library: Library,
    folder: Path,
    *,
    site_name: str,
    public_url: str,
    progress: Callable[[int, int | None], None],
) -> Path:
    """Write a dump below the folder, which is made; returns the dump's own folder.

    progress: lines written, of how many. Raises DumpError, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        unfinished = folder / _UNFINISHED
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        (unfinished / SCHEMA).write_bytes(schema())
        manifest = _write_parts(library, unfinished, progress, site_name=site_name, public_url=public_url)
        (unfinished / MANIFEST).write_bytes(msgspec.json.format(_encode(manifest), indent=2) + b"\n")
        for path in (*unfinished.iterdir(), unfinished):
            _sync(path)
        failpoint("dump.before_rename")
        return _put_in_place(folder, unfinished, f"{manifest.made_at:%Y%m%dT%H%M%SZ}")


def schema() -> bytes:
    """The JSON Schema of the lines, by part."""
    made, components = msgspec.json.schema_components(
        [part.line for part in PARTS], ref_template="#/$defs/{name}"
    )
    by_part = {part.name: one for part, one in zip(PARTS, made, strict=True)}
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT}, version {VERSION}: the lines of each file",
        "properties": by_part,
        "$defs": components,
    }
    return msgspec.json.format(_encode(whole), indent=2) + b"\n"


def _write_parts(
    library: Library,
    folder: Path,
    progress: Callable[[int, int | None], None],
    *,
    site_name: str,
    public_url: str,
) -> Manifest:
    with library.database.snapshot() as connection:
        reading = Reading(connection, library.clock().astimezone(UTC).replace(microsecond=0))
        number = last_change_number(connection)
        total = sum(part.count(reading) for part in PARTS)
        done = 0
        files: list[FileFacts] = []
        for part in PARTS:

            def written(lines: int) -> None:
                nonlocal done
                done += lines
                progress(done, total)

            files.append(_write_part(reading, part, folder / part.file_name, written))
            failpoint("dump.after_part")
    return Manifest(
        id=str(uuid.uuid4()),
        site_name=site_name,
        made_at=reading.now,
        change_number=number,
        files_root=f"{public_url}/img" if public_url else "",
        parts=files,
    )


def _write_part(reading: Reading, part: Part, path: Path, written: Callable[[int], None]) -> FileFacts:
    lines = after = 0
    with path.open("wb") as file:
        hashed = _Hashed(file)
        # Neither name nor time in the header: the same rows give the same bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=hashed, mtime=0) as packed:
            while page := part.page(reading, after, _PAGE):
                packed.write(b"".join([_encode(line) + b"\n" for line in page]))
                lines += len(page)
                after = page[-1].key
                written(len(page))
    return FileFacts(
        part=part.name, file=path.name, lines=lines, bytes=hashed.size, sha256=hashed.digest.hexdigest()
    )


class _Hashed:
    """A file to be written that knows what was written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._file = file

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Raises DumpError while another process writes there."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DumpError(f"Another dump is being written in {folder}.") from error
        yield
    finally:
        os.close(descriptor)


def _put_in_place(folder: Path, unfinished: Path, name: str) -> Path:
    before = _target(folder)
    names = (name, *(f"{name}-{number}" for number in range(2, 100)))  # of several in one second
    made = next(folder / free for free in names if not (folder / free).exists())
    unfinished.rename(made)
    link = folder / f"{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(made.name, target_is_directory=True)
    failpoint("dump.before_link")
    link.replace(folder / CURRENT)
    _sync(folder)
    for other in folder.iterdir():  # somebody may be copying the one of before
        if other.is_dir() and not other.is_symlink() and other not in {made, before}:
            _remove(other)
    return made


def _target(folder: Path) -> Path | None:
    link = folder / CURRENT
    return folder / link.readlink().name if link.is_symlink() else None


def _remove(folder: Path) -> None:
    """Only what is a dump: the folder may hold other things of the operator."""
    if (folder / MANIFEST).is_file() and (folder / SCHEMA).is_file():
        shutil.rmtree(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
