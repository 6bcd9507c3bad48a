"""The pictures of the demo library: which motif comes when, by whose hand, in which size and format.

`drawings` tells everything but the bytes; `render` makes those, in any process. The same seed gives the same
library, and a shorter library is the beginning of a longer one. Motifs are in `demo/art`, tag relations in
`demo/tags.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from polybooru.demo.art import (
    bird_scenes,
    critter_scenes,
    encode,
    flora,
    landscapes,
    patterns,
    portraits,
    sea,
    towns,
    water_scenes,
)
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import DUOTONES, Grade, lighter
from polybooru.demo.art.svg import Sheet, group, place, rect

Format = Literal["png", "jpg", "webp", "svg", "gif", "apng", "webm"]

MOTIFS: dict[str, tuple[Motif, int]] = {
    motif.__name__: (motif, weight)
    for module in (
        landscapes,
        towns,
        critter_scenes,
        bird_scenes,
        water_scenes,
        portraits,
        flora,
        sea,
        patterns,
    )
    for motif, weight in module.MOTIFS
}
ANIMATED: tuple[Motif, ...] = (
    sea.jellyfish,
    critter_scenes.winter_fox,
    critter_scenes.hug,
    patterns.mandala,
    towns.boats,
    bird_scenes.two_birds,
    portraits.portrait,
    towns.lighthouse_coast,
    sea.reef,
    water_scenes.penguins,
)
"""Motifs that move well, in the order in which animations take them."""

ARTISTS: dict[str, Grade] = {
    "papercrane": Grade(),
    "moss_and_ink": Grade(saturation=0.8, tint="#f3e9d2", weight=0.08),
    "lumen ferrel": Grade(saturation=1.12, tint="#7a5cff", weight=0.07),
    "quietpine": Grade(saturation=0.68, tint="#dfe8e6", weight=0.06),
    "hazel wick": Grade(saturation=1.0, tint="#ffb066", weight=0.1),
    "tidepool": Grade(saturation=1.0, tint="#2fa8c9", weight=0.08),
    "sol verdi": Grade(saturation=1.22),
    "inkwell fern": Grade(saturation=0.88, tint="#fdf3f6", weight=0.05),
}
"""Invented people, each with a hand of their own."""

SIZES: tuple[tuple[int, int], ...] = (
    (1200, 750), (900, 900), (720, 960), (1280, 720), (800, 800), (960, 640), (800, 600), (640, 960),
    (1024, 680), (880, 660), (640, 640), (1100, 620), (600, 800), (1600, 1000), (760, 1000), (1260, 540),
)  # fmt: skip
ODD_SIZES: dict[int, tuple[int, int]] = {
    14: (4000, 2250), 22: (96, 96), 33: (720, 1920), 47: (160, 120), 61: (2100, 700), 88: (64, 64),
    120: (1080, 1920),
}  # fmt: skip
STILLS: tuple[Format, ...] = (
    *("png", "jpg", "png", "jpg", "png", "webp"),
    *("jpg", "png", "png", "jpg", "png", "webp"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One picture before it is drawn. tags: cleaned names, one rating among them; description: Markdown."""

    file_name: str
    tags: tuple[str, ...]
    description: str
    sources: tuple[str, ...]
    artist: str
    format: Format
    width: int
    height: int
    motif: str
    seed: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """How a picture is made, apart from what is on it."""

    artist: str
    duotone: str
    border: str


def drawings(count: int = 200, *, seed: int = 1) -> Iterator[Drawing]:
    """The first `count` pictures of the library of this seed, undrawn. Cost: a few milliseconds each."""
    taken: set[str] = set()
    motifs = _motif_order(seed)
    moving = 0
    for number in range(count):
        kind = _format(number)
        if kind in {"gif", "apng", "webm"}:
            motif, moving = ANIMATED[moving % len(ANIMATED)].__name__, moving + 1
        else:
            motif = next(motifs)
        yield _drawing(number, seed, motif, kind, taken)


def render(drawing: Drawing) -> bytes:
    """The file. Pure: the same drawing gives the same bytes, whichever process makes them."""
    if drawing.format not in {"gif", "apng", "webm"}:
        return encode.still(_svg(drawing), drawing.format)
    frames = 36 if drawing.format == "webm" else 10
    return encode.animation([_svg(drawing, phase=k / frames) for k in range(frames)], drawing.format)


def _motif_order(seed: int) -> Iterator[str]:
    """All motifs, each as often as its weight asks and spread evenly."""
    rng = Random(f"order/{seed}")
    credit = {name: rng.random() * weight for name, (_, weight) in MOTIFS.items()}
    total = sum(weight for _, weight in MOTIFS.values())
    while True:
        for name, (_, weight) in MOTIFS.items():
            credit[name] += weight
        chosen = max(credit, key=lambda name: credit[name])
        credit[chosen] -= total
        yield chosen


def _format(number: int) -> Format:
    if number == 5:
        return "webm"
    if number == 12:
        return "apng"
    if number % 38 == 17:
        return "gif"
    return "svg" if number % 20 == 9 else STILLS[number % len(STILLS)]


def _size(number: int, kind: Format) -> tuple[int, int]:
    match kind:
        case "webm":
            return 400, 300
        case "gif" | "apng":
            return ((320, 240), (280, 280), (300, 225))[number // 38 % 3]
        case _:
            return ODD_SIZES.get(number) or SIZES[number * 7 % len(SIZES)]


def _drawing(number: int, seed: int, motif: str, kind: Format, taken: set[str]) -> Drawing:
    width, height = _size(number, kind)
    story = _draw(motif, number, seed, size=(width, height))[1]
    hand = _hand(number, seed)
    name = _file_stem(story.title, taken)
    tags = ["safe", f"artist:{hand.artist}"]
    if kind in {"gif", "apng", "webm"}:
        tags.append("animated")
    if hand.duotone:
        tags.append("monochrome")
    tags += [tag for tag in story.tags if not (hand.duotone and tag.endswith(" colors"))]
    if hand.border and len(tags) < 15:
        tags.append("border")
    return Drawing(
        file_name=f"{name}.{'png' if kind == 'apng' else kind}",
        tags=tuple(dict.fromkeys(tags))[:15],
        description=story.description,
        sources=_sources(number, seed, hand.artist, name),
        artist=hand.artist,
        format=kind,
        width=width,
        height=height,
        motif=motif,
        seed=seed,
        number=number,
    )


def _file_stem(title: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    name, copies = stem, 1
    while name in taken:
        copies += 1
        name = f"{stem}-{copies}"
    taken.add(name)
    return name


def _sources(number: int, seed: int, artist: str, name: str) -> tuple[str, ...]:
    rng = Random(f"sources/{seed}/{number}")
    page = f"https://example.org/{re.sub('[ _]', '-', artist)}/{name}"
    other = f"https://example.{rng.choice(('com', 'net'))}/gallery/{rng.randrange(1000, 99999)}"
    return (page, other)[: rng.choice((0, 1, 1, 1, 2))]


def _hand(number: int, seed: int) -> _Hand:
    rng = Random(f"hand/{seed}/{number}")
    artist = rng.choice(tuple(ARTISTS))
    duotone = rng.choice(tuple(DUOTONES)) if artist == "inkwell fern" and rng.random() < 0.4 else ""
    border = rng.choice(("paper", "rounded")) if rng.random() < 0.14 else ""
    return _Hand(artist=artist, duotone=duotone, border=border)


def _draw(
    motif: str, number: int, seed: int, *, size: tuple[int, int], phase: float = 0
) -> tuple[Sheet, Story]:
    width, height = size
    margin = min(size) * 0.05 if _hand(number, seed).border else 0.0
    rng = Random(f"picture/{seed}/{number}")
    sheet = Sheet(width=width - 2 * margin, height=height - 2 * margin, rng=rng, phase=phase)
    return sheet, MOTIFS[motif][0](sheet)


def _svg(drawing: Drawing, phase: float = 0) -> str:
    hand = _hand(drawing.number, drawing.seed)
    sheet, _ = _draw(
        drawing.motif, drawing.number, drawing.seed, size=(drawing.width, drawing.height), phase=phase
    )
    if hand.border:
        sheet = _framed(sheet, drawing, rounded=hand.border == "rounded")
    grade = Grade(duotone=DUOTONES[hand.duotone]) if hand.duotone else ARTISTS[hand.artist]
    return grade(sheet.svg())


def _framed(inner: Sheet, drawing: Drawing, *, rounded: bool) -> Sheet:
    """The picture on a mat of pale paper."""
    outer = Sheet(width=drawing.width, height=drawing.height, rng=inner.rng, defs=inner.defs)
    margin = (outer.width - inner.width) / 2
    radius = outer.unit * 7 if rounded else 0
    clip = outer.clip(rect(0, 0, inner.width, inner.height, "#000000", rx=radius))
    outer.add(rect(0, 0, outer.width, outer.height, lighter("#f4ead9", 0.35)))
    outer.add(place(group(*inner.parts, clip_path=clip), x=margin, y=margin))
    return outer
