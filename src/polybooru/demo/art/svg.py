# ruff: noqa: D102, D103 — the name says what is drawn
"""The sheet that motifs draw on, and SVG elements as text.

Coordinates are pixels of the sheet; figures are drawn in their own units and put in place by `place`.
Everything with a colour is written as `#rrggbb`, so that `palette.Grade` can shift a finished sheet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

Point = tuple[float, float]
Stop = tuple[float, str] | tuple[float, str, float]


def num(value: float) -> str:
    """Five significant digits: a hundredth of a pixel, or the fine scale of a far tree."""
    return f"{value:.5g}"


@dataclass(slots=True, kw_only=True)
class Sheet:
    """One picture in the making.

    phase: 0..1, the moment of a looping animation; a motif draws the same random numbers at every phase.
    """

    width: float
    height: float
    rng: Random
    phase: float = 0.0
    parts: list[str] = field(default_factory=list[str])
    defs: list[str] = field(default_factory=list[str])

    @property
    def unit(self) -> float:
        """A hundredth of the shorter side."""
        return min(self.width, self.height) / 100

    @property
    def centre(self) -> Point:
        return self.width / 2, self.height / 2

    def add(self, *parts: str) -> None:
        self.parts.extend(parts)

    def swing(self, turns: int = 1, offset: float = 0.0) -> float:
        """-1..1, back at its start when the loop closes."""
        return math.sin(2 * math.pi * (self.phase * turns + offset))

    def linear(self, *stops: Stop, angle: float = 90) -> str:
        """A gradient across the shape it fills; angle 90 runs from top to bottom. Returns a paint."""
        radians = math.radians(angle)
        dx, dy = math.cos(radians) / 2, math.sin(radians) / 2
        ends = f'x1="{num(0.5 - dx)}" y1="{num(0.5 - dy)}" x2="{num(0.5 + dx)}" y2="{num(0.5 + dy)}"'
        return self._define("linearGradient", ends, "".join(map(_stop, stops)))

    def radial(self, *stops: Stop, cx: float = 0.5, cy: float = 0.5, r: float = 0.5) -> str:
        ends = f'cx="{num(cx)}" cy="{num(cy)}" r="{num(r)}"'
        return self._define("radialGradient", ends, "".join(map(_stop, stops)))

    def glow(self, x: float, y: float, r: float, colour: str, strength: float = 0.6) -> str:
        """A soft round light that fades to nothing."""
        paint = self.radial((0, colour, strength), (0.35, colour, strength * 0.45), (1, colour, 0))
        return circle(x, y, r, paint)

    def clip(self, *shapes: str) -> str:
        """A clipping reference for `group(..., clip_path=…)`."""
        return self._define("clipPath", "", "".join(shapes))

    def _define(self, tag: str, attributes: str, inner: str) -> str:
        name = f"d{len(self.defs)}"
        self.defs.append(f'<{tag} id="{name}" {attributes}>{inner}</{tag}>')
        return f"url(#{name})"

    def svg(self) -> str:
        w, h = num(self.width), num(self.height)
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
        return f"{head}<defs>{''.join(self.defs)}</defs>{''.join(self.parts)}</svg>"


def _stop(stop: Stop) -> str:
    opacity = f' stop-opacity="{num(stop[2])}"' if len(stop) == 3 else ""
    return f'<stop offset="{num(stop[0])}" stop-color="{stop[1]}"{opacity}/>'


def _attributes(values: dict[str, str | float]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{value if isinstance(value, str) else num(value)}"'
        for name, value in values.items()
    )


def element(tag: str, inner: str = "", /, **attributes: str | float) -> str:
    return (
        f"<{tag}{_attributes(attributes)}>{inner}</{tag}>" if inner else f"<{tag}{_attributes(attributes)}/>"
    )


def circle(x: float, y: float, r: float, fill: str, **more: str | float) -> str:
    return element("circle", "", cx=x, cy=y, r=r, fill=fill, **more)


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, **more: str | float) -> str:
    return element("ellipse", "", cx=x, cy=y, rx=rx, ry=ry, fill=fill, **more)


def rect(x: float, y: float, width: float, height: float, fill: str, **more: str | float) -> str:
    return element("rect", "", x=x, y=y, width=width, height=height, fill=fill, **more)


def path(d: str, fill: str = "none", **more: str | float) -> str:
    return element("path", "", d=d, fill=fill, **more)


def stroke(d: str, colour: str, width: float, *, cap: str = "round", opacity: float = 1) -> str:
    """An open line, with round ends unless told otherwise."""
    return element(
        "path",
        "",
        d=d,
        fill="none",
        stroke=colour,
        stroke_width=width,
        stroke_linecap=cap,
        stroke_linejoin="round",
        stroke_opacity=opacity,
    )


def dots(places: Sequence[tuple[float, float, float]], colour: str, opacity: float = 1) -> str:
    """Many small discs (x, y, radius) at the cost of few elements: lines without length and with round ends.

    Radii are rounded to four sizes.
    """
    if not places:
        return ""
    low, high = min(r for _, _, r in places), max(r for _, _, r in places)
    step = (high - low) / 3 or 1.0
    sizes: dict[int, list[str]] = {}
    for x, y, r in places:
        sizes.setdefault(round((r - low) / step), []).append(f"M{num(x)} {num(y)}h.01")
    return "".join(
        stroke("".join(d), colour, 2 * (low + k * step), opacity=opacity) for k, d in sizes.items()
    )


def polygon(points: Sequence[Point], fill: str, **more: str | float) -> str:
    return element("polygon", "", points=" ".join(f"{num(x)},{num(y)}" for x, y in points), fill=fill, **more)


def group(*parts: str, **attributes: str | float) -> str:
    return element("g", "".join(parts) or "<g/>", **attributes)


def place(
    *parts: str, x: float = 0, y: float = 0, scale: float = 1, turn: float = 0, flip: bool = False
) -> str:
    """Move a figure drawn in its own units onto the sheet; turn in degrees, clockwise."""
    mirrored = f" scale({'-' if flip else ''}{num(scale)} {num(scale)})" if scale != 1 or flip else ""
    turned = f" rotate({num(turn)})" if turn else ""
    return group(*parts, transform=f"translate({num(x)} {num(y)}){turned}{mirrored}")


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """Path data of a soft curve through the points (Catmull-Rom as cubic Béziers)."""
    n = len(points)

    def at(i: int) -> Point:
        return points[i % n] if closed else points[max(0, min(n - 1, i))]

    out = [f"M{num(points[0][0])} {num(points[0][1])}"]
    for i in range(n if closed else n - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = at(i - 1), at(i), at(i + 1), at(i + 2)
        one = f"{num(bx + (cx - ax) / 6)} {num(by + (cy - ay) / 6)}"
        two = f"{num(cx - (dx - bx) / 6)} {num(cy - (dy - by) / 6)}"
        out.append(f"C{one} {two} {num(cx)} {num(cy)}")
    return "".join(out) + ("Z" if closed else "")


def symmetric(start: Point, *right: tuple[Point, Point, Point]) -> str:
    """A closed shape from its right half: cubic segments from the top on the axis x = 0 down to it again."""

    def flip(p: Point) -> str:
        return f"{num(-p[0])} {num(p[1])}"

    out = [f"M{num(start[0])} {num(start[1])}"]
    ends = [start]
    for one, two, end in right:
        out.append(f"C{num(one[0])} {num(one[1])} {num(two[0])} {num(two[1])} {num(end[0])} {num(end[1])}")
        ends.append(end)
    for i in range(len(right) - 1, -1, -1):
        one, two, _ = right[i]
        out.append(f"C{flip(two)} {flip(one)} {flip(ends[i])}")
    return "".join(out) + "Z"


def star(x: float, y: float, outer: float, inner: float, points: int, *, turn: float = -90) -> list[Point]:
    step = math.pi / points
    first = math.radians(turn)
    return [
        (
            x + math.cos(first + i * step) * (inner if i % 2 else outer),
            y + math.sin(first + i * step) * (inner if i % 2 else outer),
        )
        for i in range(points * 2)
    ]
