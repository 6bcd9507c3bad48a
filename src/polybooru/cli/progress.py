"""Progress of long work: a bar on a terminal, a plain line now and then where the output is piped."""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress

_PLAIN_SECONDS = 5.0


class Bar(Protocol):
    """Something that shows how far the work is."""

    def set(self, done: int, total: int | None) -> None:
        """Show that `done` of `total` is done; None where the total is not known."""
        ...


@contextmanager
def progress(label: str, *, is_said_when_short: bool = True) -> Generator[Bar]:
    """A bar for one piece of work, on stderr."""
    if not sys.stderr.isatty():
        plain = _Plain(label)
        yield plain
        if is_said_when_short or plain.has_spoken:
            plain.end()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield _Drawn(shown, label)


class _Drawn:
    def __init__(self, shown: "Progress", label: str) -> None:
        self._shown = shown
        self._task = shown.add_task(label, total=None)

    def set(self, done: int, total: int | None) -> None:
        self._shown.update(self._task, completed=done, total=total)


class _Plain:
    def __init__(self, label: str) -> None:
        self._label = label
        self.has_spoken = False
        self._said_at = time.monotonic()
        self._done = 0
        self._total: int | None = None

    def set(self, done: int, total: int | None) -> None:
        self._done, self._total = done, total
        if time.monotonic() - self._said_at > _PLAIN_SECONDS:
            self._say()

    def end(self) -> None:
        if self._done:
            self._say()

    def _say(self) -> None:
        self.has_spoken = True
        self._said_at = time.monotonic()
        of = f" of {self._total}" if self._total is not None else ""
        print(f"{self._label}: {self._done}{of}", file=sys.stderr, flush=True)
