# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D101 — the name says what is drawn
"""Birds of the water: penguins from the front, ducks and flamingos from the side, looking right."""

from dataclasses import dataclass

from polybooru.demo.art.palette import Light, darker, lighter
from polybooru.demo.art.svg import Sheet, circle, ellipse, group, num, path, stroke, symmetric


def penguin(sheet: Sheet, light: Light, *, chick: bool = False, worn: str = "") -> str:
    """From the front, about 150 wide, 230 tall, standing on (0, 100)."""
    coat = light.on("#9aa5b8" if chick else "#2f3650", 0.6)
    white = light.on("#ffffff", 0.5)
    outline = symmetric(
        (0, -124),
        ((46, -124), (64, -92), (62, -56)),
        ((84, -10), (78, 92), (30, 96)),
        ((16, 98), (8, 98), (0, 98)),
    )
    belly = symmetric((0, -36), ((40, -34), (58, 0), (54, 44)), ((50, 84), (26, 92), (0, 92)))
    mask = path("M0 -66C10 -96 50 -92 48 -56C46 -34 20 -28 0 -36Z", white)
    mask += group(mask, transform="scale(-1 1)")
    lift = 8 + 6 * sheet.swing(2)
    flipper = group(
        path("M58 -34C92 -10 100 30 90 54C74 40 60 16 56 -10Z", darker(coat, 0.15)),
        transform=f"rotate({num(-lift)} 58 -30)",
    )
    neck = ellipse(0, -14, 40, 14, light.on("#f9c54a", 0.5), fill_opacity=0.0 if chick else 0.75)
    eyes = "".join(
        circle(side * 26, -62, 9, "#221a2a") + circle(side * 26 - 3, -66, 3.2, "#ffffff") for side in (-1, 1)
    )
    cheeks = "".join(ellipse(side * 42, -44, 9, 6, "#ff8a96", fill_opacity=0.4) for side in (-1, 1))
    beak = path("M-13 -50Q0 -60 13 -50Q6 -38 0 -36Q-6 -38 -13 -50Z", light.on("#f59a3c", 0.4))
    feet = ellipse(-26, 98, 24, 9, light.on("#f0913a", 0.5)) + ellipse(
        26, 98, 24, 9, light.on("#f0913a", 0.5)
    )
    shadow = ellipse(0, 102, 70, 9, "#1d1438", fill_opacity=0.18)
    return group(
        shadow,
        feet,
        flipper,
        group(flipper, transform="scale(-1 1)"),
        path(outline, sheet.linear((0, lighter(coat, 0.08)), (1, darker(coat, 0.12)))),
        path(belly, white),
        neck,
        mask,
        eyes,
        cheeks,
        beak,
        worn,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfowl:
    kind: str
    body: str
    head: str
    breast: str
    wing: str
    beak: str
    ring: str = ""


DUCKS: tuple[Waterfowl, ...] = (
    Waterfowl(
        kind="mallard",
        body="#b9b4ac",
        head="#2f8a5f",
        breast="#8a5a45",
        wing="#8f8a86",
        beak="#f2c14a",
        ring="#ffffff",
    ),
    Waterfowl(
        kind="mallard", body="#b08a63", head="#a67f58", breast="#9a744f", wing="#8a6544", beak="#e0913c"
    ),
    Waterfowl(
        kind="white duck", body="#fdfbf6", head="#fffefb", breast="#f7f1e6", wing="#efe8dc", beak="#f59a3c"
    ),
    Waterfowl(
        kind="duckling", body="#ffdf6b", head="#ffe68a", breast="#ffd65a", wing="#f2c04a", beak="#f28f3c"
    ),
)


def duck(sheet: Sheet, fowl: Waterfowl, light: Light, *, crowned: str = "") -> str:
    """Afloat, looking right; about 200 wide, the water line at y = 0."""
    body, head_colour, breast, wing, beak = (
        light.on(c, 0.6) for c in (fowl.body, fowl.head, fowl.breast, fowl.wing, fowl.beak)
    )
    hull = "M-104 -46C-80 -38 -60 -50 -30 -54C10 -60 40 -52 60 -60L92 -30C90 0 60 14 0 14C-60 14 -98 -6 -104 -46Z"
    clip = sheet.clip(path(hull, "#000000"))
    shape = path(hull, sheet.linear((0, lighter(body, 0.1)), (1, darker(body, 0.14)))) + group(
        ellipse(84, -26, 46, 50, breast), clip_path=clip
    )
    neck = path("M44 -40C44 -66 46 -84 52 -96L92 -90C92 -70 94 -54 90 -34Z", head_colour)
    ring = stroke("M47 -58C60 -50 78 -50 91 -56", light.on(fowl.ring, 0.5), 6) if fowl.ring else ""
    skull = circle(72, -106, 34, head_colour)
    bill = path("M100 -112C118 -112 132 -104 138 -96C124 -88 108 -90 98 -94Z", beak) + stroke(
        "M102 -99C114 -98 124 -97 134 -96", darker(beak, 0.3), 2.5
    )
    eye = circle(80, -112, 6.5, "#221a2a") + circle(78, -115, 2.4, "#ffffff")
    feathers = path("M40 -38C10 -60 -50 -54 -86 -30C-60 -4 10 2 36 -14C44 -22 46 -32 40 -38Z", wing) + stroke(
        "M-66 -26C-40 -14 0 -10 24 -20", darker(wing, 0.2), 3.5
    )
    return group(shape, neck, ring, skull, bill, eye, feathers, crowned)


def flamingo(sheet: Sheet, light: Light) -> str:
    """Looking right, on one leg, about 170 wide and 300 tall on (0, 100)."""
    pink, deep = light.on("#f890a8", 0.6), light.on("#e8607f", 0.6)
    sway = sheet.swing() * 2
    legs = stroke("M-6 -40L-2 100M6 -44L30 12L-2 30", deep, 6)
    neck = path(
        f"M44 -74C96 -72 98 -112 70 -132C44 -150 44 -186 {num(70 + sway)} -192",
        "none",
        stroke=pink,
        stroke_width=19,
        stroke_linecap="round",
    )
    skull = ellipse(78 + sway, -192, 21, 17, pink)
    bill = path(
        f"M{num(92 + sway)} -200C{num(118 + sway)} -196 {num(122 + sway)} -178 {num(112 + sway)} -162C{num(106 + sway)} -174 {num(98 + sway)} -180 {num(88 + sway)} -182Z",
        "#fff1e6",
    )
    bill += path(
        f"M{num(114 + sway)} -188C{num(121 + sway)} -180 {num(119 + sway)} -170 {num(112 + sway)} -162C{num(109 + sway)} -169 {num(106 + sway)} -174 {num(103 + sway)} -177Z",
        "#33283a",
    )
    eye = circle(82 + sway, -196, 3.6, "#33202f")
    body = path(
        "M56 -84C40 -112 -20 -112 -56 -82C-80 -62 -96 -50 -104 -30C-60 -22 30 -14 56 -54C62 -66 62 -76 56 -84Z",
        sheet.linear((0, lighter(pink, 0.2)), (1, pink)),
    )
    wing = path("M22 -86C-10 -98 -54 -78 -100 -32C-50 -30 6 -36 24 -62C30 -72 28 -82 22 -86Z", deep) + stroke(
        "M-60 -48C-30 -48 -8 -54 8 -64", darker(deep, 0.15), 3
    )
    return group(legs, neck, skull, bill, eye, body, wing)
