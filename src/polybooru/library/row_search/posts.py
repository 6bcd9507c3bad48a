"""Posts of forums as they are searched."""

from sqlalchemy import not_, or_

from polybooru.db.full_text import POST_WORDS, TOPIC_WORDS
from polybooru.db.tables import forums, posts, topics, users
from polybooru.library.image_fields import Viewer
from polybooru.library.row_search.noun import Noun, Sort, full_text, named
from polybooru.library.row_search.written import (
    DELETION_FIELDS,
    fold_user_name,
    written_answers,
    written_fields,
)
from polybooru.search.language.fields import Fields, Kind
from polybooru.search.sql.answers import of_column

_IS_HIDDEN = or_(posts.c.hidden_from_users, topics.c.hidden_from_users)
_PUBLIC = "normal"  # the access level of forums that everybody reads


def post_fields(viewer: Viewer) -> Fields:
    """The fields of one caller."""
    by_name = {
        **written_fields(viewer, mine="posts", author=fold_user_name),
        **named(Kind.INTEGER, "topic_position"),
        **named(Kind.NUMERIC, "topic_id", "forum_id"),
        **named(Kind.ANALYSED, "subject"),
        **named(Kind.LITERAL, "forum"),
    }
    return Fields(default=by_name["body"], by_name=by_name)


def posts_for(viewer: Viewer, *, is_sqlite: bool) -> Noun:
    """Newest first, only of forums that everybody reads."""
    found = [forums.c.access_level == _PUBLIC, not_(posts.c.is_destroyed)]
    if not viewer.is_staff:
        found.append(posts.c.is_approved)
    return Noun(
        fields=post_fields(viewer),
        answers={
            **written_answers(
                posts,
                POST_WORDS,
                author=users.c.folded_name,
                is_hidden=_IS_HIDDEN,
                is_staff=viewer.is_staff,
                is_sqlite=is_sqlite,
            ),
            "topic_position": of_column(posts.c.topic_position),
            "topic_id": of_column(posts.c.topic_id),
            "forum_id": of_column(topics.c.forum_id),
            "subject": full_text(TOPIC_WORDS, posts.c.topic_id, is_sqlite=is_sqlite)["title"],
            "forum": of_column(forums.c.short_name),
        },
        rows=posts.join(topics, topics.c.id == posts.c.topic_id).join(
            forums, forums.c.id == topics.c.forum_id
        ),
        id=posts.c.id,
        sort=Sort(posts.c.created_at, is_descending=True, is_id_descending=True),
        visible=[*found, not_(_IS_HIDDEN)],
        reveals=DELETION_FIELDS if viewer.is_staff else frozenset(),
        visible_when_asked=found,
    )
