# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D101, D103 — the name says what is drawn
"""Birds of the branch: plump songbirds from the side, owls from the front. Those of the water: `waterbirds`.

A songbird looks right, is about 260 wide and stands on (0, 100).
"""

from dataclasses import dataclass

from polybooru.demo.art.palette import Light, darker, lighter, mix
from polybooru.demo.art.svg import Sheet, circle, ellipse, group, num, path, place, stroke, symmetric

BODY = "M80 -40C78 -80 38 -96 6 -88C-36 -78 -62 -40 -92 4C-84 62 -24 88 24 76C70 64 92 12 80 -40Z"
WING = "M18 -18C-18 -34 -64 -8 -120 36C-84 52 -14 60 16 34C36 16 36 -8 18 -18Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plumage:
    """Colours of one kind of songbird; an empty colour leaves the part out."""

    kind: str
    back: str
    breast: str
    wing: str
    belly: str = ""
    cap: str = ""
    cheek: str = ""
    mask: str = ""
    bib: str = ""
    beak: str = "#4a4048"
    bar: str = ""
    crest: bool = False
    long_beak: bool = False


SONGBIRDS: tuple[Plumage, ...] = (
    Plumage(kind="robin", back="#8d7a62", breast="#ec7a3c", wing="#7a6853", belly="#f6efe4", cheek="#ec7a3c"),
    Plumage(
        kind="blue tit",
        back="#8fb07a",
        breast="#f7d95a",
        wing="#4f8fcf",
        cap="#4f9ae0",
        cheek="#ffffff",
        mask="#2c3f66",
        bar="#ffffff",
    ),
    Plumage(
        kind="cardinal",
        back="#d93a3f",
        breast="#e8504a",
        wing="#b32a38",
        mask="#33242f",
        beak="#f2913c",
        crest=True,
    ),
    Plumage(
        kind="goldfinch",
        back="#c99a63",
        breast="#f4e3c6",
        wing="#2f2b33",
        cheek="#d9403c",
        cap="#2f2b33",
        beak="#e8c9a8",
        bar="#ffd23f",
    ),
    Plumage(
        kind="chickadee",
        back="#9aa3b0",
        breast="#f7ead6",
        wing="#6f7887",
        cap="#2b2a33",
        cheek="#ffffff",
        bib="#2b2a33",
        bar="#e6eaf0",
    ),
    Plumage(kind="bluebird", back="#3f86d9", breast="#e8935a", wing="#2f6cc0", belly="#fbf4ea"),
    Plumage(
        kind="bullfinch",
        back="#8a93a5",
        breast="#f08a7d",
        wing="#3a3a4a",
        cap="#26242f",
        beak="#26242f",
        bar="#f4f4f6",
    ),
    Plumage(
        kind="kingfisher",
        back="#1fa3b5",
        breast="#f08f3f",
        wing="#157f9f",
        cap="#157fa8",
        cheek="#f08f3f",
        bib="#fff6e8",
        beak="#2f2f3a",
        long_beak=True,
    ),
    Plumage(
        kind="blue jay",
        back="#6f9fe0",
        breast="#eef3fb",
        wing="#3f76cf",
        cap="#5f93e0",
        cheek="#f4f8ff",
        bar="#ffffff",
        crest=True,
    ),
    Plumage(kind="canary", back="#ffd95e", breast="#ffe78f", wing="#f2bd3c", beak="#f2a08a"),
    Plumage(
        kind="sparrow",
        back="#a87a52",
        breast="#efe2cf",
        wing="#7d5638",
        cap="#8f7f73",
        cheek="#f6efe6",
        bib="#3a3036",
        bar="#fff4e0",
    ),
    Plumage(
        kind="long-tailed tit",
        back="#e9d9dc",
        breast="#fffafa",
        wing="#3d3743",
        mask="#4a434f",
        cheek="#ffffff",
        bar="#f4c4cf",
    ),
)


def songbird(sheet: Sheet, bird: Plumage, light: Light, *, asleep: bool = False) -> str:
    def lit(colour: str) -> str:
        return light.on(colour, 0.7)

    back, wing = lit(bird.back), lit(bird.wing)
    inside = [ellipse(52, 30, 66, 74, lit(bird.breast))]
    if bird.belly:
        inside.append(ellipse(10, 88, 62, 48, lit(bird.belly)))
    if bird.cheek:
        inside.append(ellipse(60, -38, 34, 26, lit(bird.cheek)))
    if bird.cap:
        inside.append(path("M-30 -60C10 -66 50 -62 90 -54V-110H-30Z", lit(bird.cap)))
    if bird.bib:
        inside.append(ellipse(76, -6, 26, 20, lit(bird.bib)))
    if bird.mask:
        inside.append(path("M20 -44C40 -62 70 -60 92 -48V-34C70 -32 44 -34 20 -44Z", lit(bird.mask)))
    body = path(BODY, sheet.linear((0, lighter(back, 0.12)), (1, darker(back, 0.08))))
    body += group(*inside, clip_path=sheet.clip(path(BODY, "#000000")))
    long_tail = -40 if bird.kind == "long-tailed tit" else 0
    tail = path(
        f"M-58 -14C-96 10 {-132 + long_tail} {26 - long_tail * 0.2:.0f} {-158 + long_tail} {34 - long_tail * 0.2:.0f}L{-150 + long_tail} {58 - long_tail * 0.2:.0f}C-110 56 -80 52 -50 44Z",
        darker(wing, 0.12),
    )
    tip = 148 if bird.long_beak else 106
    beak = path(f"M76 -50L{tip} -36L78 -34Z", lit(bird.beak)) + path(
        f"M78 -35L{tip - 4} -35L76 -25Z", darker(lit(bird.beak), 0.2)
    )
    crest = (
        path("M50 -84C34 -112 8 -128 -22 -134C-14 -112 -16 -92 -12 -78Z", lit(bird.cap or bird.back))
        if bird.crest
        else ""
    )
    eye = circle(50, -48, 9, "#241a26") + circle(47, -52, 3.2, "#ffffff")
    if asleep:
        eye = stroke("M40 -48Q50 -40 60 -48", "#241a26" if not bird.mask else "#f4eef0", 4)
    blush = circle(60, -24, 8, "#ff8a8f", fill_opacity=0.35)
    feathers = path(WING, wing) + stroke(
        "M-100 32C-60 40 -20 42 6 26M-84 22C-50 28 -20 28 4 14", darker(wing, 0.22), 3.5
    )
    if bird.bar:
        feathers += stroke("M-6 -14C4 0 4 18 -8 38", lit(bird.bar), 7)
    flap = group(feathers, transform=f"rotate({num(4 * max(0.0, sheet.swing(2)))} 16 0)")
    legs = stroke("M4 74V98M30 70V98M-8 100H16M18 100H42", darker(lit("#c98a5a"), 0.15), 5)
    return group(legs, tail, crest, beak, body, blush, eye, flap)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwlPlumage:
    kind: str
    main: str
    face: str
    chest: str
    spots: str
    iris: str
    tufts: bool = False


OWLS: tuple[OwlPlumage, ...] = (
    OwlPlumage(
        kind="barn owl", main="#c9975a", face="#fff8ec", chest="#fbefdc", spots="#c9a26b", iris="#2f2430"
    ),
    OwlPlumage(
        kind="snowy owl", main="#f1f4f9", face="#ffffff", chest="#fbfcff", spots="#a9b3c6", iris="#e9b52c"
    ),
    OwlPlumage(
        kind="tawny owl", main="#8a5d3f", face="#d9b48a", chest="#e0c39c", spots="#7d5238", iris="#3a2620"
    ),
    OwlPlumage(
        kind="eagle owl",
        main="#6f4f3d",
        face="#c4935f",
        chest="#d9ab73",
        spots="#5a3c2e",
        iris="#f08a2c",
        tufts=True,
    ),
)


def owl(sheet: Sheet, plumage: OwlPlumage, light: Light, *, wink: bool = False, glasses: bool = False) -> str:
    """From the front, about 170 wide, 240 tall, standing on (0, 100)."""
    main, face, chest, spots = (
        light.on(c, 0.6) for c in (plumage.main, plumage.face, plumage.chest, plumage.spots)
    )
    outline = symmetric(
        (0, -132),
        ((52, -134), (84, -104), (82, -62)),
        ((92, -20), (92, 92), (34, 98)),
        ((20, 100), (10, 100), (0, 100)),
    )
    tufts = ""
    if plumage.tufts:
        tufts = path("M20 -122C44 -126 66 -144 78 -162C86 -136 84 -108 72 -90Z", darker(main, 0.1))
        tufts += group(tufts, transform="scale(-1 1)")
    marks = "".join(
        stroke(f"M{num(x - 7)} {y}q7 9 14 0", spots, 4)
        for row, y in enumerate((-4, 16, 36, 56, 76))
        for x in ((-36, -12, 12, 36) if row % 2 else (-24, 0, 24))
    )
    belly = ellipse(0, 44, 56, 62, chest)
    wing = path("M70 -46C104 -10 100 56 62 92C58 50 56 0 70 -46Z", darker(main, 0.14)) + stroke(
        "M84 -6C90 24 86 48 76 66", darker(main, 0.3), 3.5
    )
    disc = ellipse(-34, -66, 42, 44, face) + ellipse(34, -66, 42, 44, face) + path("M-20 -40H20L0 -14Z", face)
    out: list[str] = []
    for side in (-1, 1):
        x = side * 33
        if wink and side > 0:
            out.append(stroke(f"M{x - 18} -64Q{x} -50 {x + 18} -64", "#2b1d2c", 5))
            continue
        out += [
            circle(x, -66, 24, light.on(plumage.iris, 0.3)),
            circle(x, -66, 14, "#1d1420"),
            circle(x - 7, -74, 6, "#ffffff"),
            circle(x + 7, -59, 3, "#ffffff", fill_opacity=0.7),
        ]
        if glasses:
            out.append(circle(x, -66, 33, "none", stroke="#c98f2c", stroke_width=5))
    bridge = stroke("M-4 -66Q0 -70 4 -66", "#c98f2c", 5) if glasses else ""
    beak = path("M-10 -50Q0 -58 10 -50L0 -26Z", light.on("#f0a84a", 0.5))
    feet = stroke(
        "M-32 98V106M-22 98V108M-12 98V106M32 98V106M22 98V108M12 98V106", light.on("#e09a4a", 0.6), 8
    )
    return group(
        path(outline, sheet.linear((0, lighter(main, 0.1)), (1, darker(main, 0.12)))),
        tufts,
        belly,
        marks,
        wing,
        group(wing, transform="scale(-1 1)"),
        disc,
        *out,
        bridge,
        beak,
        feet,
    )


def branch(sheet: Sheet, light: Light, *, length: float, dressing: str, leaves: tuple[str, ...]) -> str:
    """A twig along y = 0, with buds, leaves or snow. dressing: "blossom", "leaves" or "snow"."""
    rng = sheet.rng
    bark = light.on("#6f4f42")
    half = length / 2
    out = [
        path(
            f"M{num(-half)} -2C{num(-half * 0.4)} -14 {num(half * 0.3)} -2 {num(half)} -16L{num(half)} -6C{num(half * 0.3)} 14 {num(-half * 0.4)} 4 {num(-half)} 18Z",
            bark,
        )
    ]
    for _ in range(max(5, round(length / 90))):
        x = rng.uniform(-half, half)
        up = rng.choice((-1, 1, 1))
        ex, ey = x + rng.uniform(20, 60), -up * rng.uniform(30, 70)
        out.append(stroke(f"M{num(x)} 0Q{num(x + 8)} {num(ey * 0.6)} {num(ex)} {num(ey)}", bark, 5))
        for k in range(3):
            t = 0.4 + 0.3 * k
            px, py, turn = x + (ex - x) * t, ey * t, rng.uniform(-70, 70)
            colour = light.on(rng.choice(leaves), 0.7)
            if dressing == "blossom":
                petals = "".join(
                    ellipse(0, -9, 6.5, 9, colour, transform=f"rotate({72 * p})") for p in range(5)
                )
                out.append(place(petals, circle(0, 0, 4, mix(colour, "#c2456b", 0.6)), x=px, y=py, turn=turn))
            elif dressing == "leaves":
                out.append(
                    place(
                        path("M0 0C-14 -12 -12 -34 0 -44C12 -34 14 -12 0 0Z", colour),
                        stroke("M0 -4V-34", darker(colour, 0.2), 2),
                        x=px,
                        y=py,
                        turn=turn,
                    )
                )
            else:
                out.append(circle(px, py, 6, light.on("#d9434a")))
    if dressing == "snow":
        white = light.on("#ffffff", 0.5)
        bumps = f"M{num(-half)} 0C{num(-half * 0.4)} -12 {num(half * 0.3)} 0 {num(half)} -14V-24C{num(half * 0.6)} -22 {num(half * 0.45)} -12 {num(half * 0.2)} -18C0 -24 {num(-half * 0.3)} -30 {num(-half * 0.5)} -22C{num(-half * 0.7)} -16 {num(-half * 0.85)} -20 {num(-half)} -12Z"
        out.append(path(bumps, white))
    return group(*out)
