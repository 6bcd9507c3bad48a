"""The worker: takes jobs until it is told to stop, several at once, each file decoded in its own process.

Beside the pictures it goes on with long work on tags, one job at a time and a second at once, and once a day
it removes tags that nothing needs.
"""

import fcntl
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import MappingProxyType

import structlog

from polybooru.library import jobs
from polybooru.library.destruction import remove_files
from polybooru.library.errors import Unavailable
from polybooru.library.file_hashes import note_md5
from polybooru.library.library import Library
from polybooru.library.previews import JOB_KINDS, forget_failures, make_preview
from polybooru.library.representations import represent
from polybooru.library.scratch import sweep_scratch
from polybooru.library.shortlinks import forget_addresses
from polybooru.library.tag_deletion import is_any_unused, purge_unused_tags
from polybooru.library.tag_jobs import STEPS, go_on
from polybooru.media import MediaError
from polybooru.store import StoreError

log = structlog.get_logger()

POLL_SECONDS = 0.2
IDLE_SECONDS = 60.0
RETRY_SECONDS = 2.0
DAY_SECONDS = 86_400
_OF_IMAGES: Mapping[str, Callable[[Library, jobs.Job], None]] = MappingProxyType(
    {
        **dict.fromkeys(JOB_KINDS.values(), make_preview),
        jobs.REPRESENT: represent,
        jobs.DESTROY: remove_files,
        jobs.NOTE_MD5: note_md5,
    }
)
"""Work on single images by kind of job, what is waited for most first."""
_KINDS = (*_OF_IMAGES, *STEPS)


class Worker:
    """Works off a library's jobs.

    at_once: jobs under way at the same time. lock: a file that only the library's one local worker holds.
    """

    def __init__(self, library: Library, *, at_once: int, lock: Path) -> None:
        self._library = library
        self._at_once = at_once
        self._lock = lock
        self._is_stopping = False

    def stop(self, *_: object) -> None:
        """Take no more jobs; `run` returns when those under way are done. Fit to be a signal handler."""
        self._is_stopping = True  # no lock: the handler may have interrupted whoever holds it

    def run(self, *, until_idle: bool = False, after_each: Callable[[], None] | None = None) -> None:
        """Work until stopped, or until nothing is left to do; `after_each` is called when a job has ended."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._free_own_leases(descriptor)
            self._work(until_idle=until_idle, after_each=after_each)
        finally:
            os.close(descriptor)

    def _work(self, *, until_idle: bool, after_each: Callable[[], None] | None) -> None:
        under_way: dict[Future[None], jobs.Job] = {}
        renewed = time.monotonic()
        purged = renewed - DAY_SECONDS
        with ThreadPoolExecutor(self._at_once + 1, thread_name_prefix="job") as pool:
            while not self._is_stopping:
                if time.monotonic() - purged >= DAY_SECONDS:
                    purged = time.monotonic()
                    self._purge()
                taken = self._take_all(list(under_way.values()))
                under_way |= {pool.submit(self._do, job): job for job in taken}
                if not under_way:
                    if until_idle:
                        break
                    self._library.decoders.rest(after_seconds=IDLE_SECONDS)
                    time.sleep(POLL_SECONDS)
                    continue
                done, _ = wait(under_way, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
                for future in done:
                    del under_way[future]
                    future.result()
                    if after_each is not None:
                        after_each()
                if time.monotonic() - renewed > self._library.policy.job_lease_seconds / 3:
                    self._renew([job.id for job in under_way.values()])
                    renewed = time.monotonic()

    def _free_own_leases(self, descriptor: int) -> None:
        # Whoever gets the lock is the only worker on this folder, so a lease found here belonged to a dead
        # one.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        sweep_scratch(self._library)
        if self._library.database.is_sqlite:
            with self._library.work() as work:
                for kind in (*_OF_IMAGES, *STEPS):
                    jobs.free_leases(work, kind)

    def _purge(self) -> None:
        """Remove tags that nothing needs, and what is not kept for longer."""
        try:
            with self._library.work() as work:
                failures, addresses = forget_failures(work), forget_addresses(work)
            log.info("old_traces_purged", failed_previews=failures, link_addresses=addresses)
            while not self._is_stopping:
                with self._library.reading() as reading:
                    if not is_any_unused(reading):
                        return
                with self._library.work() as work:
                    log.info("unused_tags_purged", tags=purge_unused_tags(work))
        except Unavailable as error:
            log.warning("not_purged", reason=str(error))

    def _take_all(self, under_way: Sequence[jobs.Job]) -> list[jobs.Job]:
        slow = sum(job.kind in STEPS for job in under_way)
        room = self._at_once - (len(under_way) - slow)
        if room <= 0 and slow:
            return []
        taken: list[jobs.Job] = []
        try:
            with self._library.glance() as reading:
                free = jobs.free_kinds(reading, _KINDS)
            for kind in _OF_IMAGES:
                if kind in free and not taken and room > 0:
                    taken = self._take(kind, room)
            for kind in STEPS:
                if kind in free and not slow and not self._is_stopping:
                    found = self._take(kind, 1)
                    slow, taken = len(found), taken + found
        except Unavailable as error:
            log.warning("jobs_not_taken", reason=str(error))
            time.sleep(RETRY_SECONDS)
        return taken

    def _take(self, kind: str, limit: int) -> list[jobs.Job]:
        with self._library.work() as work:
            return jobs.take(work, kind, limit=limit, lease_seconds=self._library.policy.job_lease_seconds)

    def _renew(self, job_ids: list[int]) -> None:
        with self._library.work() as work:
            jobs.renew(work, job_ids, lease_seconds=self._library.policy.job_lease_seconds)

    def _do(self, job: jobs.Job) -> None:
        started = time.monotonic()
        try:
            if job.kind in STEPS:
                go_on(self._library, job)
            else:
                _OF_IMAGES[job.kind](self._library, job)
        except (MediaError, StoreError, OSError) as error:
            self._failed(job, str(error))
        except Exception as error:
            log.exception("job_failed", kind=job.kind, object_id=job.object_id)
            self._failed(job, f"bug: {type(error).__name__}: {error}")
        else:
            took_ms = round((time.monotonic() - started) * 1000)
            if job.kind == jobs.REPRESENT:
                log.info("image_represented", image_id=job.object_id, took_ms=took_ms)
            else:
                log.info("job_went_on", kind=job.kind, object_id=job.object_id, took_ms=took_ms)

    def _failed(self, job: jobs.Job, reason: str) -> None:
        with self._library.work() as work:
            parked = jobs.give_back(work, job, reason, max_attempts=self._library.policy.max_job_attempts)
        log.warning(
            "job_parked" if parked else "job_will_be_tried_again",
            kind=job.kind,
            object_id=job.object_id,
            reason=reason,
        )
