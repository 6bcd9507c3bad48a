"""Corpora on the disk, and what a library makes of their columns: the same for rows and for an index.

They lie in bench/data, or in the folder that BENCH_DATA names, and are made at the first use.
Neighbours: `corpus` (draws them), `library` (rows), `indexes` (an index without a database).
"""

import json
import os
import pathlib
from functools import cached_property

import numpy as np
from bench.corpus import generate

from polybooru.library.ratings import RATINGS
from polybooru.library.tag_names import CATEGORIES, NAMESPACES, split_namespace

DATA = pathlib.Path(os.environ.get("BENCH_DATA") or pathlib.Path(__file__).parent / "data")
FORMATS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "video/webm": "webm",
    "image/svg+xml": "svg",
}
MOVING = ("image/gif", "video/webm")
DEFAULT_HIDES = ("suggestive", "grimdark")
"""What `Default` hides here: of the tags that it hides in a new library a corpus has none, being safe for
work. These are a fifth of all images."""
DEFAULT_SPOILERS = ("semi-grimdark",)
"""What it spoilers instead: four images in a hundred."""


def folder_of(count):
    """The folder with the corpus of `count` images."""
    folder = DATA / f"{count}"
    if not (folder / "meta.json").exists():  # the last file to be written
        generate(folder, count)
    return folder


class Corpus:
    """The corpus of `count` images; the id of an image is its row + 1."""

    def __init__(self, count):
        self.folder = folder_of(count)
        self.images = count
        self.mimes = json.loads((self.folder / "meta.json").read_text())["mimes"]
        self.names = (self.folder / "tags.txt").read_text(encoding="utf-8").splitlines()
        self._read = {path.stem: np.load(path, mmap_mode="r") for path in self.folder.glob("*.npy")}
        self.offsets = self._read["doc_offsets"]
        self.users = min(50_000, max(2_000, count // 20))

    @cached_property
    def tag_uses(self):
        """How many images have each tag, by line of the names."""
        return np.bincount(self._read["tag_ids"], minlength=len(self.names))

    @cached_property
    def tag_keys(self):
        """The id of each tag's row, by line of the names; 0 for a tag that no image has.

        Ratings come first, as every new library begins with them.
        """
        seeded = {name: at for at, name in enumerate(sorted(RATINGS), start=1)}
        keys = np.zeros(len(self.names), np.int64)
        number = len(seeded)
        for at in np.flatnonzero(self.tag_uses).tolist():
            if self.names[at] not in seeded:
                number += 1
            keys[at] = seeded.get(self.names[at], number)
        return keys

    @cached_property
    def categories(self):
        """The place of each tag's category in CATEGORIES, by line of the names; -1 for none."""
        return np.array([_category(name) for name in self.names])

    def tags(self, first, last):
        """Lines of the tags of some rows: (how many each row has, all of them)."""
        links = np.array(self._read["tag_ids"][self.offsets[first] : self.offsets[last]])
        return np.diff(self.offsets[first : last + 1]), links

    def columns(self, first, last):
        """Columns of some rows, named as the library's index names them, with a few that only rows have."""
        column = {
            name: np.array(values[first:last])
            for name, values in self._read.items()
            if len(values) == self.images
        }
        ids = np.arange(first + 1, last + 1)
        counts, links = self.tags(first, last)
        starts = np.cumsum(counts) - counts
        for place, category in enumerate(CATEGORIES):
            of_category = np.add.reduceat(self.categories[links] == place, starts, dtype=np.int64)
            column[f"{category.replace('-', '_')}_tag_count"] = of_category
        return column | {
            "id": ids,
            "pixels": column["width"].astype(np.int64) * column["height"],
            "orig_size": column["size"],
            "tag_count": counts,
            "source_count": (ids % 10 < 7).astype(np.int64),
            "animated": np.isin(column["mime"], [self.mimes.index(mime) for mime in MOVING]),
            "duration": np.where(
                np.isin(column["mime"], [self.mimes.index(mime) for mime in MOVING]), 3.5, 0.0
            ),
            "first_seen_at": column["created_at"],
            "updated_at": column["created_at"] + ids % 500 * 60,
            "uploader_id": column["uploader_id"] % self.users + 1,
            "anonymous": ids % 20 == 0,
        }


def _category(name):
    namespace, _ = split_namespace(name)
    if name in RATINGS:
        return CATEGORIES.index("rating")
    category = NAMESPACES[namespace].category if namespace else None
    return -1 if category is None else CATEGORIES.index(category)
