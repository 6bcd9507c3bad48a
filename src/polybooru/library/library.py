"""All that verbs stand on, as one value; made once per process by `app`."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from polybooru.db import Database
from polybooru.fetch import Fetcher
from polybooru.library.errors import Unavailable
from polybooru.library.policy import Policy
from polybooru.library.replica import Replica
from polybooru.library.work import Appraisal, Reading, Work
from polybooru.media import Decoders
from polybooru.search.index import ById
from polybooru.search.language.tree import Query
from polybooru.store import FolderStore


class Library:
    """The database, the stored files and the ways in.

    scratch: folder on the same disk as the store, for files on their way in or out.
    clock: the time as aware UTC.
    """

    def __init__(
        self,
        *,
        database: Database,
        replica: Replica,
        store: FolderStore,
        decoders: Decoders,
        fetcher: Fetcher,
        scratch: Path,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.replica = replica
        self.store = store
        self.decoders = decoders
        self.fetcher = fetcher
        self.scratch = scratch
        self.policy = policy
        self.clock = clock

    @contextmanager
    def work(self) -> Generator[Work]:
        """One transaction; after leaving it without an error all is committed, indexed and announced.

        Raises Unavailable.
        """
        now = self.clock()
        try:
            with self.database.write(now) as transaction:
                yield Work(
                    transaction.connection, now, self.database, transaction, self.policy, self._appraise
                )
        except OperationalError as error:
            raise _unavailable(error) from error
        if transaction.last_number is not None:
            self.replica.announce(transaction.last_number, transaction.changes)

    def _appraise(self, query: Query) -> Appraisal | None:
        if not self.replica.is_loaded:
            return None
        with self.replica.lock:
            index = self.replica.index
            took = index.cost(query, order=ById(descending=True), offset=0, limit=1, now=self.clock())
            return Appraisal(microseconds=took, images=len(index))

    def reading(self) -> AbstractContextManager[Reading]:
        """A look at the rows. Raises Unavailable, also for what is asked meanwhile."""
        return _Look(self, self.database.read)

    def glance(self) -> AbstractContextManager[Reading]:
        """As `reading`, for one statement: to begin and end what holds several takes as long as a row."""
        return _Look(self, self.database.glance)


class _Look:
    """A look at the rows. A class, as a function that yields takes as long as finding a row."""

    __slots__ = ("_lend", "_library", "_look")

    def __init__(self, library: Library, lend: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._library = library
        self._lend = lend

    def __enter__(self) -> Reading:
        try:
            self._look = self._lend()
            return Reading(self._look.__enter__(), self._library.clock())
        except OperationalError as error:
            raise _unavailable(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._look.__exit__(kind, error, trace)
        except OperationalError as failed:
            raise _unavailable(failed) from failed
        if isinstance(error, OperationalError):
            raise _unavailable(error) from error


def _unavailable(error: OperationalError) -> Unavailable:
    return Unavailable(f"The database does not answer: {error.orig}")
