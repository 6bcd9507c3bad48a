"""What the suggestion index holds of the library, read from the rows.

Neighbours: `replica` (when rows are read), `tag_suggestions`.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from polybooru.db.tables import tags
from polybooru.search.suggest import Name, SuggestionIndex

_NAMES = select(
    tags.c.id,
    tags.c.name,
    tags.c.namespace,
    tags.c.name_in_namespace,
    tags.c.aliased_tag_id,
    tags.c.image_count,
)


def build(connection: Connection) -> SuggestionIndex:
    """All tags of the rows that this connection sees."""
    index = SuggestionIndex()
    index.load(names(connection))
    return index


def names(connection: Connection, tag_ids: Sequence[int] | None = None) -> Iterator[Name]:
    """What is suggested of these tags, or of all."""
    wanted = _NAMES if tag_ids is None else _NAMES.where(tags.c.id.in_(tag_ids))
    for tag_id, name, namespace, name_in_namespace, target_id, image_count in connection.execute(
        wanted
    ).all():
        yield Name(
            key=tag_id,
            text=name,
            beginnings=() if namespace is None else (len(name) - len(name_in_namespace),),
            alias_of=target_id,
            uses=image_count,
        )
