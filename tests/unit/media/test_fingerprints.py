"""Intensities by Philomena's own check values, and the hash's promise."""

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st

from polybooru.media import fingerprints, pixels
from polybooru.media.results import Intensities


def flat(width: int, height: int, color: list[int]) -> pyvips.Image:
    return (
        (pyvips.Image.black(width, height, bands=len(color)) + color)
        .cast("uchar")
        .copy(interpretation="srgb")
    )


def intensities(image: pyvips.Image) -> Intensities:
    return fingerprints.intensities(
        pixels.quadrant_sums(pixels.premultiplied(image)), image.width, image.height
    )


def test_one_red_pixel_counts_in_all_quadrants() -> None:
    assert intensities(flat(1, 1, [255, 0, 0])) == Intensities(nw=54.213, ne=54.213, sw=54.213, se=54.213)


def test_the_middle_of_a_tiny_white_picture_counts_on_both_sides() -> None:
    assert intensities(flat(2, 2, [255, 255, 255])) == Intensities(nw=1020, ne=510, sw=510, se=255)


def test_what_is_transparent_is_black() -> None:
    assert intensities(flat(4, 4, [255, 255, 255, 0])) == Intensities(nw=0, ne=0, sw=0, se=0)


def test_grey_equals_the_same_grey_in_colour() -> None:
    grey = flat(9, 5, [77])
    assert intensities(grey.copy(interpretation="b-w")) == intensities(flat(9, 5, [77, 77, 77]))


@given(st.integers(1, 9), st.integers(1, 9), st.randoms(use_true_random=False))
def test_intensities_follow_the_written_rule(width: int, height: int, random) -> None:
    rgb = [[[random.randrange(256) for _ in range(3)] for _ in range(width)] for _ in range(height)]
    data = bytes(value for row in rgb for pixel in row for value in pixel)
    image = pyvips.Image.new_from_memory(data, width, height, 3, "uchar").copy(interpretation="srgb")
    divisor = (width + width % 2) * (height + height % 2) / 4

    def mean(north: bool, west: bool) -> float:
        rows = [i for i in range(height) if (i <= height // 2 if north else i >= height // 2)]
        columns = [j for j in range(width) if (j <= width // 2 if west else j >= width // 2)]
        red, green, blue = (
            sum(rgb[i][j][band] for i in rows for j in columns) / divisor for band in range(3)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    found = intensities(image)
    expected = [mean(True, True), mean(True, False), mean(False, True), mean(False, False)]
    assert [found.nw, found.ne, found.sw, found.se] == pytest.approx(expected, abs=1e-6)


def drawn(width: int, height: int) -> pyvips.Image:
    noise = pyvips.Image.gaussnoise(width, height, mean=128, sigma=70, seed=5).gaussblur(width / 12)
    return (
        noise.bandjoin([noise.flip("vertical"), noise])
        .linear(4, -384)
        .cast("uchar")
        .copy(interpretation="srgb")
    )


def distance(one: pyvips.Image, other: pyvips.Image) -> int:
    hashes = [pixels.fingerprint(image, image).perceptual_hash for image in (one, other)]
    return (hashes[0] ^ hashes[1]).bit_count()


def test_a_smaller_copy_has_nearly_the_same_hash() -> None:
    image = drawn(600, 400).copy_memory()
    assert distance(image, image.resize(0.25)) <= 4


def test_a_compressed_copy_has_nearly_the_same_hash() -> None:
    image = drawn(600, 400).copy_memory()
    assert distance(image, pyvips.Image.jpegload_buffer(image.jpegsave_buffer(Q=50))) <= 10


def test_another_picture_has_another_hash() -> None:
    image = drawn(600, 400).copy_memory()
    assert distance(image, image.rot180()) > 16


def test_the_dominant_colour_is_the_most_frequent_visible_one() -> None:
    mostly_green = [(10, 200, 20, 255)] * 5 + [(255, 0, 0, 255)] * 3 + [(255, 255, 255, 0)] * 50
    assert fingerprints.dominant_color(mostly_green) == 0x0AC814
    assert fingerprints.dominant_color([(9, 9, 9, 0)]) == 0
