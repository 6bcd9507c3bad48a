"""File addresses: how they are written and what is read in them."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from polybooru.library.addresses import (
    Disposition,
    FileAddress,
    blob_key,
    full_path,
    parse_path,
    version_paths,
    view_paths,
)
from polybooru.library.tag_names import address_slug, slug

HASH = "ab" + "0" * 126


def picture(**values):
    """As much of an image as addresses look at."""
    facts = {
        "id": 4711,
        "created_at": datetime(2024, 3, 7, tzinfo=UTC),
        "width_px": 2000,
        "height_px": 300,
        "format": "jpg",
        "blob": HASH,
        "sha512_hash": HASH,
        "orig_sha512_hash": HASH,
        "is_processed": True,
        "thumbnails_generated": True,
        "tags": (),
    }
    return SimpleNamespace(**{**facts, **values})


def tagged(*names: str):
    return picture(tags=tuple(SimpleNamespace(address_slug=address_slug(slug(name))) for name in names))


def test_paths_have_no_leading_zeros() -> None:
    assert version_paths(picture())["thumb"] == "2024/3/7/4711/thumb.jpg"
    assert view_paths(picture()).plain == "view/2024/3/7/4711.jpg"
    assert full_path(picture(), "webm") == "2024/3/7/4711/full.webm"


@pytest.mark.parametrize(
    ("width", "height", "version", "name"),
    [
        (50, 50, "thumb_tiny", "full"),
        (51, 50, "thumb_tiny", "thumb_tiny"),
        (50, 51, "thumb_tiny", "thumb_tiny"),
        (1024, 4096, "tall", "full"),
        (1025, 1, "tall", "tall"),
        (320, 241, "small", "small"),
    ],
)
def test_an_image_that_fits_is_shown_unscaled(width: int, height: int, version: str, name: str) -> None:
    path = version_paths(picture(width_px=width, height_px=height))[version]
    assert path == f"2024/3/7/4711/{name}.jpg"


def test_a_drawing_is_shown_as_png() -> None:
    assert version_paths(picture(format="svg"))["thumb"].endswith("/thumb.png")
    assert view_paths(picture(format="svg")).plain.endswith("/4711.png")


def test_tags_are_joined_slugs_with_only_plain_characters() -> None:
    image = tagged("safe", "artist:mary-lou/2.0", "l'été 🦊", "a b")
    assert view_paths(image).tagged == (
        "view/2024/3/7/4711__safe_artist-colon-mary-dash-lou-fwslash-2-dot-0_lt+_a+b.jpg"
    )


def test_tags_are_cut_to_151_characters() -> None:
    path = view_paths(tagged("a" * 100, "b" * 100)).tagged
    assert path == f"view/2024/3/7/4711__{'a' * 100}_{'b' * 50}.jpg"


def test_short_tags_fill_the_same_151_characters() -> None:
    names = [f"t{number}" for number in range(10, 90)]
    path = view_paths(tagged(*names)).tagged
    assert path == f"view/2024/3/7/4711__{'_'.join(names)[:151]}.jpg"


def test_written_paths_are_read_back() -> None:
    image = tagged("safe", "a.b", "c")
    wanted = {"image_id": 4711, "date": (2024, 3, 7)}
    assert parse_path(version_paths(image)["thumb"]) == FileAddress(name="thumb.jpg", **wanted)
    assert parse_path(view_paths(image).tagged) == FileAddress(name="full.jpg", **wanted)
    assert parse_path(full_path(image, "mp4")) == FileAddress(name="full.mp4", **wanted)
    assert parse_path("download/2024/3/7/4711__x.svg") == FileAddress(
        name="full.svg", disposition=Disposition.ATTACHMENT, **wanted
    )


@pytest.mark.parametrize("junk", ["", "__", "__safe_cat", "-x.y", " x", "__é", "x__1", ".tar"])
def test_what_follows_the_id_of_a_viewed_file_is_decoration(junk: str) -> None:
    found = parse_path(f"view/2024/3/7/4711{junk}.jpg")
    assert found is not None
    assert (found.image_id, found.name) == (4711, "full.jpg")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "2024/3/7/4711",
        "2024/3/7/4711/",
        "2024/3/7/4711/thumb",
        "2024/3/7/4711/thumb.",
        "2024/3/7/4711/THUMB.png",
        "2024/3/7/4711x/thumb.png",
        "2024/3/7/x/thumb.png",
        "2024/3/7/-1/thumb.png",
        "2024/3/7/12345678901/thumb.png",
        "2024/3/7/4711/../thumb.png",
        "2024/3/7/4711/a/thumb.png",
        "2024/3/7/4711/thumb.png\n",
        "\u0662/3/\u0667/4711/thumb.png",
        "view/2024/3/7/x4711.jpg",
        "view/2024/3/7/12345678901.jpg",
        "view/2024/3/7/12345678901__safe.jpg",
        "view/2024/3/7/4711/x.jpg",
        "view/2024/3/7/4711",
        "view/2024/3/7/4711.j/pg",
        "view/2024/3/7/\u0664.jpg",
        "look/2024/3/7/4711.jpg",
        "view//2024/3/7/4711.jpg",
    ],
)
def test_other_paths_mean_nothing(path: str) -> None:
    assert parse_path(path) is None


@pytest.mark.parametrize(
    ("values", "path", "key"),
    [
        ({}, "2024/3/7/4711/thumb.jpg", "thumb.jpg"),
        ({}, "2024/3/7/4711/full.jpg", "original.jpg"),
        ({}, "view/2024/3/7/4711__x.jpg", "original.jpg"),
        ({"sha512_hash": "2"}, "2024/3/7/4711/full.jpg", "full.jpg"),
        ({"format": "svg", "sha512_hash": "2"}, "view/2024/3/7/4711.png", "full.png"),
        ({"format": "svg", "sha512_hash": "2"}, "download/2024/3/7/4711.svg", "full.svg"),
        ({"is_processed": False}, "2024/3/7/4711/full.jpg", None),
        ({"is_processed": False, "thumbnails_generated": False}, "2024/3/7/4711/thumb.jpg", None),
        ({}, "2024/3/8/4711/thumb.jpg", None),
        ({}, "2024/3/7/4711/original.jpg", None),
        ({}, "2024/3/7/4711/nonsense.jpg", None),
    ],
)
def test_an_address_means_a_stored_file_or_none(values, path: str, key: str | None) -> None:
    address = parse_path(path)
    assert address is not None
    expected = None if key is None else f"ab/{HASH}/{key}"
    assert blob_key(picture(**values), address) == expected
