"""The media worker: takes jobs until it is told to stop, several at once, each decoded in its own process."""

import fcntl
import os
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import structlog

from polybooru.library import jobs
from polybooru.library.errors import Unavailable
from polybooru.library.library import Library
from polybooru.library.representations import represent
from polybooru.library.scratch import sweep_scratch
from polybooru.media import MediaError
from polybooru.store import StoreError

log = structlog.get_logger()

POLL_SECONDS = 0.2
IDLE_SECONDS = 60.0
RETRY_SECONDS = 2.0


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
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="represent") as pool:
            while not self._is_stopping:
                taken = self._take(self._at_once - len(under_way))
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
                jobs.free_leases(work, jobs.REPRESENT)

    def _take(self, limit: int) -> list[jobs.Job]:
        if limit <= 0:
            return []
        try:
            with self._library.reading() as reading:
                if not jobs.is_any_free(reading, jobs.REPRESENT):
                    return []
            with self._library.work() as work:
                return jobs.take(
                    work, jobs.REPRESENT, limit=limit, lease_seconds=self._library.policy.job_lease_seconds
                )
        except Unavailable as error:
            log.warning("jobs_not_taken", reason=str(error))
            time.sleep(RETRY_SECONDS)
            return []

    def _renew(self, job_ids: list[int]) -> None:
        with self._library.work() as work:
            jobs.renew(work, job_ids, lease_seconds=self._library.policy.job_lease_seconds)

    def _do(self, job: jobs.Job) -> None:
        started = time.monotonic()
        try:
            represent(self._library, job)
        except (MediaError, StoreError, OSError) as error:
            self._failed(job, str(error))
        except Exception as error:
            log.exception("job_failed", kind=job.kind, object_id=job.object_id)
            self._failed(job, f"bug: {type(error).__name__}: {error}")
        else:
            log.info(
                "image_represented",
                image_id=job.object_id,
                took_ms=round((time.monotonic() - started) * 1000),
            )

    def _failed(self, job: jobs.Job, reason: str) -> None:
        with self._library.work() as work:
            parked = jobs.give_back(work, job, reason, max_attempts=self._library.policy.max_job_attempts)
        log.warning(
            "job_parked" if parked else "job_will_be_tried_again",
            kind=job.kind,
            object_id=job.object_id,
            reason=reason,
        )
