"""What staff say of a tag: descriptions and category.

Neighbours: `tags`, `tag_relations`.
"""

from sqlalchemy import update

from polybooru.db.full_text import TAG_WORDS
from polybooru.db.tables import tags
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import InvalidValue
from polybooru.library.tag_names import CATEGORIES
from polybooru.library.tags import ensure_tag
from polybooru.library.verbs import Acts, verb
from polybooru.library.words import put_words
from polybooru.library.work import Work


@verb(Acts.TAG)
def describe_tag(
    work: Work, actor: Actor, name: str, *, description: str, short_description: str, category: str | None
) -> None:
    """Set what staff say about a tag, which is made if need be. Raises NotAllowed, InvalidValue."""
    require(actor, Permission.MODERATE)
    if category is not None and category not in CATEGORIES:
        raise InvalidValue("category", f"There is no category {category!r}.")
    tag = ensure_tag(work, name)
    work.execute(
        update(tags)
        .where(tags.c.id == tag.id)
        .values(description=description, short_description=short_description, category=category)
    )
    put_words(
        work,
        TAG_WORDS,
        tag.id,
        name=tag.name,
        description=description,
        short_description=short_description,
    )
    work.changed("tag", tag.id)
