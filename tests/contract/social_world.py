"""What people of the contract tests' world write and collect, one thing in each state that it may have.

The ids are those of fresh tables, in the order in which things are made here.
"""

from collections.abc import Callable

from sqlalchemy import update
from tests.boards import OpenBoard

from polybooru.db.tables import secrets
from polybooru.library.actors import Actor
from polybooru.library.artist_links import request_artist_link, verify_artist_link
from polybooru.library.badges import award_badge, create_badge
from polybooru.library.comments import destroy_comment, edit_comment, hide_comment, post_comment
from polybooru.library.dnp import list_dnp, request_dnp
from polybooru.library.filter_edits import FilterText, create_filter, set_current_filter
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.posts import destroy_post, edit_post, hide_post, reply
from polybooru.library.profiles import ProfileText, edit_profile
from polybooru.library.tags import find_tags
from polybooru.library.topics import TopicText, create_topic, hide_topic, lock_topic, stick_topic
from polybooru.library.work import Work

(
    SIGNED,
    UNSIGNED,
    EDITED,
    HIDDEN,
    DESTROYED,
    WAITING,
    ON_DELETED,
    ON_MERGED,
    ON_QUESTIONABLE,
    ON_EXPLICIT,
) = range(1, 11)
"""Comments."""
STICKY, UNSIGNED_TOPIC, HIDDEN_TOPIC, STAFF_TOPIC = range(1, 5)
FIRST, UNSIGNED_POST, EDITED_POST, HIDDEN_POST, DESTROYED_POST, WAITING_POST, LAST = range(1, 8)
"""Posts of the sticky topic; then come one of each other topic, in the order of the topics."""
OF_UNSIGNED_TOPIC, OF_HIDDEN_TOPIC, OF_STAFF_TOPIC = range(8, 11)
GALLERY, UNSIGNED_GALLERY = range(1, 3)
DEFAULT, EVERYTHING, PRIVATE_FILTER, PUBLIC_FILTER = range(1, 5)
ELSEWHERE = "See https://elsewhere.example/ for more."
"""A young account's text with a link waits for approval."""


def fill_social(opened: OpenBoard, people: dict[str, Actor], images: dict[str, int]) -> None:
    """images: those that comments and galleries are of, by name; all of them in sight still."""

    def act(verb: Callable[..., int | None], who: str, *args: object, **named: object) -> None:
        opened.clock.advance(60)
        with opened.library.work() as work:
            verb(work, people[who], *args, **named)

    with opened.library.work() as work:  # names of the anonymous are the same in every run
        work.execute(update(secrets).values(value=b"salt"))
    _comments(act, images)
    _posts(act)
    _collections(act, images)
    with opened.library.work() as work:
        _credits(work, people)


def _comments(act: Callable[..., None], images: dict[str, int]) -> None:
    photo = images["photo"]
    act(post_comment, "alice", photo, "What a *lovely* cat! \U0001f408\nReally.")
    act(post_comment, "bob", photo, "I like it, in secret.", is_anonymous=True)
    act(post_comment, "alice", photo, "A spelling mistake")
    act(edit_comment, "moderator", EDITED, "No mistake", reason="Spelling")
    act(post_comment, "bob", photo, "Rude words")
    act(hide_comment, "moderator", HIDDEN, reason="Rule #2")
    act(post_comment, "bob", photo, "Ruder words")
    act(hide_comment, "moderator", DESTROYED, reason="Rule #2")
    act(destroy_comment, "moderator", DESTROYED)
    act(post_comment, "bob", photo, ELSEWHERE)
    act(post_comment, "alice", images["deleted"], "On something bad")
    act(post_comment, "bob", images["merged"], "On a twin", is_anonymous=True)
    act(post_comment, "alice", images["questionable"], "On a questionable cat")
    act(post_comment, "alice", images["explicit"], "On an explicit cat")


def _posts(act: Callable[..., None]) -> None:
    ask = TopicText(title="Ask the Mods: Anything!", body="Please *ask*.")
    act(create_topic, "moderator", "dis", ask)
    act(reply, "bob", STICKY, "Who am I?", is_anonymous=True)
    act(reply, "alice", STICKY, "May I?")
    act(edit_post, "alice", EDITED_POST, "May I ask?")
    act(reply, "bob", STICKY, "Rude words")
    act(hide_post, "moderator", HIDDEN_POST, reason="Rule #2")
    act(reply, "bob", STICKY, "Ruder words")
    act(hide_post, "moderator", DESTROYED_POST, reason="Rule #2")
    act(destroy_post, "moderator", DESTROYED_POST)
    act(reply, "bob", STICKY, ELSEWHERE)
    act(reply, "alice", STICKY, "Time wasting is an art.")
    act(stick_topic, "moderator", STICKY)
    act(create_topic, "bob", "dis", TopicText(title="Time wasting thread", body="\u2026", is_anonymous=True))
    act(lock_topic, "moderator", UNSIGNED_TOPIC)
    act(create_topic, "bob", "dis", TopicText(title="A bad topic", body="Bad"))
    act(hide_topic, "moderator", HIDDEN_TOPIC, reason="Rule #3")
    act(create_topic, "moderator", "mod", TopicText(title="Among us", body="Secret"))


def _collections(act: Callable[..., None], images: dict[str, int]) -> None:
    text = GalleryText(
        title="Meaningful Cats", description="All *of* them", spoiler_warning="cats", cover_id=images["photo"]
    )
    act(create_gallery, "alice", text)
    act(add_images, "alice", GALLERY, [images["photo"], images["questionable"]])
    act(create_gallery, "bob", GalleryText(title="Mean birds", is_anonymous=True))
    private = FilterText(
        name="Mine",
        description="No cats",
        hidden_tags=["cat"],
        spoilered_tags=["cute"],
        hidden_complex="score.lt:-5\nfaves:0, loud",
    )
    act(create_filter, "alice", private)
    act(create_filter, "bob", FilterText(name="For All", spoilered_complex="quiet", is_public=True))
    act(set_current_filter, "bob", PUBLIC_FILTER)


def _credits(work: Work, people: dict[str, Actor]) -> None:
    moderator, alice = people["moderator"], people["alice"]
    alice_id = alice.user_id or 0
    edit_profile(work, alice, alice_id, ProfileText(bio="I *draw*.", personal_title="Painter"))
    edit_profile(work, people["assistant"], people["assistant"].user_id or 0, ProfileText(hides_role=True))
    award_badge(work, moderator, create_badge(work, moderator, "Early bird"), alice_id, label="of 2026")
    lou = request_dnp(
        work, alice, "artist:mary-lou/2.0", "Artist Upload Only", reason="Mine", hides_reason=True
    )
    list_dnp(work, moderator, lou)
    other = request_dnp(work, alice, "artist:mary-lou/2.0", "Other", conditions="Ask me", reason="Sketches")
    list_dnp(work, moderator, other)
    request_dnp(work, alice, "artist:mary-lou/2.0", "No Edits")
    tag_id = find_tags(work, ["artist:mary-lou/2.0"])["artist:mary-lou/2.0"].id
    link = request_artist_link(work, alice, tag_id, "https://lou.example/")
    verify_artist_link(work, moderator, link.id)
    secret = request_artist_link(work, alice, tag_id, "https://secret.example/", is_public=False)
    verify_artist_link(work, moderator, secret.id)
    request_artist_link(work, alice, tag_id, "https://waiting.example/")
