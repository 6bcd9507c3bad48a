"""What comments and posts have in common: who wrote them, what became of them, their words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column, Table, not_

from polybooru.db.full_text import WordTable
from polybooru.db.tables import users
from polybooru.library.image_fields import Viewer
from polybooru.library.row_search.noun import OWNER, full_text, my, named, of_person
from polybooru.library.user_names import fold_name
from polybooru.search.language.fields import Field, Kind, QueryError
from polybooru.search.language.tree import Equals, Query
from polybooru.search.language.values import clamped_integer
from polybooru.search.sql.answers import Answer, Condition, Truth, Unknown, of_column

DELETION_FIELDS = frozenset({"deleted", "deleted_by_user", "deleted_by_user_id", "deletion_reason"})
_DELETERS = users.alias("deleters")
_LEADING_INTEGER = re.compile(r"[+-]?[0-9]+")


def fold_user_name(text: str) -> str:
    """A user name, or a pattern of one, as names are compared where letter case is ignored."""
    return fold_name(text.strip())


def written_fields(viewer: Viewer, *, mine: str, author: Callable[[str], str]) -> dict[str, Field]:
    """mine: the value of `my`; author: how everybody but staff has names compared."""
    fields = {
        **named(Kind.ANALYSED, "body"),
        **named(Kind.INTEGER, "id"),
        **named(Kind.DATE, "created_at", "updated_at"),
        **named(Kind.LITERAL, "author", normalise=author),
        "user_id": Field(name="user_id", kind=Kind.CUSTOM, expand=_user_id),
        **named(Kind.NUMERIC, "author_id"),
        **my(viewer.user_id, mine),
    }
    return {**fields, **STAFF_FIELDS} if viewer.is_staff else fields


STAFF_FIELDS = {
    **named(Kind.LITERAL, "author", "true_author", "deleted_by_user", normalise=fold_user_name),
    **named(Kind.NUMERIC, "user_id", "true_author_id", "deleted_by_user_id"),
    **named(Kind.LITERAL, "fingerprint"),
    **named(Kind.IP, "ip"),
    **named(Kind.BOOLEAN, "anonymous", "deleted", "approved"),
    **named(Kind.ANALYSED, "deletion_reason"),
}


def _user_id(value: str) -> Query:
    found = _LEADING_INTEGER.match(value)
    if found is None:
        raise QueryError(f"expected a numeric value, like `3' or `10', starting at: {value}")
    return Equals("user_id", clamped_integer(found[0]))


def written_answers(
    table: Table,
    words: WordTable,
    *,
    author: Column[Any],
    is_hidden: Condition,
    is_staff: bool,
    is_sqlite: bool,
) -> Mapping[str, Answer]:
    """author: the form of a name that everybody but staff has compared."""
    is_signed = not_(table.c.is_anonymous)
    owner, signer = of_column(table.c.user_id), of_column(table.c.user_id, is_signed)
    answers: dict[str, Answer] = {
        **full_text(words, table.c.id, is_sqlite=is_sqlite),
        "id": of_column(table.c.id),
        "created_at": of_column(table.c.created_at),
        "updated_at": of_column(table.c.updated_at),
        "author_id": signer,
        OWNER: owner,
    }
    if not is_staff:
        return {
            **answers,
            "author": of_person(table.c.user_id, author, is_signed),
            "user_id": signer,
        }
    true_author = of_person(table.c.user_id, users.c.folded_name)
    return {
        **answers,
        **dict.fromkeys(("author", "true_author"), true_author),
        **dict.fromkeys(("user_id", "true_author_id"), owner),
        "anonymous": Truth(condition=table.c.is_anonymous),
        "approved": Truth(condition=table.c.is_approved),
        "deleted": Truth(condition=is_hidden),
        "deleted_by_user": of_person(table.c.deleted_by_user_id, _DELETERS.c.folded_name),
        "deleted_by_user_id": of_column(table.c.deleted_by_user_id),
        "fingerprint": Unknown(),
        "ip": Unknown(),
    }
