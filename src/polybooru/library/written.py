"""What comments and posts have in common: a body that is edited, hidden, destroyed and approved.

Its HTML is made here, when it is written; see docs/reference/markup.md. Neighbours: `comments`, `posts`,
which say what is counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, select, update

from polybooru.db.full_text import WordTable
from polybooru.db.tables import users
from polybooru.library.actors import STAFF, Actor, Permission, require, require_staff
from polybooru.library.errors import InvalidValue, NotAllowed
from polybooru.library.report_rows import Reportable, close_reports_of
from polybooru.library.texts import body_text, reason_text
from polybooru.library.words import put_words
from polybooru.library.work import Reading, Work
from polybooru.markup import render

MAX_BODY_BYTES = 20_000
"""Analysing so much takes about 0.1 s, in which SQLite lets nobody else write. Source: security's limits."""
MAX_EDITS = 100
"""Of one text; each keeps a whole body."""
LINKS_AFTER = timedelta(days=14)
"""Age of an account whose links to other hosts need no approval; neither do those of verified people.

Source: docs/reference/people-write.md.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit of a text. body: what it was before; user_id: None for the operator."""

    user_id: int | None
    edited_at: datetime
    reason: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as it is stored."""

    source: str
    html: str
    needs_approval: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A kind of text; kind: its name in the change log and, with a dot and the act, in the moderation log."""

    kind: str
    table: Table
    edits: Table
    words: WordTable

    def body(self, work: Work, actor: Actor, text: str) -> Body:
        """The body as it is stored. Raises InvalidValue. Cost: see docs/reference/markup.md."""
        source = body_text("body", text, max_bytes=MAX_BODY_BYTES, min_bytes=1)
        made = render(source, own_hosts=work.policy.own_hosts)
        needs_approval = made.has_external_links and _is_young(work, actor)
        return Body(source=source, html=made.html, needs_approval=needs_approval)

    def insert(self, work: Work, actor: Actor, body: Body, *, is_anonymous: bool, **place: int) -> int:
        """Make a row; place: the columns that say where it stands."""
        made: int = work.execute(
            work.insert(self.table)
            .values(
                user_id=actor.user_id,
                is_anonymous=is_anonymous,
                body=body.source,
                body_html=body.html,
                is_approved=not body.needs_approval,
                created_at=work.now,
                updated_at=work.now,
                **place,
            )
            .returning(self.table.c.id)
        ).scalar_one()
        put_words(work, self.words, made, body=body.source)
        work.changed(self.kind, made)
        return made

    def edit(self, work: Work, actor: Actor, row: Row[Any], text: str, *, reason: str) -> bool:
        """Give it another body; returns whether it is approved now.

        Staff edit those of others, with a reason. The same body again changes nothing.
        Raises NotAllowed for all but its author and staff, InvalidValue.
        """
        is_own = row.user_id is not None and row.user_id == actor.user_id
        if not is_own and not actor.is_staff:
            raise NotAllowed(f"Only its author edits a {self.kind}.")
        why = reason_text(reason, is_required=not is_own)
        body = self.body(work, actor, text)
        if body.source == row.body:
            return bool(row.is_approved)
        self._keep(work, actor, row, why)
        is_approved = row.is_approved and not body.needs_approval
        self._change(
            work,
            row.id,
            body=body.source,
            body_html=body.html,
            is_approved=is_approved,
            updated_at=work.now,
            edited_at=work.now,
            edit_reason=why or None,
        )
        put_words(work, self.words, row.id, body=body.source)
        if not is_own:
            work.logged(actor.user_id, f"{self.kind}.edit", self.kind, row.id, reason=why)
        return is_approved

    def history(self, reading: Reading, object_id: int) -> list[Edit]:
        """Every edit, the last one first."""
        of = self.edits.c[f"{self.kind}_id"] == object_id
        rows = reading.execute(select(self.edits).where(of).order_by(self.edits.c.id.desc()))
        return [Edit(user_id=r.user_id, edited_at=r.edited_at, reason=r.reason, body=r.body) for r in rows]

    def hide(self, work: Work, actor: Actor, row: Row[Any], *, reason: str) -> None:
        """Take it from sight; a repeat only changes the reason. Raises NotAllowed, InvalidValue."""
        user_id = require_staff(actor)
        why = reason_text(reason)
        self._change(work, row.id, hidden_from_users=True, deletion_reason=why, deleted_by_user_id=user_id)
        put_words(work, self.words, row.id, body=row.body, deletion_reason=why)
        close_reports_of(work, Reportable(self.kind), row.id, staff_user_id=user_id)
        work.logged(user_id, f"{self.kind}.hide", self.kind, row.id, reason=why)

    def unhide(self, work: Work, actor: Actor, row: Row[Any]) -> None:
        """Undo `hide`. Raises NotAllowed, InvalidValue for one that was destroyed."""
        user_id = require_staff(actor)
        if row.is_destroyed:
            raise InvalidValue(self.kind, "has no text any more")
        self._change(work, row.id, hidden_from_users=False, deletion_reason=None, deleted_by_user_id=None)
        put_words(work, self.words, row.id, body=row.body)
        work.logged(user_id, f"{self.kind}.unhide", self.kind, row.id)

    def destroy(self, work: Work, actor: Actor, row: Row[Any]) -> None:
        """Remove all texts of a hidden one for good. Raises NotAllowed, InvalidValue for one in sight."""
        user_id = require_staff(actor)
        if not row.hidden_from_users:
            raise InvalidValue(self.kind, "has to be hidden first")
        if row.is_destroyed:
            return
        work.execute(delete(self.edits).where(self.edits.c[f"{self.kind}_id"] == row.id))
        self._change(work, row.id, is_destroyed=True, body="", body_html="", edit_reason=None)
        put_words(work, self.words, row.id, deletion_reason=row.deletion_reason)
        work.logged(user_id, f"{self.kind}.destroy", self.kind, row.id)

    def approve(self, work: Work, actor: Actor, row: Row[Any]) -> None:
        """Let everybody see it. Raises NotAllowed."""
        user_id = require_staff(actor)
        self._change(work, row.id, is_approved=True)
        work.logged(user_id, f"{self.kind}.approve", self.kind, row.id)

    def _keep(self, work: Work, actor: Actor, row: Row[Any], reason: str) -> None:
        of = self.edits.c[f"{self.kind}_id"]
        number = work.execute(select(func.count()).select_from(self.edits).where(of == row.id)).scalar_one()
        if number >= MAX_EDITS:
            raise InvalidValue("body", f"was edited {MAX_EDITS} times already")
        kept = {"user_id": actor.user_id, "edited_at": work.now, "reason": reason, "body": row.body}
        work.execute(insert(self.edits).values({of: row.id, **{self.edits.c[n]: v for n, v in kept.items()}}))

    def _change(self, work: Work, object_id: int, **values: object) -> None:
        work.execute(update(self.table).where(self.table.c.id == object_id).values(**values))
        work.changed(self.kind, object_id)


def may_see(actor: Actor, row: Row[Any]) -> bool:
    """Whether the caller sees a text: staff all, its author also one that waits for approval."""
    if actor.is_staff:
        return True
    is_own = row.user_id is not None and row.user_id == actor.user_id
    return not row.hidden_from_users and (row.is_approved or is_own)


def _is_young(work: Work, actor: Actor) -> bool:
    if actor.role in STAFF:
        return False
    wanted = select(users.c.created_at, users.c.is_verified)
    row = work.execute(wanted.where(users.c.id == require(actor, Permission.WRITE))).one()
    return row.created_at > work.now - LINKS_AFTER and not row.is_verified
