"""Comments as they are searched."""

from collections.abc import Collection

from sqlalchemy import exists, not_, or_, select

from polybooru.db.full_text import COMMENT_WORDS
from polybooru.db.tables import comments, filter_tags, image_tags, images, users
from polybooru.library.filters import HIDE
from polybooru.library.image_fields import Viewer
from polybooru.library.row_search.noun import Noun, Sort, named
from polybooru.library.row_search.written import DELETION_FIELDS, written_answers, written_fields
from polybooru.search.language.fields import Fields, Kind
from polybooru.search.sql.answers import of_column

_IS_HIDDEN = or_(comments.c.hidden_from_users, images.c.hidden_from_users)


def comment_fields(viewer: Viewer) -> Fields:
    """The fields of one caller."""
    by_name = {
        **written_fields(viewer, mine="comments", author=str.strip),
        **named(Kind.NUMERIC, "image_id"),
    }
    return Fields(default=by_name["body"], by_name=by_name)


def comments_for(viewer: Viewer, filter_ids: Collection[int], *, is_sqlite: bool) -> Noun:
    """Newest first, without those on images that have a hidden tag of one of these filters."""
    is_filtered = exists().where(
        image_tags.c.image_id == comments.c.image_id,
        image_tags.c.tag_id.in_(
            select(filter_tags.c.tag_id).where(
                filter_tags.c.filter_id.in_(filter_ids), filter_tags.c.effect == HIDE
            )
        ),
    )
    found = [not_(comments.c.is_destroyed), images.c.is_approved, not_(is_filtered)]
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
        },
        rows=comments.join(images, images.c.id == comments.c.image_id),
        id=comments.c.id,
        sort=Sort(comments.c.created_at, is_descending=True, is_id_descending=True),
        visible=[*found, not_(_IS_HIDDEN)],
        reveals=DELETION_FIELDS if viewer.is_staff else frozenset(),
        visible_when_asked=found,
    )
