"""Galleries as they are searched; everybody may find every one, but not whose an anonymous one is."""

from sqlalchemy import Table, func, not_, select

from polybooru.db.full_text import GALLERY_WORDS
from polybooru.db.tables import galleries, gallery_images, gallery_subscriptions, users
from polybooru.library.image_fields import Viewer
from polybooru.library.row_search.noun import OWNER, Noun, Sort, full_text, my, named, of_person
from polybooru.library.row_search.written import fold_user_name
from polybooru.search.language.fields import Fields, Kind
from polybooru.search.sql.answers import Elsewhere, Values, of_column


def gallery_fields(viewer: Viewer) -> Fields:
    """The fields of one caller."""
    by_name = {
        **named(Kind.LITERAL, "title"),
        **named(Kind.LITERAL, "user", normalise=fold_user_name),
        **named(Kind.INTEGER, "id", "image_count", "watcher_count", "subscriber_count"),
        **named(Kind.NUMERIC, "image_ids", "watcher_ids", "user_id", "thumbnail_id"),
        **named(Kind.DATE, "created_at", "updated_at"),
        **named(Kind.ANALYSED, "description", "spoiler_warning"),
        **my(viewer.user_id, "galleries"),
    }
    return Fields(default=by_name["title"], by_name=by_name)


def galleries_for(viewer: Viewer, *, is_sqlite: bool) -> Noun:
    """Newest first."""
    watchers = Values(
        value=select(func.count())
        .where(gallery_subscriptions.c.gallery_id == galleries.c.id)
        .correlate(galleries)
        .scalar_subquery()
    )
    owner = of_column(galleries.c.user_id)
    told = () if viewer.is_staff else (not_(galleries.c.is_anonymous),)
    return Noun(
        fields=gallery_fields(viewer),
        answers={
            **full_text(GALLERY_WORDS, galleries.c.id, is_sqlite=is_sqlite),
            "title": of_column(galleries.c.folded_title),
            "user": of_person(galleries.c.user_id, users.c.folded_name, *told),
            "id": of_column(galleries.c.id),
            "image_count": of_column(galleries.c.image_count),
            "watcher_count": watchers,
            "subscriber_count": watchers,
            "image_ids": Values(value=gallery_images.c.image_id, elsewhere=_listed(gallery_images)),
            "watcher_ids": Values(
                value=gallery_subscriptions.c.user_id, elsewhere=_listed(gallery_subscriptions)
            ),
            "user_id": of_column(galleries.c.user_id, *told),
            OWNER: owner,
            "thumbnail_id": of_column(galleries.c.thumbnail_id),
            "created_at": of_column(galleries.c.created_at),
            "updated_at": of_column(galleries.c.updated_at),
        },
        rows=galleries,
        id=galleries.c.id,
        sort=Sort(galleries.c.created_at, is_descending=True, is_id_descending=True),
    )


def _listed(table: Table) -> Elsewhere:
    return Elsewhere(link=galleries.c.id, table=table, key=table.c.gallery_id, is_single=False)
