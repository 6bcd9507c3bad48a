"""Filters as they are searched."""

from sqlalchemy import and_, func, or_, select

from polybooru.db.full_text import FILTER_WORDS
from polybooru.db.tables import filter_tags, filters, users
from polybooru.library.filters import HIDE, SPOILER
from polybooru.library.image_fields import Viewer
from polybooru.library.row_search.noun import OWNER, Noun, Sort, full_text, my, named, of_person
from polybooru.library.row_search.written import fold_user_name
from polybooru.search.language.fields import Fields, Kind
from polybooru.search.sql.answers import Condition, Truth, Values, of_column

_IS_PUBLIC = or_(filters.c.is_public, filters.c.is_system)


def filter_fields(viewer: Viewer) -> Fields:
    """The fields of one caller."""
    by_name = {
        **named(Kind.LITERAL, "name"),
        **named(Kind.LITERAL, "creator", normalise=fold_user_name),
        **named(Kind.INTEGER, "id", "spoilered_count", "hidden_count"),
        **named(Kind.NUMERIC, "user_id"),
        **named(Kind.DATE, "created_at"),
        **named(Kind.ANALYSED, "description"),
        **named(Kind.BOOLEAN, "public", "system"),
        **my(viewer.user_id, "filters"),
    }
    return Fields(default=by_name["name"], by_name=by_name)


def filters_for(viewer: Viewer, *, is_sqlite: bool) -> Noun:
    """By name; public ones, system filters and the caller's own, also for staff."""
    owner = of_column(filters.c.user_id)
    name = filters.c.folded_name
    return Noun(
        fields=filter_fields(viewer),
        answers={
            **full_text(FILTER_WORDS, filters.c.id, is_sqlite=is_sqlite),
            "name": of_column(filters.c.folded_name),
            "creator": of_person(filters.c.user_id, users.c.folded_name),
            "id": of_column(filters.c.id),
            "spoilered_count": _count(SPOILER),
            "hidden_count": _count(HIDE),
            "user_id": owner,
            OWNER: owner,
            "created_at": of_column(filters.c.created_at),
            "public": Truth(condition=_IS_PUBLIC),
            "system": Truth(condition=filters.c.is_system),
        },
        rows=filters,
        id=filters.c.id,
        sort=Sort(name if is_sqlite else name.collate("C"), is_descending=False, is_id_descending=True),
        visible=[_IS_PUBLIC if viewer.user_id is None else or_(_IS_PUBLIC, _is_own(viewer.user_id))],
    )


def _is_own(user_id: int) -> Condition:
    return and_(filters.c.user_id.is_not(None), filters.c.user_id == user_id)


def _count(effect: str) -> Values:
    listed = (
        select(func.count())
        .where(filter_tags.c.filter_id == filters.c.id, filter_tags.c.effect == effect)
        .correlate(filters)
    )
    return Values(value=listed.scalar_subquery())
