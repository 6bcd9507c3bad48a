# ruff: noqa: E501 — path data stays in one piece
"""Backgrounds with a place to stand: what animals are put on."""

from dataclasses import dataclass

from polybooru.demo.art import land, sky
from polybooru.demo.art.palette import (
    AUTUMN,
    BACKDROPS,
    SEASONS,
    SPRING,
    SUMMER,
    WINTER,
    Light,
    Season,
    darker,
    light_of,
    lighter,
    mix,
)
from polybooru.demo.art.svg import Sheet, circle, ellipse, path, place, polygon, rect, star, stroke

PLAIN = Light(
    time="",
    sky=("#ffffff", "#ffffff", "#ffffff", "#ffffff"),
    sun="#ffffff",
    haze="#ffffff",
    shade="#4a4270",
    ambient=0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """floor: where feet stand, in pixels from the top. where: words for a title, such as "in the snow"."""

    light: Light
    floor: float
    where: str
    tags: tuple[str, ...]


def outdoors(sheet: Sheet, season: Season | None = None, *times: str) -> Stage:
    """Meadow, wood or snow, at any hour."""
    rng, h, u = sheet.rng, sheet.height, sheet.unit
    season = season or rng.choice(SEASONS)
    light = light_of(rng, *times)
    top = h * rng.uniform(0.4, 0.52)
    sky.draw_sky(sheet, light, horizon=0.6)
    if rng.random() < 0.6:
        sky.clouds(sheet, light, low=top, count=4)
    tags = [light.time, season.name, "outdoors"]
    if rng.random() < 0.4:
        land.mountains(sheet, light, base=top + u * 8, tall=top * 0.55, depth=0.12)
        tags.append("mountain")
    wooded = rng.random() < 0.5
    if wooded:
        land.tree_line(sheet, light, season, y=top + u * 6, size=u * 17, depth=0.35)
        sky.mist(sheet, light.haze, y=top + u * 5, thick=u * 6)
        tags.append("forest")
    line = land.hills(sheet, light, season, top=top + u * 4, layers=3, trees=not wooded)
    ground = land.ground_colour(light, season, 1)
    land.grass(sheet, darker(ground, 0.1), line=line, size=u * 3, count=70)
    where = _decorate(sheet, light, season, h * 0.72, tags)
    return Stage(light=light, floor=h * 0.88, where=where, tags=tuple(tags))


def _decorate(sheet: Sheet, light: Light, season: Season, top: float, tags: list[str]) -> str:
    """Ground cover of the season; returns the words for the place."""
    u, w, h = sheet.unit, sheet.width, sheet.height
    if season is WINTER:
        for x in (0.1, 0.88):
            sheet.add(
                place(
                    land.pine(sheet, light, season),
                    x=w * x,
                    y=h * 0.86,
                    scale=u * sheet.rng.uniform(0.4, 0.6),
                )
            )
        tags.append("snow")
        return "in the snow"
    if season is AUTUMN:
        colours = tuple(light.on(c, 0.8) for c in AUTUMN.leaves)
        for _ in range(70):
            leaf = path("M0 -10C7 -6 7 5 0 10C-7 5 -7 -6 0 -10Z", sheet.rng.choice(colours))
            x, y = sheet.rng.random() * w, sheet.rng.uniform(top, h)
            sheet.add(
                place(leaf, x=x, y=y, scale=u * sheet.rng.uniform(0.09, 0.16), turn=sheet.rng.uniform(0, 360))
            )
        tags.append("leaves")
        return "among autumn leaves"
    colours = (
        ("#ffffff", "#f7a8c4", "#f9d65c")
        if season is SPRING
        else ("#f26a6a", "#c39be8", "#fff3c4", "#7fb4f2")
    )
    land.blossoms(sheet, light, colours, top=top, count=55, size=1.15)
    tags.append("flower")
    return f"in a {season.name} meadow"


def weather(sheet: Sheet, stage: Stage) -> tuple[str, ...]:
    """Something in front of everything: flakes, leaves, petals or fireflies. Returns its tags."""
    if "winter" in stage.tags:
        sky.snow(sheet, 90)
        return ("snowing",)
    if "autumn" in stage.tags:
        sky.falling(sheet, AUTUMN.leaves, 16)
        return ("falling leaves",)
    if stage.light.ambient > 0.3:
        sky.fireflies(sheet, top=sheet.height * 0.5, count=16)
        return ("fireflies",)
    return ()


def studio(sheet: Sheet, *, dark: bool = False) -> Stage:
    """A plain backdrop in one hue with a large soft shape and confetti."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    a, b, c = rng.choice(BACKDROPS[7:] if dark else BACKDROPS[:7])
    sheet.add(rect(0, 0, w, h, sheet.linear((0, a), (1, b), angle=rng.choice((60, 90, 120)))))
    kind = rng.randrange(4)
    x, y = sheet.centre
    soft = mix(a, c, 0.45)
    if kind == 0:
        sheet.add(
            circle(x, y, u * 40, soft, fill_opacity=0.75),
            circle(x, y, u * 45, "none", stroke=soft, stroke_width=u),
        )
    elif kind == 1:
        rays = "".join(
            polygon(
                [(0, 0), (-u * 10, -u * 120), (u * 10, -u * 120)],
                mix(a, c, 0.3),
                transform=f"rotate({k * 30})",
            )
            for k in range(12)
        )
        sheet.add(place(rays, x=x, y=y, turn=30 * sheet.phase))
    elif kind == 2:
        for k in range(5):
            r = u * (58 - k * 10)
            sheet.add(circle(x, h * 0.62, r, mix(a, c, 0.12 + 0.14 * k)))
    else:
        step = u * 11
        for row in range(int(h / step) + 2):
            for column in range(int(w / step) + 2):
                sheet.add(
                    circle(
                        (column + row % 2 / 2) * step, row * step, u * 1.6, lighter(a, 0.35), fill_opacity=0.8
                    )
                )
    for _ in range(14):
        px, py, size = rng.random() * w, rng.random() * h, u * rng.uniform(0.6, 1.5)
        spark = lighter(a, 0.6)
        sheet.add(
            polygon(star(px, py, size * 1.6, size * 0.5, 4), spark)
            if rng.random() < 0.5
            else circle(px, py, size * 0.5, spark)
        )
    light = PLAIN if not dark else Light(time="", sky=(a, b, c, c), sun=c, haze=b, shade=a, ambient=0.2)
    return Stage(light=light, floor=h * 0.9, where="", tags=("simple background",))


def room(sheet: Sheet) -> Stage:
    """Indoors by a big window."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng)
    wall = light.on(rng.choice(("#e8c9a8", "#c9d8c0", "#d9c4dc", "#b9cfe0", "#f0cdbd")), 1.2)
    sheet.add(rect(0, 0, w, h, sheet.linear((0, wall), (1, darker(wall, 0.12)))))
    sill, ww, wh = h * 0.78, min(w * 0.72, u * 110), h * 0.62
    left, top = (w - ww) / 2, sill - wh
    view = Sheet(width=ww, height=wh, rng=rng, phase=sheet.phase, defs=sheet.defs)
    season = rng.choice((SUMMER, AUTUMN, WINTER, SPRING))
    sky.draw_sky(view, light, horizon=0.8)
    sky.clouds(view, light, low=wh * 0.6, count=3)
    land.hills(view, light, season, top=wh * 0.66, layers=3)
    extra = []
    if season is WINTER:
        sky.snow(view, 70)
        extra.append("snow")
    elif rng.random() < 0.4:
        sky.rain(view)
        extra.append("rain")
    frame = light.on("#fbf3e6", 0.8)
    clip = sheet.clip(rect(0, 0, ww, wh, "#000000"))
    inside = f'<g clip-path="{clip}">{"".join(view.parts)}</g>'
    sheet.add(rect(left - u * 3, top - u * 3, ww + u * 6, wh + u * 3, frame), place(inside, x=left, y=top))
    sheet.add(
        rect(left + ww / 2 - u * 0.9, top, u * 1.8, wh, frame),
        rect(left, top + wh * 0.36, ww, u * 1.5, frame),
    )
    cloth = light.on(rng.choice(("#e07a6f", "#5f8fb5", "#e5a84b", "#7fa877", "#a884c4")))
    for side in (-1, 1):
        x = w / 2 + side * (ww / 2 + u * 4)
        edge = x - side * u * 17
        drape = f"M{x + side * u * 5:.1f} {top - u * 7:.1f}H{edge - side * u * 6:.1f}C{edge:.1f} {h * 0.35:.1f} {edge + side * u * 6:.1f} {h * 0.55:.1f} {x - side * u * 4:.1f} {sill - u * 4:.1f}L{x + side * u * 6:.1f} {sill + u * 4:.1f}Z"
        sheet.add(
            path(
                drape, sheet.linear((0, cloth), (0.5, lighter(cloth, 0.18)), (1, darker(cloth, 0.1)), angle=0)
            )
        )
    sheet.add(
        stroke(
            f"M{left - u * 12:.1f} {top - u * 7:.1f}H{left + ww + u * 12:.1f}", light.on("#7d5a44"), u * 1.6
        )
    )
    sheet.add(
        rect(left - u * 7, sill - u, ww + u * 14, u * 5, lighter(frame, 0.3), rx=u),
        rect(left - u * 5, sill + u * 4, ww + u * 10, u * 2, darker(wall, 0.22)),
    )
    _pot(sheet, light, left + u * 7, sill)
    return Stage(
        light=light,
        floor=sill + u * 2.5,
        where="on the window sill",
        tags=("indoors", "window", "curtain", "potted plant", light.time, season.name, *extra),
    )


def _pot(sheet: Sheet, light: Light, x: float, y: float) -> None:
    u, green = sheet.unit, light.on("#5f9f6a")
    leaves = "".join(
        path(
            "M0 0C-14 -24 -10 -52 0 -66C10 -52 14 -24 0 0Z",
            mix(green, "#ffffff", 0.06 * (k % 3)),
            transform=f"rotate({-60 + 24 * k})",
        )
        for k in range(6)
    )
    pot = path("M-26 0H26L19 44H-19Z", light.on("#cf7a55")) + rect(-30, -8, 60, 13, light.on("#dd8f69"), rx=3)
    sheet.add(
        ellipse(x, y + u * 0.6, u * 6, u, "#1d1438", fill_opacity=0.18),
        place(leaves, pot, x=x, y=y - u * 9, scale=u * 0.22),
    )
