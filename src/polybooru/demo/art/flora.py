# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D103 — the name says what is drawn
"""Flowers, mushrooms and pots of green."""

import math

from polybooru.demo.art import land, sky, stage
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import (
    AUTUMN,
    BACKDROPS,
    SPRING,
    SUMMER,
    Light,
    darker,
    light_of,
    lighter,
    mix,
)
from polybooru.demo.art.svg import Sheet, circle, ellipse, group, num, path, place, rect, stroke

PETALS = ("#f48fb1", "#f2616d", "#f7a35c", "#fbd561", "#b58be6", "#7fa8f2", "#ffffff", "#e86fb0")
PETAL = "M0 0C-26 -20 -24 -66 0 -84C24 -66 26 -20 0 0Z"
KINDS = ("daisy", "tulip", "sunflower", "poppy", "lotus")


def bloom(kind: str, colour: str) -> str:
    """One flower head about 170 units wide around (0, 0)."""
    dark = darker(colour, 0.15)
    match kind:
        case "daisy":
            rays = "".join(
                ellipse(
                    0,
                    -54,
                    12,
                    34,
                    colour if k % 2 else lighter(colour, 0.2),
                    transform=f"rotate({k * 360 / 14:.1f})",
                )
                for k in range(14)
            )
            return rays + circle(0, 0, 26, "#fbc93f") + circle(-5, -5, 17, "#ffdf75")
        case "sunflower":
            rays = "".join(
                path(PETAL, "#f2ad2c" if k % 2 else "#ffd04f", transform=f"rotate({k * 20}) scale(0.62 1)")
                for k in range(18)
            )
            seeds = "".join(
                circle(
                    math.cos(k * 2.4) * 3.9 * math.sqrt(k),
                    math.sin(k * 2.4) * 3.9 * math.sqrt(k),
                    2.6,
                    "#a8703c",
                )
                for k in range(60)
            )
            return rays + circle(0, 0, 37, "#5a3826") + seeds
        case "poppy":
            petals = "".join(
                path("M0 0C-62 -14 -58 -82 0 -80C58 -82 62 -14 0 0Z", c, transform=f"rotate({a})")
                for a, c in ((180, dark), (90, colour), (-90, colour), (0, lighter(colour, 0.1)))
            )
            dots = "".join(
                circle(math.cos(a) * 24, math.sin(a) * 24, 4, "#2b2030")
                for a in (k * math.pi / 5 for k in range(10))
            )
            return petals + circle(0, 0, 16, "#4a5a3c") + dots
        case "lotus":
            back = "".join(
                path(PETAL, mix(dark, "#ffffff", 0.12 * (k % 2)), transform=f"translate(0 26) rotate({a})")
                for k, a in enumerate((-78, 78, -52, 52, -28, 28))
            )
            front = "".join(
                path(PETAL, lighter(colour, 0.25), transform=f"translate(0 30) rotate({a}) scale(0.9 0.8)")
                for a in (-40, 40, 0)
            )
            return back + front
        case _:  # tulip
            return path(
                "M-44 -40C-54 20 -30 44 0 44C30 44 54 20 44 -40C30 -24 20 -22 14 -16C10 -34 4 -48 0 -56C-4 -48 -10 -34 -14 -16C-20 -22 -30 -24 -44 -40Z",
                colour,
            ) + path("M0 -56C18 -30 22 16 0 44C-22 16 -18 -30 0 -56Z", lighter(colour, 0.2))


def stem(colour: str, tall: float, lean: float) -> str:
    curve = f"M0 0C{num(lean * 0.4)} {num(tall * 0.35)} {num(-lean * 0.2)} {num(tall * 0.7)} 0 {num(tall)}"
    leaf = "M0 0C-40 -30 -60 -90 -54 -130C-20 -100 0 -50 0 0Z"
    return (
        stroke(curve, colour, 9)
        + place(path(leaf, lighter(colour, 0.08)), y=tall * 0.8)
        + place(path(leaf, darker(colour, 0.1)), y=tall * 0.92, flip=True, scale=0.85)
    )


def bouquet(sheet: Sheet) -> Story:
    """A vase on a table."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    set_up = stage.studio(sheet)
    table, pot = rng.choice(BACKDROPS)[2], rng.choice(BACKDROPS)
    sheet.add(
        rect(0, h * 0.84, w, h * 0.16 + 1, sheet.linear((0, lighter(table, 0.12)), (1, darker(table, 0.1))))
    )
    kinds = rng.sample(KINDS[:4], 2)
    base = h * 0.9
    x, mouth = w / 2, base - u * 33
    heads = sorted(((rng.uniform(-30, 30), rng.uniform(8, 40)) for _ in range(11)), key=lambda p: -p[1])
    green = "#5f9f62"
    flowers: list[str] = []
    for i, (dx, up) in enumerate(heads):
        fx, fy = x + dx * u, mouth - up * u - u * 4 + sheet.swing(1, i / 11) * u * 0.4
        sheet.add(
            stroke(
                f"M{num(x + dx * u * 0.12)} {num(mouth + u * 4)}Q{num(x + dx * u * 0.3)} {num(mouth - up * u * 0.5)} {num(fx)} {num(fy)}",
                green,
                u * 0.9,
            )
        )
        flowers.append(
            place(
                bloom(kinds[i % 2], rng.choice(PETALS)),
                x=fx,
                y=fy,
                scale=u * rng.uniform(0.085, 0.12),
                turn=dx * 0.9,
            )
        )
    for k in range(9):
        leaf = path(
            "M0 0C-18 -20 -16 -60 0 -80C16 -60 18 -20 0 0Z", mix(green, "#2f6f5a", rng.random() * 0.6)
        )
        sheet.add(place(leaf, x=x, y=mouth + u * 3, scale=u * rng.uniform(0.2, 0.34), turn=-80 + k * 20))
    sheet.add(*flowers, ellipse(x, base, u * 19, u * 2.6, "#1d1438", fill_opacity=0.2))
    vase = "M-40 -90C-52 -60 -70 -30 -62 20C-56 60 -40 80 -34 84H34C40 80 56 60 62 20C70 -30 52 -60 40 -90Z"
    stripes = group(
        rect(-80, -30, 160, 16, pot[0]),
        rect(-80, 2, 160, 8, pot[0]),
        rect(10, -100, 80, 200, "#1d1438", fill_opacity=0.12),
        clip_path=sheet.clip(path(vase, "#000000")),
    )
    sheet.add(
        place(
            path(vase, pot[2]),
            stripes,
            ellipse(0, -90, 40, 8, darker(pot[2], 0.3)),
            x=x,
            y=base - u * 16,
            scale=u * 0.19,
        )
    )
    return Story(
        title=f"Vase with {_many(kinds[0])} and {_many(kinds[1])}",
        tags=("still life", "flower", "vase", kinds[0], kinds[1], "indoors", "leaf", *set_up.tags),
        description="Picked by the gate, with permission. *Mostly.*",
    )


def _many(kind: str) -> str:
    return {"daisy": "daisies", "poppy": "poppies"}.get(kind, kind + "s")


def flower_field(sheet: Sheet) -> Story:
    """Rows of one flower to the horizon, large ones in front."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, "dawn", "day", "golden hour", "sunset", "dusk")
    top = h * rng.uniform(0.42, 0.52)
    sky.draw_sky(sheet, light, horizon=top / h + 0.04)
    sky.clouds(sheet, light, low=top, count=5)
    land.mountains(sheet, light, base=top + u * 4, tall=top * 0.35, depth=0.08)
    line = land.ridge(sheet, top, u * 3, waves=0.8)
    green = light.on("#5f9f58")
    sheet.add(
        land.fill_below(sheet, line, sheet.linear((0, mix(light.haze, green, 0.5)), (1, darker(green, 0.3))))
    )
    kind = rng.choice(("tulip", "poppy", "sunflower", "daisy"))
    hues = ["#ffd04f", "#f7bf3c", "#ffdb75"] if kind == "sunflower" else rng.sample(PETALS, 3)
    near = {(k, c): bloom(kind, light.on(c, 0.7)) for k, c in enumerate(hues)}
    for row in range(11):
        t = (row + 0.6) / 11
        size = u * (0.012 + 0.11 * t**1.7)
        y = top + (h - top) * t**1.5 + u * 2
        colour = mix(light.haze, light.on(hues[row % 3], 0.7), 0.45 + 0.5 * t)
        x = -rng.random() * size * 120
        while x < w + size * 80:
            jitter = rng.uniform(-1, 1) * size * 30
            if t < 0.42:
                sheet.add(circle(x, y + jitter, size * 62, colour))
            else:
                lean = sheet.swing(1, x / w) * 4
                flower = (path("M-4 20L-9 190H9L4 20Z", green), near[row % 3, hues[row % 3]])
                sheet.add(place(*flower, x=x, y=y + jitter, scale=size, turn=lean + rng.uniform(-8, 8)))
            x += size * rng.uniform(95, 150)
    return Story(
        title=f"{kind} field at {'noon' if light.time == 'day' else light.time}",
        tags=("scenery", "flower", kind, "field", "mountain", "clouds", "sky", light.time, "summer"),
        description=f"More {_many(kind)} than anybody could count before lunch.",
    )


def single_flower(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    set_up = stage.studio(sheet, dark=rng.random() < 0.3)
    kind, colour = rng.choice(KINDS), rng.choice(PETALS)
    scale = u * rng.uniform(0.3, 0.36)
    sway = 3 * sheet.swing()
    figure = ("" if kind == "lotus" else stem("#5f9f62", 330, 30), bloom(kind, colour))
    if kind == "lotus":
        pad = ellipse(0, 56, 130, 26, "#5f9f72") + ellipse(0, 50, 112, 20, "#78b587")
        figure = (pad, bloom(kind, colour))
    sheet.add(
        place(
            *figure,
            x=w / 2,
            y=h * (0.52 if kind == "lotus" else 0.36),
            scale=scale,
            turn=sway + rng.uniform(-6, 6),
        )
    )
    if rng.random() < 0.6:
        sheet.add(
            place(
                butterfly(rng.choice(PETALS), sheet),
                x=w * rng.choice((0.24, 0.76)),
                y=h * 0.22,
                scale=u * 0.13,
                turn=rng.uniform(-30, 30),
            )
        )
        return Story(
            title=f"{kind} and butterfly",
            tags=("flower", kind, "butterfly", "insect", "leaf", *set_up.tags),
            description=f"A {kind}, and a butterfly that was *just passing by*.",
        )
    return Story(
        title=f"One {kind}",
        tags=("flower", kind, "minimalism", "leaf", *set_up.tags),
        description=f"A single {kind}, taking its time.",
    )


def butterfly(colour: str, sheet: Sheet) -> str:
    beat = 0.8 + 0.2 * sheet.swing(3)
    wing = (
        path("M4 -4C30 -70 90 -70 88 -30C86 0 40 6 4 0Z", colour)
        + path("M4 2C40 4 70 20 60 46C46 66 16 40 4 6Z", darker(colour, 0.14))
        + circle(62, -36, 9, lighter(colour, 0.5))
        + circle(42, 28, 6, lighter(colour, 0.4))
    )
    body = ellipse(0, 0, 5, 30, "#3a2c3f") + stroke(
        "M-2 -28Q-10 -46 -18 -50M2 -28Q10 -46 18 -50", "#3a2c3f", 2.5
    )
    return (
        group(wing, transform=f"scale({num(beat)} 1)")
        + group(wing, transform=f"scale({num(-beat)} 1)")
        + body
    )


def mushrooms(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light, season = (
        light_of(rng, "dusk", "night", "golden hour", "dawn"),
        rng.choice((SUMMER, AUTUMN, SPRING)),
    )
    sky.draw_sky(sheet, light, horizon=0.95)
    land.tree_line(sheet, light, season, y=h * 0.74, size=u * 60, depth=0.3)
    sky.mist(sheet, light.haze, y=h * 0.72, thick=u * 10)
    line = land.ridge(sheet, h * 0.76, u * 3, waves=0.8)
    ground = land.ground_colour(light, season, 1)
    sheet.add(land.fill_below(sheet, line, sheet.linear((0, ground), (1, darker(ground, 0.3)))))
    glowing = light.ambient > 0.3
    cap = rng.choice(("#e0524a", "#f0913c", "#8f6fd9", "#4fb3a8"))
    count = rng.randint(4, 7)
    for i in range(count):
        scale = u * rng.uniform(0.09, 0.26)
        x, y = w * (i + rng.uniform(0.2, 0.8)) / count, h * 0.79 + scale * 60
        if glowing:
            sheet.add(sheet.glow(x, y - scale * 90, scale * 190, lighter(cap, 0.3), 0.4))
        sheet.add(
            place(
                _mushroom(sheet, light, cap, glowing=glowing), x=x, y=y, scale=scale, turn=rng.uniform(-6, 6)
            )
        )
    land.grass(sheet, darker(ground, 0.18), line=[(p[0], p[1] + u * 12) for p in line], size=u * 7, count=60)
    if glowing:
        sky.fireflies(sheet, top=h * 0.2, count=20)
    extra = ("glowing", "fireflies") if glowing else ()
    return Story(
        title=f"{'Glowing mushrooms' if glowing else 'Mushrooms'} in the {season.name} wood",
        tags=("mushroom", "forest", "tree", "grass", "mist", "outdoors", light.time, season.name, *extra),
        description="They were not there yesterday.",
    )


def _mushroom(sheet: Sheet, light: Light, colour: str, *, glowing: bool) -> str:
    cap = light.on(colour, 0.2 if glowing else 0.7)
    white = light.on("#fff6e6", 0.5)
    stalk = path(
        "M-20 0C-14 -40 -18 -70 -14 -92H14C18 -70 14 -40 20 0Z",
        sheet.linear((0, darker(white, 0.15)), (1, white)),
    )
    gills = ellipse(0, -92, 70, 15, darker(white, 0.12))
    dome = path(
        "M-84 -90C-84 -150 -40 -180 0 -180C40 -180 84 -150 84 -90C50 -76 -50 -76 -84 -90Z",
        sheet.linear((0, lighter(cap, 0.22)), (1, cap)),
    )
    spots = "".join(
        ellipse(x, y, r, r * 0.8, white)
        for x, y, r in (
            (-46, -112, 11),
            (-16, -148, 13),
            (26, -118, 12),
            (50, -140, 8),
            (4, -96, 7),
            (64, -102, 6),
        )
    )
    return group(stalk, gills, dome, spots)


MOTIFS: tuple[tuple[Motif, int], ...] = ((bouquet, 7), (flower_field, 6), (single_flower, 5), (mushrooms, 5))
"""Each with its weight among all motifs."""
