"""Texts as one reader sees them: nothing of an image that this reader may not know of."""

from collections.abc import Sequence

import pytest
from tests.libraries import add_image, add_person

from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.library import Library
from polybooru.library.merges import merge_image
from polybooru.library.shown_texts import shown_texts, stored_html
from polybooru.markup import render


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def shown(library: Library, actor: Actor, text: str, hit: Sequence[int] = ()) -> str:
    """The only paragraph, without its `div`."""
    with library.reading() as reading:
        (made,) = shown_texts(reading, actor, [render(text).html], hit_by=lambda _: hit)
    return made.removeprefix('<div class="paragraph">').removesuffix("</div>\n")


def link(image_id: int, text: str) -> str:
    return f'<a class="image-link" href="/images/{image_id}">{text}</a>'


def test_an_image_in_sight_is_linked(library: Library) -> None:
    made = add_image(library)
    assert shown(library, ANONYMOUS, f">>{made} >>{made + 1} >>4294967295") == (
        f"{link(made, f'&gt;&gt;{made}')} &gt;&gt;{made + 1} &gt;&gt;4294967295"
    )


def test_a_picture_is_shown_in_its_size(library: Library) -> None:
    facts = {"width_px": 1600, "height_px": 1200, "thumbnails_generated": True, "alt_text": 'a "fox"'}
    made = add_image(library, **facts)
    for letter, version, size in (
        ("t", "small", (320, 240)),
        ("s", "thumb_small", (150, 112)),
        ("p", "medium", (800, 600)),
    ):
        picture = (
            f'<img src="/img/2025/6/1/{made}/{version}.png" width="{size[0]}" height="{size[1]}" '
            'alt="a &quot;fox&quot;" loading="lazy">'
        )
        text = f">>{made}{letter}"
        assert shown(library, ANONYMOUS, text) == link(made, f'<span class="embed">{picture}</span>')
        assert 'class="embed spoilered"' in shown(library, ANONYMOUS, text, hit=[made])


def test_a_small_picture_is_shown_as_it_is(library: Library) -> None:
    made = add_image(library, thumbnails_generated=True)
    text = shown(library, ANONYMOUS, f">>{made}p")
    assert f'src="/img/2025/6/1/{made}/full.png" width="40" height="30" alt="&gt;&gt;{made}"' in text
    unfinished = add_image(library)
    assert shown(library, ANONYMOUS, f">>{unfinished}p") == link(unfinished, f"&gt;&gt;{unfinished}p")


def test_a_video_is_shown_as_one(library: Library) -> None:
    made = add_image(library, thumbnails_generated=True, format="webm", mime_type="video/webm")
    assert f'<video src="/img/2025/6/1/{made}/full.webm" ' in shown(library, ANONYMOUS, f">>{made}t")


def test_what_becomes_of_an_image_shows_in_old_texts(library: Library, staff: Actor) -> None:
    made, target = add_image(library, thumbnails_generated=True), add_image(library)
    with library.work() as work:
        hide_image(work, staff, made, reason="private")
    for actor in (ANONYMOUS, staff):
        assert shown(library, actor, f">>{made}t") == link(made, f"&gt;&gt;{made}t (deleted)")
    with library.work() as work:
        unhide_image(work, staff, made)
    assert "<img" in shown(library, ANONYMOUS, f">>{made}t")
    with library.work() as work:
        merge_image(work, staff, made, target)
    assert shown(library, ANONYMOUS, f">>{made}t") == link(made, f"&gt;&gt;{made}t (merged)")


def test_an_image_that_waits_is_known_to_its_uploader_and_staff(library: Library, staff: Actor) -> None:
    alice = add_person(library, "alice")
    made = add_image(library, is_approved=False, uploader_id=alice.user_id, thumbnails_generated=True)
    for actor in (alice, staff):
        assert shown(library, actor, f">>{made}t") == f"&gt;&gt;{made}t (pending approval)"
    unknown = made + 1
    for actor in (ANONYMOUS, add_person(library, "bob")):
        text = shown(library, actor, f">>{made}t")
        assert text == shown(library, actor, f">>{unknown}t").replace(str(unknown), str(made))


def test_texts_older_than_their_html_are_rendered_when_they_are_read() -> None:
    assert stored_html("*a*", None, ()) == render("*a*").html
    assert stored_html("*a*", "kept", ()) == "kept"
