"""A dump as a folder: what is in it, and reading it without trusting it.

Neighbours: `writing`, `checking` (whether the lines fit each other), `importing`.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from polybooru.library.dumps.errors import DumpDamaged, DumpError
from polybooru.library.dumps.lines import Line
from polybooru.library.dumps.part import Part
from polybooru.library.dumps.parts import PARTS

FORMAT: Final = "polybooru-dump"
VERSION: Final = 2
CURRENT, MANIFEST, SCHEMA = "current", "dump.json", "schema.json"
MAX_LINE_BYTES = 16 * 1024 * 1024
"""Beyond the longest possible line; what a small file can unpack to is not read into memory at once."""
_MAX_MANIFEST_BYTES = 1024 * 1024
_CHUNK = 1024 * 1024


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a dump; bytes and sha256 are of the file as it lies there."""

    part: str
    file: str
    lines: Annotated[int, Meta(ge=0)]
    bytes: Annotated[int, Meta(ge=0)]
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a dump is. change_number: of the library, up to which the dump is true.

    files_root: what file paths are joined to; empty if nobody has told the board its address.
    """

    format: Literal["polybooru-dump"] = FORMAT
    version: Literal[2] = VERSION
    id: Annotated[str, Meta(min_length=1, max_length=100)]
    site_name: str
    made_at: Annotated[datetime, Meta(tz=True)]
    change_number: int
    files_root: str
    parts: list[FileFacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """A dump whose manifest could be read."""

    folder: Path
    manifest: Manifest

    @property
    def line_count(self) -> int:
        """Of all files, as the manifest says."""
        return sum(facts.lines for facts in self.manifest.parts)

    def facts(self, part: Part) -> FileFacts:
        """What the manifest says of a part's file."""
        return next(facts for facts in self.manifest.parts if facts.part == part.name)

    def check_files(self) -> None:
        """Raises DumpDamaged if a file is not the one that the manifest tells of."""
        for part in PARTS:
            facts, path = self.facts(part), self.folder / part.file_name
            digest, size = hashlib.sha256(), 0
            try:
                with path.open("rb") as file:
                    while chunk := file.read(_CHUNK):
                        digest.update(chunk)
                        size += len(chunk)
            except FileNotFoundError as error:
                raise DumpDamaged(part.file_name, None, "is missing") from error
            if (size, digest.hexdigest()) != (facts.bytes, facts.sha256):
                raise DumpDamaged(part.file_name, None, "is not as it was written: its SHA-256 differs")

    def lines(self, part: Part) -> Iterator[tuple[int, Line]]:
        """The lines of a part with their numbers. Raises DumpDamaged at the first that is none."""
        decode = msgspec.json.Decoder(part.line).decode
        name, last = part.file_name, 0
        for number, raw in self._raw(part):
            try:
                line = decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise DumpDamaged(name, number, str(error)) from error
            if line.key <= last:
                raise DumpDamaged(name, number, f"{line.key} does not come after {last}")
            last = line.key
            yield number, line

    def _raw(self, part: Part) -> Iterator[tuple[int, bytes]]:
        name, number = part.file_name, 0
        try:
            with gzip.open(self.folder / name, "rb") as file:
                while raw := file.readline(MAX_LINE_BYTES):
                    number += 1
                    if not raw.endswith(b"\n"):
                        raise DumpDamaged(name, number, "the line has no end, or is too long")
                    yield number, raw
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DumpDamaged(name, number + 1, f"cannot be unpacked: {error}") from error
        if number != self.facts(part).lines:
            raise DumpDamaged(name, None, f"has {number} lines; the manifest says {self.facts(part).lines}")


def open_dump(folder: Path) -> Dump:
    """The dump of a folder that `dump` wrote, or one of the folders in it. Raises DumpError, OSError."""
    if not (folder / MANIFEST).exists() and (folder / CURRENT).is_dir():
        folder = (folder / CURRENT).resolve()
    try:
        with (folder / MANIFEST).open("rb") as file:
            raw = file.read(_MAX_MANIFEST_BYTES)
    except FileNotFoundError as error:
        raise DumpError(f"There is no dump in {folder}: it has no {MANIFEST}.") from error
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DumpDamaged(MANIFEST, None, str(error)) from error
    told = {facts.part: facts.file for facts in manifest.parts}
    if told != {part.name: part.file_name for part in PARTS}:
        raise DumpDamaged(MANIFEST, None, "does not name exactly the files of this version")
    return Dump(folder=folder, manifest=manifest)
