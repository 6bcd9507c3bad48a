"""What comments and posts have in common: a body that its author edits and that staff hide or destroy.

Neighbours: `comments`, `posts`, which say who may do it, and keep the counters.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, update

from polybooru.db.full_text import WordTable
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import InvalidValue, NotAllowed
from polybooru.library.texts import body_text, reason_text
from polybooru.library.words import put_words
from polybooru.library.work import Work

MAX_BODY_BYTES = 20_000
"""Analysing so much takes about 0.1 s, in which SQLite lets nobody else write. Source: security's limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A kind of text; kind: its name in the change log."""

    kind: str
    table: Table
    words: WordTable

    def body(self, text: str) -> str:
        """The body as it is stored. Raises InvalidValue."""
        return body_text("body", text, max_bytes=MAX_BODY_BYTES, min_bytes=1)

    def insert(self, work: Work, actor: Actor, body: str, *, is_anonymous: bool, **place: int) -> int:
        """Make a row; place: the columns that say where it stands."""
        made: int = work.execute(
            work.insert(self.table)
            .values(
                user_id=actor.user_id,
                is_anonymous=is_anonymous,
                body=body,
                created_at=work.now,
                updated_at=work.now,
                **place,
            )
            .returning(self.table.c.id)
        ).scalar_one()
        put_words(work, self.words, made, body=body)
        work.changed(self.kind, made)
        return made

    def edit(self, work: Work, actor: Actor, row: Row[Any], body: str, *, reason: str) -> None:
        """Give it another body. Raises NotAllowed for all but its author, InvalidValue."""
        if row.user_id != require(actor, Permission.WRITE):
            raise NotAllowed(f"Only its author edits a {self.kind}.")
        body = self.body(body)
        why = reason_text(reason, is_required=False) or None
        self._change(work, row.id, body=body, updated_at=work.now, edited_at=work.now, edit_reason=why)
        put_words(work, self.words, row.id, body=body)

    def hide(self, work: Work, actor: Actor, row: Row[Any], *, reason: str) -> None:
        """Take it from sight; a repeat only changes the reason. Raises NotAllowed, InvalidValue."""
        user_id = require(actor, Permission.MODERATE)
        why = reason_text(reason)
        self._change(work, row.id, hidden_from_users=True, deletion_reason=why, deleted_by_user_id=user_id)
        put_words(work, self.words, row.id, body=row.body, deletion_reason=why)

    def unhide(self, work: Work, actor: Actor, row: Row[Any]) -> None:
        """Undo `hide`. Raises NotAllowed, InvalidValue for one that was destroyed."""
        require(actor, Permission.MODERATE)
        if row.is_destroyed:
            raise InvalidValue(self.kind, "has no text any more")
        self._change(work, row.id, hidden_from_users=False, deletion_reason=None, deleted_by_user_id=None)
        put_words(work, self.words, row.id, body=row.body)

    def destroy(self, work: Work, actor: Actor, row: Row[Any]) -> None:
        """Remove the text of a hidden one for good. Raises NotAllowed, InvalidValue for one in sight."""
        require(actor, Permission.MODERATE)
        if not row.hidden_from_users:
            raise InvalidValue(self.kind, "has to be hidden first")
        self._change(work, row.id, is_destroyed=True, body="", edit_reason=None)
        put_words(work, self.words, row.id, deletion_reason=row.deletion_reason)

    def _change(self, work: Work, object_id: int, **values: object) -> None:
        work.execute(update(self.table).where(self.table.c.id == object_id).values(**values))
        work.changed(self.kind, object_id)
