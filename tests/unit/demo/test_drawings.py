import hashlib
import os
import pickle
import re
import subprocess
import sys
from collections import Counter

import pytest

from polybooru.demo.drawings import ANIMATED, MOTIFS, Drawing, drawings, render
from polybooru.demo.tags import TAG_ALIASES, TAG_CATEGORIES, TAG_DESCRIPTIONS, TAG_IMPLICATIONS

RATINGS = {"safe", "suggestive", "questionable", "explicit", "semi-grimdark", "grimdark", "grotesque"}
CATEGORIES = {
    "error", "rating", "origin", "character", "oc", "species", "body-type",
    "content-fanmade", "content-official", "spoiler",
}  # fmt: skip
MAGIC = {
    "png": b"\x89PNG", "apng": b"\x89PNG", "jpg": b"\xff\xd8\xff", "gif": b"GIF89a",
    "webm": b"\x1a\x45\xdf\xa3", "webp": b"RIFF", "svg": b"<svg ",
}  # fmt: skip
IN_ANOTHER_PROCESS = """
import hashlib, sys
from polybooru.demo.drawings import drawings, render
wanted = {int(n) for n in sys.argv[1:]}
for drawing in drawings(max(wanted) + 1):
    if drawing.number in wanted:
        print(drawing.number, hashlib.sha512(render(drawing)).hexdigest())
"""


@pytest.fixture(scope="module")
def library() -> list[Drawing]:
    return list(drawings())


def of_format(library: list[Drawing], kind: str) -> Drawing:
    """The smallest, for speed."""
    return min((d for d in library if d.format == kind), key=lambda d: d.width * d.height)


def digest(drawing: Drawing) -> str:
    return hashlib.sha512(render(drawing)).hexdigest()


def clean(name: str) -> str:
    """The board's cleaning of a tag name, as far as these names need it."""
    name = re.sub(r"\s+", " ", name.lower()).strip()
    return name if name.startswith(("artist:", "oc:")) else name.replace("_", " ")


def test_the_library_has_two_hundred_pictures_in_seven_formats(library: list[Drawing]) -> None:
    formats = Counter(drawing.format for drawing in library)
    assert len(library) == 200
    assert formats.keys() == MAGIC.keys()
    assert formats["webm"] == formats["apng"] == 1
    assert min(formats["gif"], formats["svg"], formats["webp"]) >= 5


def test_every_motif_is_used(library: list[Drawing]) -> None:
    assert {drawing.motif for drawing in library} == MOTIFS.keys()


def test_tags_are_clean_and_hold_one_rating_and_the_artist(library: list[Drawing]) -> None:
    for drawing in library:
        assert 5 <= len(drawing.tags) <= 15, drawing
        assert [tag for tag in drawing.tags if tag in RATINGS] == ["safe"]
        assert [tag for tag in drawing.tags if tag.startswith("artist:")] == [f"artist:{drawing.artist}"]
        assert [tag for tag in drawing.tags if clean(tag) != tag or "," in tag or not tag] == []
        assert len(set(drawing.tags)) == len(drawing.tags)


def test_the_categories_of_the_dialects_find_pictures(library: list[Drawing]) -> None:
    found = Counter(tag for drawing in library for tag in drawing.tags)
    for tag in ("bird", "fox", "hug", "furry", "cat", "scenery", "oc"):
        assert found[tag] >= 8, tag


def test_what_moves_is_tagged_animated(library: list[Drawing]) -> None:
    assert {d.format for d in library if "animated" in d.tags} == {"gif", "apng", "webm"}
    assert {d.format for d in library if "animated" not in d.tags} == {"png", "jpg", "webp", "svg"}


def test_a_picture_carries_what_its_tags_imply(library: list[Drawing]) -> None:
    for drawing in library:
        missing = {b for a, b in TAG_IMPLICATIONS if a in drawing.tags} - set(drawing.tags)
        assert not missing or len(drawing.tags) == 15, drawing


def test_file_names_are_plain_and_unique(library: list[Drawing]) -> None:
    names = [drawing.file_name for drawing in library]
    assert len(set(names)) == len(names)
    assert [
        name for name in names if not re.fullmatch(r"[a-z0-9-]+\.(png|jpg|webp|svg|gif|webm)", name)
    ] == []


def test_sources_name_only_reserved_hosts(library: list[Drawing]) -> None:
    for drawing in library:
        assert len(drawing.sources) <= 2
        for source in drawing.sources:
            assert re.match(r"https://example\.(org|com|net)/[a-z0-9/-]+$", source)


def test_a_shorter_library_is_the_beginning_of_a_longer_one(library: list[Drawing]) -> None:
    assert list(drawings(30)) == library[:30]


def test_another_seed_is_another_library(library: list[Drawing]) -> None:
    assert digest(library[0]) != digest(next(drawings(1, seed=2)))


@pytest.mark.parametrize("kind", MAGIC)
def test_each_format_is_what_it_says(library: list[Drawing], kind: str) -> None:
    data = render(of_format(library, kind))
    assert data.startswith(MAGIC[kind])
    assert (b"acTL" in data) == (kind == "apng")


def test_pictures_differ(library: list[Drawing]) -> None:
    stills = [d for d in library if d.format in {"png", "svg", "jpg"} and d.width * d.height < 500_000]
    digests = [digest(drawing) for drawing in stills[:24]]
    assert len(set(digests)) == len(digests)


@pytest.mark.slow
def test_same_seed_gives_the_same_bytes_in_every_process(library: list[Drawing]) -> None:
    sample = {d.number: d for d in (of_format(library, kind) for kind in MAGIC if kind != "gif")}
    for hash_seed in ("1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_PROCESS, *map(str, sample)],
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        told = dict(line.split() for line in done.stdout.splitlines())
        assert told == {str(number): digest(drawing) for number, drawing in sample.items()}


def test_a_drawing_travels_to_another_process(library: list[Drawing]) -> None:
    drawing = of_format(library, "svg")
    assert render(pickle.loads(pickle.dumps(drawing))) == render(drawing)


def test_moving_motifs_are_the_same_scene_at_every_phase() -> None:
    """A loop must close: phase 1 is phase 0 again."""
    from random import Random

    from polybooru.demo.art.svg import Sheet

    for motif in ANIMATED:
        told = []
        for phase in (0.0, 0.4):
            sheet = Sheet(width=300, height=200, rng=Random("loop"), phase=phase)
            told.append((motif(sheet), sheet.rng.random()))
        assert told[0] == told[1], motif.__name__


def test_an_alias_never_leads_to_an_alias() -> None:
    names = [alias for alias, _ in TAG_ALIASES]
    assert len(set(names)) == len(names)
    assert {target for _, target in TAG_ALIASES} & set(names) == set()
    assert {tag for pair in TAG_IMPLICATIONS for tag in pair} & set(names) == set()


def test_no_picture_carries_an_alias(library: list[Drawing]) -> None:
    assert {alias for alias, _ in TAG_ALIASES} & {tag for d in library for tag in d.tags} == set()


def test_every_alias_target_is_in_use(library: list[Drawing]) -> None:
    assert {target for _, target in TAG_ALIASES} - {tag for d in library for tag in d.tags} == set()


def test_implications_have_no_circles() -> None:
    brings: dict[str, set[str]] = {}
    for tag, other in TAG_IMPLICATIONS:
        brings.setdefault(tag, set()).add(other)

    def reached(tag: str, path: tuple[str, ...]) -> None:
        assert tag not in path, path
        for other in brings.get(tag, ()):
            reached(other, (*path, tag))

    for tag in brings:
        reached(tag, ())


def test_implications_are_complete_at_one_level() -> None:
    pairs = set(TAG_IMPLICATIONS)
    assert {(a, c) for a, b in pairs for b2, c in pairs if b == b2} - pairs == set()


def test_categories_and_descriptions_name_tags_in_use(library: list[Drawing]) -> None:
    used = {tag for drawing in library for tag in drawing.tags} | {a for a, _ in TAG_IMPLICATIONS}
    assert set(TAG_CATEGORIES.values()) <= CATEGORIES
    assert set(TAG_DESCRIPTIONS) - used == set()
