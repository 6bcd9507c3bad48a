"""Who is behind a token, remembered until a change of the person or the token says otherwise."""

from collections.abc import Sequence

from polybooru.db import Change
from polybooru.library.actors import Actor
from polybooru.library.library import Library
from polybooru.library.tokens import find_actor, hash_token

_KEPT = 10_000


class Callers:
    """Actors by token. Unknown tokens are not remembered: guesses would push out real ones."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[bytes, Actor] = {}
        library.replica.listen(self._forget)

    def remembered(self, token: str) -> Actor | None:
        """The actor, if known without asking the database; may have expired."""
        return self._known.get(hash_token(token))

    def find(self, token: str) -> Actor | None:
        """The caller whose token this is; None for one that is unknown or expired."""
        hashed = hash_token(token)
        actor = self._known.get(hashed)
        if actor is None:
            seen = self._library.replica.applied
            with self._library.reading() as reading:
                actor = find_actor(reading, hashed)
            with self._library.replica.lock:  # between the look and the keeping nothing may become stale
                if actor is not None and seen == self._library.replica.applied:
                    if len(self._known) >= _KEPT:
                        self._known.clear()
                    self._known[hashed] = actor
        if actor is None or (actor.expires_at is not None and actor.expires_at <= self._library.clock()):
            return None
        return actor

    def _forget(self, batch: Sequence[Change]) -> None:
        if any(change.kind in {"user", "preferences"} for change in batch):
            self._known.clear()
