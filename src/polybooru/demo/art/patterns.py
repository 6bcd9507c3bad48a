# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D103 — the name says what is drawn
"""Abstract pictures: repeating patterns, mandalas, planets."""

import math

from polybooru.demo.art import sky
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import darker, hsl, light_of, lighter, mix
from polybooru.demo.art.svg import (
    Point,
    Sheet,
    circle,
    ellipse,
    group,
    num,
    path,
    place,
    polygon,
    rect,
    smooth,
    star,
)

SETS: dict[str, tuple[str, ...]] = {
    "warm": ("#fff1dc", "#f9c784", "#f29e4c", "#e4572e", "#8f2d56"),
    "teal": ("#f1faee", "#a8dadc", "#5fb3b3", "#457b9d", "#1d3557"),
    "candy": ("#fff5f8", "#ffc8dd", "#ffafcc", "#bde0fe", "#a2d2ff", "#cdb4db"),
    "forest": ("#f4f1de", "#d4e09b", "#a3b18a", "#588157", "#344e41"),
    "dusky": ("#fbe8d3", "#f67280", "#c06c84", "#6c5b7b", "#355c7d"),
    "sorbet": ("#fef9ef", "#ffcb77", "#fe6d73", "#17c3b2", "#227c9d"),
}


def _colours(sheet: Sheet) -> tuple[str, tuple[str, ...]]:
    name = sheet.rng.choice(sorted(SETS))
    return name, SETS[name]


def waves(sheet: Sheet) -> Story:
    """Overlapping scales in rows, as on old Japanese cloth."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    name, c = _colours(sheet)
    sheet.add(rect(0, 0, w, h, c[-1]))
    r = u * rng.uniform(8, 14)
    row = 0
    y = 0.0
    while y < h + r * 2:
        x = -r if row % 2 else 0.0
        while x < w + r:
            tone = mix(c[-1], c[-2], 0.5 + 0.5 * math.sin(x / w * 4 + y / h * 3 + 2 * math.pi * sheet.phase))
            rings = (tone, c[0], mix(tone, c[2], 0.6), c[0], c[1])
            sheet.add(*(circle(x, y, r * (1 - k * 0.2), colour) for k, colour in enumerate(rings)))
            x += r * 2
        y, row = y + r * 0.5, row + 1
    return Story(
        title=f"{name} wave pattern",
        tags=("abstract", "pattern", "wave", "geometric", "no animals", f"{name} colors"),
        description="Rows of arcs, each one half behind the next.",
    )


def tiles(sheet: Sheet) -> Story:
    """Quarter circles turned at random: curves that wander through a grid."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    name, c = _colours(sheet)
    s = u * rng.choice((10, 12.5, 16.7, 20))
    for row in range(int(h / s) + 1):
        for column in range(int(w / s) + 1):
            x, y, kind = column * s, row * s, rng.randrange(5)
            back, front, third = rng.sample(c, 3)
            cell = [rect(-s / 2, -s / 2, s + 0.5, s + 0.5, back)]
            if kind == 0:
                cell += [
                    path(
                        f"M{num(-s / 2)} {num(-s / 2)}H{num(s / 2)}A{num(s)} {num(s)} 0 0 1 {num(-s / 2)} {num(s / 2)}Z",
                        front,
                    )
                ]
            elif kind == 1:
                cell += [circle(0, 0, s * 0.36, front), circle(0, 0, s * 0.17, third)]
            elif kind == 2:
                cell += [
                    path(
                        f"M{num(-s / 2)} {num(-s / 2)}A{num(s / 2)} {num(s / 2)} 0 0 0 {num(s / 2)} {num(-s / 2)}ZM{num(-s / 2)} {num(s / 2)}A{num(s / 2)} {num(s / 2)} 0 0 1 {num(s / 2)} {num(s / 2)}Z",
                        front,
                    )
                ]
            elif kind == 3:
                cell += [
                    path(
                        f"M{num(-s / 2)} {num(-s / 2)}A{num(s)} {num(s)} 0 0 1 {num(s / 2)} {num(s / 2)}A{num(s)} {num(s)} 0 0 1 {num(-s / 2)} {num(-s / 2)}Z",
                        front,
                    )
                ]
            else:
                cell += [polygon([(-s / 2, -s / 2), (s / 2, -s / 2), (-s / 2, s / 2)], front)]
            sheet.add(place(*cell, x=x + s / 2, y=y + s / 2, turn=90 * rng.randrange(4)))
    return Story(
        title=f"{name} tile mosaic",
        tags=("abstract", "pattern", "tile", "geometric", "mosaic", f"{name} colors"),
        description="Every tile was laid by chance, and still they get along.",
    )


def mandala(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    name, c = _colours(sheet)
    dark = rng.random() < 0.5
    sheet.add(
        rect(
            0,
            0,
            w,
            h,
            sheet.linear(
                (0, lighter(c[-1], 0.15) if dark else c[0]),
                (1, darker(c[-1], 0.45) if dark else mix(c[0], c[1], 0.7)),
            ),
        )
    )
    fold = rng.choice((8, 10, 12, 16))
    out: list[str] = []
    for ring in range(7, 0, -1):
        r, colour, edge = u * 6.2 * ring, c[1 + ring % (len(c) - 1)], c[(ring + 2) % len(c)]
        kind, wide, turn = (
            rng.randrange(4),
            u * 6.2 * ring * math.pi / fold * 0.98,
            sheet.phase * 360 / fold * (1 if ring % 2 else -1),
        )
        petals: list[str] = []
        for k in range(fold):
            angle = 360 / fold * (k + ring % 2 / 2) + turn
            match kind:
                case 0:
                    one = path(
                        f"M0 {num(-r * 0.55)}C{num(-wide)} {num(-r * 0.7)} {num(-wide * 0.6)} {num(-r * 0.95)} 0 {num(-r * 1.08)}C{num(wide * 0.6)} {num(-r * 0.95)} {num(wide)} {num(-r * 0.7)} 0 {num(-r * 0.55)}Z",
                        colour,
                        stroke=edge,
                        stroke_width=u * 0.35,
                    )
                case 1:
                    one = circle(
                        0, -r * 0.9, wide * 0.62, colour, stroke=edge, stroke_width=u * 0.35
                    ) + circle(0, -r * 0.9, wide * 0.28, edge)
                case 2:
                    one = polygon(
                        [(0, -r * 1.1), (wide * 0.62, -r * 0.8), (0, -r * 0.55), (-wide * 0.62, -r * 0.8)],
                        colour,
                        stroke=edge,
                        stroke_width=u * 0.35,
                    )
                case _:
                    one = path(
                        f"M{num(-wide * 0.9)} {num(-r * 0.72)}A{num(wide * 0.9)} {num(wide * 0.9)} 0 0 1 {num(wide * 0.9)} {num(-r * 0.72)}Z",
                        colour,
                        stroke=edge,
                        stroke_width=u * 0.35,
                    )
            petals.append(group(one, transform=f"rotate({num(angle)})"))
        out += [*petals, circle(0, 0, r * 0.62, mix(colour, c[0], 0.5), stroke=edge, stroke_width=u * 0.3)]
    out.append(polygon(star(0, 0, u * 4, u * 1.8, fold), c[-1]))
    sheet.add(place(*out, x=w / 2, y=h / 2))
    return Story(
        title=f"{name} mandala with {fold} petals",
        tags=("abstract", "mandala", "symmetry", "geometric", "ornament", f"{name} colors"),
        description=f"Drawn once, turned **{fold}** times.",
    )


def low_poly(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    hue, spread = rng.random(), rng.uniform(0.1, 0.3)
    s = u * rng.uniform(9, 15)
    columns, rows = int(w / s) + 3, int(h / s) + 4
    grid: list[list[Point]] = [
        [
            ((i - 1 + rng.uniform(-0.33, 0.33) + j % 2 / 2) * s, (j - 1 + rng.uniform(-0.33, 0.33)) * s)
            for i in range(columns + 1)
        ]
        for j in range(rows)
    ]
    for j in range(rows - 1):
        for i in range(columns):
            a, b, c, d = grid[j][i], grid[j][i + 1], grid[j + 1][i], grid[j + 1][i + 1]
            for triangle in ((a, b, c), (b, d, c)) if j % 2 == 0 else ((a, d, c), (a, b, d)):
                x, y = sum(p[0] for p in triangle) / 3 / w, sum(p[1] for p in triangle) / 3 / h
                tone = hsl(
                    hue + spread * (x + y) / 2 + rng.uniform(-0.012, 0.012),
                    0.58,
                    0.42 + 0.38 * (1 - y) * (0.6 + 0.4 * x) + rng.uniform(-0.05, 0.05),
                )
                sheet.add(polygon(triangle, tone, stroke=tone, stroke_width=1))
    return Story(
        title="Low poly gradient",
        tags=("abstract", "low poly", "triangle", "geometric", "gradient"),
        description="A slow change of colour, told in triangles.",
    )


def ribbons(sheet: Sheet) -> Story:
    """Layered flowing bands."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    name, c = _colours(sheet)
    sheet.add(rect(0, 0, w, h, sheet.linear((0, c[0]), (1, c[1]))))
    count, first = rng.randint(7, 11), rng.random() * 6
    for i in range(count):
        t = (i + 1) / count
        colour = c[1 + i % (len(c) - 1)]
        line = [
            (
                w * k / 7,
                h * (0.16 + t * 0.82)
                + math.sin(k * 0.9 + first + i * 0.55) * u * 9
                + sheet.swing(1, i * 0.1 + k * 0.14) * u * 2,
            )
            for k in range(-1, 9)
        ]
        sheet.add(
            path(
                smooth([(x, y - u * 1.2) for x, y in line]) + f"V{num(h + 2)}H{num(-w)}Z",
                darker(colour, 0.3),
                fill_opacity=0.2,
            )
        )
        sheet.add(
            path(
                smooth(line) + f"V{num(h + 2)}H{num(-w)}Z",
                sheet.linear((0, lighter(colour, 0.18)), (1, colour)),
            )
        )
    x, y, r = w * rng.uniform(0.2, 0.8), h * 0.15, u * 9
    sheet.parts.insert(1, circle(x, y, r, lighter(c[2], 0.2)))
    return Story(
        title=f"{name} ribbons",
        tags=("abstract", "wave", "gradient", "minimalism", "circle", f"{name} colors"),
        description="Paper hills, or the sea, or just lines. *Your choice.*",
    )


def planet(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, "night")
    sheet.add(
        rect(0, 0, w, h, sheet.linear((0, darker(light.sky[0], 0.3)), (0.6, light.sky[0]), (1, light.sky[1])))
    )
    sky.milky_way(sheet, light)
    name, c = _colours(sheet)
    r, x, y = u * rng.uniform(19, 26), w * rng.uniform(0.4, 0.6), h * rng.uniform(0.45, 0.58)
    sheet.add(sheet.glow(x, y, r * 1.7, c[2], 0.4))
    clip = sheet.clip(circle(0, 0, r, "#000000"))
    bands = [rect(-r, -r, 2 * r, 2 * r, c[2])]
    for k in range(9):
        top = -r + 2 * r * k / 9
        line = [(-r + 2 * r * i / 6, top + math.sin(i * 1.4 + k * 2.1) * r * 0.03) for i in range(7)]
        bands.append(path(smooth(line) + f"V{num(r)}H{num(-r)}Z", mix(c[1 + k % (len(c) - 1)], c[2], 0.35)))
    night_side = sheet.radial(
        (0, "#0a0724", 0), (0.6, "#0a0724", 0), (1, "#0a0724", 0.6), cx=0.36, cy=0.34, r=0.72
    )
    bands.append(circle(0, 0, r, night_side))
    body = group(*bands, clip_path=clip)
    ringed = rng.random() < 0.65
    ring_back = ring_front = ""
    if ringed:

        def half(sweep: int) -> str:
            return "".join(
                path(
                    f"M{num(-r * k)} 0A{num(r * k)} {num(r * k * 0.24)} 0 0 {sweep} {num(r * k)} 0",
                    stroke=mix(c[1], c[0], 0.5 * j),
                    stroke_width=r * 0.12,
                    stroke_opacity=0.85,
                )
                for j, k in enumerate((1.5, 1.68, 1.86))
            )

        ring_back, ring_front = half(1), half(0)
    sheet.add(place(ring_back, body, ring_front, x=x, y=y, turn=rng.uniform(-26, -10)))
    orbit = 2 * math.pi * (sheet.phase + rng.random())
    mx, my, mr = x + math.cos(orbit) * r * 1.75, y - r * 0.5 + math.sin(orbit) * r * 0.5, r * 0.17
    sheet.add(
        circle(mx, my, mr, "#e6e3f2"),
        circle(mx + mr * 0.3, my + mr * 0.1, mr * 0.25, "#bdb8d4"),
        circle(mx - mr * 0.35, my - mr * 0.2, mr * 0.18, "#bdb8d4"),
    )
    for _ in range(8):
        sx, sy = rng.random() * w, rng.random() * h
        sheet.add(
            polygon(star(sx, sy, u * rng.uniform(0.8, 1.8), u * 0.25, 4), "#ffffff"),
            ellipse(sx, sy, u * 0.2, u * 0.2, "#ffffff"),
        )
    trail = sheet.linear((0, "#ffffff", 0.0), (1, "#ffffff", 0.9), angle=0)
    sheet.add(
        place(
            path("M-160 0L0 -2.5A2.5 2.5 0 0 1 0 2.5Z", trail),
            x=w * rng.uniform(0.2, 0.9),
            y=h * rng.uniform(0.08, 0.25),
            scale=u * 0.12,
            turn=rng.uniform(140, 160),
        )
    )
    return Story(
        title=f"{'Ringed planet' if ringed else 'Striped planet'} and its moon",
        tags=(
            "space",
            "planet",
            "moon",
            "stars",
            "milky way",
            "shooting star",
            f"{name} colors",
            *(("ring",) if ringed else ()),
        ),
        description="Population: *one moon*, very loyal.",
    )


MOTIFS: tuple[tuple[Motif, int], ...] = (
    (waves, 3),
    (tiles, 4),
    (mandala, 5),
    (low_poly, 3),
    (ribbons, 4),
    (planet, 6),
)
"""Each with its weight among all motifs."""
