"""Tags as they are searched, aliases among them; everybody may find every one."""

from sqlalchemy import select

from polybooru.db.full_text import TAG_WORDS
from polybooru.db.tables import tag_implications, tags
from polybooru.library.row_search.noun import Noun, full_text, named
from polybooru.search.language.fields import Fields, Kind
from polybooru.search.sql.answers import Truth, of_column, of_several

_OTHER = tags.alias("other")  # the tag that a name in the query is of
_BY_NAME = {
    **named(Kind.LITERAL, "name", "slug", "name_in_namespace", "namespace", "category", "analyzed_name"),
    **named(Kind.LITERAL, "implies", "implied_by", "alias_of", "aliases"),
    **named(Kind.INTEGER, "id", "images"),
    **named(Kind.BOOLEAN, "aliased"),
    **named(Kind.ANALYSED, "description", "short_description"),
}
TAG_FIELDS = Fields(default=_BY_NAME["name"], by_name=_BY_NAME)
"""The same for every caller."""


def tags_for_all(*, is_sqlite: bool) -> Noun:
    """Most images first."""
    implied, implying = tag_implications.c.implied_tag_id, tag_implications.c.tag_id
    texts = full_text(TAG_WORDS, tags.c.id, is_sqlite=is_sqlite)
    implies = select(implying).join(_OTHER, _OTHER.c.id == implied)
    implied_by = select(implied).join(_OTHER, _OTHER.c.id == implying)
    aliases = select(_OTHER.c.aliased_tag_id).where(_OTHER.c.aliased_tag_id.is_not(None))
    return Noun(
        fields=TAG_FIELDS,
        answers={
            "name": of_column(tags.c.name),
            "slug": of_column(tags.c.slug),
            "name_in_namespace": of_column(tags.c.name_in_namespace),
            "namespace": of_column(tags.c.namespace),
            "category": of_column(tags.c.category),
            "analyzed_name": texts["name"],
            "implies": of_several(tags.c.id, implies, _OTHER.c.name, is_sqlite=is_sqlite),
            "implied_by": of_several(tags.c.id, implied_by, _OTHER.c.name, is_sqlite=is_sqlite),
            "alias_of": of_several(
                tags.c.aliased_tag_id, select(_OTHER.c.id), _OTHER.c.name, is_sqlite=is_sqlite
            ),
            "aliases": of_several(tags.c.id, aliases, _OTHER.c.name, is_sqlite=is_sqlite),
            "id": of_column(tags.c.id),
            "images": of_column(tags.c.image_count),
            "aliased": Truth(condition=tags.c.aliased_tag_id.is_not(None)),
            "description": texts["description"],
            "short_description": texts["short_description"],
        },
        rows=tags,
        id=tags.c.id,
        order=[tags.c.image_count.desc(), tags.c.id],
    )
