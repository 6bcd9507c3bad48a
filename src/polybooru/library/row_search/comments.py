"""Comments as they are searched."""

from collections.abc import Collection

from sqlalchemy import exists, func, not_, or_, select

from polybooru.db.full_text import COMMENT_WORDS
from polybooru.db.tables import comments, filter_tags, image_tags, images, tags, users
from polybooru.library.filters import HIDE
from polybooru.library.image_fields import Viewer
from polybooru.library.row_search.noun import Noun, Sort, named
from polybooru.library.row_search.written import DELETION_FIELDS, written_answers, written_fields
from polybooru.library.tag_names import clean_tag_name
from polybooru.search.language.fields import Fields, Kind
from polybooru.search.sql.answers import Elsewhere, Truth, Values, of_column

IMAGE_TAGS = "image.tags"
_IMAGE_STATES = {"image.deleted": images.c.hidden_from_users, "image.approved": images.c.is_approved}
IMAGE_FIELDS = frozenset(_IMAGE_STATES)
"""What staff ask of the image of a comment."""
REVEALING = DELETION_FIELDS | IMAGE_FIELDS
_IS_HIDDEN = or_(comments.c.hidden_from_users, images.c.hidden_from_users)
_NAMES = tags.alias("names")  # of tags and of their aliases
_NAMED = image_tags.join(_NAMES, image_tags.c.tag_id == func.coalesce(_NAMES.c.aliased_tag_id, _NAMES.c.id))


def comment_fields(viewer: Viewer) -> Fields:
    """The fields of one caller."""
    by_name = {
        **written_fields(viewer, mine="comments", author=str.strip),
        **named(Kind.NUMERIC, "image_id"),
        **named(Kind.LITERAL, IMAGE_TAGS, normalise=clean_tag_name),
    }
    if viewer.is_staff:
        by_name |= named(Kind.BOOLEAN, *_IMAGE_STATES)
    return Fields(default=by_name["body"], by_name=by_name)


def comments_for(viewer: Viewer, filter_ids: Collection[int], *, is_sqlite: bool) -> Noun:
    """Newest first, without those on images that have a hidden tag of one of these filters.

    Staff who ask for what was hidden are also shown what stands below images that wait for approval.
    """
    is_filtered = exists().where(
        image_tags.c.image_id == comments.c.image_id,
        image_tags.c.tag_id.in_(
            select(filter_tags.c.tag_id).where(
                filter_tags.c.filter_id.in_(filter_ids), filter_tags.c.effect == HIDE
            )
        ),
    )
    found = [not_(comments.c.is_destroyed), not_(is_filtered)]
    if not viewer.is_staff:
        found.append(comments.c.is_approved)
    return Noun(
        fields=comment_fields(viewer),
        answers={
            **written_answers(
                comments,
                COMMENT_WORDS,
                author=users.c.name,
                is_hidden=_IS_HIDDEN,
                is_staff=viewer.is_staff,
                is_sqlite=is_sqlite,
            ),
            "image_id": of_column(comments.c.image_id),
            IMAGE_TAGS: Values(
                value=_NAMES.c.name,
                elsewhere=Elsewhere(
                    link=comments.c.image_id, table=_NAMED, key=image_tags.c.image_id, is_single=False
                ),
            ),
            **{name: Truth(condition=state) for name, state in _IMAGE_STATES.items()},
        },
        rows=comments.join(images, images.c.id == comments.c.image_id),
        id=comments.c.id,
        sort=Sort(comments.c.created_at, is_descending=True, is_id_descending=True),
        visible=[*found, images.c.is_approved, not_(_IS_HIDDEN)],
        reveals=REVEALING if viewer.is_staff else frozenset(),
        visible_when_asked=found,
    )
