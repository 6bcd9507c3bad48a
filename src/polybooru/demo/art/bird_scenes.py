# ruff: noqa: D103 — the name says what is drawn
"""Songbirds and owls in their places."""

from polybooru.demo.art import accessories, birds, land, sky, stage
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import (
    AUTUMN,
    SEASONS,
    SPRING,
    SUMMER,
    WINTER,
    Season,
    light_of,
)
from polybooru.demo.art.svg import Sheet, place, stroke

DRESSING = {"spring": "blossom", "summer": "leaves", "autumn": "leaves", "winter": "snow"}


def _perch(sheet: Sheet, season: Season, *, plain: bool) -> stage.Stage:
    """A branch across the lower half, before a soft landscape or a plain backdrop."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    if plain:
        set_up = stage.studio(sheet)
        light, tags = set_up.light, set_up.tags
    else:
        light = light_of(rng)
        sky.draw_sky(sheet, light, horizon=0.9)
        sky.clouds(sheet, light, low=h * 0.55, count=3)
        land.mountains(sheet, light, base=h * 0.9, tall=h * 0.24, depth=0.05)
        land.tree_line(sheet, light, season, y=h * 0.95, size=u * 24, depth=0.16)
        sky.mist(sheet, light.haze, y=h * 0.95, thick=u * 14)
        tags = (light.time, "outdoors")
    floor = h * 0.72
    colours = SPRING.leaves[:2] if season is SPRING else season.leaves
    twig = birds.branch(sheet, light, length=w / u * 5.4, dressing=DRESSING[season.name], leaves=colours)
    sheet.add(place(twig, x=w / 2, y=floor, scale=u * 0.2, turn=rng.uniform(-3, 3)))
    return stage.Stage(
        light=light,
        floor=floor,
        where=f"on {'an' if season is AUTUMN else 'a'} {season.name} branch",
        tags=(season.name, "branch", *tags),
    )


def songbird(sheet: Sheet) -> Story:
    rng, w, u = sheet.rng, sheet.width, sheet.unit
    season = rng.choice(SEASONS)
    perch = _perch(sheet, season, plain=rng.random() < 0.35)
    bird = rng.choice(birds.SONGBIRDS)
    scale = u * rng.uniform(0.2, 0.26)
    asleep = rng.random() < 0.12 or 0.5 < sheet.phase < 0.62
    figure = birds.songbird(sheet, bird, perch.light, asleep=asleep)
    sheet.add(
        place(
            figure,
            x=w * rng.uniform(0.42, 0.58),
            y=perch.floor - 102 * scale,
            scale=scale,
            flip=rng.random() < 0.5,
        )
    )
    extra: tuple[str, ...] = ("blossom",) if season is SPRING else ()
    if season is WINTER:
        sky.snow(sheet, 70)
        extra = ("snowing", "berry")
    return Story(
        title=f"{bird.kind} {perch.where}",
        tags=(f"species:{bird.kind}", "bird", "songbird", "solo", "cute", *perch.tags, *extra),
        description=f"A {bird.kind} {perch.where}, rounder than physics should allow.",
    )


def two_birds(sheet: Sheet) -> Story:
    """A pair on a branch, beak to beak."""
    rng, w, u = sheet.rng, sheet.width, sheet.unit
    season = rng.choice((SPRING, SPRING, SUMMER, AUTUMN))
    perch = _perch(sheet, season, plain=rng.random() < 0.4)
    one, two = rng.choice(birds.SONGBIRDS), rng.choice(birds.SONGBIRDS)
    scale = u * 0.18
    for bird, side in ((one, -1), (two, 1)):
        bob = max(0.0, sheet.swing(2, 0.25 * (side + 1))) * 5
        figure = birds.songbird(sheet, bird, perch.light)
        sheet.add(
            place(
                figure,
                x=w / 2 + side * scale * 118,
                y=perch.floor - (102 + bob) * scale,
                scale=scale,
                flip=side > 0,
            )
        )
    sheet.add(
        place(
            accessories.heart("#ff6b81"),
            x=w / 2,
            y=perch.floor - scale * 232,
            scale=scale * (1.05 + 0.1 * sheet.swing(2)),
        )
    )
    who = f"{one.kind} and {two.kind}" if one is not two else f"Two {_many(one.kind)}"
    return Story(
        title=f"{who} {perch.where}",
        tags=tuple(
            dict.fromkeys(
                (
                    f"species:{one.kind}",
                    f"species:{two.kind}",
                    "bird",
                    "songbird",
                    "duo",
                    "heart",
                    "cute",
                    *perch.tags,
                )
            )
        ),
        description=f"{who} found the same branch. Neither minds.",
    )


def _many(kind: str) -> str:
    return {"goldfinch": "goldfinches", "bullfinch": "bullfinches", "canary": "canaries"}.get(
        kind, kind + "s"
    )


def birds_on_a_wire(sheet: Sheet) -> Story:
    """A crowd of round birds on wires before the evening sky."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, "day", "golden hour", "sunset", "dawn")
    sky.draw_sky(sheet, light, horizon=1.0)
    sky.clouds(sheet, light, low=h * 0.8, count=5)
    kinds: list[str] = []
    for row, share in enumerate((0.42, 0.66, 0.9)):
        y, sag = h * share, u * rng.uniform(3, 6)
        sheet.add(
            stroke(
                f"M{-u:.1f} {y:.1f}Q{w / 2:.1f} {y + sag * 2:.1f} {w + u:.1f} {y:.1f}",
                light.on("#3b3648"),
                u * 0.6,
            )
        )
        x = w * rng.uniform(0.06, 0.2)
        while x < w * 0.95:
            bird = rng.choice(birds.SONGBIRDS)
            kinds.append(f"species:{bird.kind}")
            t = x / w
            scale = u * 0.075
            hop = max(0.0, sheet.swing(1, x / w * 3 + row * 0.3)) * u
            figure = birds.songbird(sheet, bird, light)
            sheet.add(
                place(
                    figure,
                    x=x,
                    y=y + 4 * sag * t * (1 - t) - 100 * scale - hop * 0.6,
                    scale=scale,
                    flip=rng.random() < 0.5,
                )
            )
            x += u * rng.uniform(19, 34)
    shown = tuple(dict.fromkeys(kinds))[:4]
    return Story(
        title=f"Birds on the wire at {light.time}",
        tags=("bird", "songbird", "group", "sky", "clouds", light.time, *shown),
        description=f"{len(kinds)} of them, all talking at once.",
    )


def owl(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light, season = light_of(rng, "night", "dusk"), rng.choice((SUMMER, AUTUMN, WINTER))
    x, y = sky.draw_sky(sheet, light, horizon=0.95, sun=(rng.choice((0.17, 0.83)), 0.2))
    sheet.add(sheet.glow(x, y, u * 40, light.sun, 0.2))
    land.tree_line(sheet, light, season, y=h * 0.97, size=u * 34, depth=0.3)
    sky.mist(sheet, light.haze, y=h, thick=u * 16)
    twig = birds.branch(
        sheet, light, length=w / u * 5.4, dressing=DRESSING[season.name], leaves=season.leaves
    )
    floor = h * 0.8
    sheet.add(place(twig, x=w / 2, y=floor, scale=u * 0.2))
    plumage = rng.choice(birds.OWLS)
    elder = rng.random() < 0.3
    scale = u * rng.uniform(0.2, 0.26)
    wink = 0.4 < sheet.phase < 0.6
    sheet.add(
        place(
            birds.owl(sheet, plumage, light, wink=wink, glasses=elder),
            x=w * rng.uniform(0.4, 0.6),
            y=floor - 104 * scale,
            scale=scale,
        )
    )
    extra: tuple[str, ...] = ("old thistle", "series:paper lantern tales", "glasses") if elder else ()
    if season is WINTER:
        sky.snow(sheet, 80)
        extra += ("snowing",)
    name = "Old Thistle the " if elder else ""
    return Story(
        title=f"{name}{plumage.kind} at {light.time}",
        tags=(
            f"species:{plumage.kind}",
            "owl",
            "bird",
            "solo",
            "moon",
            "stars",
            "branch",
            light.time,
            season.name,
            *extra,
        ),
        description="Old Thistle has read every book twice."
        if elder
        else f"A {plumage.kind} with questions about *who*.",
    )


MOTIFS: tuple[tuple[Motif, int], ...] = ((songbird, 18), (two_birds, 8), (birds_on_a_wire, 4), (owl, 8))
"""Each with its weight among all motifs."""
