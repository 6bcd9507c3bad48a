"""Who is behind a token and which networks are banned, remembered until a change says otherwise."""

from collections.abc import Sequence
from dataclasses import replace

from polybooru.db import Change
from polybooru.library import bans
from polybooru.library.actors import Actor
from polybooru.library.bans import BannedNetworks
from polybooru.library.library import Library
from polybooru.library.tokens import Key, find_key, hash_token

_KEPT = 10_000
_STALE = frozenset({"user", "token", "preferences", "ban"})


class Callers:
    """Actors by token. Unknown tokens are not remembered: guesses would push out real ones."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[bytes, Key] = {}
        self._networks: BannedNetworks | None = None
        library.replica.listen(self._forget)

    def find(self, token: str) -> Actor | None:
        """The caller whose token this is; None for one that is unknown, expired or switched off."""
        key = self.find_key(token)
        return key.actor if key is not None and key.terms.is_usable else None

    def is_remembered(self, token: str) -> bool:
        """Whether the token is known without asking the database."""
        return hash_token(token) in self._known

    def find_key(self, token: str) -> Key | None:
        """The token with its terms, switched off or not; None for one that is unknown or expired."""
        hashed = hash_token(token)
        key = self._known.get(hashed)
        if key is None:
            seen = self._library.replica.applied
            with self._library.reading() as reading:
                key = find_key(reading, hashed)
            with self._library.replica.lock:  # between the look and the keeping nothing may become stale
                if key is not None and seen == self._library.replica.applied:
                    if len(self._known) >= _KEPT:
                        self._known.clear()
                    self._known[hashed] = key
        if key is None:
            return None
        now, actor = self._library.clock(), key.actor
        if actor.expires_at is not None and actor.expires_at <= now:
            return None
        if actor.ban is not None and actor.ban.is_over(now):
            return replace(key, actor=replace(actor, ban=None))
        return key

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
