# ruff: noqa: D101 — the name says what is drawn
"""Original characters: busts of dressed-up animals before plain backdrops."""

from dataclasses import dataclass
from typing import Literal

from polybooru.demo.art import accessories, coats, critters, stage
from polybooru.demo.art.critters import Coat
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import darker, lighter
from polybooru.demo.art.svg import (
    Sheet,
    circle,
    ellipse,
    group,
    path,
    place,
    polygon,
    rect,
    star,
    stroke,
    symmetric,
)

Outfit = Literal["hoodie", "sweater", "jacket", "dress"]
Extra = Literal["glasses", "flower", "headphones", "beret", "captain's hat", "star cape", "bow tie", "scarf"]
SHOULDERS = symmetric(
    (0, -12),
    ((34, -12), (46, -2), (62, 6)),
    ((104, 20), (122, 60), (128, 130)),
    ((60, 134), (20, 134), (0, 134)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    name: str
    coat: Coat
    outfit: Outfit
    colour: str
    extra: Extra
    accent: str
    about: str


CHARACTERS: tuple[Character, ...] = (
    Character(
        name="maple crumb",
        coat=coats.RED_FOX,
        outfit="sweater",
        colour="#3f7d78",
        extra="scarf",
        accent="#f0b23c",
        about="bakes at four in the morning and naps at noon",
    ),
    Character(
        name="juniper vale",
        coat=coats.GREY_CAT,
        outfit="sweater",
        colour="#5f8f5a",
        extra="glasses",
        accent="#3b3346",
        about="keeps the village library and most of its secrets",
    ),
    Character(
        name="biscuit",
        coat=coats.BROWN_BEAR,
        outfit="jacket",
        colour="#f2e3c9",
        extra="bow tie",
        accent="#d9434f",
        about="plays the cello, softly, because of the neighbours",
    ),
    Character(
        name="nimbus",
        coat=coats.WHITE_RABBIT,
        outfit="hoodie",
        colour="#7fa8e0",
        extra="flower",
        accent="#fbd561",
        about="forecasts the weather by ear",
    ),
    Character(
        name="pixel",
        coat=coats.RACCOON,
        outfit="hoodie",
        colour="#8a62c4",
        extra="headphones",
        accent="#5fe0c0",
        about="repairs radios that nobody knew were broken",
    ),
    Character(
        name="saffron",
        coat=coats.RED_PANDA,
        outfit="dress",
        colour="#f7d9a0",
        extra="flower",
        accent="#f27a8f",
        about="runs the tea garden on the hill",
    ),
    Character(
        name="luna drift",
        coat=coats.ARCTIC_FOX,
        outfit="jacket",
        colour="#38407a",
        extra="star cape",
        accent="#ffe08a",
        about="maps constellations that are too shy for telescopes",
    ),
    Character(
        name="captain pip",
        coat=coats.OTTER,
        outfit="jacket",
        colour="#2f4f86",
        extra="captain's hat",
        accent="#fbf6ea",
        about="commands a very small boat with great dignity",
    ),
)


def _clothes(sheet: Sheet, who: Character) -> str:
    c = who.colour
    base = path(SHOULDERS, sheet.linear((0, lighter(c, 0.1)), (1, darker(c, 0.14))))
    folds = stroke("M-78 50C-84 80 -84 110 -82 132M78 50C84 80 84 110 82 132", darker(c, 0.22), 4)
    match who.outfit:
        case "hoodie":
            hood = path("M-64 6C-60 -30 60 -30 64 6C44 30 -44 30 -64 6Z", darker(c, 0.18))
            return (
                hood
                + base
                + folds
                + path(
                    "M-58 4C-30 30 30 30 58 4C64 18 56 30 40 38C14 48 -14 48 -40 38C-56 30 -64 18 -58 4Z",
                    lighter(c, 0.14),
                )
                + stroke("M-16 42V84M16 42V78", lighter(c, 0.6), 4.5)
                + circle(-16, 86, 4, who.accent)
                + circle(16, 80, 4, who.accent)
            )
        case "sweater":
            knit = "".join(
                stroke(f"M{-112 + abs(y - 90) * 0.1:.1f} {y}" + "l14 9l14 -9" * 8, lighter(c, 0.22), 4)
                for y in (70, 96)
            )
            clip = sheet.clip(path(SHOULDERS, "#000000"))
            collar = path(
                "M-46 -10C-20 12 20 12 46 -10C54 4 50 16 40 22C16 34 -16 34 -40 22C-50 16 -54 4 -46 -10Z",
                lighter(c, 0.12),
            )
            return base + group(knit, clip_path=clip) + folds + collar
        case "jacket":
            shirt = path("M-30 0L0 130L30 0Z", "#fbf6ee")
            lapels = path("M-46 0L-30 -6L2 84L-8 132H-30ZM46 0L30 -6L-2 84L8 132H30Z", darker(c, 0.16))
            return (
                base + folds + shirt + lapels + circle(0, 104, 5, who.accent) + circle(0, 124, 5, who.accent)
            )
        case "dress":
            skin = path("M-40 -8C-22 26 22 26 40 -8L30 -20H-30Z", who.coat.dark)
            frill = "".join(
                circle(x, 18 - abs(x) * 0.42 + 8, 12, lighter(c, 0.5)) for x in (-44, -26, -9, 9, 26, 44)
            )
            dots = "".join(
                circle(x, y, 4.5, who.accent)
                for x, y in (
                    (-70, 60),
                    (-36, 82),
                    (0, 62),
                    (38, 84),
                    (72, 58),
                    (-58, 112),
                    (-14, 116),
                    (26, 118),
                    (66, 110),
                )
            )
            return base + folds + dots + skin + frill


def _extra_behind(who: Character) -> str:
    if who.extra == "headphones":
        return stroke("M-92 -64C-96 -150 96 -150 92 -64", darker(who.colour, 0.4), 11)
    if who.extra == "star cape":
        return path("M-70 -4C-120 30 -150 90 -156 134H156C150 90 120 30 70 -4Z", "#241f52") + "".join(
            polygon(star(x, y, 8, 3, 5), who.accent)
            for x, y in ((-122, 90), (-138, 122), (120, 84), (138, 120), (-104, 52), (104, 50))
        )
    return ""


def _extra_front(who: Character) -> str:
    a = who.accent
    match who.extra:
        case "glasses":
            rims = "".join(
                circle(x, -57, 25, "#ffffff", fill_opacity=0.14, stroke=a, stroke_width=5) for x in (-37, 37)
            )
            return rims + stroke("M-12 -60Q0 -66 12 -60M-62 -60L-82 -66M62 -60L82 -66", a, 5)
        case "flower":
            petals = "".join(
                ellipse(0, -15, 11, 15, lighter(a, 0.1), transform=f"rotate({72 * k})") for k in range(5)
            )
            leaf = path("M10 10C26 8 36 18 40 30C26 30 14 24 10 10Z", "#6fae6a")
            return place(leaf, petals, circle(0, 0, 9, "#fff4d6"), x=-62, y=-112, turn=-18)
        case "headphones":
            cup = rect(-112, -88, 30, 54, darker(who.colour, 0.3), rx=14) + rect(-118, -80, 14, 38, a, rx=7)
            return cup + group(cup, transform="scale(-1 1)")
        case "beret":
            return path("M-70 -112C-60 -152 60 -160 82 -122C60 -104 -40 -100 -70 -112Z", a)
        case "captain's hat":
            crown = path("M-74 -128C-84 -166 84 -166 74 -128C40 -140 -40 -140 -74 -128Z", a)
            band = path("M-66 -112C-40 -126 40 -126 66 -112L70 -130C40 -144 -40 -144 -70 -130Z", "#26365f")
            peak = path("M-52 -112C-30 -122 30 -122 52 -112C40 -98 -40 -98 -52 -112Z", "#1c2747")
            return crown + band + peak + polygon(star(0, -130, 11, 5, 5), "#f5c65a")
        case "bow tie":
            return path("M0 22L-34 6V40ZM0 22L34 6V40Z", a) + circle(0, 22, 9, darker(a, 0.2))
        case "scarf":
            return place(accessories.scarf(a), y=14, scale=1.15)
        case "star cape":
            return stroke("M-58 6Q0 46 58 6", who.accent, 5) + polygon(star(0, 26, 16, 7, 5), who.accent)


def _bust(sheet: Sheet, who: Character, eyes: critters.Eyes, glance: float) -> str:
    below = who.extra in {"scarf", "bow tie", "star cape"}
    front = _extra_front(who)
    nod = 1.5 * sheet.swing()
    face = group(
        critters.head(sheet, who.coat, eyes, glance=glance),
        "" if below else front,
        transform=f"rotate({nod:.2f})",
    )
    behind = _extra_behind(who)
    return group(behind, _clothes(sheet, who), front if below else "", face)


def portrait(sheet: Sheet) -> Story:
    """One character."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    set_up = stage.studio(sheet, dark=rng.random() < 0.25)
    who = rng.choice(CHARACTERS)
    eyes: critters.Eyes = "happy" if rng.random() < 0.3 or 0.5 < sheet.phase < 0.65 else "open"
    scale = min(h / 330, w / 300) * rng.uniform(0.82, 1.0)
    sheet.add(place(_bust(sheet, who, eyes, rng.uniform(-1, 1)), x=w / 2, y=h - 128 * scale, scale=scale))
    for _ in range(rng.choice((0, 0, 5))):
        sheet.add(
            place(
                accessories.heart("#ff8fa3"),
                x=rng.random() * w,
                y=rng.uniform(0.05, 0.5) * h,
                scale=u * rng.uniform(0.06, 0.12),
            )
        )
    return Story(
        title=f"Portrait of {who.name}",
        tags=(
            f"oc:{who.name}",
            "oc",
            *who.coat.tags,
            "anthro",
            "furry",
            "solo",
            "portrait",
            who.outfit,
            who.extra,
            "looking at you",
            *set_up.tags,
        ),
        description=f"{who.name.title()} {who.about}.",
    )


def friends(sheet: Sheet) -> Story:
    """Two characters side by side."""
    rng, w, h = sheet.rng, sheet.width, sheet.height
    set_up = stage.studio(sheet)
    one, two = rng.sample(CHARACTERS, 2)
    tall = 370 if "long" in {one.coat.ears, two.coat.ears} else 330
    scale = min(h / tall, w / 450)
    for who, side in ((one, -1), (two, 1)):
        eyes: critters.Eyes = "happy" if rng.random() < 0.5 else "open"
        sheet.add(
            place(
                _bust(sheet, who, eyes, -side * 0.8),
                x=w / 2 + side * scale * 108,
                y=h - 118 * scale,
                scale=scale * (1 if side > 0 else 0.97),
                turn=-side * 2.5,
            )
        )
    return Story(
        title=f"{one.name} and {two.name}",
        tags=tuple(
            dict.fromkeys(
                (
                    f"oc:{one.name}",
                    f"oc:{two.name}",
                    "oc",
                    *one.coat.tags,
                    *two.coat.tags,
                    "anthro",
                    "furry",
                    "duo",
                    "portrait",
                    *set_up.tags,
                )
            )
        ),
        description=f"One of them {one.about}. The other {two.about}.",
    )


MOTIFS: tuple[tuple[Motif, int], ...] = ((portrait, 16), (friends, 7))
"""Each with its weight among all motifs."""
