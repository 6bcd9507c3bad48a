"""One import: several pictures at once, each uploaded and then processed, with a count of how each ended.

Safe to interrupt: what was uploaded is in the library, and its processing is found again by any worker. Safe
to repeat: a file that is there already is counted as such and changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from polybooru.importers.entry import Entry, Unreadable
from polybooru.library import jobs
from polybooru.library.actors import Actor
from polybooru.library.errors import FaultCode, UploadRefused
from polybooru.library.library import Library
from polybooru.library.representations import represent
from polybooru.library.uploads import Upload, spooled, upload
from polybooru.media import MediaError
from polybooru.store import StoreError

_WAITING_PER_JOB = 4


class Outcome(Enum):
    """How one entry ended."""

    IMPORTED = "imported"
    ALREADY_THERE = "already there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One entry's end; `reason` says why it was refused."""

    label: str
    outcome: Outcome
    reason: str = ""


@dataclass(slots=True)
class Summary:
    """Counts of a whole import; refusals by reason."""

    outcomes: Counter[Outcome] = field(default_factory=Counter[Outcome])
    reasons: Counter[str] = field(default_factory=Counter[str])


def run_import(
    library: Library,
    actor: Actor,
    entries: Iterable[Entry | Unreadable],
    *,
    at_once: int,
    extra_tags: Sequence[str],
    report: Callable[[Result], None],
    explain: Callable[[UploadRefused], str],
) -> Summary:
    """Import every entry; `report` is called from this thread, once for each as it ends.

    explain: the refusal in words. Raises StorageFull and whatever else is not one file's own fault.
    """
    summary = Summary()

    def ended(result: Result) -> None:
        summary.outcomes[result.outcome] += 1
        if result.outcome is Outcome.REFUSED:
            summary.reasons[result.reason] += 1
        report(result)

    under_way: set[Future[Result]] = set()
    with ThreadPoolExecutor(at_once, thread_name_prefix="import") as pool:
        try:
            for entry in entries:
                if isinstance(entry, Unreadable):
                    ended(Result(label=entry.label, outcome=Outcome.REFUSED, reason=entry.reason))
                    continue
                under_way.add(pool.submit(_import_one, library, actor, entry, extra_tags, explain))
                if len(under_way) >= at_once * _WAITING_PER_JOB:
                    under_way = _collect(under_way, ended, until=FIRST_COMPLETED)
            while under_way:
                under_way = _collect(under_way, ended, until=FIRST_COMPLETED)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return summary


def _collect(
    under_way: set[Future[Result]], ended: Callable[[Result], None], *, until: str
) -> set[Future[Result]]:
    done, waiting = wait(under_way, return_when=until)
    for future in done:
        ended(future.result())
    return waiting


def _import_one(
    library: Library,
    actor: Actor,
    entry: Entry,
    extra_tags: Sequence[str],
    explain: Callable[[UploadRefused], str],
) -> Result:
    try:
        with opened(entry.path) as file, spooled(library, file) as path:
            image_id = upload(
                library,
                actor,
                Upload(
                    file=path,
                    file_name=entry.path.name,
                    tags=[*entry.tags, *extra_tags],
                    description=entry.description,
                    sources=entry.sources,
                ),
            )
    except UploadRefused as error:
        if [fault.code for fault in error.faults] == [FaultCode.DUPLICATE_FILE]:
            return Result(label=entry.label, outcome=Outcome.ALREADY_THERE)
        return Result(label=entry.label, outcome=Outcome.REFUSED, reason=explain(error))
    except Unopened as error:
        return Result(label=entry.label, outcome=Outcome.REFUSED, reason=str(error))
    process(library, image_id)
    return Result(label=entry.label, outcome=Outcome.IMPORTED)


class Unopened(Exception):
    """The entry's file cannot be read; the message says why."""


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """A file that somebody named. A pipe or a device, which may never end, is refused unopened."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise Unopened("not a regular file")
        file = path.open("rb")
    except OSError as error:
        raise Unopened((error.strerror or "it cannot be read").lower()) from error
    with file:
        yield file


def process(library: Library, image_id: int) -> None:
    """Make the representations at once, unless a worker was faster."""
    policy = library.policy
    with library.work() as work:
        taken = jobs.take(
            work, jobs.REPRESENT, limit=1, lease_seconds=policy.job_lease_seconds, object_id=image_id
        )
    for job in taken:
        try:
            represent(library, job)
        except (MediaError, StoreError) as error:
            with library.work() as work:
                jobs.give_back(work, job, str(error), max_attempts=policy.max_job_attempts)
