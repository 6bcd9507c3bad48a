# ruff: noqa: D101, D102, D103 — the name says what is drawn
"""Colours: mixing, the light of a time of day, seasons, and the hand (grade) of each artist."""

import colorsys
import re
from dataclasses import dataclass
from random import Random


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(r: float, g: float, b: float) -> str:
    return "#" + "".join(f"{max(0, min(255, round(v))):02x}" for v in (r, g, b))


def mix(a: str, b: str, t: float) -> str:
    """From a (t = 0) to b (t = 1)."""
    return _hex(*(x + (y - x) * t for x, y in zip(_rgb(a), _rgb(b), strict=True)))


def lighter(colour: str, t: float = 0.2) -> str:
    return mix(colour, "#ffffff", t)


def darker(colour: str, t: float = 0.2) -> str:
    """Towards a deep violet: shadows of black look dirty."""
    return mix(colour, "#1d1438", t)


def hsl(hue: float, saturation: float, lightness: float) -> str:
    """Hue in turns, the others 0..1."""
    r, g, b = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return _hex(r * 255, g * 255, b * 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """A time of day: four sky colours from the zenith to the horizon, and what they do to things."""

    time: str
    sky: tuple[str, str, str, str]
    sun: str
    haze: str
    shade: str
    ambient: float

    @property
    def is_night(self) -> bool:
        return self.time == "night"

    def on(self, colour: str, weight: float = 1.0) -> str:
        """The colour of a thing seen in this light."""
        return mix(colour, self.shade, self.ambient * weight)


def _light(time: str, sky: str, *rest: str, ambient: float) -> Light:
    a, b, c, d = sky.split()
    sun, haze, shade = rest
    return Light(time=time, sky=(a, b, c, d), sun=sun, haze=haze, shade=shade, ambient=ambient)


LIGHTS: tuple[Light, ...] = (
    _light("dawn", "#6b7fb5 #b79cc4 #f4bfb4 #ffe6c7", "#fff3d6", "#f0c4bd", "#4a4270", ambient=0.16),
    _light("dawn", "#5f9db3 #a9cfc8 #f6e3bf #ffd0ad", "#fff6e0", "#efd2b8", "#37596b", ambient=0.12),
    _light("day", "#3d8fd9 #79bdee #bfe3f6 #eaf7fb", "#fffbe6", "#c3e0ee", "#27566b", ambient=0.0),
    _light("day", "#4fb3d9 #93d6e8 #cdeeea #f3fbf0", "#fffde9", "#cdebe4", "#2a5f5c", ambient=0.0),
    _light("day", "#7fa8d8 #abc9ea #d5e4f4 #f4f3ee", "#ffffff", "#d3e0ee", "#3d5478", ambient=0.05),
    _light("golden hour", "#5f86b8 #d8a77f #f8c26b #ffe6a3", "#fff4c7", "#f3c58a", "#6b3f3c", ambient=0.14),
    _light("golden hour", "#e2855c #f2a65f #f9cb7d #fff0c2", "#fff8dc", "#f4bd84", "#70343f", ambient=0.16),
    _light("sunset", "#2f2f6b #84509a #ea6f80 #ffbf7d", "#ffe6a8", "#dd8086", "#3a2257", ambient=0.26),
    _light("sunset", "#3b3a78 #c45c8c #f98f6f #ffd98a", "#fff0b8", "#ea9277", "#472358", ambient=0.24),
    _light("dusk", "#1d2552 #47427e #8e6aa5 #e9a3a0", "#ffd9c2", "#8b73a6", "#211c47", ambient=0.36),
    _light("dusk", "#17355a #2f6282 #79a3a8 #f0cba4", "#ffe9c9", "#7898a2", "#16304c", ambient=0.34),
    _light("night", "#0a0f33 #16225a #2b4484 #5a76ad", "#f6f2dc", "#3d5790", "#0b1238", ambient=0.5),
    _light("night", "#071a2e #0d3550 #17586e #3f8a8c", "#eefbf2", "#2a6d7c", "#06192e", ambient=0.48),
    _light("night", "#140c33 #2c1a5c #51328a #8d62b0", "#fbeefc", "#5d4394", "#160c38", ambient=0.48),
)


def light_of(rng: Random, *times: str) -> Light:
    """A light of one of the times, of any if none is named."""
    return rng.choice([light for light in LIGHTS if not times or light.time in times])


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    name: str
    ground: str
    leaves: tuple[str, ...]
    pine: str


SPRING = Season(
    name="spring", ground="#8cc46c", leaves=("#f6b8cf", "#f9d3df", "#9fd07a", "#c4e08e"), pine="#3f8a63"
)
SUMMER = Season(
    name="summer", ground="#63ab58", leaves=("#4c9f59", "#6fb857", "#37876a", "#8fc65c"), pine="#24684f"
)
AUTUMN = Season(
    name="autumn", ground="#c99a4b", leaves=("#e0803a", "#d65a3c", "#f0b04a", "#b8503f"), pine="#3f6b52"
)
WINTER = Season(name="winter", ground="#f2f6fc", leaves=("#e6edf6", "#d7e2f0", "#f7fafe"), pine="#41707a")
SEASONS = (SPRING, SUMMER, AUTUMN, WINTER)

BACKDROPS: tuple[tuple[str, str, str], ...] = (
    ("#fde2c8", "#f7b48e", "#e9806e"),
    ("#d9f0e7", "#9fd8c9", "#5fb3ad"),
    ("#e6e0f8", "#bfb0ec", "#8d7fd1"),
    ("#fff0c9", "#fbd27b", "#f2a65a"),
    ("#dcecfb", "#a5cdf2", "#6a9fdc"),
    ("#fbdde6", "#f4a9bf", "#d9758f"),
    ("#e7f2d0", "#bcd98b", "#86b35c"),
    ("#2a3260", "#46508f", "#7a83c4"),
    ("#123c47", "#1f6673", "#49a3a3"),
)
"""Plain backgrounds from light to strong (the last two are dark)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How an artist's colours differ: saturation factor, and a tint mixed in."""

    saturation: float = 1.0
    tint: str = "#ffffff"
    weight: float = 0.0
    duotone: tuple[str, str, str] | None = None

    def __call__(self, svg: str) -> str:
        """The same drawing in this grade."""
        seen: dict[str, str] = {}

        def shift(match: re.Match[str]) -> str:
            colour = match.group()
            if colour not in seen:
                seen[colour] = self._shift(colour)
            return seen[colour]

        return re.sub(r"#[0-9a-f]{6}\b", shift, svg)

    def _shift(self, colour: str) -> str:
        r, g, b = _rgb(colour)
        luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
        if self.duotone is not None:
            dark, middle, light = self.duotone
            t = (luma / 255) ** 0.8  # night scenes would drown otherwise
            return mix(dark, middle, t * 2) if t < 0.5 else mix(middle, light, t * 2 - 1)
        soft = _hex(*(luma + (v - luma) * self.saturation for v in (r, g, b)))
        return mix(soft, self.tint, self.weight)


DUOTONES: dict[str, tuple[str, str, str]] = {
    "sepia": ("#2e1b12", "#a9764a", "#fbeed7"),
    "blue": ("#0d1b3e", "#4f7ac0", "#eef5ff"),
    "green": ("#0d2b26", "#4f9a7c", "#f0fbe9"),
    "purple": ("#1d0f3a", "#8a62bd", "#fbeefb"),
}
