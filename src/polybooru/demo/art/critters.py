# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D102, D103 — the name says what is drawn
"""Friendly animals with a big head, seen from the front (or from behind), and busts of dressed-up ones.

A figure sits on (0, 100), is about 200 units wide and 240 tall; its head is centred on (0, -60).
"""

from dataclasses import dataclass, replace
from typing import Literal

from polybooru.demo.art import accessories
from polybooru.demo.art.palette import Light, darker, lighter, mix
from polybooru.demo.art.svg import (
    Sheet,
    circle,
    ellipse,
    group,
    num,
    path,
    place,
    stroke,
    symmetric,
)

Ears = Literal["pointed", "huge", "long", "round", "deer"]
Mask = Literal["fox", "cat", "plain", "raccoon", "red panda", "panda", "otter"]
Tail = Literal["bushy", "thin", "ringed", "puff", "stub"]
Eyes = Literal["open", "happy", "asleep"]
HEAD = symmetric(
    (0, -128),
    ((46, -130), (74, -108), (81, -78)),
    ((84, -66), (92, -56), (100, -42)),
    ((86, -42), (82, -36), (74, -28)),
    ((58, -8), (30, 2), (0, 2)),
)
ROUND_HEAD = symmetric((0, -126), ((50, -128), (88, -100), (88, -58)), ((88, -18), (46, 2), (0, 2)))
BODY = symmetric(
    (0, -30),
    ((36, -30), (48, 0), (56, 40)),
    ((64, 74), (60, 100), (30, 100)),
    ((20, 101), (10, 101), (0, 101)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coat:
    """One kind of animal: its colours and shapes. `tags` are the precise kind and its family."""

    tags: tuple[str, ...]
    noun: str
    main: str
    pale: str
    dark: str
    ears: Ears = "pointed"
    mask: Mask = "cat"
    tail: Tail = "thin"
    iris: str = "#2b2030"
    nose: str = "#3a2630"
    tail_tip: str = ""
    stripes: bool = False

    def in_light(self, light: Light) -> "Coat":
        main, pale, dark = (light.on(c, 0.7) for c in (self.main, self.pale, self.dark))
        tip = light.on(self.tail_tip, 0.7) if self.tail_tip else ""
        return replace(self, main=main, pale=pale, dark=dark, tail_tip=tip)


def ears(coat: Coat, *, behind: bool = False) -> str:
    inner = darker(coat.main, 0.12) if behind else mix(coat.pale, "#f29a9a", 0.5)
    match coat.ears:
        case "pointed" | "huge":
            big = coat.ears == "huge"
            tip = "118 -212" if big else "84 -182"
            base = "96 -70" if big else "80 -86"
            ear = path(
                f"M22 -118C36 -150 54 -172 {tip}C{'122 -160 116 -110' if big else '92 -150 90 -116'} {base}Z",
                coat.main,
            )
            hole = (
                "M44 -116C58 -150 80 -178 108 -196C108 -160 102 -120 88 -90Z"
                if big
                else "M38 -116C48 -142 62 -160 78 -168C83 -146 82 -122 74 -98Z"
            )
            edge = (
                "M84 -182C62 -172 50 -162 41 -148C60 -156 74 -150 88 -136C90 -150 88 -166 84 -182Z"
                if not big
                else ""
            )
            one = ear + path(hole, inner) + (path(edge, coat.dark) if coat.mask == "fox" and edge else "")
        case "long":
            one = path("M14 -112C4 -160 12 -226 36 -238C60 -232 66 -160 56 -106Z", coat.main)
            one += path("M24 -120C18 -160 24 -208 37 -220C50 -208 52 -160 46 -118Z", inner)
        case "round":
            one = circle(
                64, -112, 31, coat.dark if coat.mask in {"panda", "raccoon"} else coat.main
            ) + circle(65, -110, 18, inner)
            if coat.mask == "red panda":
                one = circle(66, -112, 33, coat.pale) + circle(66, -110, 20, coat.dark)
        case "deer":
            one = path("M58 -96C80 -122 112 -128 128 -116C124 -92 96 -76 70 -74Z", coat.main) + path(
                "M72 -94C88 -110 106 -114 116 -109C110 -95 92 -86 76 -84Z", inner
            )
            one += stroke(
                "M26 -122C28 -146 34 -154 46 -164M31 -144C26 -152 24 -160 24 -170",
                mix(coat.dark, "#d8b48a", 0.4),
                8,
            )
    return one + group(one, transform="scale(-1 1)")


def _mask(sheet: Sheet, coat: Coat, head: str) -> str:
    both: list[str] = []
    one = ""
    match coat.mask:
        case "fox":
            one = path("M0 -66C18 -60 30 -52 46 -54C66 -56 84 -50 104 -40L104 10H0Z", coat.pale)
        case "red panda":
            one = path("M-2 -50C18 -58 40 -48 60 -34C74 -26 84 -34 100 -44V10H-2Z", coat.pale) + ellipse(
                36, -88, 17, 10, coat.pale, transform="rotate(-24 36 -88)"
            )
            one += path("M26 -44C30 -26 34 -12 48 6L76 -10C62 -22 48 -36 42 -46Z", coat.dark)
        case "raccoon":
            one = path("M6 -74C26 -84 62 -80 84 -60C98 -48 92 -36 74 -34C48 -30 20 -36 6 -52Z", coat.dark)
            one += path("M10 -84C36 -98 66 -92 84 -74L92 -62C70 -84 36 -88 10 -74Z", coat.pale)
            both = [ellipse(0, -26, 34, 24, coat.pale)]
        case "panda":
            one = ellipse(37, -56, 24, 20, coat.dark, transform="rotate(40 37 -56)")
            both = [ellipse(0, -26, 30, 20, lighter(coat.pale, 0.4))]
        case "otter":
            both = [ellipse(0, -22, 58, 32, coat.pale)]
        case "cat":
            both = [
                ellipse(-15, -24, 24, 18, coat.pale),
                ellipse(15, -24, 24, 18, coat.pale),
                ellipse(0, -10, 20, 14, coat.pale),
            ]
        case "plain":
            both = [ellipse(0, -24, 32, 24, coat.pale)]
    if coat.stripes:
        both.append(
            path("M-6 -130L0 -94L6 -130ZM-30 -130L-21 -100L-17 -130ZM30 -130L21 -100L17 -130Z", coat.dark)
        )
        one += path("M104 -62L68 -56L104 -48ZM104 -40L70 -38L100 -26Z", coat.dark)
    mirrored = group(one, transform="scale(-1 1)") if one else ""
    return group(one, mirrored, *both, clip_path=sheet.clip(path(head, "#000000")))


def face(coat: Coat, eyes: Eyes, *, glance: float = 0.0) -> str:
    """Eyes, nose, mouth and a little blush; glance shifts the eyes, -1 left … 1 right."""
    ink = "#2b1d2c"
    if coat.mask in {"panda", "raccoon"} and eyes != "open":
        ink = "#f4eef2"
    out: list[str] = []
    for side in (-1, 1):
        x = side * 37 + glance * 4
        if eyes == "open":
            out += [
                ellipse(x, -57, 12.5, 15.5, coat.iris),
                ellipse(x, -56, 8.5, 12, mix(coat.iris, "#000000", 0.45)),
            ]
            out += [circle(x - 4, -63, 4.6, "#ffffff"), circle(x + 4, -51, 2.3, "#ffffff", fill_opacity=0.8)]
            if coat.mask in {"panda", "raccoon"}:
                out.insert(-4, ellipse(x, -57, 14, 17, "#ffffff", fill_opacity=0.35))
        elif eyes == "happy":
            out.append(stroke(f"M{num(x - 12)} -52Q{num(x)} -70 {num(x + 12)} -52", ink, 5))
        else:
            out.append(stroke(f"M{num(x - 12)} -58Q{num(x)} -44 {num(x + 12)} -58", ink, 4.5))
        out.append(ellipse(side * 60, -34, 12, 7.5, "#ff7f8c", fill_opacity=0.42))
    out.append(
        path("M-10 -39Q0 -45 10 -39Q9 -29 0 -26Q-9 -29 -10 -39Z", coat.nose)
        + ellipse(-3, -38, 3, 1.6, "#ffffff", fill_opacity=0.5)
    )
    out.append(stroke("M0 -27V-22M-13 -21Q-7 -12 0 -21Q7 -12 13 -21", "#3a2630", 3.4))
    return "".join(out)


def head(sheet: Sheet, coat: Coat, eyes: Eyes = "open", *, glance: float = 0.0, behind: bool = False) -> str:
    shape = HEAD if coat.mask in {"fox", "raccoon", "red panda"} else ROUND_HEAD
    fill = sheet.linear((0, lighter(coat.main, 0.1)), (1, darker(coat.main, 0.06)))
    if behind:
        return group(ears(coat, behind=True), path(shape, fill))
    return group(
        ears(coat),
        path(shape, fill),
        _mask(sheet, coat, shape),
        face(coat, eyes, glance=glance),
        _whiskers(coat),
    )


def _whiskers(coat: Coat) -> str:
    if coat.mask not in {"cat", "otter"}:
        return ""
    line = "M50 -24L92 -32M50 -18L92 -16M48 -12L86 -2"
    return stroke(line, darker(coat.main, 0.25), 2) + group(
        stroke(line, darker(coat.main, 0.25), 2), transform="scale(-1 1)"
    )


def tail(sheet: Sheet, coat: Coat) -> str:
    """To the right of the body; it sways."""
    turn = 5 * sheet.swing()
    match coat.tail:
        case "bushy" | "ringed":
            d = "M20 88C60 112 128 104 138 46C144 8 122 -22 104 -34C108 -6 92 18 66 34C40 50 22 66 20 88Z"
            clip = sheet.clip(path(d, "#000000"))
            tip = path("M76 -40H160V26C140 8 120 4 90 16Z", coat.tail_tip or coat.pale)
            inside = tip
            if coat.tail == "ringed":
                inside = "".join(
                    stroke(ring, coat.dark, 14, cap="butt")
                    for ring in ("M84 -30L150 -14", "M72 14L150 30", "M50 36L140 76", "M34 52L100 116")
                )
            figure = path(d, coat.main) + group(inside, clip_path=clip)
        case "thin":
            figure = stroke("M36 84C84 104 112 70 96 34C88 14 104 -4 120 4", coat.main, 17)
            figure += stroke("M104 8C108 0 114 0 120 4", coat.tail_tip or coat.dark, 17)
        case "puff":
            figure = circle(62, 78, 20, coat.pale)
        case "stub":
            figure = stroke("M36 90C64 104 92 96 104 78", coat.main, 24)
    return group(figure, transform=f"rotate({num(turn)} 30 90)")


def sitting(
    sheet: Sheet,
    coat: Coat,
    eyes: Eyes = "open",
    *,
    glance: float = 0.0,
    behind: bool = False,
    worn: str = "",
) -> str:
    """The whole animal; `worn` is drawn between body and head (a scarf, say)."""
    body = path(BODY, sheet.linear((0, coat.main), (1, darker(coat.main, 0.12))))
    shadow = ellipse(6, 100, 84, 10, "#1d1438", fill_opacity=0.2)
    if behind:
        back = path(
            "M-30 0Q0 40 30 0", "none", stroke=darker(coat.main, 0.1), stroke_width=4, stroke_linecap="round"
        )
        return group(
            shadow,
            body,
            ellipse(-36, 92, 26, 12, coat.main),
            ellipse(36, 92, 26, 12, coat.main),
            back,
            worn,
            head(sheet, coat, behind=True),
            tail(sheet, coat),
        )
    chest_colour = coat.dark if coat.mask in {"red panda", "panda"} else coat.pale
    chest = path(
        symmetric((0, -20), ((24, -14), (34, 10), (26, 34)), ((18, 52), (8, 58), (0, 62))), chest_colour
    )
    leg_colour = coat.dark if coat.mask in {"fox", "red panda", "panda"} else darker(coat.main, 0.06)
    legs = "".join(
        path(
            f"M{x - 15} 40C{x - 15} 60 {x - 14} 80 {x - 15} 92C{x - 14} 103 {x + 14} 103 {x + 15} 92C{x + 14} 80 {x + 14} 60 {x + 13} 40Z",
            sheet.linear((0, coat.main), (0.35, coat.main), (0.75, leg_colour)),
        )
        + stroke(f"M{x - 5} 94V99M{x + 5} 94V99", darker(leg_colour, 0.35), 2)
        for x in (-20, 20)
    )
    hips = ellipse(-48, 80, 22, 22, darker(coat.main, 0.07)) + ellipse(
        48, 80, 22, 22, darker(coat.main, 0.07)
    )
    return group(
        shadow, tail(sheet, coat), body, hips, chest, legs, worn, head(sheet, coat, eyes, glance=glance)
    )


def sleeping(sheet: Sheet, coat: Coat) -> str:
    """Curled up; about 260 wide, resting on y = 60."""
    breath = 1 + 0.015 * sheet.swing()
    shadow = ellipse(0, 58, 138, 13, "#1d1438", fill_opacity=0.2)
    back = path(
        f"M-120 30C-124 -34 -62 {num(-82 * breath)} 16 {num(-80 * breath)}C92 {num(-76 * breath)} 136 -30 130 18C126 56 70 60 0 60C-70 60 -118 58 -120 30Z",
        sheet.linear((0, lighter(coat.main, 0.06)), (1, darker(coat.main, 0.16))),
    )
    haunch = path("M34 40C30 2 60 -34 96 -22C120 -12 128 20 118 44Z", darker(coat.main, 0.08))
    d = "M128 6C142 44 112 70 44 68C0 68 -40 64 -66 50C-78 42 -70 26 -54 28C-20 34 30 40 66 30C92 24 112 12 128 6Z"
    wrap = path(d, coat.main)
    if coat.tail in {"bushy", "ringed"}:
        marks = path("M-90 10H-26C-18 34 -24 50 -30 80H-90Z", coat.tail_tip or coat.pale)
        if coat.tail == "ringed":
            marks = "".join(stroke(f"M{x} 20L{x - 6} 80", coat.dark, 15) for x in (-52, -10, 34, 78))
        wrap = path(d, darker(coat.main, 0.05)) + group(marks, clip_path=sheet.clip(path(d, "#000000")))
    return group(
        shadow,
        back,
        haunch,
        place(head(sheet, coat, "asleep"), x=-62, y=50, scale=0.82, turn=-7),
        place(wrap, x=24, y=-4),
    )


def hugging(sheet: Sheet, left: Coat, right: Coat) -> str:
    """Two of them with their arms around each other, a heart above; about 340 wide."""
    out = [ellipse(0, 100, 150, 13, "#1d1438", fill_opacity=0.2)]
    lean = 7 + 1.2 * sheet.swing()
    pairs = ((left, -1), (right, 1))
    for coat, side in pairs:
        out.append(place(tail(sheet, coat), x=side * 76, flip=side < 0))
    for coat, side in pairs:
        body = path(BODY, sheet.linear((0, coat.main), (1, darker(coat.main, 0.14))))
        foot = ellipse(-24, 94, 24, 13, darker(coat.main, 0.2)) + ellipse(
            26, 94, 24, 13, darker(coat.main, 0.2)
        )
        belly = ellipse(0, 42, 32, 46, coat.pale)
        out.append(place(body, belly, foot, x=side * 66, turn=-side * 4))
    for coat, side in pairs:
        out.append(place(head(sheet, coat, "happy"), x=side * 80, y=-4, turn=-side * lean, scale=0.94))
    for coat, side in pairs:
        reach, tip = (-54, 60) if side > 0 else (58, 30)
        arm = f"M{num(side * 96)} 20C{num(side * 82)} {num(tip + 26)} {num(side * 10)} {num(tip + 20)} {reach} {tip}"
        hand = coat.dark if coat.mask in {"fox", "red panda", "panda"} else lighter(coat.main, 0.12)
        sleeve = coat.dark if coat.mask == "panda" else coat.main
        out += [
            stroke(arm, darker(coat.main, 0.25), 33),
            stroke(arm, sleeve, 28),
            circle(reach, tip, 15, hand),
        ]
    beat = 1 + 0.08 * sheet.swing(2)
    out.append(
        place(
            accessories.heart("#ff6b81"),
            y=-250 if "long" in {left.ears, right.ears} else -200,
            scale=0.75 * beat,
        )
    )
    return group(*out)
