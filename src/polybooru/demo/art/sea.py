# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D103 — the name says what is drawn
"""Under water: fish, corals, jellyfish, a whale, a turtle."""

import math

from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import darker, lighter, mix
from polybooru.demo.art.svg import (
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
    stroke,
)

WATERS = (
    ("#a5ecf0", "#3fb3d4", "#17669f", "#123f78"),
    ("#c4f4df", "#4fc4b8", "#1c7f92", "#125068"),
    ("#8fc6f7", "#3f76d4", "#2a4499", "#1d2766"),
    ("#d9c4fb", "#8f7fe0", "#5a4aae", "#352b78"),
)
CORALS = ("#f2718a", "#f79a5c", "#f9c95c", "#b583e6", "#ef8fc0", "#5fd0b0")


def _water(sheet: Sheet) -> tuple[str, str, str, str]:
    """Sunlit water with shafts of light. Returns its colours from the surface down."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    colours = rng.choice(WATERS)
    a, b, c, d = colours
    sheet.add(rect(0, 0, w, h, sheet.linear((0, a), (0.3, b), (0.75, c), (1, d))))
    shaft = sheet.linear((0, "#ffffff", 0.32), (1, "#ffffff", 0))
    for i in range(6):
        x, wide = w * (i + rng.random()) / 6, u * rng.uniform(4, 12)
        lean = u * rng.uniform(-14, -4) + sheet.swing(1, i * 0.17) * u * 3
        sheet.add(
            polygon(
                [
                    (x, -2),
                    (x + wide, -2),
                    (x + wide * 1.9 + lean, h * 0.85),
                    (x + lean - wide * 0.5, h * 0.85),
                ],
                shaft,
            )
        )
    return colours


def _bubbles(sheet: Sheet, count: int = 30) -> None:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    for i in range(count):
        x, y, r = rng.random() * w, rng.random(), u * rng.uniform(0.4, 1.5)
        up = ((y - sheet.phase) % 1) * (h + 4 * r) - 2 * r
        px = x + sheet.swing(1, i * 0.31) * u
        sheet.add(
            circle(
                px,
                up,
                r,
                "#ffffff",
                fill_opacity=0.16,
                stroke="#ffffff",
                stroke_width=u * 0.16,
                stroke_opacity=0.6,
            ),
            circle(px - r * 0.3, up - r * 0.35, r * 0.2, "#ffffff", fill_opacity=0.8),
        )


def _seabed(sheet: Sheet, deep: str) -> None:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    for layer in range(3):
        y = h - u * (17 - 6 * layer)
        line = [(w * k / 8, y + math.sin(k * 1.3 + layer * 2 + rng.random()) * u * 2) for k in range(-1, 10)]
        sand = mix(deep, "#f3d9a8", 0.25 + 0.27 * layer)
        for _ in range(6 if layer < 2 else 0):
            x, tall, colour = (
                rng.random() * w,
                u * rng.uniform(10, 22),
                mix(deep, rng.choice(CORALS), 0.5 + 0.4 * layer),
            )
            figure = (
                _coral(sheet, colour)
                if rng.random() < 0.6
                else _kelp(sheet, mix(deep, "#5fb87a", 0.5 + 0.3 * layer))
            )
            sheet.add(place(figure, x=x, y=y + u * 3, scale=tall / 100))
        sheet.add(
            path(
                smooth(line) + f"V{num(h + 2)}H{num(-w)}Z",
                sheet.linear((0, lighter(sand, 0.12)), (1, darker(sand, 0.12))),
            )
        )
    for _ in range(5):
        x, y = rng.random() * w, h - u * rng.uniform(1.5, 5)
        colour = rng.choice(CORALS)
        arms = "".join(
            path("M0 0C-22 -10 -16 -60 0 -66C16 -60 22 -10 0 0Z", colour, transform=f"rotate({72 * k})")
            for k in range(5)
        )
        sheet.add(
            place(
                arms,
                circle(0, 0, 12, lighter(colour, 0.3)),
                x=x,
                y=y,
                scale=u * 0.04,
                turn=rng.uniform(0, 72),
            )
        )


def _coral(sheet: Sheet, colour: str) -> str:
    limbs: dict[float, list[str]] = {}

    def grow(x: float, y: float, angle: float, length: float, width: float) -> None:
        ex, ey = x + math.cos(angle) * length, y + math.sin(angle) * length
        limbs.setdefault(width, []).append(f"M{num(x)} {num(y)}L{num(ex)} {num(ey)}")
        if length > 12:
            for turn in (-0.5, 0.08, 0.55):
                grow(ex, ey, angle + turn * sheet.rng.uniform(0.8, 1.2), length * 0.66, width * 0.75)

    grow(0, 4, -math.pi / 2, 36, 13)
    return "".join(stroke("".join(lines), colour, width) for width, lines in limbs.items())


def _kelp(sheet: Sheet, colour: str) -> str:
    out: list[str] = []
    for k in range(3):
        points = [
            ((k - 1) * 16 + math.sin(t * 0.9 + k + sheet.swing(1, k * 0.2)) * t * 1.6, 6 - t * 17)
            for t in range(8)
        ]
        out.append(stroke(smooth(points), mix(colour, "#ffffff", 0.08 * k), 9))
    return "".join(out)


def fish(colour: str, second: str, *, striped: bool, wag: float) -> str:
    """Looking right, about 200 wide around (0, 0); wag -1..1 moves the tail."""
    tail = path(
        "M-60 0C-80 -34 -104 -46 -118 -44C-104 -16 -104 16 -118 44C-104 46 -80 34 -60 0Z",
        second,
        transform=f"translate(-60 0) scale({num(1 + 0.14 * wag)} 1) translate(60 0)",
    )
    fins = path("M-30 -44C-10 -84 30 -80 48 -66C40 -54 34 -46 30 -38Z", second) + path(
        "M-16 42C-14 64 6 72 22 66C22 54 16 46 14 40Z", second
    )
    body = "M96 2C80 -36 36 -54 0 -50C-36 -46 -62 -22 -74 0C-62 24 -36 48 0 52C36 54 80 38 96 2Z"
    marks = stroke(
        "M34 -50C24 -16 24 18 34 52M-14 -54C-24 -18 -24 20 -14 54M-54 -30C-58 -10 -58 12 -54 32",
        "#ffffff" if striped else second,
        15 if striped else 4,
    )
    gill = stroke("M46 -22C36 -6 36 14 46 28", darker(colour, 0.18), 3.5) if not striped else ""
    side = path("M-6 4C-26 0 -42 12 -44 30C-26 34 -8 24 -6 4Z", lighter(second, 0.15))
    eye = circle(64, -12, 13, "#ffffff") + circle(67, -11, 8, "#231a2e") + circle(64, -15, 3, "#ffffff")
    smile = stroke("M84 14Q76 20 70 18", darker(colour, 0.4), 3)
    return group(
        tail,
        fins,
        path(body, colour),
        path(
            "M92 10C70 44 20 56 -10 50C-36 44 -56 26 -68 8C-20 30 50 28 92 10Z",
            lighter(colour, 0.35),
            fill_opacity=0.7,
        ),
        marks,
        gill,
        side,
        eye,
        smile,
    )


def reef(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    _, _, _, deep = _water(sheet)
    _seabed(sheet, deep)
    count, clown = rng.randint(5, 10), rng.random() < 0.4
    kinds = ["species:clownfish"] if clown else []
    for i in range(count):
        depth = (i + rng.random()) / count
        colour, second = rng.sample(CORALS, 2)
        striped = clown and i >= count - 2
        if striped:
            colour, second = "#f58a3a", "#e8682c"
        size = u * (0.03 + 0.1 * depth)
        x, y = w * rng.uniform(0.08, 0.92), h * rng.uniform(0.12, 0.74)
        x += sheet.swing(1, depth) * u * 3
        figure = fish(
            mix(deep, colour, 0.55 + 0.45 * depth),
            mix(deep, second, 0.55 + 0.45 * depth),
            striped=striped,
            wag=sheet.swing(3, depth),
        )
        sheet.add(place(figure, x=x, y=y, scale=size, flip=rng.random() < 0.5))
    _bubbles(sheet)
    return Story(
        title=f"{'Clownfish on the reef' if clown else 'Coral reef'}",
        tags=("fish", *kinds, "underwater", "coral", "bubbles", "group", "starfish", "water", "light rays"),
        description=f"{count} fish and not one of them is late for anything.",
    )


def jellyfish(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    _water(sheet)
    sheet.add(rect(0, 0, w, h, "#120f3f", fill_opacity=0.55))
    count = rng.randint(2, 6)
    slots = rng.sample(range(count), count)
    for i in range(count):
        depth = (i + 0.7) / count
        colour = rng.choice(("#f7a8e0", "#9fd9ff", "#c4a8ff", "#8ff2d9", "#ffc9a8"))
        size = u * (0.08 + 0.14 * depth)
        x, y = w * (slots[i] + 0.5) / count + rng.uniform(-3, 3) * u, h * rng.uniform(0.2, 0.5)
        sheet.add(sheet.glow(x, y, size * 190, colour, 0.35))
        sheet.add(
            place(
                _jelly(sheet, colour, i * 0.21),
                x=x,
                y=y + sheet.swing(1, i * 0.21) * u * 2,
                scale=size,
                turn=rng.uniform(-14, 14),
            )
        )
    _bubbles(sheet, 22)
    return Story(
        title=f"{count} glowing jellyfish",
        tags=(
            "species:jellyfish",
            "underwater",
            "glowing",
            "bubbles",
            "duo" if count == 2 else "group",
            "water",
            "dark",
        ),
        description="They drift, they glow, they have *no opinions*.",
    )


def _jelly(sheet: Sheet, colour: str, offset: float) -> str:
    pulse = 1 + 0.07 * sheet.swing(1, offset)
    arms = "".join(
        stroke(
            smooth(
                [
                    (x + math.sin(t * 0.8 + x * 0.06 + 6.283 * sheet.phase) * t * 1.5, 8 + t * 21)
                    for t in range(8)
                ]
            ),
            lighter(colour, 0.15),
            4 if k % 2 else 8,
            opacity=0.65,
        )
        for k, x in enumerate((-52, -34, -17, 0, 17, 34, 52))
    )
    bell = path(
        "M-78 14C-84 -60 -40 -88 0 -88C40 -88 84 -60 78 14C62 2 52 2 40 14C28 2 14 2 0 14C-14 2 -28 2 -40 14C-52 2 -62 2 -78 14Z",
        sheet.linear((0, lighter(colour, 0.45), 0.95), (1, colour, 0.75)),
    )
    inner = path("M-44 -6C-48 -46 -24 -64 0 -64C24 -64 48 -46 44 -6Z", "#ffffff", fill_opacity=0.22)
    cheeks = (
        circle(-24, -22, 5, "#3a2450")
        + circle(24, -22, 5, "#3a2450")
        + stroke("M-8 -16Q0 -9 8 -16", "#3a2450", 3.5)
    )
    return group(arms, group(bell, inner, cheeks, transform=f"scale({num(pulse)} {num(2 - pulse)})"))


def whale(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    _, _, _, deep = _water(sheet)
    colour = rng.choice(("#4f79c9", "#3f6a9f", "#6a8fd9", "#5f7f9f"))
    body = "M150 -6C150 -60 90 -84 30 -82C-40 -80 -92 -40 -132 -22C-150 -40 -176 -50 -200 -44C-192 -24 -178 -12 -160 -6C-176 6 -186 22 -186 38C-164 38 -146 24 -134 8C-100 44 -40 66 30 66C96 66 150 44 150 -6Z"
    belly = path(
        "M150 -2C120 26 60 34 10 26C-30 20 -60 30 -84 34C-40 60 10 70 60 66C120 62 154 40 150 -2Z", "#eef5fb"
    ) + stroke("M134 22C90 40 30 40 -30 38M116 38C80 50 30 52 -10 52", darker("#d3e2f0", 0.12), 2.5)
    eye = (
        circle(98, -16, 6.5, "#1d1a30")
        + circle(96, -19, 2.4, "#ffffff")
        + ellipse(108, 0, 10, 6, "#ff8a9a", fill_opacity=0.5)
    )
    fin = path("M30 34C24 66 -4 92 -36 96C-34 66 -14 40 6 30Z", darker(colour, 0.12))
    freckles = "".join(
        circle(x, y, r, lighter(colour, 0.22))
        for x, y, r in ((20, -56, 5), (44, -62, 3.5), (-14, -48, 4), (64, -50, 3), (-46, -30, 3.5))
    )
    inside = group(belly, clip_path=sheet.clip(path(body, "#000000")))
    figure = group(
        path(body, sheet.linear((0, lighter(colour, 0.12)), (1, darker(colour, 0.1)))),
        inside,
        freckles,
        eye,
        fin,
    )
    baby = rng.random() < 0.5
    left = rng.random() < 0.5
    scale = min(w / 400, h / 260) * 0.62
    sheet.add(
        place(
            figure,
            x=w * 0.5,
            y=h * 0.4 + sheet.swing() * u * 1.5,
            scale=scale,
            turn=-6 if not left else 6,
            flip=left,
        )
    )
    if baby:
        sheet.add(
            place(
                figure,
                x=w * (0.34 if not left else 0.66),
                y=h * 0.6 + sheet.swing(1, 0.3) * u * 1.5,
                scale=scale * 0.4,
                turn=-4,
                flip=left,
            )
        )
    _seabed(sheet, deep)
    _bubbles(sheet, 24)
    return Story(
        title="Whale and calf" if baby else "A blue whale passing by",
        tags=(
            "species:whale",
            "duo" if baby else "solo",
            "underwater",
            "cute",
            "coral",
            "bubbles",
            "water",
            "light rays",
        ),
        description="Hums in a key too low for any piano.",
    )


MOTIFS: tuple[tuple[Motif, int], ...] = ((reef, 7), (jellyfish, 4), (whale, 4))
"""Each with its weight among all motifs."""
