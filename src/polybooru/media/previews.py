"""One small file in a wanted format: of what stands still a picture, of what moves its first seconds."""

from collections.abc import Callable
from pathlib import Path

from polybooru.media import animation, jobs, pixels, video
from polybooru.media.limits import Limits, allows_animated_preview
from polybooru.media.plan import Size, plan
from polybooru.media.results import File, Probe

MOVING = frozenset({"gif", "webp"})
CLIP_SECONDS = 2.5
_WHITE = 255


def preview(path: Path, into: Path, kind: str, limits: Limits, on_slow: Callable[[], None]) -> File:
    """Writes `preview.KIND`, at most as large as a thumbnail, into the empty folder. Raises FileRefused.

    on_slow: called once before work that needs the time of an animation.
    """
    found = jobs.probe(path, limits)
    target = into / f"preview.{kind}"
    size = plan(found.width, found.height).get("thumb", Size(width=found.width, height=found.height))
    if found.media_type.is_video or found.is_animated:
        on_slow()
    if kind in MOVING and found.is_animated and _may_move(found, limits):
        if found.media_type.is_video:
            frames, delays_ms = video.clip(path, found, CLIP_SECONDS, size, limits)
        else:
            frames, delays_ms = animation.clip(path, found, CLIP_SECONDS, size)
        pixels.save_moving(frames, delays_ms, 0, target)
    else:
        picture = pixels.resize(jobs.shown(found, path, limits), size)
        if kind == "jpg" and picture.hasalpha():
            picture = picture.flatten(background=[_WHITE])
        pixels.save(picture, target)
    return File(name=target.name, size_bytes=target.stat().st_size)


def _may_move(found: Probe, limits: Limits) -> bool:
    """Videos are decoded frame by frame, of an animation all frames at once."""
    if found.media_type.is_video:
        return True
    return allows_animated_preview(limits, found.width, found.height, found.frame_count)
