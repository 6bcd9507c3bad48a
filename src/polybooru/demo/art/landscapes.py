# ruff: noqa: D103 — the name says what is drawn
"""Wide views without anybody in them: mountains, hills, woods, deserts and night skies."""

from polybooru.demo.art import buildings, land, sky
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import (
    AUTUMN,
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
from polybooru.demo.art.svg import Sheet, circle, path, place

TIMES = ("dawn", "day", "golden hour", "sunset", "dusk", "night")


def _weather(sheet: Sheet, light: Light, season: Season, low: float) -> list[str]:
    """Something in the air that suits the hour and the season; returns its tags."""
    rng = sheet.rng
    if light.is_night and rng.random() < 0.45:
        if rng.random() < 0.5:
            sky.aurora(sheet, low=low)
            return ["aurora"]
        sky.milky_way(sheet, light)
        return ["milky way"]
    if rng.random() < 0.75:
        sky.clouds(sheet, light, low=low, count=rng.randint(3, 6))
        if light.time == "day" and season is not WINTER and rng.random() < 0.3:
            sky.rainbow(sheet, low=low)
            return ["clouds", "rainbow"]
        return ["clouds"]
    return []


def _tags(light: Light, season: Season, *more: str) -> tuple[str, ...]:
    seen = ["scenery", *more, light.time, season.name, "sky"]
    if light.ambient > 0.3:
        seen.append("stars")
    return tuple(dict.fromkeys(seen))


def mountain_lake(sheet: Sheet) -> Story:
    rng, h, u = sheet.rng, sheet.height, sheet.unit
    light, season = light_of(rng, rng.choice(TIMES)), rng.choice(SEASONS)
    shore = h * rng.uniform(0.6, 0.68)
    sun_x, _ = sky.draw_sky(sheet, light, horizon=shore / h)
    air = _weather(sheet, light, season, shore * 0.8)
    land.mountains(sheet, light, base=shore, tall=shore * rng.uniform(0.5, 0.62), depth=0.15)
    land.mountains(sheet, light, base=shore, tall=shore * rng.uniform(0.32, 0.42), depth=0.55)
    sky.mist(sheet, light.haze, y=shore - u * 3, thick=u * 5)
    land.tree_line(sheet, light, season, y=shore, size=u * 9, depth=0.6)
    land.water(sheet, light, top=shore, bottom=h, sun_x=sun_x)
    _shore(sheet, light, season)
    title = f"{_article(light.time)} {light.time} at the mountain lake"
    tags = _tags(light, season, "mountain", "lake", "water", "reflection", "tree", *air)
    return Story(
        title=title,
        tags=tags,
        description=f"Still water below the peaks in {season.name}. *No wind at all that {hour_of(light)}.*",
    )


def _shore(sheet: Sheet, light: Light, season: Season) -> None:
    """A dark near bank with reeds or snow and a few trees at the sides."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    line = land.ridge(sheet, h - u * 5, u * 4, waves=0.8)
    colour = land.ground_colour(light, season, 1.0)
    for x in (rng.uniform(0.02, 0.14), rng.uniform(0.16, 0.24), rng.uniform(0.84, 0.97)):
        size = u * rng.uniform(26, 46)
        sheet.add(
            place(
                land.pine(sheet, light, season), x=x * w, y=land.height_at(line, x * w) + u, scale=size / 100
            )
        )
    sheet.add(land.fill_below(sheet, line, sheet.linear((0, colour), (1, darker(colour, 0.35)))))
    land.grass(sheet, darker(colour, 0.12), line=line, size=u * 4.5, count=50)


def rolling_hills(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light, season = light_of(rng, rng.choice(TIMES)), rng.choice(SEASONS)
    top = h * rng.uniform(0.45, 0.58)
    sky.draw_sky(sheet, light, horizon=top / h + 0.08)
    air = _weather(sheet, light, season, top)
    if rng.random() < 0.5:
        land.mountains(sheet, light, base=top + u * 6, tall=top * 0.4, depth=0.05)
        air.append("mountain")
    line = land.hills(sheet, light, season, top=top, layers=5)
    title, feature = "", rng.choice(("windmill", "cabin", "tree"))
    x = w * rng.uniform(0.2, 0.8)
    y, size = land.height_at(line, x) + u, u * rng.uniform(24, 32)
    if feature == "windmill":
        sheet.add(place(buildings.windmill(sheet, light), x=x, y=y, scale=size / 100))
        title = "Windmill on the hill"
    elif feature == "cabin":
        sheet.add(place(buildings.cabin(sheet, light, snowy=season is WINTER), x=x, y=y, scale=size / 110))
        title = "Cabin on the hill"
    else:
        sheet.add(
            place(
                land.round_tree(sheet, light, season)
                if season is not WINTER
                else land.pine(sheet, light, season),
                x=x,
                y=y,
                scale=size * 1.5 / 100,
            )
        )
        title = "Lonely tree on the hill"
    land.grass(sheet, darker(land.ground_colour(light, season, 1), 0.08), line=line, size=u * 3.5, count=70)
    if season in (SPRING, SUMMER):
        land.blossoms(sheet, light, ("#fdf3f6", "#f48fb1", "#f9d65c", "#c39be8"), top=h * 0.9, count=40)
        air.append("flower")
    if season is WINTER:
        sky.snow(sheet)
        air.append("snow")
    return Story(
        title=f"{title} in {season.name}",
        tags=_tags(light, season, "hill", feature, *air),
        description=f"A walk that ended where the path did, in {season.name}, at {hour_of(light)}.",
    )


def forest(sheet: Sheet) -> Story:
    """A misty wood in layers, with fireflies, falling leaves or snow."""
    rng, h, u = sheet.rng, sheet.height, sheet.unit
    light, season = light_of(rng, rng.choice(TIMES)), rng.choice(SEASONS)
    sky.draw_sky(sheet, light, horizon=0.85)
    for i in range(4):
        depth = (i + 0.6) / 4
        y, size = h * (0.6 + 0.12 * i), u * (17 + 11 * i)
        land.tree_line(sheet, light, season, y=y, size=size, depth=depth)
        line = land.ridge(sheet, y - u, u * 2.5, waves=1)
        sheet.add(land.fill_below(sheet, line, land.ground_colour(light, season, depth)))
        if i < 3:
            sky.mist(sheet, mix(light.haze, light.sky[3], 0.3), y=y, thick=u * 9)
    extra = ["forest", "tree", "mist"]
    if season is WINTER:
        sky.snow(sheet, 150)
        extra.append("snow")
    elif season is AUTUMN:
        sky.falling(sheet, AUTUMN.leaves, 30)
        extra.append("falling leaves")
    elif light.ambient > 0.3:
        sky.fireflies(sheet, top=h * 0.45, count=24)
        extra.append("fireflies")
    return Story(
        title=f"Misty {season.name} forest at {hour_of(light)}",
        tags=_tags(light, season, *extra),
        description="Layers of trees, each a little paler than the one before it.",
    )


def desert(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, "golden hour", "sunset", "dusk", "night", "dawn")
    top = h * 0.55
    sky.draw_sky(sheet, light, horizon=0.62)
    extra = ["milky way"] if light.is_night else []
    if light.is_night:
        sky.milky_way(sheet, light)
    sand = Season(name="summer", ground="#e5a566", leaves=("#5f8f5a",), pine="#4f7f5a")
    land.mountains(sheet, light, base=top + u * 6, tall=u * 22, depth=0.2, snowy=False)
    for i in range(4):
        depth = (i + 1) / 4
        line = land.ridge(
            sheet, top + (h - top) * i / 4, u * (5 + 2 * i), waves=rng.uniform(0.5, 0.9), rough=0.05
        )
        colour = land.ground_colour(light, sand, depth)
        sheet.add(
            land.fill_below(
                sheet,
                line,
                sheet.linear(
                    (0, lighter(colour, 0.18)), (1, darker(colour, 0.16)), angle=rng.choice((60, 120))
                ),
            )
        )
        for _ in range(rng.randint(1, 3)):
            x = rng.random() * w
            sheet.add(
                place(
                    _cactus(light, depth),
                    x=x,
                    y=land.height_at(line, x) + u,
                    scale=u * (0.05 + 0.17 * depth),
                    flip=rng.random() < 0.5,
                )
            )
    return Story(
        title=f"Saguaro desert at {hour_of(light)}",
        tags=("scenery", "desert", "cactus", "sand", "mountain", light.time, "sky", *extra),
        description="The sand keeps the warmth of the day until long after dark.",
    )


def _cactus(light: Light, depth: float) -> str:
    green = mix(light.haze, light.on("#4f8f63"), 0.25 + 0.75 * depth)
    arms = "M0 0V-88M0 -34C-24 -34 -28 -40 -28 -62M0 -24C24 -24 26 -36 26 -50"
    body = path(arms, stroke=green, stroke_width=17, stroke_linecap="round")
    shine = path(
        "M-4 -4V-88M-31 -44V-62M23 -36V-50",
        stroke=lighter(green, 0.2),
        stroke_width=3,
        stroke_linecap="round",
    )
    return body + shine + circle(0, -98, 6, light.on("#f48fb1")) + circle(26, -60, 4.5, light.on("#f9b4c8"))


def night_sky(sheet: Sheet) -> Story:
    """Mostly sky: milky way or aurora above a thin line of hills."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light, season = light_of(rng, "night"), rng.choice(SEASONS)
    sky.draw_sky(sheet, light, horizon=0.9)
    northern = rng.random() < 0.5
    if northern:
        sky.aurora(sheet, low=h * 0.8)
    else:
        sky.milky_way(sheet, light)
    land.mountains(sheet, light, base=h * 0.98, tall=u * 32, depth=0.3)
    line = land.ridge(sheet, h * 0.9, u * 4)
    land.tree_line(sheet, light, season, y=h * 0.92, size=u * 12, depth=0.9)
    sheet.add(land.fill_below(sheet, line, land.ground_colour(light, season, 1)))
    x = w * rng.uniform(0.25, 0.75)
    sheet.add(
        place(
            buildings.cabin(sheet, light, snowy=season is WINTER),
            x=x,
            y=land.height_at(line, x) + u * 2,
            scale=u * 0.12,
        )
    )
    what = "Aurora" if northern else "Milky way"
    return Story(
        title=f"{what} over the {season.name} cabin",
        tags=(
            "scenery",
            "night",
            "stars",
            "moon",
            "aurora" if northern else "milky way",
            "cabin",
            "mountain",
            "tree",
            season.name,
            "sky",
        ),
        description=f"{what} above, and one lit window below.",
    )


def hour_of(light: Light) -> str:
    return {"day": "noon", "night": "night"}.get(light.time, light.time)


def _article(word: str) -> str:
    return "An" if word[0] in "aeiou" else "A"


MOTIFS: tuple[tuple[Motif, int], ...] = (
    (mountain_lake, 9),
    (rolling_hills, 10),
    (forest, 8),
    (desert, 5),
    (night_sky, 6),
)
"""Each with its weight among all motifs."""
