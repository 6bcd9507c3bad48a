# ruff: noqa: D103 — the name says what is drawn
"""Foxes, cats and other furry animals in their places, and couples that hug."""

from polybooru.demo.art import accessories, coats, critters, sky, stage
from polybooru.demo.art.critters import Coat
from polybooru.demo.art.motif import Motif, Story
from polybooru.demo.art.palette import SEASONS, WINTER
from polybooru.demo.art.svg import Sheet, place

SCARVES = ("#d9534f", "#3f7fbf", "#e5a32f", "#4f9a6a", "#9a6fc4", "#f08aa0")


def _animal(sheet: Sheet, coat: Coat, *, scarfed: bool) -> Story:
    """One animal sitting outdoors."""
    rng, w, u = sheet.rng, sheet.width, sheet.unit
    set_up = stage.outdoors(sheet)
    lit = coat.in_light(set_up.light)
    worn = accessories.scarf(set_up.light.on(rng.choice(SCARVES))) if scarfed else ""
    eyes: critters.Eyes = (
        "happy" if 0.55 < sheet.phase < 0.72 else ("open" if rng.random() < 0.8 else "happy")
    )
    figure = critters.sitting(sheet, lit, eyes, glance=rng.uniform(-1, 1), worn=worn)
    x, scale = w * rng.uniform(0.36, 0.64), u * rng.uniform(0.19, 0.27) * (0.85 if coat.ears == "long" else 1)
    sheet.add(place(figure, x=x, y=set_up.floor - 100 * scale, scale=scale, flip=rng.random() < 0.5))
    extra = stage.weather(sheet, set_up)
    wearing = ("scarf",) if scarfed else ()
    return Story(
        title=f"{coat.noun} {set_up.where}",
        tags=(*coat.tags, "solo", "sitting", "cute", *wearing, *set_up.tags, *extra),
        description=f"A {coat.noun} {set_up.where}{', scarf and all' if scarfed else ''}.",
    )


def fox_outdoors(sheet: Sheet) -> Story:
    return _animal(sheet, sheet.rng.choice(coats.FOXES), scarfed=sheet.rng.random() < 0.35)


def animal_outdoors(sheet: Sheet) -> Story:
    return _animal(sheet, sheet.rng.choice((*coats.OTHERS, *coats.CATS)), scarfed=sheet.rng.random() < 0.35)


def sleeping_animal(sheet: Sheet) -> Story:
    rng, w, u = sheet.rng, sheet.width, sheet.unit
    set_up = stage.outdoors(sheet, None, "dusk", "night", "golden hour", "sunset", "dawn")
    coat = rng.choice(
        (*coats.FOXES, coats.RED_FOX, coats.GINGER_CAT, coats.RED_PANDA, coats.RACCOON, coats.GREY_CAT)
    )
    scale = u * rng.uniform(0.2, 0.27)
    figure = critters.sleeping(sheet, coat.in_light(set_up.light))
    sheet.add(
        place(
            figure,
            x=w * rng.uniform(0.42, 0.58),
            y=set_up.floor - 50 * scale,
            scale=scale,
            flip=rng.random() < 0.5,
        )
    )
    extra = stage.weather(sheet, set_up)
    return Story(
        title=f"Sleeping {coat.noun} {set_up.where}",
        tags=(*coat.tags, "solo", "sleeping", "eyes closed", "cute", *set_up.tags, *extra),
        description=f"Fast asleep {set_up.where}. **Please do not wake.**",
    )


def stargazers(sheet: Sheet) -> Story:
    """One or two animals seen from behind, under a great sky."""
    rng, w, u = sheet.rng, sheet.width, sheet.unit
    set_up = stage.outdoors(sheet, rng.choice(SEASONS), "night", "dusk")
    northern = rng.random() < 0.6
    if northern:
        sky.aurora(sheet, low=sheet.height * 0.42)
    pair = rng.sample((*coats.FOXES, *coats.CATS, coats.WOLF, coats.RED_PANDA), rng.choice((1, 2)))
    scale = u * 0.2
    for i, coat in enumerate(pair):
        x = w * 0.5 + (i - (len(pair) - 1) / 2) * scale * 165
        figure = critters.sitting(sheet, coat.in_light(set_up.light), behind=True)
        sheet.add(
            place(figure, x=x, y=set_up.floor - 100 * scale, scale=scale, flip=i == 0 and len(pair) == 2)
        )
    extra = stage.weather(sheet, set_up)
    kinds = tuple(dict.fromkeys(tag for coat in pair for tag in coat.tags))
    who = " and ".join(coat.noun for coat in pair)
    return Story(
        title=f"{who} watching the {'aurora' if northern else 'stars'}",
        tags=(
            *kinds,
            "solo" if len(pair) == 1 else "duo",
            "rear view",
            "sitting",
            "stars",
            *(("aurora",) if northern else ()),
            *set_up.tags,
            *extra,
        ),
        description=f"Looking up {set_up.where}, saying nothing.",
    )


def window_cat(sheet: Sheet) -> Story:
    rng, w, u = sheet.rng, sheet.width, sheet.unit
    set_up = stage.room(sheet)
    coat = rng.choice(coats.CATS)
    scale = u * 0.22
    behind = rng.random() < 0.25
    eyes: critters.Eyes = "happy" if 0.5 < sheet.phase < 0.7 else "open"
    figure = critters.sitting(
        sheet, coat.in_light(set_up.light), eyes, glance=rng.uniform(-1, 1), behind=behind
    )
    sheet.add(place(figure, x=w / 2 + u * rng.uniform(-8, 16), y=set_up.floor - 100 * scale, scale=scale))
    return Story(
        title=f"{coat.noun} {set_up.where}",
        tags=(*coat.tags, "solo", "sitting", *(("rear view",) if behind else ()), *set_up.tags),
        description=f"The best seat in the house belongs to the {coat.noun}.",
    )


def hug(sheet: Sheet) -> Story:
    """Two animals in each other's arms, outdoors or before a plain backdrop."""
    rng, w, h, u = sheet.rng, sheet.width, sheet.height, sheet.unit
    plain = rng.random() < 0.4
    set_up = stage.studio(sheet) if plain else stage.outdoors(sheet)
    kinds = coats.FOXES + coats.CATS + coats.OTHERS
    one, two = rng.choice(coats.FOXES) if rng.random() < 0.45 else rng.choice(kinds), rng.choice(kinds)
    scale = u * (0.235 if plain else 0.2)
    figure = critters.hugging(sheet, one.in_light(set_up.light), two.in_light(set_up.light))
    middle = h / 2 + 70 * scale if plain else set_up.floor - 100 * scale
    sheet.add(place(figure, x=w / 2, y=middle, scale=scale))
    extra = () if plain else stage.weather(sheet, set_up)
    who = (
        f"{one.noun} and {two.noun}"
        if one is not two
        else f"Two {'foxes' if one.noun.endswith('fox') else one.noun + 's'}"
    )
    return Story(
        title=f"{who} hugging {set_up.where}",
        tags=tuple(
            dict.fromkeys(
                (
                    *one.tags,
                    *two.tags,
                    "hug",
                    "duo",
                    "furry",
                    "heart",
                    "eyes closed",
                    "cute",
                    *set_up.tags,
                    *extra,
                )
            )
        ),
        description=f"{who.capitalize()}, and the kind of hug that *fixes a Monday*.",
    )


def winter_fox(sheet: Sheet) -> Story:
    """A fox in falling snow: the picture everybody expects first."""
    rng, w, u = sheet.rng, sheet.width, sheet.unit
    set_up = stage.outdoors(sheet, WINTER, "day", "dawn", "dusk", "golden hour")
    coat = rng.choice((coats.RED_FOX, coats.RED_FOX, coats.SILVER_FOX, coats.ARCTIC_FOX))
    scale = u * 0.26
    eyes: critters.Eyes = "asleep" if 0.5 < sheet.phase < 0.66 else "open"
    figure = critters.sitting(
        sheet, coat.in_light(set_up.light), eyes, worn=accessories.scarf(rng.choice(SCARVES))
    )
    sheet.add(place(figure, x=w * rng.uniform(0.42, 0.58), y=set_up.floor - 100 * scale, scale=scale))
    sky.snow(sheet, 110)
    return Story(
        title=f"{coat.noun} with a scarf in the snow",
        tags=(*coat.tags, "solo", "sitting", "scarf", "cute", "snowing", *set_up.tags),
        description="The scarf was knitted by a friend. The snow came *by itself*.",
    )


MOTIFS: tuple[tuple[Motif, int], ...] = (
    (fox_outdoors, 10),
    (winter_fox, 5),
    (sleeping_animal, 8),
    (stargazers, 6),
    (animal_outdoors, 12),
    (window_cat, 6),
    (hug, 16),
)
"""Each with its weight among all motifs."""
