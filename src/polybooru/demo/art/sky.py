# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D103 — the name says what is drawn
"""Skies and weather. Every function draws over what is already on the sheet, back to front."""

import math

from polybooru.demo.art.palette import Light, lighter, mix
from polybooru.demo.art.svg import (
    Point,
    Sheet,
    circle,
    dots,
    ellipse,
    group,
    num,
    path,
    place,
    polygon,
    rect,
    star,
    stroke,
)

WEATHERS = ("clear", "clouds", "rain", "snow", "mist", "rainbow", "aurora")


def draw_sky(sheet: Sheet, light: Light, *, horizon: float = 0.7, sun: Point | None = None) -> Point:
    """The sky down to `horizon` (a share of the height), sun or moon in it. Returns where that stands.

    sun: shares of width and height; chosen if not given.
    """
    w, h, rng, u = sheet.width, sheet.height, sheet.rng, sheet.unit
    a, b, c, d = light.sky
    low = h * horizon
    sheet.add(rect(0, 0, w, h, d))
    sheet.add(rect(0, 0, w, low + 1, sheet.linear((0, a), (0.4, b), (0.75, c), (1, d))))
    share = sun or (rng.uniform(0.15, 0.85), rng.uniform(0.12, 0.5) * horizon)
    x, y = share[0] * w, share[1] * h
    if light.time in {"sunset", "dawn"} and sun is None:
        y = low - u * rng.uniform(8, 22)
    if light.ambient > 0.3:
        _stars(sheet, low, 0.9 if light.is_night else 0.5)
    if light.is_night or light.time == "dusk":
        _moon(sheet, light, x, y, u * rng.uniform(5, 8))
    else:
        _sun(sheet, light, x, y, u * rng.uniform(5, 8.5))
    return x, y


def _sun(sheet: Sheet, light: Light, x: float, y: float, r: float) -> None:
    sheet.add(sheet.glow(x, y, r * 4, light.sun, 0.75))
    sheet.add(circle(x, y, r * 1.35, light.sun, fill_opacity=0.35), circle(x, y, r, light.sun))


def _moon(sheet: Sheet, light: Light, x: float, y: float, r: float) -> None:
    sheet.add(sheet.glow(x, y, r * 3.6, light.sun, 0.45))
    if sheet.rng.random() < 0.5:
        grey = mix(light.sun, light.sky[2], 0.25)
        spots = [(-0.3, -0.25, 0.22), (0.28, 0.2, 0.3), (-0.15, 0.45, 0.14), (0.4, -0.4, 0.12)]
        sheet.add(circle(x, y, r, light.sun))
        sheet.add(*(circle(x + r * dx, y + r * dy, r * size, grey) for dx, dy, size in spots))
        return
    turn = sheet.rng.uniform(-35, 35)
    crescent = "M30 -95A100 100 0 1 0 30 95A78 78 0 1 1 30 -95Z"
    sheet.add(place(path(crescent, light.sun), x=x, y=y, scale=r / 85, turn=turn))


def _stars(sheet: Sheet, low: float, strength: float) -> None:
    rng, u = sheet.rng, sheet.unit
    for layer in range(3):
        found: list[tuple[float, float, float]] = []
        bright = (0.45, 0.7, 1.0)[layer] * strength * (0.8 + 0.2 * sheet.swing(1, layer / 3))
        for _ in range(44):
            x, y = rng.uniform(0, sheet.width), low * rng.random() ** 1.4
            found.append((x, y, u * rng.uniform(0.1, 0.32)))
        sheet.add(dots(found, "#ffffff", bright))
        for x, y, r in found[:2]:
            sheet.add(polygon(star(x, y, r * 6, r * 0.9, 4), "#ffffff", fill_opacity=bright))


def milky_way(sheet: Sheet, light: Light) -> None:
    """A slanted band of dim stars."""
    rng, u, w, h = sheet.rng, sheet.unit, sheet.width, sheet.height
    lean = rng.choice((-1, 1)) * rng.uniform(22, 40)
    length = math.hypot(w, h)
    soft = sheet.radial(
        (0, lighter(light.sky[3], 0.35), 0.5), (0.5, light.sky[3], 0.28), (1, light.sky[3], 0)
    )
    band = [ellipse(0, 0, length * 0.6, u * 26, soft), ellipse(u * 8, u * 2, length * 0.4, u * 11, soft)]
    for bright in (0.4, 0.65, 0.9):
        found = [
            (rng.gauss(0, length * 0.28), rng.gauss(0, u * 8), u * rng.uniform(0.08, 0.25)) for _ in range(75)
        ]
        band.append(dots(found, "#ffffff", bright))
    sheet.add(place(*band, x=w / 2, y=h * 0.34, turn=lean))


def clouds(sheet: Sheet, light: Light, *, low: float, count: int = 5) -> None:
    """Flat-bottomed clouds above `low` pixels, the far ones smaller and nearer to the horizon."""
    rng, u, w = sheet.rng, sheet.unit, sheet.width
    base = mix(light.sky[2], light.sun, 0.55) if light.ambient < 0.3 else mix(light.sky[2], light.sky[3], 0.5)
    for i in range(count):
        depth = (i + rng.random()) / count
        x = rng.random() * w
        size = u * (5 + 11 * depth)
        y = max(low * (0.85 - 0.62 * depth), size * 1.5)
        drift = sheet.swing(1, depth) * size * 0.2
        colour = mix(light.sky[2], base, 0.4 + 0.6 * depth)
        sheet.add(place(_cloud(sheet, size, colour), x=x + drift, y=y))


def _cloud(sheet: Sheet, size: float, colour: str) -> str:
    rng = sheet.rng
    bumps = rng.randint(4, 6)
    radii = [
        size * rng.uniform(0.3, 0.42) * (1.45 - abs(i - (bumps - 1) / 2) / bumps * 1.6) for i in range(bumps)
    ]
    length = sum(radii) * 1.35
    out: list[str] = []
    x = -length / 2
    for r in radii:
        x += r * 0.68
        out.append(
            f"M{num(x - r)} {num(-r * 0.55)}a{num(r)} {num(r)} 0 1 1 {num(2 * r)} 0a{num(r)} {num(r)} 0 1 1 {num(-2 * r)} 0Z"
        )
        x += r * 0.68
    clip = sheet.clip(rect(-size * 6, -size * 6, size * 12, size * 6, "#000000"))
    fill = sheet.linear((0, lighter(colour, 0.35)), (1, colour))
    pill = rect(
        -length / 2 - size * 0.1, -size * 0.3, length + size * 0.2, size * 0.3, colour, rx=size * 0.15
    )
    return pill + group(path("".join(out), fill), clip_path=clip)


def aurora(sheet: Sheet, *, low: float) -> None:
    """Curtains of light, made of upright rays along a winding line."""
    rng, w = sheet.rng, sheet.width
    for colour in rng.sample(("#57f2b0", "#62e6d8", "#9df28a", "#b98cf5", "#6ad0ff"), rng.randint(2, 3)):
        foot, tall = low * rng.uniform(0.42, 0.75), low * rng.uniform(0.3, 0.5)
        first, bend = rng.random(), rng.uniform(0.5, 1.1)
        glow = sheet.linear(
            (0, colour, 0), (0.5, colour, 0.2), (0.86, lighter(colour, 0.25), 0.55), (1, colour, 0)
        )
        count = 150
        for i in range(-2, count + 2):
            t = i / count
            wave = math.sin((t * bend + first) * 2 * math.pi) + 0.3 * math.sin(
                (t * 3.1 + first) * 2 * math.pi
            )
            wave += 0.15 * sheet.swing(1, t + first)
            rays = 0.8 + 0.2 * math.sin(t * 61 + first * 9) * math.sin(t * 23 + 2 * math.pi * sheet.phase)
            length = tall * rays * (0.75 + 0.35 * math.sin((t * 1.7 + first) * 2 * math.pi))
            sheet.add(rect(t * w, foot + wave * low * 0.12 - length, w / count * 1.02, length, glow))


def rain(sheet: Sheet, colour: str = "#ffffff") -> None:
    rng, u, w, h = sheet.rng, sheet.unit, sheet.width, sheet.height
    out: list[str] = []
    for _ in range(110):
        x, y, length = rng.uniform(-0.1, 1.1) * w, rng.random(), u * rng.uniform(3, 7)
        top = ((y + sheet.phase) % 1) * (h + length) - length
        out.append(f"M{num(x)} {num(top)}l{num(-length * 0.22)} {num(length)}")
    sheet.add(stroke("".join(out), colour, u * 0.28, opacity=0.45))


def snow(sheet: Sheet, count: int = 120) -> None:
    rng, u, w, h = sheet.rng, sheet.unit, sheet.width, sheet.height
    for layer in range(3):
        flakes: list[tuple[float, float, float]] = []
        for i in range(count // 3):
            x, y, r = rng.random() * w, rng.random(), u * (0.25 + 0.95 * rng.random() ** 3)
            fall = ((y + sheet.phase) % 1) * (h + 4 * r) - 2 * r
            flakes.append((x + sheet.swing(1, i * 0.37) * u * 1.2, fall, r))
        sheet.add(dots(flakes, "#ffffff", (0.6, 0.75, 0.92)[layer]))


def mist(sheet: Sheet, colour: str, *, y: float, thick: float) -> None:
    """A soft bank of fog around the height y, in pixels.

    Linear: a radial gradient costs fifteen times as much per pixel, and this one spans the sheet.
    """
    soft = sheet.linear((0, colour, 0), (0.5, colour, 0.8), (1, colour, 0))
    drift = thick * 0.15 * sheet.swing()
    sheet.add(rect(0, y - thick * 1.15 + drift, sheet.width, thick * 2.3, soft))


def rainbow(sheet: Sheet, *, low: float) -> None:
    rng, u = sheet.rng, sheet.unit
    x, r = sheet.width * rng.uniform(0.35, 0.65), min(sheet.width * 0.45, low * 0.85)
    band = u * 1.25
    for i, colour in enumerate(("#f26a6a", "#f7a35c", "#f9dc6b", "#7fd28a", "#68b8f2", "#9d86e0")):
        rr = r - i * band
        arc = f"M{num(x - rr)} {num(low)}A{num(rr)} {num(rr)} 0 0 1 {num(x + rr)} {num(low)}"
        sheet.add(path(arc, stroke=colour, stroke_width=band + 0.5, stroke_opacity=0.42))


def falling(sheet: Sheet, colours: tuple[str, ...], count: int = 26) -> None:
    """Leaves or petals in the air."""
    rng, u, w, h = sheet.rng, sheet.unit, sheet.width, sheet.height
    for i in range(count):
        x, y, size, turn = rng.random() * w, rng.random(), u * rng.uniform(0.8, 1.9), rng.uniform(0, 360)
        fall = ((y + sheet.phase) % 1) * (h + 8 * u) - 4 * u
        leaf = path("M0 -10C7 -6 7 5 0 10C-7 5 -7 -6 0 -10Z", rng.choice(colours))
        sheet.add(
            place(
                leaf,
                x=x + sheet.swing(1, i * 0.3) * u * 3,
                y=fall,
                scale=size / 10,
                turn=turn + 360 * sheet.phase,
            )
        )


def fireflies(sheet: Sheet, *, top: float, count: int = 18) -> None:
    rng, u, w, h = sheet.rng, sheet.unit, sheet.width, sheet.height
    soft = sheet.radial((0, "#fff7b0", 0.9), (0.3, "#ffe66b", 0.45), (1, "#ffe66b", 0))
    for i in range(count):
        x, y, r, offset = rng.random() * w, rng.uniform(top, h), u * rng.uniform(1.2, 2.6), rng.random()
        x, y = x + sheet.swing(1, offset) * u * 2, y + sheet.swing(2, offset + i * 0.1) * u
        glow = 0.7 + 0.3 * sheet.swing(2, offset)
        sheet.add(circle(x, y, r, soft, fill_opacity=glow), circle(x, y, r * 0.16, "#fffde0"))


def flock(sheet: Sheet, colour: str, *, x: float, y: float, count: int = 7) -> None:
    """Far birds as two strokes each, in a loose line."""
    rng, u = sheet.rng, sheet.unit
    for i in range(count):
        bx, by = (
            x + (i - count / 2) * u * rng.uniform(3, 4.5),
            y + abs(i - count / 2) * u * 1.1 + rng.uniform(-1, 1) * u,
        )
        beat = 1 + 0.5 * sheet.swing(2, i * 0.21)
        wing = u * rng.uniform(1.2, 1.9)
        d = f"M{num(-wing)} {num(-wing * 0.4 * beat)}Q{num(-wing * 0.4)} {num(-wing * 0.5 * beat)} 0 0Q{num(wing * 0.4)} {num(-wing * 0.5 * beat)} {num(wing)} {num(-wing * 0.4 * beat)}"
        sheet.add(place(stroke(d, colour, u * 0.4), x=bx, y=by))
