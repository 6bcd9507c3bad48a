"""Tags as they are searched, aliases among them; everybody may find every one."""

from sqlalchemy import Column, FromClause

from polybooru.db.full_text import TAG_WORDS
from polybooru.db.tables import tag_implications, tags
from polybooru.library.row_search.noun import Noun, Sort, full_text, named
from polybooru.search.language.fields import Fields, Kind
from polybooru.search.sql.answers import Elsewhere, Truth, Values, of_column

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
    texts = full_text(TAG_WORDS, tags.c.id, is_sqlite=is_sqlite)
    implied, implying = tag_implications.c.implied_tag_id, tag_implications.c.tag_id
    return Noun(
        fields=TAG_FIELDS,
        answers={
            "name": of_column(tags.c.name),
            "slug": of_column(tags.c.slug),
            "name_in_namespace": of_column(tags.c.name_in_namespace),
            "namespace": of_column(tags.c.namespace),
            "category": of_column(tags.c.category),
            "analyzed_name": texts["name"],
            "implies": _named(implying, tag_implications.join(_OTHER, _OTHER.c.id == implied)),
            "implied_by": _named(implied, tag_implications.join(_OTHER, _OTHER.c.id == implying)),
            "alias_of": _named(_OTHER.c.id, _OTHER, link=tags.c.aliased_tag_id),
            "aliases": _named(_OTHER.c.aliased_tag_id, _OTHER),
            "id": of_column(tags.c.id),
            "images": of_column(tags.c.image_count),
            "aliased": Truth(condition=tags.c.aliased_tag_id.is_not(None)),
            "description": texts["description"],
            "short_description": texts["short_description"],
        },
        rows=tags,
        id=tags.c.id,
        sort=Sort(tags.c.image_count, is_descending=True, is_id_descending=False),
    )


def _named(key: Column[int], table: FromClause, link: Column[int] = tags.c.id) -> Values:
    """The answer of names of other tags."""
    return Values(value=_OTHER.c.name, elsewhere=Elsewhere(link=link, table=table, key=key, is_single=False))
