"""Every number that bounds a file or its decoding; docs/reference/security.md names them."""

from dataclasses import dataclass

from polybooru.media.errors import SideTooLong, TooManyBytes, TooManyFrames, TooManyPixels, TooManyTotalPixels

MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where no unit is named: a count."""

    file_bytes: int = 131_072_000
    gif_bytes: int = 20 * MIB
    """GIF and animated PNG."""
    svg_bytes: int = MIB

    frame_pixels: int = 100_000_000
    side_px: int = 32_767
    frames: int = 2_000
    """Of an animated picture; videos are bounded by seconds and rate."""
    total_pixels: int = 500_000_000
    preview_frames: int = 150
    preview_pixels: int = 100_000_000
    """Over all frames; an animation with more gets still previews."""

    video_seconds: float = 900.0
    video_long_side_px: int = 3_840
    video_short_side_px: int = 2_160
    video_frames_per_second: float = 120.0
    video_streams: int = 8
    video_probe_bytes: int = 5 * MIB
    video_probe_seconds: float = 5.0
    video_pixels: int = 4_000_000_000
    """Over all frames; of a video with more only key frames are decoded for its versions. About 80 CPU
    seconds.
    """
    video_key_frames: int = 600

    svg_elements: int = 20_000
    svg_depth: int = 128
    svg_drawn_elements: int = 200_000
    """With each `use` counted as what it repeats."""
    svg_side_px: int = 4_096

    still_cpu_seconds: int = 20
    animation_cpu_seconds: int = 300
    wall_factor: float = 3.0
    """Wall-clock limit as a multiple of the CPU limit: a busy machine is no reason to fail."""
    memory_bytes: int = 2048 * MIB
    scratch_bytes: int = 1024 * MIB
    open_files: int = 64


def check_bytes(found: int, limit: int) -> None:
    """Raises TooManyBytes."""
    if found > limit:
        raise TooManyBytes(found=found, limit=limit)


def check_size(limits: Limits, width: int, height: int) -> None:
    """Raises SideTooLong, TooManyPixels.

    The second sum is the buffer bound of Philomena's own media server (its §8.1), which clients may rely on.
    """
    if max(width, height) > limits.side_px:
        raise SideTooLong(found=max(width, height), limit=limits.side_px)
    buffer_size = (-(-width // 64) * 64 * 8 + 1024) * (height + 128)
    if width * height > limits.frame_pixels or buffer_size >= 2_147_483_647:
        raise TooManyPixels(found=width * height, limit=limits.frame_pixels)


def check_frames(limits: Limits, width: int, height: int, frames: int) -> None:
    """Raises TooManyFrames, TooManyTotalPixels."""
    if frames > limits.frames:
        raise TooManyFrames(found=frames, limit=limits.frames)
    if width * height * frames > limits.total_pixels:
        raise TooManyTotalPixels(found=width * height * frames, limit=limits.total_pixels)


def allows_animated_preview(limits: Limits, width: int, height: int, frames: int) -> bool:
    """Whether scaled versions move; else they are stills."""
    return frames <= limits.preview_frames and width * height * frames <= limits.preview_pixels
