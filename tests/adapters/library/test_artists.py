"""Artists and their verified pages by site, on both databases."""

import pytest
from tests.libraries import add_image, add_person

from polybooru.library.actors import OPERATOR
from polybooru.library.artist_links import (
    reject_artist_link,
    request_artist_link,
    verify_artist_link,
    withdraw_artist_link,
)
from polybooru.library.artists import Artist, Artists, Site, site_of
from polybooru.library.images import find_image
from polybooru.library.library import Library


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.pixiv.net/users/1", Site.PIXIV),
        ("http://twitter.com/jane", Site.TWITTER),
        ("https://X.com/jane", Site.TWITTER),
        ("https://mobile.twitter.com./jane", Site.TWITTER),
        ("https://jane.deviantart.com/", Site.DEVIANTART),
        ("https://patreon.com:443/jane", Site.PATREON),
        ("https://notpatreon.com/jane", None),
        ("https://patreon.com.example.org/", None),
        ("https://example.org/patreon.com", None),
        ("https://[patreon.com/", None),
        ("", None),
    ],
)
def test_a_site_is_known_by_its_host(url: str, site: Site | None) -> None:
    assert site_of(url) is site


def test_an_artist_has_the_verified_public_pages(library: Library) -> None:
    jane = add_person(library, "jane")
    image_id = add_image(library, ["safe", "artist:zoe", "artist:jane", "editor:abe"])
    plain = add_image(library, ["safe", "cat"])
    artists = Artists(library)

    def shown() -> list[Artist | None]:
        seen = library.replica.applied
        with library.reading() as reading:
            found = [find_image(reading, one).tags for one in (image_id, plain)]
            return artists.of_images(reading, [[tag.id for tag in tags] for tags in found], seen=seen)

    with library.reading() as reading:
        tag_id = next(tag.id for tag in find_image(reading, image_id).tags if tag.name == "artist:jane")
    assert shown() == [Artist(tag_id=tag_id, name="jane", pages={}), None]
    with library.work() as work:
        links = {
            url: request_artist_link(work, jane, tag_id, url, is_public=not url.endswith("secret"))
            for url in (
                *("https://x.com/old", "https://twitter.com/new", "https://www.pixiv.net/users/1"),
                *("https://patreon.com/secret", "https://jane.deviantart.com", "https://example.org"),
            )
        }
    assert shown() == [Artist(tag_id=tag_id, name="jane", pages={}), None], "none is verified yet"
    with library.work() as work:
        for link in links.values():
            verify_artist_link(work, OPERATOR, link.id)
        reject_artist_link(work, OPERATOR, links["https://jane.deviantart.com"].id)
    pages = {Site.TWITTER: "https://x.com/old", Site.PIXIV: "https://www.pixiv.net/users/1"}
    assert shown() == [Artist(tag_id=tag_id, name="jane", pages=pages), None]
    with library.work() as work:
        withdraw_artist_link(work, jane, links["https://x.com/old"].id)
    [artist, _] = shown()
    assert artist is not None
    assert artist.pages[Site.TWITTER] == "https://twitter.com/new"
