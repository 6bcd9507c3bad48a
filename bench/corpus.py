#!/usr/bin/env python3
"""Generate a deterministic synthetic image-board corpus.

    python corpus.py OUT_DIR [--images 1000000] [--tags 100000] [--seed 1]

The output directory holds one ``.npy`` file per column (all readable with
``numpy.load(..., mmap_mode="r")``), the image-to-tag relation as CSR arrays and
the tag names:

    doc_offsets.npy  int64[N+1]   image i has tag_ids[doc_offsets[i]:doc_offsets[i+1]]
    tag_ids.npy      int32[M]     sorted within each image, no repeats
    tags.txt         one name a line; line number (from 0) is the tag id
    meta.json        parameters, totals and the mime-type table
    <column>.npy     see COLUMNS

Images are made in chunks, each from its own random stream, so memory use does
not grow with the number of images and a corpus is the same on every machine
with the same numpy major version.  Image ids are row + 1.
"""

# ruff: noqa: SIM905, SIM115, PTH123 — word lists read better as text; a growing file stays open
import argparse
import json
import pathlib

import numpy as np

CHUNK = 100_000
FIRST_UPLOAD = 1_325_376_000  # 2012-01-01T00:00:00Z
SPAN = 14 * 365 * 86_400  # seconds between the first and the last upload
MIMES = ["image/png", "image/jpeg", "image/gif", "video/webm", "image/svg+xml"]
MIME_WEIGHTS = [0.60, 0.32, 0.04, 0.03, 0.01]
COLUMNS = {
    "created_at": np.int64,  # unix seconds; rises with the id, with jitter
    "uploader_id": np.int32,
    "width": np.int32,
    "height": np.int32,
    "aspect_ratio": np.float32,
    "size": np.int64,  # bytes
    "mime": np.int8,  # index into meta.json "mimes"
    "upvotes": np.int32,
    "downvotes": np.int32,
    "score": np.int32,
    "faves": np.int32,
    "comment_count": np.int32,
    "wilson_score": np.float32,
    "intensities": np.float32,  # [N, 4]: mean luma of nw, ne, sw, se in 0..255
    "phash": np.uint64,
}
RATINGS = [("safe", 0.76), ("suggestive", 0.18), ("semi-grimdark", 0.04), ("grimdark", 0.02)]
SPECIES = (
    "fox wolf cat dog pony dragon rabbit deer otter bear bird owl mouse bat horse lion tiger "
    "raccoon squirrel hyena goat sheep cow pig lizard snake frog fish shark whale dolphin seal "
    "penguin raven crow hawk eagle griffin unicorn pegasus phoenix kitsune leopard cheetah lynx "
    "badger weasel ferret skunk hedgehog kangaroo koala panda moth bee spider octopus axolotl"
).split()
HEAD_TAGS = (  # the commonest general tags, most popular first
    "solo|simple background|looking at viewer|digital art|smile|open mouth|clothes|duo|sitting|"
    "outdoors|standing|blushing|female focus|male focus|white background|hat|tree|sky|"
    "transparent background|traditional art|high resolution|grass|cloud|night|eyes closed|happy|"
    "group|cute|text|signature|comic|flying|water|flower|scarf|sketch|monochrome|glasses|snow|moon"
).split("|")
ADJECTIVES = (
    "red orange yellow green blue purple pink white black grey brown golden silver striped spotted "
    "long short big small tiny round square soft sharp bright dark pale glowing shiny torn old new "
    "wet dry warm cold wooden stone metal glass paper woolen leather floral plaid checkered broken "
    "folded open closed raised lowered crossed tilted upside floating falling running sleeping"
).split()
NOUNS = (
    "hat cap scarf coat jacket shirt dress skirt boots shoes gloves mittens socks ribbon bow "
    "belt ring necklace crown mask cape cloak armor backpack bag umbrella book lamp candle "
    "lantern mirror clock chair table bed sofa pillow blanket window door stairs bridge tower "
    "castle house tent cabin boat ship train car bicycle balloon kite ball guitar piano violin "
    "drum flute sword shield bow staff wand potion map letter pen brush easel camera phone "
    "computer cup mug teapot plate cake pie bread apple pear cherry berry melon pumpkin carrot "
    "mushroom leaf branch root flower rose tulip lily daisy sunflower tree forest meadow hill "
    "mountain cliff cave river lake sea beach island desert cloud rain storm snow ice fire "
    "smoke star comet planet rainbow feather wing tail ear horn hoof paw claw fang mane whisker "
    "eye hair freckle stripe spot background border"
).split()
BUCKETS = [  # (width, height, weight)
    (1920, 1080, 14), (1280, 720, 7), (1000, 1000, 6), (2000, 2000, 5), (1024, 768, 4),
    (800, 600, 4), (1080, 1080, 4), (1080, 1350, 4), (1500, 2000, 4), (2480, 3508, 3),
    (3508, 2480, 2), (2048, 1536, 3), (4096, 2160, 1), (3840, 2160, 4), (640, 480, 3),
    (500, 500, 3), (1200, 1600, 4), (900, 1200, 3), (600, 800, 3), (1280, 960, 3),
    (720, 1280, 2), (2560, 1440, 3), (3000, 4000, 3), (4000, 3000, 2), (6000, 4000, 1),
]  # fmt: skip


def zipf(count, exponent, shift=0.0):
    """Return the cumulative distribution of a Zipf-Mandelbrot law over ``count`` ranks."""
    weights = (np.arange(1, count + 1) + shift) ** -exponent
    return np.cumsum(weights / weights.sum())


def draw(rng, cumulative, size):
    """Draw ``size`` ranks from a cumulative distribution."""
    ranks = np.searchsorted(cumulative, rng.random(size, dtype=np.float64), side="right")
    return np.minimum(ranks, len(cumulative) - 1)


class TagModel:
    """The vocabulary and the distributions that tags are drawn from.

    Ids run through the ratings, species, general tags, artists, characters,
    original characters and series, in that order.  Artists and characters each
    belong to a cluster that favours a few general tags, and a character has a
    species, so tags of one image are correlated.
    """

    CLUSTERS, CLUSTER_TAGS = 256, 300

    def __init__(self, total, seed):
        rng = np.random.default_rng([seed, 0])
        rest = total - len(RATINGS) - len(SPECIES)
        self.n_general, self.n_artist = int(rest * 0.28), int(rest * 0.32)
        self.n_character, self.n_series = int(rest * 0.12), int(rest * 0.02)
        self.n_oc = rest - self.n_general - self.n_artist - self.n_character - self.n_series
        self.names = [name for name, _ in RATINGS] + ["species:" + name for name in SPECIES]
        self.species0 = len(RATINGS)
        self.general0 = len(self.names)
        self.names += self._general_names(rng, self.n_general)
        for attribute, prefix, count in (
            ("artist0", "artist:a", self.n_artist),
            ("character0", "character:c", self.n_character),
            ("oc0", "oc:o", self.n_oc),
            ("series0", "series:s", self.n_series),
        ):
            setattr(self, attribute, len(self.names))
            self.names += [f"{prefix}{number:05d}" for number in range(count)]
        self.rating = np.cumsum([share for _, share in RATINGS])
        self.species = zipf(len(SPECIES), 1.6)
        self.general = zipf(self.n_general, 1.12, shift=6.0)
        self.artist = zipf(self.n_artist, 1.02, shift=20.0)
        self.character = zipf(self.n_character, 1.15, shift=3.0)
        self.oc = zipf(self.n_oc, 0.95)
        self.series = zipf(self.n_series, 1.3)
        self.in_cluster = zipf(self.CLUSTER_TAGS, 0.9)
        # A popular artist is not number 0: names are shuffled against rank.
        self.artist_names = rng.permutation(self.n_artist)
        self.cluster_tags = draw(rng, zipf(self.n_general, 0.7), (self.CLUSTERS, self.CLUSTER_TAGS))
        self.artist_cluster = rng.integers(0, self.CLUSTERS, self.n_artist)
        self.artist_quality = rng.normal(0.0, 0.8, self.n_artist)
        self.character_species = draw(rng, self.species, self.n_character)
        self.character_traits = draw(rng, zipf(self.n_general, 0.8), (self.n_character, 3))

    @staticmethod
    def _general_names(rng, count):
        """Return ``count`` different readable names, the fixed commonest ones first."""
        nouns = list(dict.fromkeys(NOUNS))
        pairs = [f"{a} {n}" for n in nouns for a in ADJECTIVES]
        rng.shuffle(pairs)
        names = dict.fromkeys([*HEAD_TAGS, *nouns, *pairs])
        extra = 2
        while len(names) < count:
            names.update(dict.fromkeys(f"{pair} {extra}" for pair in pairs))
            extra += 1
        return list(names)[:count]

    def images(self, rng, count):
        """Return (artist of each image, tag keys sorted as image << 32 | tag, without repeats)."""
        wanted = np.clip(rng.lognormal(np.log(27), 0.42, count), 5, 180).astype(np.int64)
        keys = []

        def add(images, tags):
            keys.append((images.astype(np.int64) << 32) | tags)

        everyone = np.arange(count)
        add(everyone, np.searchsorted(self.rating, rng.random(count)).clip(0, len(RATINGS) - 1))
        artist = draw(rng, self.artist, count)
        credited = everyone[rng.random(count) < 0.9]
        add(credited, self.artist0 + self.artist_names[artist[credited]])
        guests = everyone[rng.random(count) < 0.04]
        add(guests, self.artist0 + draw(rng, self.artist, len(guests)))
        cast = np.repeat(everyone, np.minimum(rng.poisson(0.9, count), 8))
        character = draw(rng, self.character, len(cast))
        add(cast, self.character0 + character)
        add(cast, self.species0 + self.character_species[character])
        for trait in range(self.character_traits.shape[1]):
            keep = rng.random(len(cast)) < 0.6
            add(cast[keep], self.general0 + self.character_traits[character[keep], trait])
        shown = np.repeat(everyone, rng.integers(1, 3, count))
        add(shown, self.species0 + draw(rng, self.species, len(shown)))
        with_oc = np.repeat(everyone, np.minimum(rng.poisson(0.14, count), 6))
        add(with_oc, self.oc0 + draw(rng, self.oc, len(with_oc)))
        in_series = everyone[rng.random(count) < 0.15]
        add(in_series, self.series0 + draw(rng, self.series, len(in_series)))
        # General tags: two in five from the artist's cluster, the rest from everything.
        filler = np.repeat(everyone, np.maximum((wanted - 5) * 5 // 4, 1))
        tags = draw(rng, self.general, len(filler))
        local = np.flatnonzero(rng.random(len(filler)) < 0.4)
        cluster = self.artist_cluster[artist[filler[local]]]
        tags[local] = self.cluster_tags[cluster, draw(rng, self.in_cluster, len(local))]
        add(filler, self.general0 + tags)
        keys = np.concatenate(keys)
        keys.sort()
        return artist, keys[np.concatenate(([True], keys[1:] != keys[:-1]))]


def columns(rng, model, artist, first, total):
    """Return the columns of one chunk of images as a dict of arrays."""
    count = len(artist)
    out = {}
    position = (first + np.arange(count)) / total
    out["created_at"] = (FIRST_UPLOAD + SPAN * position**0.8 + rng.exponential(1800.0, count)).astype(
        np.int64
    )
    out["uploader_id"] = 1 + draw(rng, zipf(50_000, 1.0), count)
    bucket = np.array(BUCKETS)
    pick = draw(rng, np.cumsum(bucket[:, 2] / bucket[:, 2].sum()), count)
    free = rng.random(count) < 0.45  # cropped or scaled to no common size
    scale = np.where(free, rng.uniform(0.5, 1.3, count), 1.0)
    squeeze = np.where(free, rng.uniform(0.6, 1.1, count), 1.0)
    out["width"] = np.maximum(bucket[pick, 0] * scale, 32).astype(np.int64)
    out["height"] = np.maximum(bucket[pick, 1] * scale * squeeze, 32).astype(np.int64)
    out["aspect_ratio"] = out["width"] / out["height"]
    out["mime"] = draw(rng, np.cumsum(MIME_WEIGHTS), count)
    bytes_per_pixel = rng.lognormal(np.log(0.55), 0.7, count)
    out["size"] = (out["width"] * out["height"] * bytes_per_pixel + 4096).astype(np.int64)
    appeal = model.artist_quality[artist] + rng.normal(3.2, 1.1, count)
    out["upvotes"] = np.minimum(np.exp(appeal), 20_000).astype(np.int64)
    out["downvotes"] = rng.poisson(0.4 + out["upvotes"] * rng.beta(0.6, 18.0, count))
    out["score"] = out["upvotes"] - out["downvotes"]
    out["faves"] = rng.binomial(out["upvotes"], rng.beta(4.0, 4.0, count))
    out["comment_count"] = rng.negative_binomial(0.3, 0.12, count)
    votes = np.maximum(out["upvotes"] + out["downvotes"], 1)
    share, z = out["upvotes"] / votes, 2.57583
    middle = share + z * z / (2 * votes)
    spread = z * np.sqrt((share * (1 - share) + z * z / (4 * votes)) / votes)
    out["wilson_score"] = np.maximum((middle - spread) / (1 + z * z / votes), 0.0)
    luma = rng.beta(2.2, 1.8, count)[:, None] * 255 + rng.normal(0, 22.0, (count, 4))
    phash = rng.integers(0, 1 << 63, count, dtype=np.uint64) << np.uint64(1)
    phash |= rng.integers(0, 2, count, dtype=np.uint64)
    # One image in fifty is a recompressed or lightly edited copy of a recent one.
    copies = np.flatnonzero(rng.random(count) < 0.02)
    copies = copies[copies > 0]
    origin = copies - 1 - (rng.random(len(copies)) * np.minimum(copies, 5000)).astype(np.int64)
    luma[copies] = luma[origin] + rng.normal(0, 0.6, (len(copies), 4))
    for _ in range(3):
        bit = rng.integers(0, 64, len(copies)).astype(np.uint64)
        phash[copies] = phash[origin] ^ (np.uint64(1) << bit)
    out["intensities"] = np.clip(luma, 0, 255)
    out["phash"] = phash
    return out


class GrowingArray:
    """A one-dimensional ``.npy`` file that is appended to and whose length is set on close."""

    def __init__(self, path, dtype):
        self.file, self.dtype, self.length = open(path, "wb"), np.dtype(dtype), 0
        self._header()

    def _header(self):
        self.file.seek(0)
        descr = np.lib.format.dtype_to_descr(self.dtype)
        header = {"descr": descr, "fortran_order": False, "shape": (self.length,)}
        np.lib.format.write_array_header_1_0(self.file, header)

    def append(self, values):
        values.astype(self.dtype, copy=False).tofile(self.file)
        self.length += len(values)

    def close(self):
        self._header()
        self.file.close()


def generate(out_dir, images=1_000_000, tags=100_000, seed=1):
    """Write a corpus of ``images`` images with ``tags`` tag names to ``out_dir``."""
    out_dir = pathlib.Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    model = TagModel(tags, seed)
    (out_dir / "tags.txt").write_text("\n".join(model.names) + "\n", encoding="utf-8")
    files = {}
    for name, dtype in COLUMNS.items():
        shape = (images, 4) if name == "intensities" else (images,)
        path = out_dir / f"{name}.npy"
        files[name] = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
    offsets = np.lib.format.open_memmap(
        out_dir / "doc_offsets.npy", mode="w+", dtype=np.int64, shape=(images + 1,)
    )
    tag_ids = GrowingArray(out_dir / "tag_ids.npy", np.int32)
    for number, first in enumerate(range(0, images, CHUNK)):
        count = min(CHUNK, images - first)
        rng = np.random.default_rng([seed, 1, number])
        artist, keys = model.images(rng, count)
        per_image = np.bincount(keys >> 32, minlength=count)
        offsets[first + 1 : first + count + 1] = tag_ids.length + np.cumsum(per_image)
        tag_ids.append((keys & 0xFFFFFFFF).astype(np.int32))
        for name, values in columns(rng, model, artist, first, images).items():
            files[name][first : first + count] = values
    tag_ids.close()
    for array in (*files.values(), offsets):
        array.flush()
    meta = {
        "images": images,
        "tags": len(model.names),
        "tag_links": tag_ids.length,
        "seed": seed,
        "mimes": MIMES,
        "first_upload": FIRST_UPLOAD,
    }
    (out_dir / "meta.json").write_text(json.dumps(meta, indent=2) + "\n")
    return meta


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("out_dir")
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--tags", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(json.dumps(generate(args.out_dir, args.images, args.tags, args.seed)))


if __name__ == "__main__":
    main()
