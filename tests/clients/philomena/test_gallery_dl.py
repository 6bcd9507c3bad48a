"""gallery-dl, as published, pointed at the board by its own configuration."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.clients.philomena.conftest import Shop

DEFAULT, EVERYTHING = "1", "2"
CATEGORY = "shop"


class GalleryDl:
    """Runs the program with a configuration that names the board, and nothing of the machine's own."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.folder = folder

    def __call__(self, *arguments: str, **options: Any) -> str:
        """To its end. options: of the extractor."""
        extractor = {
            "base-directory": str(self.folder),
            "sleep-request": 0,
            "philomena": {CATEGORY: {"root": self.shop.address}},
            CATEGORY: options,
        }
        configuration = self.folder / "gallery-dl.json"
        configuration.write_text(json.dumps({"extractor": extractor}))
        ended = subprocess.run(
            [sys.executable, "-m", "gallery_dl", "--config-ignore", "-c", configuration, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def found(self, path: str, **options: Any) -> list[dict[str, Any]]:
        """The objects of the images that it would download, in its order."""
        told = json.loads(self("--dump-json", self.shop.address + path, **options))
        return [message[2] for message in told if message[0] == 3]

    def ids(self, path: str, **options: Any) -> list[int]:
        return [image["id"] for image in self.found(path, **options)]

    def downloaded(self, path: str, **options: Any) -> dict[int, Path]:
        self("--quiet", self.shop.address + path, **options)
        below = self.folder / CATEGORY
        return {int(file.stem): file for file in sorted(below.rglob("*")) if file.is_file()}


@pytest.fixture
def gallery_dl(shop: Shop, tmp_path: Path) -> GalleryDl:
    return GalleryDl(shop, tmp_path)


def sha512(path: Path) -> str:
    return hashlib.sha512(path.read_bytes()).hexdigest()


def image(shop: Shop, image_id: int) -> dict[str, Any]:
    return shop.program.get(f"/api/v1/json/images/{image_id}").json()["image"]


def test_it_pages_through_a_search_to_the_end(gallery_dl: GalleryDl, shop: Shop) -> None:
    found = gallery_dl.ids("/search?q=shelf", filter=DEFAULT)
    assert found == shop.shelf[::-1]
    assert len(found) > 100  # two whole pages of fifty and some of a third


def test_it_asks_with_filter_2_unless_told_otherwise(gallery_dl: GalleryDl, shop: Shop) -> None:
    assert gallery_dl.ids("/search?q=shelf,covered") == [shop.explicit]
    assert gallery_dl.ids("/search?q=shelf,covered", filter=EVERYTHING) == [shop.explicit]
    assert gallery_dl.ids("/search?q=shelf,covered", filter=DEFAULT) == []
    assert gallery_dl.ids("/search?q=shelf,covered", filter="56027") == []


def test_it_is_shown_what_a_filter_of_somebody_lets_through(gallery_dl: GalleryDl, shop: Shop) -> None:
    quiet = [image_id for number, image_id in enumerate(shop.shelf) if number % 7]
    assert gallery_dl.ids("/search?q=shelf", filter=str(shop.filter_id)) == [shop.explicit, *quiet[::-1]]


def test_a_token_brings_its_owners_filter_and_favourites(gallery_dl: GalleryDl, shop: Shop) -> None:
    options = {"api-key": shop.key}
    quiet = [image_id for number, image_id in enumerate(shop.shelf) if number % 7]
    assert gallery_dl.ids("/search?q=shelf", **options) == [shop.explicit, *quiet[::-1]]
    assert gallery_dl.ids("/search?q=my:faves", **options) == [shop.shelf[2]]


def test_sort_and_direction_of_the_address_are_kept(gallery_dl: GalleryDl, shop: Shop) -> None:
    assert gallery_dl.ids("/search?q=shelf&sf=id&sd=asc", filter=DEFAULT) == shop.shelf
    assert gallery_dl.ids("/search?q=id.lte:3&sf=wilson&sd=desc") == [3, 2, 1]  # a word nobody knows


@pytest.mark.parametrize("slug", ["artist-colon-number+3", "artist%3Anumber+3", "artist%253Anumber%25203"])
def test_it_follows_a_tag_however_that_is_written(gallery_dl: GalleryDl, shop: Shop, slug: str) -> None:
    wanted = [image_id for number, image_id in enumerate(shop.shelf) if number % 7 == 3]
    assert gallery_dl.ids(f"/tags/{slug}") == wanted[::-1]


def test_it_follows_an_alias(gallery_dl: GalleryDl, shop: Shop) -> None:
    assert gallery_dl.ids("/tags/board", filter=DEFAULT) == shop.shelf[::-1]


@pytest.mark.parametrize("form", ["/images/{}", "/{}"])
def test_it_finds_one_image_by_the_address_of_its_page(gallery_dl: GalleryDl, shop: Shop, form: str) -> None:
    [found] = gallery_dl.found(form.format(shop.kinds["png"]))
    told = image(shop, shop.kinds["png"])
    assert {name: found[name] for name in told} == told


def test_it_takes_the_board_by_prefix_without_any_configuration(gallery_dl: GalleryDl, shop: Shop) -> None:
    told = json.loads(gallery_dl("--dump-json", f"philomena:{shop.address}/images/{shop.shelf[0]}"))
    assert [message[2]["id"] for message in told if message[0] == 3] == [shop.shelf[0]]


def test_it_follows_a_gallery_in_the_order_of_the_gallery(gallery_dl: GalleryDl, shop: Shop) -> None:
    found = gallery_dl.found(f"/galleries/{shop.gallery_id}")
    assert [one["id"] for one in found] == shop.gallery[::-1]  # it asks for the last one first
    assert found[0]["gallery"]["title"] == "A walk"
    assert (found[0]["gallery"]["id"], found[0]["gallery"]["user"]) == (shop.gallery_id, "alice")


def test_it_brings_the_comments_of_an_image(gallery_dl: GalleryDl, shop: Shop) -> None:
    [found] = gallery_dl.found(f"/images/{shop.shelf[0]}", comments=True)
    assert sorted(one["body"] for one in found["comments"]) == ["Remark 0.", "Remark 1.", "Remark 2."]


def test_it_downloads_a_gallery(gallery_dl: GalleryDl, shop: Shop) -> None:
    files = gallery_dl.downloaded(f"/galleries/{shop.gallery_id}")
    assert sorted(files) == sorted(shop.gallery)
    assert {file.parent.name for file in files.values()} == {f"{shop.gallery_id} A walk"}


def test_what_it_downloads_has_the_hashes_that_the_board_tells(gallery_dl: GalleryDl, shop: Shop) -> None:
    files = gallery_dl.downloaded("/search?q=shelf,artist:number 2", filter=DEFAULT)
    assert sorted(files) == shop.shelf[2::7]
    for image_id, file in files.items():
        assert sha512(file) == image(shop, image_id)["sha512_hash"]


def test_it_downloads_every_kind_of_file(gallery_dl: GalleryDl, shop: Shop) -> None:
    files = gallery_dl.downloaded("/search?q=kinds")
    assert {file.suffix: image_id for image_id, file in files.items()} == {
        f".{kind}": image_id for kind, image_id in shop.kinds.items()
    }
    for image_id, file in files.items():
        assert sha512(file) == image(shop, image_id)["sha512_hash"]
    assert files[shop.kinds["svg"]].read_bytes().startswith(b"<?xml")


def test_of_a_drawing_it_can_take_the_picture(gallery_dl: GalleryDl, shop: Shop) -> None:
    [file] = gallery_dl.downloaded(f"/images/{shop.kinds['svg']}", svg=False).values()
    assert file.read_bytes().startswith(b"\x89PNG")


def test_a_download_that_was_cut_off_goes_on(gallery_dl: GalleryDl, shop: Shop, tmp_path: Path) -> None:
    image_id = shop.kinds["jpg"]
    [whole] = gallery_dl.downloaded(f"/images/{image_id}").values()
    content = whole.read_bytes()
    whole.unlink()
    whole.with_suffix(".jpg.part").write_bytes(content[: len(content) // 2])
    [again] = gallery_dl.downloaded(f"/images/{image_id}").values()
    assert again.read_bytes() == content


def test_an_image_that_is_not_there_is_an_error_of_its_own(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="404"):
        GalleryDl(shop, tmp_path)("--simulate", f"{shop.address}/images/99999")
