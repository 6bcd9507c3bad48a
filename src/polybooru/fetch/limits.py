"""What a fetch may cost, and the clock that holds it to that, one per fetch, for fetcher and guard alike."""

import time
from dataclasses import dataclass

from polybooru.fetch.errors import TooSlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Source of the numbers: docs/reference/security.md."""

    size_bytes: int = 131_072_000
    max_redirects: int = 3
    connect_seconds: float = 5  # of each hop: look-up, connection and TLS together
    first_byte_seconds: float = 10  # of each hop: until the headers are complete; then the longest silence
    total_seconds: float = 60
    min_bytes_per_second: int = 1024  # mean of the body, asked once it has taken grace_seconds
    grace_seconds: float = 10
    at_once: int = 16  # fetches in this process


class Deadline:
    """The end of one fetch, and within it the end of the phase it is in (connecting, waiting, reading)."""

    __slots__ = ("_end", "_phase_end")

    def __init__(self, total_seconds: float) -> None:
        self._end = self._phase_end = time.monotonic() + total_seconds

    def begin_phase(self, seconds: float) -> None:
        """End the phase before; the new one never outlasts the fetch."""
        self._phase_end = min(self._end, time.monotonic() + seconds)

    def remaining_seconds(self) -> float:
        """Always more than 0. Raises TooSlow at the end of the phase."""
        remaining = self._phase_end - time.monotonic()
        if remaining <= 0:
            raise TooSlow
        return remaining
