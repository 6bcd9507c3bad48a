"""Images named in a text are filled in for one reader, and are plain text if nothing fills them."""

from polybooru.markup import Embed, Picture, Reference, Shown, references, render, show

TEXT = render("See >>1 and >>2t, `>>3`").html


def test_the_images_of_texts_are_told() -> None:
    assert references([TEXT, render(">>9p").html]) == {
        Reference(1, Embed.LINK),
        Reference(2, Embed.SMALL),
        Reference(9, Embed.MEDIUM),
    }


def test_an_image_that_may_not_be_known_of_is_the_text_that_was_written() -> None:
    assert show(TEXT, lambda _: None) == (
        '<div class="paragraph">See &gt;&gt;1 and &gt;&gt;2t, <code>&gt;&gt;3</code></div>\n'
    )


def test_a_note_stands_behind_the_number() -> None:
    made = show(TEXT, lambda asked: Shown(url=f"/images/{asked.image_id}", note="merged"))
    assert '<a class="image-link" href="/images/1">&gt;&gt;1 (merged)</a>' in made
    assert '<a class="image-link" href="/images/2">&gt;&gt;2t (merged)</a>' in made
    assert "&gt;&gt;1 (pending approval) and" in show(
        TEXT, lambda _: Shown(url=None, note="pending approval")
    )


def test_a_picture_is_shown_with_what_hides_it() -> None:
    picture = Picture(
        url='/img/a".png', width_px=3, height_px=4, alternative_text='a "b" <c>', is_spoilered=True
    )
    made = show(TEXT, lambda _: Shown(url="/images/2", picture=picture))
    assert (
        '<a class="image-link" href="/images/2"><span class="embed spoilered">'
        '<img src="/img/a&quot;.png" width="3" height="4" alt="a &quot;b&quot; &lt;c&gt;" loading="lazy">'
        "</span></a>"
    ) in made
