"""Which scaled versions a picture gets, and how large. Pure arithmetic, also used to write addresses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Size:
    """In pixels."""

    width: int
    height: int


BOXES: dict[str, Size] = {
    "thumb_tiny": Size(width=50, height=50),
    "thumb_small": Size(width=150, height=150),
    "thumb": Size(width=250, height=250),
    "small": Size(width=320, height=240),
    "medium": Size(width=800, height=600),
    "large": Size(width=1280, height=1024),
    "tall": Size(width=1024, height=4096),
}
"""Name → bounding box in pixels (philomena.md 2.4)."""


PREVIEW_KINDS = ("png", "gif", "jpg", "webp")
"""Extensions that a preview can be asked for in."""


def plan(width: int, height: int) -> dict[str, Size]:
    """Versions worth making: where the original is wider or taller than the box, the ratio kept."""
    out: dict[str, Size] = {}
    for name, box in BOXES.items():
        scale = min(box.width / width, box.height / height)
        if scale < 1:
            out[name] = Size(width=max(1, round(width * scale)), height=max(1, round(height * scale)))
    return out


def chain(sizes: dict[str, Size]) -> list[tuple[str, Size]]:
    """Largest first: all share one ratio, so each can be made from the one before it."""
    return sorted(sizes.items(), key=lambda item: item[1], reverse=True)
