# ruff: noqa: D103 — the name says what is drawn
"""Small things that animals wear or that float above them, in the units of `critters`."""

from polybooru.demo.art.palette import darker, lighter
from polybooru.demo.art.svg import circle, ellipse, path, place, polygon, stroke


def heart(colour: str) -> str:
    """A heart about 60 units wide around (0, 0)."""
    return path(
        "M0 26C-40 -2 -30 -32 -12 -30C-4 -29 0 -22 0 -18C0 -22 4 -29 12 -30C30 -32 40 -2 0 26Z", colour
    ) + ellipse(-13, -18, 5, 4, "#ffffff", fill_opacity=0.6)


def scarf(colour: str) -> str:
    dark = darker(colour, 0.18)
    end = path("M18 0C30 14 34 36 30 56L8 54C12 36 8 18 2 6Z", dark) + stroke(
        "M12 54V62M19 55V63M26 56V63", dark, 3
    )
    return (
        end
        + path(
            "M-50 -16C-30 8 30 8 50 -16C58 -4 54 8 44 14C20 26 -20 26 -44 14C-54 8 -58 -4 -50 -16Z", colour
        )
        + stroke("M-30 2Q0 16 30 2", lighter(colour, 0.25), 3)
    )


def crown(colour: str = "#ffd45e") -> str:
    """Sits on the head of a figure."""
    return place(
        polygon([(-30, 0), (-34, -34), (-16, -18), (0, -42), (16, -18), (34, -34), (30, 0)], colour),
        circle(0, -12, 5, "#f26a7f"),
        y=-118,
    )
