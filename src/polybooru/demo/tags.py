"""How the tags of the demo library relate: other names, what brings what along, categories, descriptions."""

from polybooru.demo.art.birds import OWLS, SONGBIRDS
from polybooru.demo.art.coats import ALL
from polybooru.demo.art.portraits import CHARACTERS
from polybooru.demo.art.waterbirds import DUCKS

TAG_ALIASES: tuple[tuple[str, str], ...] = (
    ("birb", "bird"),
    ("birdie", "bird"),
    ("kitty", "cat"),
    ("kitten", "cat"),
    ("bunny", "rabbit"),
    ("foxxo", "fox"),
    ("hugging", "hug"),
    ("cuddle", "hug"),
    ("asleep", "sleeping"),
    ("blossoms", "blossom"),
    ("northern lights", "aurora"),
    ("landscape", "scenery"),
    ("nighttime", "night"),
    ("mountains", "mountain"),
    ("ocean", "sea"),
    ("sailboat", "sailing boat"),
    ("autumn leaves", "leaves"),
    ("species:owl", "owl"),
    ("geometry", "geometric"),
    ("headshot", "portrait"),
)
"""(other name, the tag it means). No target is itself an other name."""

TAG_IMPLICATIONS: tuple[tuple[str, str], ...] = tuple(
    dict.fromkeys(
        (
            *((coat.tags[0], coat.tags[1]) for coat in ALL if len(coat.tags) > 1),
            *((f"species:{bird.kind}", over) for bird in SONGBIRDS for over in ("songbird", "bird")),
            *((f"species:{owl.kind}", over) for owl in OWLS for over in ("owl", "bird")),
            *((f"species:{duck.kind}", over) for duck in DUCKS for over in ("duck", "bird")),
            *((f"oc:{who.name}", tag) for who in CHARACTERS for tag in ("oc", *who.coat.tags)),
            ("songbird", "bird"),
            ("owl", "bird"),
            ("duck", "bird"),
            ("species:duckling", "duck"),
            ("species:penguin", "bird"),
            ("species:flamingo", "bird"),
            ("species:clownfish", "fish"),
            ("sailing boat", "boat"),
            ("sunflower", "flower"),
            ("daisy", "flower"),
            ("poppy", "flower"),
            ("tulip", "flower"),
            ("lotus", "flower"),
            ("butterfly", "insect"),
            ("iceberg", "ice"),
            ("skyline", "city"),
            ("anthro", "furry"),
            ("old thistle", "series:paper lantern tales"),
            ("sir puddle", "series:paper lantern tales"),
        )
    )
)
"""(tag, the tag it brings along). Implications reach one level only, so each tag lists all it stands for."""

TAG_CATEGORIES: dict[str, str] = {
    "safe": "rating",
    "oc": "oc",
    "old thistle": "character",
    "sir puddle": "character",
    "series:paper lantern tales": "content-fanmade",
    **dict.fromkeys(("anthro", "furry"), "body-type"),
    **dict.fromkeys(
        (
            "bear",
            "bird",
            "cat",
            "duck",
            "fish",
            "fox",
            "insect",
            "owl",
            "rabbit",
            "songbird",
            "butterfly",
            "starfish",
        ),
        "species",
    ),
    **dict.fromkeys((coat.tags[0] for coat in ALL), "species"),
    **dict.fromkeys(
        (f"species:{kind.kind}" for group in (SONGBIRDS, OWLS, DUCKS) for kind in group), "species"
    ),
    **dict.fromkeys(
        ("species:penguin", "species:flamingo", "species:jellyfish", "species:whale", "species:clownfish"),
        "species",
    ),
}
"""Tags that staff have put into a category; artist: and oc: tags get theirs from the namespace."""

TAG_DESCRIPTIONS: dict[str, str] = {
    "safe": "Fit for everybody. Every picture of this library is.",
    "hug": "Two or more figures with their arms around each other.",
    "bird": "Anything with feathers, however round.",
    "fox": "Foxes of every colour. The precise kind goes into a *species:* tag.",
    "scenery": "The place is the picture; nobody needs to be in it.",
    "monochrome": "Drawn in the shades of one colour.",
    "animated": "The picture moves.",
    "rear view": "Seen from behind, usually because something ahead is worth looking at.",
    "oc": "An original character; the name goes into an *oc:* tag.",
    "series:paper lantern tales": "Stories from the pond and the wood around it, told by lantern light.",
    "old thistle": "A well-read owl with round glasses.",
    "sir puddle": "A white duck with a crown and opinions about bread.",
    **{f"oc:{who.name}": f"{who.name.title()} {who.about}." for who in CHARACTERS},
}
