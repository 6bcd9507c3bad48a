"""The file that an index is saved to: named parts, one after the other, each byte of it checked.

Parts are arrays, bitmaps or texts under names like `numbers/score/values`; what is in them is known to
whoever dumps and restores himself (`ImageIndex` and its tables). The layout:

    magic and format   16 bytes
    parts              one after the other, without gaps
    manifest           JSON: what the owner says about it, where each part lies, a CRC-32 of each 4 MiB so far
    trailer            length of the manifest (8 bytes), its BLAKE2b (16), magic (8)

So a file that was cut short has no trailer, and a bit that flipped anywhere is noticed before a part is used:
garbage must never reach the bitmaps' C code. CRC-32 because it is read at memory speed; it guards against
accidents, not against whoever can write into the data folder.
"""

import fcntl
import json
import mmap
import os
import struct
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.errors import DamagedSnapshot, UnusableSnapshot

FORMAT = 1
"""Raise it whenever a part dumps itself differently: an older file is then refused."""

About: TypeAlias = Mapping[str, str | int]
"""What the owner wants to know of a snapshot before he reads it."""

_Place: TypeAlias = tuple[int, int, str, tuple[int, ...]]
"""Of a part: where it begins, its bytes, type and shape of an array."""

_HEAD = struct.pack("<12sI", b"polybooru-ix", FORMAT)
_TRAILER = struct.Struct("<Q16s8s")
_END = b"ix-whole"
_CHUNK_BYTES = 4 * 2**20
_LENGTHS = "#lengths"


class _Names:
    def __init__(self) -> None:
        self._prefix = ""

    @contextmanager
    def below(self, name: str) -> Generator[None]:
        """Names of parts begin with this one inside."""
        before = self._prefix
        self._prefix = f"{before}{name}/"
        try:
            yield
        finally:
            self._prefix = before


class SnapshotWriter(_Names):
    """Takes the parts in any order and puts them into the file as they come."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._parts: dict[str, _Place] = {}
        self._at = 0
        self._checks: list[int] = []
        self._check = 0
        self._put(_HEAD)

    def array(self, name: str, values: NDArray[np.generic]) -> None:
        """Numbers, in whatever dimensions."""
        start = self._at
        self._put(np.ascontiguousarray(values).reshape(-1).view(np.uint8).data)
        self._end(name, start, values.dtype.str, values.shape)

    def pieces(self, name: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Runs of bytes, in order; they may be made one by one, only the present one is held."""
        start = self._at
        lengths: list[int] = []
        for piece in pieces:
            before = self._at
            self._put(piece)
            lengths.append(self._at - before)
        self._end(name, start, "", ())
        self.array(name + _LENGTHS, np.array(lengths, np.uint32))

    def bitmaps(self, name: str, bitmaps: Iterable[BitMap]) -> None:
        """Bitmaps in order."""
        self.pieces(name, (bitmap.serialize() for bitmap in bitmaps))

    def texts(self, name: str, texts: Iterable[str]) -> None:
        """Texts in order."""
        self.pieces(name, (text.encode("utf-8", "surrogatepass") for text in texts))

    def finish(self, about: About) -> None:
        """Close the file's contents; nothing may follow."""
        if self._at % _CHUNK_BYTES:
            self._checks.append(self._check)
        manifest = json.dumps({"about": dict(about), "parts": self._parts, "checks": self._checks}).encode()
        self._file.write(manifest + _TRAILER.pack(len(manifest), _digest(manifest), _END))

    def _end(self, name: str, start: int, kind: str, shape: tuple[int, ...]) -> None:
        self._parts[self._prefix + name] = (start, self._at - start, kind, shape)

    def _put(self, data: bytes | memoryview) -> None:
        rest = memoryview(data).cast("B")
        while rest:
            piece = rest[: _CHUNK_BYTES - self._at % _CHUNK_BYTES]
            self._file.write(piece)
            self._check = zlib.crc32(piece, self._check)
            self._at += len(piece)
            if self._at % _CHUNK_BYTES == 0:
                self._checks.append(self._check)
                self._check = 0
            rest = rest[len(piece) :]


class SnapshotReader(_Names):
    """The parts of a file; the whole file is checked before the first comes out."""

    def __init__(self, data: memoryview) -> None:
        """Raises UnusableSnapshot for what is no whole snapshot of this format."""
        super().__init__()
        head = bytes(data[: len(_HEAD)])
        if head != _HEAD:
            if head[:12] != _HEAD[:12]:
                raise DamagedSnapshot("it is no snapshot")
            raise UnusableSnapshot("it has another format")
        manifest_at, manifest = _manifest(data)
        self.about: About = manifest["about"]
        self._parts: Mapping[str, _Place] = manifest["parts"]
        self._checks: list[int] = manifest["checks"]
        self._data = data[:manifest_at]
        self._is_checked = False

    def names(self) -> list[str]:
        """Those of all parts here."""
        begin = len(self._prefix)
        return [name[begin:] for name in self._parts if name.startswith(self._prefix)]

    def array(self, name: str) -> NDArray[Any]:
        """A fresh array, to be changed at will. Raises UnusableSnapshot, as the others do."""
        data, kind, shape = self._part(name)
        return np.frombuffer(data, np.dtype(kind)).reshape(shape).copy()

    def pieces(self, name: str) -> Iterator[memoryview]:
        """The runs of bytes, in order; not to be kept, they are the file's own."""
        data, *_ = self._part(name)
        start = 0
        for length in self.array(name + _LENGTHS).tolist():
            yield data[start : start + length]
            start += length

    def bitmaps(self, name: str) -> list[BitMap]:
        """The bitmaps, in order."""
        read: Callable[[memoryview], BitMap] = BitMap.deserialize  # type: ignore[assignment] # typed too narrowly
        return [read(piece) for piece in self.pieces(name)]

    def texts(self, name: str) -> list[str]:
        """The texts, in order."""
        return [str(piece, "utf-8", "surrogatepass") for piece in self.pieces(name)]

    def _part(self, name: str) -> tuple[memoryview, str, tuple[int, ...]]:
        self._require_whole()
        try:
            start, length, kind, shape = self._parts[self._prefix + name]
        except KeyError:
            raise UnusableSnapshot(f"it has no part {self._prefix + name!r}") from None
        return self._data[start : start + length], kind, shape

    def _require_whole(self) -> None:
        if self._is_checked:
            return
        starts = range(0, len(self._data), _CHUNK_BYTES)
        for start, check in zip(starts, self._checks, strict=True):
            if zlib.crc32(self._data[start : start + _CHUNK_BYTES]) != check:
                raise DamagedSnapshot(f"it is damaged within {_CHUNK_BYTES} bytes after {start}")
        self._is_checked = True


def write_snapshot(path: Path, about: About, dump: Callable[[SnapshotWriter], None]) -> bool:
    """Replace the file at once, once it is whole and on the disk; False if another process is at it.

    A writer that is killed leaves a file behind that the next one takes over. Raises OSError.
    """
    beginning = path.with_name(f"{path.name}.new")
    with beginning.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(file.fileno()), beginning.stat()):
                return False  # in the meantime it was finished by whoever held it
        except (BlockingIOError, FileNotFoundError):
            return False
        try:
            file.truncate(0)
            writer = SnapshotWriter(file)
            dump(writer)
            writer.finish(about)
            file.flush()
            os.fsync(file.fileno())
            beginning.replace(path)
        except BaseException:
            beginning.unlink(missing_ok=True)  # it may be what has filled the disk
            raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def open_snapshot(path: Path) -> SnapshotReader:
    """The snapshot in a file, which stays mapped as long as the reader lives.

    Raises UnusableSnapshot, FileNotFoundError.
    """
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            raise DamagedSnapshot("it is empty")
        return SnapshotReader(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))


def _manifest(data: memoryview) -> tuple[int, dict[str, Any]]:
    trailer_at = len(data) - _TRAILER.size
    if trailer_at < len(_HEAD):
        raise DamagedSnapshot("it was cut short")
    length, digest, end = _TRAILER.unpack(data[trailer_at:])
    start = trailer_at - length
    if end != _END or start < len(_HEAD):
        raise DamagedSnapshot("it was cut short or its end is damaged")
    manifest = bytes(data[start:trailer_at])
    if _digest(manifest) != digest:
        raise DamagedSnapshot("its list of parts is damaged")
    found: dict[str, Any] = json.loads(manifest)
    return start, found


def _digest(manifest: bytes) -> bytes:
    return blake2b(manifest, digest_size=16).digest()
