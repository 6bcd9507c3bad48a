"""The library's own image index, filled with the columns of a corpus, and a board that searches it.

There are no rows behind it, but for what every new library begins with: enough for searches that the index
answers alone, and far sooner ready than a library.
"""

import contextlib
import ctypes
import gc
import pathlib
import tempfile

import numpy as np
from bench.corpora import DEFAULT_HIDES, DEFAULT_SPOILERS, FORMATS
from sqlalchemy import delete, insert, select

from polybooru.app import initialise, open_board
from polybooru.db.tables import filter_tags, tags
from polybooru.library.image_index import SHAPE
from polybooru.library.policy import Policy
from polybooru.search.index import Block, ImageIndex
from polybooru.settings import Settings

PORTION = 250_000


def build(corpus):
    """A complete index, in every part of the shape that a corpus has something for."""
    index = ImageIndex(SHAPE)
    keys = corpus.tag_keys
    used = np.flatnonzero(keys).tolist()
    index.load_names("tag", {int(keys[at]): (corpus.names[at],) for at in used})
    index.load_names("user", {number: (f"user {number}",) for number in range(1, corpus.users + 1)})
    for first in range(0, corpus.images, PORTION):
        index.load(_block(corpus, first, min(first + PORTION, corpus.images)))
    index.warm()
    return index


def _block(corpus, first, last):
    columns = corpus.columns(first, last)
    ids = columns["id"].astype(np.uint32)
    counts, links = corpus.tags(first, last)
    kinds, nothing = columns["mime"], np.zeros(last - first, np.int64)
    shown = ~columns["anonymous"]
    return Block(
        ids=ids,
        numbers={name: columns.get(name, nothing) for name in SHAPE.numbers},
        flags={
            "animated": columns["animated"],
            "anonymous": columns["anonymous"],
            "processed": np.ones(last - first, np.bool_),
            "thumbnails_generated": np.ones(last - first, np.bool_),
        },
        postings={
            "tag": (np.repeat(ids, counts), corpus.tag_keys[links]),
            "uploader_id": (ids[shown], columns["uploader_id"][shown]),
            "true_uploader_id": (ids, columns["uploader_id"]),
        },
        texts={
            "mime_type": (kinds, corpus.mimes),
            "original_format": (kinds, [FORMATS[mime] for mime in corpus.mimes]),
        },
    )


@contextlib.contextmanager
def searching(index):
    """A board whose replica holds this index. The objects that exist by then are not collected any more,
    as in a server that forked."""
    with tempfile.TemporaryDirectory(prefix="polybooru-bench-") as folder:
        data = pathlib.Path(folder) / "library"
        initialise(data, Settings())
        with open_board(data, Settings()) as board:
            with board.library.work() as work:
                choose_filter_tags(work.connection)
            board.library.replica.index, board.library.replica.applied = index, 0
            gc.collect()
            gc.freeze()
            yield board


def choose_filter_tags(connection):
    """Let `Default` hide and spoiler tags that a corpus has."""
    default_id = Policy().default_filter_id
    wanted = dict.fromkeys(DEFAULT_HIDES, "hide") | dict.fromkeys(DEFAULT_SPOILERS, "spoiler")
    found = connection.execute(select(tags.c.name, tags.c.id).where(tags.c.name.in_(wanted))).all()
    connection.execute(delete(filter_tags).where(filter_tags.c.filter_id == default_id))
    connection.execute(
        insert(filter_tags),
        [{"filter_id": default_id, "tag_id": tag_id, "effect": wanted[name]} for name, tag_id in found],
    )


def anonymous_bytes():
    """Memory of the process without mapped files, after what was freed has gone back."""
    ctypes.CDLL(None).malloc_trim(0)
    status = pathlib.Path("/proc/self/status").read_text()
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")))
