"""The file of an index: whole and right, or refused with a reason."""

import fcntl
import hashlib
import random
from io import BytesIO

import numpy as np
import pytest
from pyroaring import BitMap

from polybooru.search.index import (
    Entry,
    ImageIndex,
    NameField,
    NumberField,
    NumberKind,
    Shape,
    SnapshotReader,
    SnapshotWriter,
    UnusableSnapshot,
    open_snapshot,
    snapshot,
    write_snapshot,
)

SHAPE = Shape(
    numbers={"score": NumberKind.INTEGER, "ratio": NumberKind.FLOAT},
    flags=frozenset({"deleted", "animated"}),
    postings=frozenset({"tag"}),
    vocabularies=frozenset({"tag"}),
    texts=frozenset({"mime_type"}),
    fields={"score": NumberField("score"), "tag": NameField("tag", "tag")},
)


def an_index() -> ImageIndex:
    index = ImageIndex(SHAPE)
    index.load_names("tag", {key: [f"tag {key}", f"alias {key}"] for key in range(3)})
    for image_id in range(1, 700, 2):
        index.put(
            image_id,
            Entry(
                numbers={"score": image_id % 300, "ratio": image_id / 7},
                flags={"deleted"} if image_id % 5 == 0 else (),
                postings={"tag": [0, image_id % 7]},
                texts={"mime_type": "image/png"},
            ),
        )
    return index


def contents(index: ImageIndex, **about: str) -> bytes:
    file = BytesIO()
    writer = SnapshotWriter(file)
    index.dump(writer)
    writer.finish(about)
    return file.getvalue()


def restored(content: bytes, shape: Shape = SHAPE) -> ImageIndex:
    return ImageIndex.restored(shape, SnapshotReader(memoryview(content)))


def test_parts_come_out_as_they_went_in():
    file = BytesIO()
    writer = SnapshotWriter(file)
    big = np.arange(3_000_000, dtype=np.int16)  # more than one chunk
    sets = [BitMap(), BitMap([1, 2**32 - 1]), BitMap(range(100_000))]
    texts = ["", "é🦊", "a\nb\0c", "\ud800"]
    with writer.below("one"), writer.below("two"):
        writer.array("big", big)
        writer.array("none", np.empty(0, np.float64))
        writer.array("table", big[:12].reshape(3, 4).T)
    writer.bitmaps("sets", sets)
    writer.texts("texts", texts)
    writer.pieces("pieces", [b"", b"ab"])
    writer.finish({"number": 2**40, "who": "me"})

    reader = SnapshotReader(memoryview(file.getvalue()))
    assert reader.about == {"number": 2**40, "who": "me"}
    with reader.below("one"), reader.below("two"):
        assert (reader.array("big") == big).all()
        assert (reader.array("table") == big[:12].reshape(3, 4).T).all()
        assert sorted(reader.names()) == ["big", "none", "table"]
        none = reader.array("none")
        assert (none.dtype, len(none)) == (np.float64, 0)
    assert reader.bitmaps("sets") == sets
    assert reader.texts("texts") == texts
    assert [bytes(piece) for piece in reader.pieces("pieces")] == [b"", b"ab"]
    array = reader.array("one/two/big")
    array[0] = 7  # a copy
    assert reader.array("one/two/big")[0] == 0


def test_a_part_that_is_not_there_is_refused():
    with pytest.raises(UnusableSnapshot, match="no part 'x'"):
        SnapshotReader(memoryview(contents(an_index()))).array("x")


def test_a_flipped_bit_anywhere_is_noticed():
    content = bytearray(contents(an_index()))
    chance = random.Random(4)
    for at in range(len(content)):
        content[at] ^= (bit := 1 << chance.randrange(8))
        with pytest.raises(UnusableSnapshot):
            restored(bytes(content))
        content[at] ^= bit
    restored(bytes(content))


def test_a_file_cut_short_anywhere_is_refused():
    content = contents(an_index())
    for length in range(len(content)):
        with pytest.raises(UnusableSnapshot):
            restored(content[:length])


@pytest.mark.parametrize("garbage", [b"x", b"x" * 100_000, bytes(5_000), b"SQLite format 3\0" * 99])
def test_garbage_is_refused(garbage):
    with pytest.raises(UnusableSnapshot, match="no snapshot"):
        SnapshotReader(memoryview(garbage))


def test_what_follows_the_end_makes_a_file_unusable():
    with pytest.raises(UnusableSnapshot):
        restored(contents(an_index()) + b"\0")


def test_a_file_of_another_format_is_refused(monkeypatch):
    content = contents(an_index())
    monkeypatch.setattr(snapshot, "_HEAD", snapshot._HEAD[:12] + (snapshot.FORMAT + 1).to_bytes(4, "little"))
    with pytest.raises(UnusableSnapshot, match="another format"):
        restored(content)


@pytest.mark.parametrize(
    "other",
    [
        Shape(),
        Shape(numbers={"score": NumberKind.FLOAT, "ratio": NumberKind.FLOAT}),
        Shape(
            numbers=SHAPE.numbers,
            flags=SHAPE.flags | {"merged"},
            postings=SHAPE.postings,
            vocabularies=SHAPE.vocabularies,
            texts=SHAPE.texts,
        ),
    ],
)
def test_an_index_of_another_shape_is_refused(other):
    with pytest.raises(UnusableSnapshot, match="shape"):
        restored(contents(an_index()), other)


def test_what_a_format_number_stands_for_does_not_change():
    """If the digest differs, raise `snapshot.FORMAT`: older files must not be read as if they were new."""
    digest = hashlib.sha256(contents(an_index())).hexdigest()
    assert (snapshot.FORMAT, digest[:16]) == (1, "53f8216bc31927ac")


def test_fields_that_read_the_same_parts_otherwise_change_nothing():
    same = Shape(
        numbers=dict(reversed(SHAPE.numbers.items())),
        flags=SHAPE.flags,
        postings=SHAPE.postings,
        vocabularies=SHAPE.vocabularies,
        texts=SHAPE.texts,
    )
    assert len(restored(contents(an_index()), same)) == 350


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "index"
    index = an_index()
    assert write_snapshot(path, {"n": 1}, index.dump)

    def fail(writer: SnapshotWriter) -> None:
        index.dump(writer)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        write_snapshot(path, {"n": 2}, fail)
    assert open_snapshot(path).about == {"n": 1}
    assert [found.name for found in tmp_path.iterdir()] == ["index"]
    assert write_snapshot(path, {"n": 3}, index.dump)
    assert open_snapshot(path).about == {"n": 3}


def test_what_a_killed_writer_left_is_taken_over(tmp_path):
    path = tmp_path / "index"
    (tmp_path / "index.new").write_bytes(b"half of it")
    assert write_snapshot(path, {}, an_index().dump)
    assert [found.name for found in tmp_path.iterdir()] == ["index"]
    assert len(ImageIndex.restored(SHAPE, open_snapshot(path))) == 350


def test_of_two_writers_at_once_one_steps_back(tmp_path):
    path = tmp_path / "index"
    with (tmp_path / "index.new").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert not write_snapshot(path, {}, an_index().dump)
    assert write_snapshot(path, {}, an_index().dump)


def test_an_empty_or_missing_file_is_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_snapshot(tmp_path / "index")
    (tmp_path / "index").touch()
    with pytest.raises(UnusableSnapshot, match="empty"):
        open_snapshot(tmp_path / "index")


def test_a_reader_keeps_what_it_opened_while_the_file_is_replaced(tmp_path):
    path = tmp_path / "index"
    write_snapshot(path, {}, an_index().dump)
    reader = open_snapshot(path)
    write_snapshot(path, {}, ImageIndex(SHAPE).dump)
    assert len(ImageIndex.restored(SHAPE, reader)) == 350
