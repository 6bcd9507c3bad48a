"""What people of a demo library wrote and chose: comments, galleries, filters, topics; and categories."""

import random
from collections.abc import Sequence

from polybooru.library.accounts import acting_as
from polybooru.library.actors import OPERATOR
from polybooru.library.artist_links import request_artist_link, verify_artist_link
from polybooru.library.categories import CategoryText, add_category
from polybooru.library.comments import hide_comment, post_comment
from polybooru.library.filter_edits import FilterText, create_filter
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.interactions import hide
from polybooru.library.library import Library
from polybooru.library.posts import reply
from polybooru.library.tags import find_tags
from polybooru.library.topics import TopicText, create_topic, lock_topic, stick_topic
from polybooru.library.watched_lists import set_watch_queries, watch_tag

OWN_ARTIST, OWN_PAGE = "artist:hazel wick", "https://hazel-wick.example/"
REMARKS = (
    "What a lovely evening light!",
    "The colours of this one stay with me.",
    "> What a lovely evening light!\n\nI came here to say the same.",
    "Is there a larger version of it?",
    "Added to my favourites at once.",
    "The little bird in the corner is **watching** me.",
    "I would hang this on my wall.",
    "||It has a hidden fox.||",
)
CATEGORIES = (("animals.birb", "bird"), ("animals.fox", "fox"), ("furry.hug", "hug"))
"""Paths and queries, all safe."""
TOPICS = (
    (
        "dis",
        "Ask the mods anything",
        (
            ("moderator", "Questions about the board go here."),
            ("alice", "How do I find pictures without any people?"),
            ("moderator", "Put a minus before a tag: `scenery, -oc` finds landscapes without characters."),
            ("bob", "And `fox || owl` finds both kinds of friends."),
        ),
    ),
    (
        "dis",
        "Time wasting thread",
        (
            ("bob", "Say something, and then wait for the next one."),
            ("alice", "I have been counting the birds. There are more than yesterday."),
            ("bob", "> There are more than yesterday.\n\nThey tell each other."),
        ),
    ),
    (
        "art",
        "Show your palettes",
        (
            ("alice", "Which three colours do you begin with?"),
            ("bob", "Dusk, moss and **too much** orange."),
        ),
    ),
    (
        "meta",
        "Rules of this board",
        (("admin", "Be kind. Name the artist. Give every picture a rating."),),
    ),
)
"""Of each topic the forum, the title, and who said what."""


def make_society(library: Library, image_ids: Sequence[int], *, seed: int) -> None:
    """Texts and choices of alice, bob and the moderator, about some of the images."""
    chance = random.Random(seed)
    _comment(library, image_ids, chance)
    _choose(library, image_ids, chance)
    _talk(library)
    _claim(library)
    _save_categories(library)


def _save_categories(library: Library) -> None:
    with library.work() as work:
        for path, query in CATEGORIES:
            add_category(work, OPERATOR, CategoryText(path=path, query=query, is_safe=True))


def _claim(library: Library) -> None:
    """Alice is one of the artists, if a picture of hers is there."""
    with library.work() as work:
        for artist in find_tags(work, [OWN_ARTIST]).values():
            link = request_artist_link(work, acting_as(work, "alice"), artist.id, OWN_PAGE)
            verify_artist_link(work, acting_as(work, "moderator"), link.id)


def _talk(library: Library) -> None:
    for forum, title, ((opener, opening), *answers) in TOPICS:
        with library.work() as work:
            text = TopicText(title=title, body=opening)
            topic_id = create_topic(work, acting_as(work, opener), forum, text)
            if opener == "admin":
                stick_topic(work, acting_as(work, opener), topic_id)
                lock_topic(work, acting_as(work, opener), topic_id)
        for name, body in answers:
            with library.work() as work:
                reply(work, acting_as(work, name), topic_id, body)


def _comment(library: Library, image_ids: Sequence[int], chance: random.Random) -> None:
    with library.work() as work:
        people = [acting_as(work, name) for name in ("alice", "bob", "alice", "moderator")]
        made = [
            post_comment(
                work, people[number % len(people)], chance.choice(image_ids), remark, is_anonymous=number == 3
            )
            for number, remark in enumerate(REMARKS * 3)
        ]
        hide_comment(work, acting_as(work, "moderator"), made[-1], reason="Said before.")


def _choose(library: Library, image_ids: Sequence[int], chance: random.Random) -> None:
    with library.work() as work:
        alice = acting_as(work, "alice")
        chosen = chance.sample(image_ids, min(12, len(image_ids)))
        gallery = GalleryText(
            title="A walk in the evening",
            description="Pictures to look at before one goes to sleep, in the order of the walk.",
            cover_id=chosen[0],
        )
        add_images(work, alice, create_gallery(work, alice, gallery), chosen)
        bob = acting_as(work, "bob")
        paths = GalleryText(title="Meandering paths", description="Wherever they lead.", cover_id=chosen[-1])
        add_images(work, bob, create_gallery(work, bob, paths), chosen[::-2])
        quiet = FilterText(
            name="Quiet",
            description="Nothing loud: no patterns, and the night only after a warning.",
            is_public=True,
            hidden_tags=["geometric"],
            spoilered_tags=["night"],
            spoilered_complex="score.lt:0",
        )
        create_filter(work, alice, quiet)
        watch_tag(work, alice, "fox")
        set_watch_queries(work, alice, watched="owl, night", excluded="city", hides_spoilered=False)
        hide(work, alice, chance.choice(image_ids))
