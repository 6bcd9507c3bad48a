"""What staff say of a tag: its descriptions, its category, its name.

Neighbours: `tags`, `tag_relations`, `tag_deletion`.
"""

from sqlalchemy import delete, select, update

from polybooru.db.full_text import TAG_WORDS
from polybooru.db.tables import tags
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue, NameTaken, TagNotFound
from polybooru.library.ratings import RATINGS
from polybooru.library.tag_names import CATEGORIES, slug, split_namespace
from polybooru.library.tags import check_tag_name, claim_name, hold_tags, take_turns_at_tags
from polybooru.library.texts import body_text, line_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.words import put_words
from polybooru.library.work import Work

MAX_DESCRIPTION_BYTES = 50_000
MAX_SHORT_DESCRIPTION_BYTES = 255


@verb(Acts.TAG)
def describe_tag(
    work: Work, actor: Actor, name: str, *, description: str, short_description: str, category: str | None
) -> None:
    """Set what staff say about a tag, which is made if need be. Raises NotAllowed, InvalidValue."""
    staff_id = require_staff(actor)
    clean = check_tag_name(name)
    if category is not None and category not in CATEGORIES:
        raise InvalidValue("category", f"There is no category {category!r}.")
    short = line_text("short_description", short_description, max_bytes=MAX_SHORT_DESCRIPTION_BYTES)
    texts = {
        "description": body_text("description", description, max_bytes=MAX_DESCRIPTION_BYTES),
        "short_description": short,
    }
    take_turns_at_tags(work)
    row = hold_tags(work, [clean])[clean]
    work.execute(update(tags).where(tags.c.id == row.id).values(**texts, category=category))
    put_words(work, TAG_WORDS, row.id, name=clean, **texts)
    work.changed("tag", row.id)
    work.logged(staff_id, "tag.describe", "tag", row.id, name=clean, category=category)


@verb(Acts.TAG)
def rename_tag(work: Work, actor: Actor, name: str, new_name: str) -> None:
    """Give a tag a name that no other has, and with it another slug; images, filters and relations keep it.

    The category stays. Raises NotAllowed, TagNotFound, InvalidValue, NameTaken: to merge two, alias one.
    """
    staff_id = require_staff(actor)
    clean, wanted = check_tag_name(name), check_tag_name(new_name, "name")
    take_turns_at_tags(work)
    there = set(work.execute(select(tags.c.name).where(tags.c.name.in_([clean, wanted]))).scalars())
    if clean not in there:
        raise TagNotFound(f"There is no tag {clean!r}.")
    if clean == wanted:
        return
    if clean in RATINGS:
        raise InvalidValue("tag", "is a rating, which the rules know by this name")
    # The name before the tag, as whoever makes tags locks others of its own afterwards.
    claimed = None if wanted in there else claim_name(work, wanted)
    if claimed is None:
        raise NameTaken(f"There is a tag {wanted!r} already.")
    row = work.execute(select(tags).where(tags.c.name == clean).with_for_update()).one_or_none()
    if row is None:  # it has just gone, or has another name by now
        raise TagNotFound(f"There is no tag {clean!r}.")
    namespace, rest = split_namespace(wanted)
    named = {"name": wanted, "slug": slug(wanted), "namespace": namespace, "name_in_namespace": rest}
    work.execute(delete(tags).where(tags.c.id == claimed))
    work.execute(update(tags).where(tags.c.id == row.id).values(**named))
    texts = {"description": row.description, "short_description": row.short_description}
    put_words(work, TAG_WORDS, row.id, name=wanted, **texts)
    work.changed("tag", row.id)
    if row.aliased_tag_id is not None:
        work.changed("tag", row.aliased_tag_id)
    work.logged(staff_id, "tag.rename", "tag", row.id, name=clean, new_name=wanted)
