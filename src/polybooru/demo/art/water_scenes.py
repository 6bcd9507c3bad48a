# ruff: noqa: D103 — the name says what is drawn
"""Penguins, ducks and flamingos in their places."""

from polybooru.demo.art import accessories, land, sky, waterbirds
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import AUTUMN, SPRING, SUMMER, darker, light_of, lighter, mix
from polybooru.demo.art.svg import Sheet, ellipse, path, place, polygon, stroke


def penguins(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng)
    sky.draw_sky(sheet, light, horizon=0.6)
    extra: tuple[str, ...] = ()
    if light.ambient > 0.3:
        sky.aurora(sheet, low=h * 0.6)
        extra = ("aurora", "stars")
    land.water(sheet, light, top=h * 0.56, bottom=h)
    for x, size in ((rng.uniform(0.05, 0.3), 0.9), (rng.uniform(0.6, 0.95), 1.2)):
        ice = mix(light.haze, light.on("#e6f4fb", 0.8), 0.6)
        points = [(-90, 0), (-60, -58), (-34, -46), (-8, -104), (20, -70), (44, -80), (84, 0)]
        berg = polygon(points, sheet.linear((0, lighter(ice, 0.5)), (1, ice))) + polygon(
            [(-8, -104), (20, -70), (44, -80), (84, 0), (10, 0)], darker(ice, 0.12), fill_opacity=0.6
        )
        sheet.add(place(berg, x=w * x, y=h * 0.585, scale=u * 0.16 * size))
    snow = light.on("#f7fbff", 0.9)
    line = land.ridge(sheet, h * 0.76, u * 2.5, waves=0.7, rough=0.1)
    sheet.add(land.fill_below(sheet, line, sheet.linear((0, lighter(snow, 0.3)), (1, darker(snow, 0.16)))))
    count = rng.randint(1, 4)
    room = min(w / (count + 0.6), u * 30)
    for i in range(count):
        chick = count > 1 and rng.random() < 0.35
        scale = room / (220 if chick else 165)
        worn = (
            place(
                accessories.scarf(light.on(rng.choice(("#e0555f", "#3f8fbf", "#f0a83c")))), y=-20, scale=0.85
            )
            if rng.random() < 0.4 and not chick
            else ""
        )
        x = w / 2 + (i - (count - 1) / 2) * room
        sheet.add(
            place(
                waterbirds.penguin(sheet, light, chick=chick, worn=worn),
                x=x,
                y=h * 0.92 - 100 * scale + rng.uniform(-1, 1) * u * 1.5,
                scale=scale,
            )
        )
    sky.snow(sheet, 70)
    amount = {
        1: ("A penguin", "solo"),
        2: ("Two penguins", "duo"),
        3: ("Three penguins", "trio"),
        4: ("Four penguins", "group"),
    }[count]
    return Story(
        title=f"{amount[0]} on the ice",
        tags=(
            "species:penguin",
            "bird",
            amount[1],
            "cute",
            "ice",
            "snowing",
            "sea",
            "iceberg",
            light.time,
            *extra,
        ),
        description="Waiting for the bus. There is no bus.",
    )


def pond(sheet: Sheet) -> Story:
    """Ducks among water lilies; now and then Sir Puddle with his crown."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light, season = (
        light_of(rng, "day", "dawn", "golden hour", "sunset"),
        rng.choice((SPRING, SUMMER, AUTUMN)),
    )
    top = h * 0.42
    sky.draw_sky(sheet, light, horizon=0.45)
    land.tree_line(sheet, light, season, y=top, size=u * 20, depth=0.55)
    land.water(sheet, light, top=top, bottom=h)
    for _ in range(9):
        x, t = rng.random() * w, rng.uniform(0.1, 1)
        leaf = light.on("#5f9f5f")
        pad = path("M0 0L46 -10A48 18 0 1 1 46 10Z", leaf) + stroke(
            "M0 0L-40 0M0 0L-20 -12M0 0L-20 12", lighter(leaf, 0.15), 1.6
        )
        bloom = "".join(
            path("M0 0C-9 -8 -7 -22 0 -30C7 -22 9 -8 0 0Z", light.on("#fbc4d6"), transform=f"rotate({a})")
            for a in (-64, -32, 0, 32, 64)
        )
        sheet.add(
            place(
                pad,
                bloom if rng.random() < 0.4 else "",
                x=x,
                y=top + (h - top) * t,
                scale=u * (0.05 + 0.13 * t),
            )
        )
    family = rng.random() < 0.4
    royal = not family and rng.random() < 0.4
    lead = waterbirds.DUCKS[2] if royal else rng.choice(waterbirds.DUCKS[:3])
    followers = [waterbirds.DUCKS[3]] * rng.randint(2, 3) if family else []
    size, x, y = u * (0.19 if not family else 0.16), w * (0.66 if family else rng.uniform(0.4, 0.6)), h * 0.76
    for i, fowl in enumerate((lead, *followers)):
        bob = sheet.swing(1, i * 0.2) * u * 0.5
        scale = size if i == 0 else size * 0.5
        hat = place(accessories.crown(), x=72, y=-28, scale=0.62) if royal else ""
        rings = ellipse(
            x,
            y + bob * 0.2 + 4 * scale,
            scale * 128,
            scale * 20,
            lighter(light.sky[2], 0.4),
            fill_opacity=0.35,
        )
        sheet.add(rings, place(waterbirds.duck(sheet, fowl, light, crowned=hat), x=x, y=y + bob, scale=scale))
        x -= size * (150 if i == 0 else 78)
    reed = darker(light.on("#5d8f4a"), 0.15)
    for _ in range(22):
        rx = rng.choice((rng.uniform(0, 0.16), rng.uniform(0.86, 1))) * w
        tall, lean = u * rng.uniform(14, 30), u * rng.uniform(-3, 3) + sheet.swing(1, rx / w) * u * 0.6
        sheet.add(
            stroke(
                f"M{rx:.1f} {h + u:.1f}Q{rx:.1f} {h - tall * 0.6:.1f} {rx + lean:.1f} {h - tall:.1f}",
                reed,
                u * 0.6,
            )
        )
        if rng.random() < 0.4:
            sheet.add(ellipse(rx + lean, h - tall, u * 0.8, u * 2.6, light.on("#6b4432")))
    kinds: tuple[str, ...] = (f"species:{lead.kind}", *(("species:duckling",) if family else ()))
    extra: tuple[str, ...] = ("sir puddle", "series:paper lantern tales", "crown") if royal else ()
    return Story(
        title="Sir Puddle inspects the pond"
        if royal
        else (f"{lead.kind} family on the pond" if family else f"{lead.kind} on the pond"),
        tags=(
            *kinds,
            "duck",
            "bird",
            "group" if family else "solo",
            "pond",
            "water",
            "water lily",
            light.time,
            season.name,
            *extra,
        ),
        description="By order of Sir Puddle, all bread is to be *oats* from now on."
        if royal
        else "Ripples, reeds, and a great deal of quacking.",
    )


def flamingos(sheet: Sheet) -> Story:
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    light = light_of(rng, "sunset", "golden hour", "dawn", "day")
    top = h * 0.55
    x, _ = sky.draw_sky(sheet, light, horizon=0.55)
    sky.clouds(sheet, light, low=top, count=4)
    far = land.ridge(sheet, top - u, u * 4, waves=1.2)
    sheet.add(land.fill_below(sheet, far, mix(light.haze, light.on("#4f7f7a"), 0.45)))
    land.water(sheet, light, top=top, bottom=h, sun_x=x)
    count = rng.randint(1, 4)
    slots = rng.sample(range(count), count)
    for i in range(count):
        depth = (i + rng.uniform(0.3, 0.9)) / count
        scale = u * (0.1 + 0.13 * depth)
        px, py = w * (slots[i] + rng.uniform(0.3, 0.7)) / count, h * (0.66 + 0.26 * depth)
        sheet.add(ellipse(px, py, scale * 60, scale * 10, lighter(light.sky[3], 0.4), fill_opacity=0.5))
        sheet.add(
            place(
                waterbirds.flamingo(sheet, light),
                x=px,
                y=py - 100 * scale,
                scale=scale,
                flip=rng.random() < 0.5,
            )
        )
    return Story(
        title=f"{'Flamingo' if count == 1 else f'{count} flamingos'} in the lagoon at {light.time}",
        tags=(
            "species:flamingo",
            "bird",
            {1: "solo", 2: "duo", 3: "trio"}.get(count, "group"),
            "lagoon",
            "water",
            "reflection",
            "sky",
            light.time,
        ),
        description="Standing on one leg is easy. Choosing which one is not.",
    )


MOTIFS: tuple[tuple[Motif, int], ...] = ((penguins, 6), (pond, 7), (flamingos, 4))
"""Each with its weight among all motifs."""
