"""Categories: queries saved under dotted paths, as `animals.birb`; made by whoever runs the board.

A safe category never shows an image with one of the `ratings.UNSAFE` tags, whatever its query finds.
Neighbour: `category_images` (which images it has). Source of the rules: docs/reference/categories.md
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from polybooru.db.tables import categories
from polybooru.library.actors import ANONYMOUS, Actor, Permission, require_staff
from polybooru.library.errors import CategoryNotFound, InvalidValue, NameTaken
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.stored_queries import check_public_query
from polybooru.library.texts import line_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MAX_PATH_BYTES = 255
MAX_NAME_BYTES = 255
MAX_COMMENT_BYTES = 1_000
MOST = 10_000
_PATH = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryText:
    """What the operator writes. name: empty is made from the path. is_safe: only images safe for work."""

    path: str
    query: str
    name: str = ""
    comment: str = ""
    is_safe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category; `name` is never empty."""

    id: int
    path: str
    name: str
    query: str
    comment: str
    is_safe: bool
    is_enabled: bool
    created_at: datetime


@verb(Acts.THE_LIBRARY)
def add_category(work: Work, actor: Actor, text: CategoryText) -> int:
    """Id of the new category. Raises LoginRequired, NotAllowed, InvalidValue, NameTaken."""
    staff_id = require_staff(actor, Permission.ADMINISTER)
    if not _PATH.fullmatch(text.path) or len(text.path) > MAX_PATH_BYTES:
        raise InvalidValue("path", "is made of `a-z', `0-9', `_' and `-' with dots between its parts")
    if work.execute(select(func.count()).select_from(categories)).scalar_one() >= MOST:
        raise InvalidValue("path", f"is one too many: there are {MOST} categories")
    row = {
        "path": text.path,
        "name": line_text("name", text.name, max_bytes=MAX_NAME_BYTES),
        "query": check_public_query(work, ANONYMOUS, "query", text.query),
        "comment": line_text("comment", text.comment, max_bytes=MAX_COMMENT_BYTES),
        "is_safe": text.is_safe,
    }
    made = work.execute(
        work.insert(categories)
        .values(**row, created_at=work.now)
        .on_conflict_do_nothing()
        .returning(categories.c.id)
    ).scalar_one_or_none()
    if made is None:
        raise NameTaken(f"There is a category {text.path!r} already.")
    category_id = int(made)
    work.logged(staff_id, "category.add", "category", category_id, **row)
    work.changed("category", category_id)
    return category_id


@verb(Acts.CATEGORY)
def enable_category(work: Work, actor: Actor, category_id: int) -> None:
    """Show the category again. Raises LoginRequired, NotAllowed, CategoryNotFound."""
    _switch(work, actor, category_id, is_enabled=True)


@verb(Acts.CATEGORY)
def disable_category(work: Work, actor: Actor, category_id: int, *, comment: str = "") -> None:
    """List the category as one that is switched off, with a comment for its readers; empty keeps the old one.

    Raises LoginRequired, NotAllowed, CategoryNotFound, InvalidValue.
    """
    said = line_text("comment", comment, max_bytes=MAX_COMMENT_BYTES)
    _switch(work, actor, category_id, is_enabled=False, **({"comment": said} if said else {}))


@verb(Acts.CATEGORY)
def remove_category(work: Work, actor: Actor, category_id: int) -> None:
    """Forget the category; its images stay. Raises LoginRequired, NotAllowed, CategoryNotFound."""
    staff_id = require_staff(actor, Permission.ADMINISTER)
    row = _row(work, category_id)
    work.execute(delete(categories).where(categories.c.id == category_id))
    work.logged(staff_id, "category.remove", "category", category_id, path=row.path, query=row.query)
    work.changed("category", category_id)


def list_categories(reading: Reading) -> Sequence[Category]:
    """All, enabled or not, by path."""
    return sorted(map(_category, reading.execute(select(categories))), key=lambda found: found.path)


def find_category(reading: Reading, path: str) -> Category:
    """The category of that very path. Raises CategoryNotFound."""
    row = reading.execute(select(categories).where(categories.c.path == path)).one_or_none()
    if row is None:
        raise CategoryNotFound(f"There is no category {path!r}.")
    return _category(row)


def name_of_path(path: str) -> str:
    """As people read it: `Animals > Red Panda` for `animals.red_panda`."""
    return " > ".join(part.replace("-", " ").replace("_", " ").title() for part in path.split("."))


def _switch(work: Work, actor: Actor, category_id: int, *, is_enabled: bool, **more: object) -> None:
    staff_id = require_staff(actor, Permission.ADMINISTER)
    row = _row(work, category_id)
    if row.is_enabled is is_enabled and not more:
        return
    changed = update(categories).where(categories.c.id == category_id)
    work.execute(changed.values(is_enabled=is_enabled, **more))
    action = "category.enable" if is_enabled else "category.disable"
    work.logged(staff_id, action, "category", category_id, path=row.path, **more)
    work.changed("category", category_id)


def _row(work: Work, category_id: int) -> Row[Any]:
    row = None
    if 0 < category_id <= MAX_ID:
        wanted = select(categories).where(categories.c.id == category_id)
        row = work.execute(wanted.with_for_update()).one_or_none()
    if row is None:
        raise CategoryNotFound(f"There is no category {category_id}.")
    return row


def _category(row: Row[Any]) -> Category:
    return Category(
        id=row.id,
        path=row.path,
        name=row.name or name_of_path(row.path),
        query=row.query,
        comment=row.comment,
        is_safe=row.is_safe,
        is_enabled=row.is_enabled,
        created_at=row.created_at,
    )
