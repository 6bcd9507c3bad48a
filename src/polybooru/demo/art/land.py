# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D103 — the name says what is drawn
"""Ground: ridges, mountains, hills, trees, water. Layers fade into the haze of the light with distance."""

import math
from itertools import pairwise

from polybooru.demo.art.palette import WINTER, Light, Season, darker, lighter, mix
from polybooru.demo.art.svg import (
    Point,
    Sheet,
    circle,
    dots,
    group,
    num,
    path,
    place,
    polygon,
    rect,
    smooth,
    stroke,
)


def ridge(sheet: Sheet, y: float, tall: float, *, waves: float = 1.5, rough: float = 0.3) -> list[Point]:
    """A rolling line across the sheet around y, rising up to about `tall` pixels."""
    rng = sheet.rng
    terms = [
        (waves * 1.0, 1.0, rng.random()),
        (waves * 2.3, 0.45, rng.random()),
        (waves * 5.1, rough * 0.4, rng.random()),
    ]
    steps = 26
    return [
        (
            sheet.width * i / steps,
            y - tall * 0.55 * sum(a * math.sin(2 * math.pi * (f * i / steps + p)) for f, a, p in terms),
        )
        for i in range(-1, steps + 2)
    ]


def fill_below(sheet: Sheet, line: list[Point], paint: str) -> str:
    bottom = sheet.height + 2
    return path(smooth(line) + f"L{num(line[-1][0])} {num(bottom)}L{num(line[0][0])} {num(bottom)}Z", paint)


def height_at(line: list[Point], x: float) -> float:
    for (ax, ay), (bx, by) in pairwise(line):
        if ax <= x <= bx:
            return ay + (by - ay) * (x - ax) / (bx - ax)
    return line[-1][1]


def ground_colour(light: Light, season: Season, depth: float) -> str:
    """depth: 0 far … 1 near."""
    near = light.on(mix(season.ground, darker(season.ground, 0.35), depth * 0.6), 1.1)
    return mix(light.haze, near, 0.25 + 0.75 * depth)


def hills(
    sheet: Sheet, light: Light, season: Season, *, top: float, layers: int = 4, trees: bool = True
) -> list[Point]:
    """Rolling hills from `top` pixels down to the bottom edge. Returns the nearest line."""
    rng, h, u = sheet.rng, sheet.height, sheet.unit
    line: list[Point] = []
    for i in range(layers):
        depth = (i + 1) / layers
        y = top + (h - top) * (i / layers) ** 1.15 * 0.95
        line = ridge(sheet, y, u * rng.uniform(4, 8), waves=rng.uniform(0.6, 1.4))
        colour = ground_colour(light, season, depth)
        sheet.add(
            fill_below(
                sheet, line, sheet.linear((0, lighter(colour, 0.14)), (0.5, colour), (1, darker(colour, 0.1)))
            )
        )
        if trees and i < layers - 1:
            kinds = [tree(sheet, light, season, depth) for _ in range(4)]
            for _ in range(rng.randint(5, 11)):
                x = rng.random() * sheet.width
                size = u * (1.5 + 7 * depth**1.6) * rng.uniform(0.7, 1.3)
                sheet.add(
                    place(
                        rng.choice(kinds),
                        x=x,
                        y=height_at(line, x) + size * 0.04,
                        scale=size / 100,
                    )
                )
    return line


def mountains(
    sheet: Sheet, light: Light, *, base: float, tall: float, depth: float, snowy: bool = True
) -> None:
    """A range of peaks with a lit and a shaded side, standing on `base` pixels."""
    rng, w = sheet.rng, sheet.width
    count = max(3, round(w / tall * 1.5))
    places = sorted(
        ((i + rng.uniform(-0.3, 0.3)) / (count - 1) * w, rng.uniform(0.55, 1)) for i in range(count)
    )
    rock = mix(light.haze, light.on("#6d7896", 1.2), 0.3 + 0.55 * depth)
    for x, share in sorted(places, key=lambda p: p[1]):
        peak, half = tall * share, tall * share * rng.uniform(0.75, 0.95)
        spine = [(x, base - peak)]
        for k in range(1, 6):
            t = k / 5
            spine.append(
                (x + (0.12 if k % 2 else -0.08) * half * t * 1.4 + half * 0.12 * t, base - peak * (1 - t))
            )
        left = [(x - half, base), *_slope(sheet, (x - half, base), (x, base - peak))]
        right = [*_slope(sheet, (x, base - peak), (x + half, base)), (x + half, base)]
        lit = sheet.linear((0, lighter(rock, 0.16)), (1, mix(rock, light.haze, 0.55)))
        dark = sheet.linear((0, darker(rock, 0.18)), (1, mix(rock, light.haze, 0.4)))
        sheet.add(polygon([*left, spine[0], *spine[1:]], lit), polygon([*spine[::-1], *right], dark))
        if snowy:
            white = mix(light.on("#ffffff", 0.6), light.haze, 0.25 * (1 - depth))
            sheet.add(
                _snowcap(sheet, (x, base - peak), half, peak, colour=white, side=1),
                _snowcap(sheet, (x, base - peak), half, peak, colour=mix(white, rock, 0.35), side=-1),
            )


def _slope(sheet: Sheet, start: Point, end: Point) -> list[Point]:
    wobble = abs(end[1] - start[1]) * 0.025
    return [
        (
            start[0] + (end[0] - start[0]) * t + sheet.rng.uniform(-1, 1) * wobble,
            start[1] + (end[1] - start[1]) * t,
        )
        for t in (0.2, 0.4, 0.6, 0.8)
    ]


def _snowcap(sheet: Sheet, top: Point, half: float, peak: float, *, colour: str, side: int) -> str:
    rng = sheet.rng
    x, y = top
    deep = rng.uniform(0.26, 0.36)
    edge = [(x, y)]
    for i, t in enumerate((1.0, 0.7, 0.85, 0.45, 0.6, 0.2)):
        reach = half * deep * (0.92 - i * 0.16)
        edge.append((x - side * reach + half * 0.02, y + peak * deep * t * (0.92 if i == 0 else 1.0)))
    edge[1] = (x - side * half * deep * 0.97, y + peak * deep)
    edge.append((x + half * 0.03, y + peak * deep * 0.75))
    return polygon(edge, colour)


def tree(sheet: Sheet, light: Light, season: Season, depth: float) -> str:
    """One tree of about 100 units, standing on (0, 0)."""
    if season is WINTER or sheet.rng.random() < 0.5:
        return pine(sheet, light, season, depth)
    return round_tree(sheet, light, season, depth)


def pine(sheet: Sheet, light: Light, season: Season, depth: float = 1.0) -> str:
    rng = sheet.rng
    green = mix(
        light.haze,
        light.on(rng.choice((season.pine, lighter(season.pine, 0.08), darker(season.pine, 0.12)))),
        0.2 + 0.8 * depth,
    )
    wide = rng.uniform(24, 32)
    out = [rect(-3.5, -14, 7, 15, mix(green, "#5a3b33", 0.6))]
    for i in range(4):
        bottom, top = -10 - i * 20, -48 - i * 18
        half = wide * (1 - i * 0.2)
        tier = f"M0 {top}L{num(half)} {bottom}Q0 {num(bottom + 7)} {num(-half)} {bottom}Z"
        out.append(path(tier, mix(darker(green, 0.12), lighter(green, 0.1), i / 3)))
        shaded = f"M0 {top}L{num(half)} {bottom}Q{num(half * 0.5)} {num(bottom + 4)} {num(half * 0.1)} {num(bottom + 3.5)}Z"
        out.append(path(shaded, darker(green, 0.22), fill_opacity=0.5))
        if season is WINTER:
            cap = f"M0 {top}L{num(half * 0.62)} {num(bottom - 9)}Q{num(half * 0.3)} {num(bottom - 16)} 0 {num(bottom - 8)}Q{num(-half * 0.4)} {num(bottom - 17)} {num(-half * 0.62)} {num(bottom - 9)}Z"
            out.append(path(cap, mix(light.haze, light.on("#ffffff", 0.5), 0.4 + 0.6 * depth)))
    return "".join(out)


def round_tree(sheet: Sheet, light: Light, season: Season, depth: float = 1.0) -> str:
    rng = sheet.rng
    leaf = mix(light.haze, light.on(rng.choice(season.leaves)), 0.2 + 0.8 * depth)
    bark = mix(leaf, light.on("#5d4038"), 0.35 + 0.5 * depth)
    out = [
        path("M-5 2Q-2 -25 -3 -50L3 -50Q2 -25 6 2Z", bark),
        stroke("M0 -32L13 -50M0 -40L-11 -54", bark, 3.2),
    ]
    crown = ((0, -68, 30), (-20, -55, 21), (20, -56, 22), (-10, -82, 18), (12, -80, 19))
    blobs = [
        (x + rng.uniform(-3, 3), y + rng.uniform(-3, 3), r * rng.uniform(0.92, 1.08)) for x, y, r in crown
    ]
    out += [circle(x, y, r, darker(leaf, 0.13)) for x, y, r in blobs]
    out += [circle(x - r * 0.14, y - r * 0.16, r * 0.84, leaf) for x, y, r in blobs]
    out += [circle(x - r * 0.34, y - r * 0.36, r * 0.42, lighter(leaf, 0.18)) for x, y, r in blobs[:4]]
    return "".join(out)


def tree_line(sheet: Sheet, light: Light, season: Season, *, y: float, size: float, depth: float) -> None:
    """A dense wood along y."""
    rng = sheet.rng
    kinds = [tree(sheet, light, season, depth) for _ in range(5)]
    x = -size * 0.3
    while x < sheet.width + size * 0.3:
        tall = size * rng.uniform(0.7, 1.25)
        sheet.add(place(rng.choice(kinds), x=x, y=y + rng.uniform(0, 0.08) * size, scale=tall / 100))
        x += size * rng.uniform(0.22, 0.48)


def water(sheet: Sheet, light: Light, *, top: float, bottom: float, sun_x: float | None = None) -> None:
    """A still surface from `top` to `bottom` pixels that mirrors the sky, with a glitter path under the sun."""
    rng, u, w = sheet.rng, sheet.unit, sheet.width
    a, b, c, d = light.sky
    deep = mix(mix(a, b, 0.5), "#1f5f7a", 0.28)
    sheet.add(
        rect(
            0,
            top,
            w,
            bottom - top,
            sheet.linear((0, mix(d, "#2f7f99", 0.18)), (0.35, mix(c, "#2f7f99", 0.22)), (1, deep)),
        )
    )
    tall = bottom - top
    if sun_x is not None:
        for i in range(15):
            t = (i + 0.5) / 15
            half = u * (2 + 9 * t) * rng.uniform(0.4, 1)
            x = sun_x + rng.uniform(-1, 1) * u * (1 + 4 * t) + sheet.swing(1, i * 0.23) * u
            sheet.add(
                rect(
                    x - half,
                    top + tall * t,
                    half * 2,
                    u * (0.25 + 0.5 * t),
                    light.sun,
                    rx=u * 0.3,
                    fill_opacity=0.65 - 0.35 * t,
                )
            )
    for i in range(26):
        t = rng.random()
        half, x = u * (1.5 + 9 * t) * rng.uniform(0.5, 1.2), rng.random() * w
        x += sheet.swing(1, i * 0.31) * u * 1.5
        sheet.add(
            rect(
                x - half,
                top + tall * (0.04 + 0.95 * t),
                half * 2,
                u * (0.18 + 0.35 * t),
                lighter(c, 0.35),
                rx=u * 0.2,
                fill_opacity=0.35,
            )
        )


def grass(sheet: Sheet, colour: str, *, line: list[Point], size: float, count: int = 60) -> None:
    """Tufts along a line."""
    rng, out = sheet.rng, list[str]()
    for i in range(count):
        x = rng.random() * sheet.width
        y = height_at(line, x) + size * 0.15
        sway = sheet.swing(1, i * 0.05) * size * 0.08
        for _ in range(3):
            lean, tall = rng.uniform(-0.5, 0.5) * size, size * rng.uniform(0.5, 1)
            out.append(
                f"M{num(x - size * 0.07)} {num(y)}Q{num(x + lean * 0.3)} {num(y - tall * 0.6)} {num(x + lean + sway)} {num(y - tall)}Q{num(x + lean * 0.5 + size * 0.05)} {num(y - tall * 0.5)} {num(x + size * 0.07)} {num(y)}Z"
            )
    sheet.add(path("".join(out), colour))


def blossoms(
    sheet: Sheet, light: Light, colours: tuple[str, ...], *, top: float, count: int = 40, size: float = 1.0
) -> None:
    """Meadow flowers from `top` pixels to the bottom edge, larger when nearer."""
    rng, u, h = sheet.rng, sheet.unit, sheet.height
    spots = sorted((rng.random() ** 0.8, rng.random() * sheet.width) for _ in range(count))
    for depth, x in spots:
        y, r = top + (h - top) * depth, u * (0.4 + 1.3 * depth) * size
        colour = light.on(rng.choice(colours), 0.7)
        bend = sheet.swing(1, depth) * r * 0.25
        petals = dots(
            [(math.cos(a) * 6, math.sin(a) * 6, 5) for a in (k * 2 * math.pi / 5 for k in range(5))], colour
        )
        stem = stroke("M0 0Q2 14 0 30", light.on("#4f8f4c"), 2)
        sheet.add(
            place(
                stem,
                petals,
                circle(0, 0, 4, light.on("#fbd561", 0.5)),
                x=x + bend,
                y=y,
                scale=r / 10,
                turn=rng.uniform(-15, 15),
            )
        )


def stone(light: Light, colour: str = "#8d93a3") -> str:
    """A boulder 100 units wide on (0, 0)."""
    c = light.on(colour)
    body = "M-50 4C-52 -24 -30 -44 -4 -42C26 -40 50 -22 50 4Z"
    shine = "M-40 -10C-38 -28 -20 -38 -4 -36C8 -35 14 -30 10 -26C-6 -30 -24 -24 -40 -10Z"
    return group(
        path(body, c),
        path("M10 4C20 -10 26 -24 22 -38C40 -30 50 -16 50 4Z", darker(c, 0.2)),
        path(shine, lighter(c, 0.22)),
    )
