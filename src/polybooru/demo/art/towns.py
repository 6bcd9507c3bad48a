# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D103 — the name says what is drawn
"""Where people live: coasts with lighthouses and boats, rows of houses, harbours."""

from polybooru.demo.art import buildings, land, sky
from polybooru.demo.art.landscapes import TIMES, hour_of
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import AUTUMN, SPRING, SUMMER, Light, darker, light_of, lighter, mix
from polybooru.demo.art.svg import Sheet, ellipse, group, num, path, place, rect


def lighthouse_coast(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, rng.choice(TIMES))
    shore = h * rng.uniform(0.58, 0.66)
    sun_x, _ = sky.draw_sky(sheet, light, horizon=shore / h, sun=None)
    sky.clouds(sheet, light, low=shore, count=5)
    land.water(sheet, light, top=shore, bottom=h, sun_x=sun_x)
    right = rng.random() < 0.5
    if light.ambient <= 0.26:
        sky.flock(sheet, light.on("#5b6480"), x=w * (0.3 if right else 0.7), y=shore * 0.45)
    boat_x = w * (rng.uniform(0.12, 0.4) if right else rng.uniform(0.6, 0.88))
    sheet.add(
        place(
            buildings.sailing_boat(sheet, light),
            x=boat_x,
            y=shore + u * 5 + sheet.swing() * u * 0.6,
            scale=u * 0.11,
            turn=sheet.swing(1, 0.2) * 2,
        )
    )
    cliff = _cliff(sheet, light)
    lamp_house = place(buildings.lighthouse(sheet, light), x=-4, y=-62, scale=0.42)
    sheet.add(
        place(
            lamp_house, cliff, x=w - u * 20 if right else u * 20, y=h + u * 2, scale=u * 0.62, flip=not right
        )
    )
    return Story(
        title=f"Lighthouse at {hour_of(light)}",
        tags=("scenery", "lighthouse", "sea", "water", "boat", "clouds", "cliff", light.time, "sky"),
        description="The keeper waves at every boat, and every boat waves back.",
    )


def _cliff(sheet: Sheet, light: Light) -> str:
    rock = light.on("#7d7a8c")
    green = light.on("#74b060")
    body = path(
        "M-48 5C-44 -22 -40 -26 -34 -44C-30 -58 -22 -62 -8 -63L60 -66V5Z",
        sheet.linear((0, lighter(rock, 0.12)), (1, darker(rock, 0.35))),
    )
    cracks = path(
        "M-34 -44L-20 -30L-30 -8L-40 5H-48C-44 -22 -40 -26 -34 -44ZM-6 -58L2 -38L-6 -14L4 5H-10L-16 -20Z",
        darker(rock, 0.16),
        fill_opacity=0.7,
    )
    turf = path(
        "M-36 -46C-32 -60 -22 -65 -8 -66L60 -69V-58C44 -54 38 -60 26 -56C14 -52 6 -59 -6 -56C-18 -53 -24 -52 -36 -46Z",
        green,
    )
    return group(body, cracks, turf)


def town_street(sheet: Sheet) -> Story:
    """A row of narrow houses, by a canal or a street."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, rng.choice(TIMES))
    canal = rng.random() < 0.6
    floor = h * (0.7 if canal else 0.86)
    sky.draw_sky(sheet, light, horizon=0.85)
    sky.clouds(sheet, light, low=floor * 0.7, count=4)
    row: list[str] = []
    x = -u * 4
    while x < w + u * 4:
        wide, tall = u * rng.uniform(14, 20), u * rng.uniform(34, 50)
        row.append(place(buildings.house(sheet, light, wide=wide, tall=tall), x=x + wide / 2, y=floor))
        x += wide + u * rng.choice((0, 0.4))
    sheet.add(*row)
    extra: tuple[str, ...] = ()
    if canal:
        land.water(sheet, light, top=floor, bottom=h)
        sheet.add(group(*row, transform=f"translate(0 {num(floor * 2)}) scale(1 -1)", opacity=0.28))
        sheet.add(
            rect(0, floor - u, w, u * 2.4, light.on("#b9aa98")),
            rect(0, floor + u * 1.1, w, u * 0.9, light.on("#7d7468")),
        )
        sheet.add(
            place(
                buildings.rowing_boat(light),
                x=w * rng.uniform(0.25, 0.75),
                y=floor + (h - floor) * 0.55,
                scale=u * 0.16,
            )
        )
        extra = ("water", "reflection", "boat")
    else:
        sheet.add(
            rect(0, floor, w, h - floor, sheet.linear((0, light.on("#b7a99c")), (1, light.on("#81757a"))))
        )
        for k in range(round(w / (u * 22)) + 1):
            sheet.add(
                place(
                    land.round_tree(sheet, light, rng.choice((SPRING, SUMMER, AUTUMN))),
                    x=u * (6 + 22 * k),
                    y=floor + u * 3,
                    scale=u * 0.2,
                )
            )
        extra = ("tree", "street")
    return Story(
        title=f"{'Canal houses' if canal else 'Crooked street'} at {hour_of(light)}",
        tags=("scenery", "city", "house", "building", light.time, "sky", "window", *extra),
        description="No two neighbours ever agreed on a colour.",
    )


def skyline(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, "sunset", "dusk", "night", "golden hour", "dawn")
    shore = h * 0.8
    sun_x, _ = sky.draw_sky(sheet, light, horizon=0.8)
    sky.clouds(sheet, light, low=shore * 0.8, count=4)
    for layer in range(3):
        colour = mix(light.haze, light.on("#3b3f63", 1.3), 0.25 + 0.33 * layer)
        x = -u * 3
        while x < w:
            wide = u * rng.uniform(6, 11)
            tall = shore * rng.uniform(0.3, 0.62) * (1 - layer * 0.2)
            sheet.add(
                place(
                    buildings.tower(
                        sheet, colour, mix("#ffe39a", light.haze, 0.4 - 0.2 * layer), wide=wide, tall=tall
                    ),
                    x=x,
                    y=shore,
                )
            )
            x += wide + u * rng.uniform(-1, 3)
    land.water(sheet, light, top=shore, bottom=h, sun_x=sun_x)
    for _ in range(30):
        sheet.add(
            rect(
                rng.random() * w,
                shore + (h - shore) * rng.random(),
                u * rng.uniform(1, 4),
                u * 0.4,
                "#ffd98a",
                rx=u * 0.2,
                fill_opacity=0.45,
            )
        )
    extra = ("rain",) if rng.random() < 0.3 else ()
    if extra:
        sky.rain(sheet)
    return Story(
        title=f"Harbour skyline at {hour_of(light)}",
        tags=("scenery", "city", "skyline", "building", "water", "reflection", light.time, "sky", *extra),
        description="Lights going on across the bay, one window after another.",
    )


def boats(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, rng.choice(TIMES))
    shore = h * rng.uniform(0.5, 0.6)
    sun_x, _ = sky.draw_sky(sheet, light, horizon=shore / h)
    sky.clouds(sheet, light, low=shore, count=5)
    island = land.ridge(sheet, shore - u * 2, u * 7, waves=0.7)
    sheet.add(land.fill_below(sheet, island, mix(light.haze, light.on("#4f7f8a"), 0.35)))
    land.water(sheet, light, top=shore, bottom=h, sun_x=sun_x)
    count = rng.randint(2, 5)
    for depth in sorted(rng.uniform(0.05, 0.85) for _ in range(count)):
        y = shore + (h - shore) * depth
        bob, x = sheet.swing(1, depth), w * rng.uniform(0.1, 0.9)
        size = u * (0.07 + 0.24 * depth)
        sheet.add(ellipse(x, y + size * 14, size * 72, size * 9, darker(light.sky[1], 0.3), fill_opacity=0.3))
        sheet.add(
            place(
                buildings.sailing_boat(sheet, light),
                x=x,
                y=y + bob * u * 0.8,
                scale=size,
                turn=2.5 * sheet.swing(1, depth + 0.25),
                flip=rng.random() < 0.5,
            )
        )
    sky.flock(sheet, light.on("#5b6480"), x=w * rng.uniform(0.3, 0.7), y=shore * 0.35)
    return Story(
        title=f"{count} sailing boats at {hour_of(light)}",
        tags=("scenery", "boat", "sailing boat", "sea", "water", "clouds", "island", light.time, "sky"),
        description="A light breeze, and nowhere to be before dinner.",
    )


MOTIFS: tuple[tuple[Motif, int], ...] = ((lighthouse_coast, 5), (town_street, 7), (skyline, 6), (boats, 6))
"""Each with its weight among all motifs."""
