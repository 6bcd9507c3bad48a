"""Who is behind a token and which networks are banned, remembered until a change says otherwise."""

from collections.abc import Sequence
from dataclasses import replace

from polybooru.db import Change
from polybooru.library import bans
from polybooru.library.actors import Actor
from polybooru.library.bans import BannedNetworks
from polybooru.library.library import Library
from polybooru.library.tokens import find_actor, hash_token

_KEPT = 10_000
_STALE = frozenset({"user", "token", "preferences", "ban"})


class Callers:
    """Actors by token. Unknown tokens are not remembered: guesses would push out real ones."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[bytes, Actor] = {}
        self._networks: BannedNetworks | None = None
        library.replica.listen(self._forget)

    def remembered(self, token: str) -> Actor | None:
        """The actor, if known without asking the database; may have expired, as may the ban."""
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
        now = self._library.clock()
        if actor is None or (actor.expires_at is not None and actor.expires_at <= now):
            return None
        return replace(actor, ban=None) if actor.ban is not None and actor.ban.is_over(now) else actor

    def with_address(self, actor: Actor, address: str) -> Actor:
        """The actor as one who calls from there: banned, if the address or a network around it is.

        address: of the true client, as text; what is none is in no network.
        """
        return bans.with_address(actor, address, self._banned_networks(), self._library.clock())

    def _banned_networks(self) -> BannedNetworks:
        networks = self._networks
        if networks is None:
            seen = self._library.replica.applied
            with self._library.reading() as reading:
                networks = BannedNetworks(reading)
            with self._library.replica.lock:
                if seen == self._library.replica.applied:
                    self._networks = networks
        return networks

    def _forget(self, batch: Sequence[Change]) -> None:
        kinds = {change.kind for change in batch}
        if kinds & _STALE:
            self._known.clear()
        if "ban" in kinds:
            self._networks = None
