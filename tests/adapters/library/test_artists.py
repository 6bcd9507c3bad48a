"""Artists and their verified pages by site, on both databases."""

import pytest
from tests.libraries import Place, add_image, add_person

from polybooru.library.actors import OPERATOR
from polybooru.library.artist_links import (
    reject_artist_link,
    request_artist_link,
    verify_artist_link,
    withdraw_artist_link,
)
from polybooru.library.artists import Artist, Artists, Site, site_of
from polybooru.library.errors import Unavailable
from polybooru.library.images import find_image
from polybooru.library.library import Library
from polybooru.library.tag_deletion import delete_some, delete_tag


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
        with library.reading() as reading:
            found = [find_image(reading, one).tags for one in (image_id, plain)]
        return artists.of_images([[tag.id for tag in tags] for tags in found])

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


def names(artists: Artists) -> set[str]:
    return {artist.name for artist in artists.known().values()}


def test_all_artists_are_known_and_nobody_else(place: Place) -> None:
    with place.library() as here, place.library() as there:
        add_image(here, ["safe", "artist:zoe", "editor:abe", "oc:artist"])
        artists = Artists(here)
        assert not artists.are_at_hand
        assert names(artists) == {"zoe"}
        assert artists.are_at_hand
        add_image(here, ["safe", "artist:jane"])
        assert names(artists) == {"zoe", "jane"}
        add_image(there, ["safe", "artist:lee", "artist:kim"])
        here.replica.catch_up()
        assert artists.are_at_hand, "a few rows are read at once"
        assert names(artists) == {"zoe", "jane", "lee", "kim"}
        tag_id = next(tag_id for tag_id, artist in artists.known().items() if artist.name == "kim")
        kim = add_person(there, "kim")
        with there.work() as work:
            link = request_artist_link(work, kim, tag_id, "https://x.com/kim")
            verify_artist_link(work, OPERATOR, link.id)
        here.replica.catch_up()
        assert not artists.are_at_hand
        assert artists.known()[tag_id].pages == {Site.TWITTER: "https://x.com/kim"}
        tag_id = next(tag_id for tag_id, artist in artists.known().items() if artist.name == "lee")
        with there.work() as work:
            delete_tag(work, OPERATOR, "artist:lee")
            while delete_some(work, tag_id):
                pass
        here.replica.catch_up()
        assert names(artists) == {"zoe", "jane", "kim"}


def test_what_could_not_be_read_is_read_later(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    artists = Artists(library)
    add_image(library, ["safe", "artist:zoe"])
    with monkeypatch.context() as away:
        away.setattr(library, "reading", _unavailable)
        with pytest.raises(Unavailable):
            artists.known()
    assert names(artists) == {"zoe"}
    add_image(library, ["safe", "artist:jane"])
    with monkeypatch.context() as away:
        away.setattr(library, "reading", _unavailable)
        with pytest.raises(Unavailable):
            artists.known()
    assert names(artists) == {"zoe", "jane"}


def _unavailable() -> None:
    raise Unavailable("The database does not answer.")
